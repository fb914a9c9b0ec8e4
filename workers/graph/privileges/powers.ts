import { GLOBAL_ADMIN_ROLE } from '../../detections/tier.ts';
import { grouped } from '../group.ts';
import { type DerivedKind, nodeId } from '../model.ts';
import { parseAttributes } from '../nodes.store.ts';
import type { Tx } from '../tx.ts';
import { readResources } from './resources.ts';
import { type Assignment, grantsOf, keyOf, type TargetSet, type Unknown } from './rules.ts';

/** That a node has a power over a set of others, through a role assignment; the org has CONTAINS through none. */
export interface Power {
  holder: string;
  kind: DerivedKind;
  set: string;
  assignment: string | null;
}

/** An assignment of which it is not known what it gives. */
export interface UnknownPower extends Unknown {
  assignment: string;
  holder: string;
  source: string;
  type: string;
}

/** Who has power over what; never a row an object. */
export interface Powers {
  /** Of the holders that are on this shard. */
  powers: Power[];
  /** Told and not walked: the stored edges to the role and from it to the org say the same, and can be taken away. */
  told: Power[];
  /** By key; also those that only holders on other shards have power over. */
  sets: Map<string, TargetSet>;
  /** Accounts, groups and apps that hold a role themselves; members of such groups are privileged as well. */
  privileged: Set<string>;
  /** What grants a tier-zero resource and is no role of all power: nobody goes on from there over what it contains. */
  limited: Set<string>;
  /** The role that an assignment is of. */
  roleOf: Map<string, string>;
  unknown: UnknownPower[];
}

interface Role {
  type: string;
  permissions: string[] | null;
}

/** Reads the assignments of this shard's graph, or of the one that a lens shows, and what each gives. */
export function readPowers(tx: Tx): Powers {
  const roles = readRoles(tx);
  const held = new Set<string>();
  const privileged = new Set<string>();
  for (const [holder, role] of tx.raw<[string, string]>(
    `SELECT e.from_id, e.to_id FROM node r CROSS JOIN edge_in e ON e.to_id = r.id AND e.kind = 'HOLDS_ROLE'
     WHERE r.kind = 'role'`,
  )) {
    held.add(`${holder} ${role}`);
    privileged.add(holder);
  }
  const found: Powers = {
    powers: [],
    told: [],
    sets: new Map(),
    privileged,
    limited: new Set(readGranting(tx).filter((id) => roles.get(id)?.type !== GLOBAL_ADMIN_ROLE)),
    roleOf: new Map(),
    unknown: [],
  };
  const give = (holder: string, kind: DerivedKind, to: TargetSet, assignment: string | null) => {
    const key = keyOf(to);
    found.sets.set(key, to);
    (kind === 'SUPER_ADMIN' ? found.told : found.powers).push({ holder, kind, set: key, assignment });
  };
  for (const [id, source] of readOrgs(tx)) give(id, 'CONTAINS', { of: 'all', kind: 'any', source }, null);
  for (const { holders, role, assignment } of readAssignments(tx, roles)) {
    found.roleOf.set(assignment.id, role);
    const { grants, unknown } = grantsOf(assignment);
    for (const { to } of grants) found.sets.set(keyOf(to), to);
    for (const holder of holders) {
      // an event takes the role away before a refresh takes the assignment
      if (!held.has(`${holder} ${role}`)) continue;
      if (unknown !== null) {
        const { id, source, type } = assignment;
        found.unknown.push({ assignment: id, holder, source, type, ...unknown });
      }
      for (const { kind, to } of grants) give(holder, kind, to, assignment.id);
    }
  }
  return found;
}

function readRoles(tx: Tx): Map<string, Role> {
  return new Map(
    tx
      .raw<[string, string, string]>("SELECT id, native_id, attributes FROM node WHERE kind = 'role'")
      .map(([id, native, text]) => {
        const { type, permissions } = parseAttributes(text);
        return [id, { type: typeof type === 'string' ? type : native, permissions: wordsIn(permissions) }];
      }),
  );
}

function wordsIn(value: unknown): string[] | null {
  return Array.isArray(value) ? value.filter((word): word is string => typeof word === 'string') : null;
}

/** The orgs: what is in them is what their source has. */
export function readOrgs(tx: Tx): [id: string, source: string][] {
  return tx
    .raw<[string, string]>(
      "SELECT id, source_id FROM node WHERE kind = 'resource' AND attributes->>'tierZero' ORDER BY id",
    )
    .filter(([id, source]) => id === nodeId('resource', source, 'org'));
}

function readGranting(tx: Tx): string[] {
  return tx
    .raw<[string]>(
      `SELECT e.from_id FROM node n CROSS JOIN edge_in e ON e.to_id = n.id AND e.kind = 'GRANTS'
       WHERE n.kind = 'resource' AND n.attributes->>'tierZero'`,
    )
    .map(([id]) => id);
}

interface Held {
  /** Those that are on this shard. */
  holders: string[];
  role: string;
  assignment: Assignment;
}

function readAssignments(tx: Tx, roles: Map<string, Role>): Held[] {
  const rows = tx.raw<[id: string, source: string, attributes: string]>(
    `SELECT id, source_id, attributes FROM node
     WHERE kind = 'role_assignment' AND coalesce(status, 'ACTIVE') = 'ACTIVE' ORDER BY id`,
  );
  if (rows.length === 0) return [];
  const holders = grouped(
    tx.raw<[string, string]>(
      `SELECT e.to_id, e.from_id FROM node n CROSS JOIN edge_in e ON e.to_id = n.id AND e.kind = 'HAS_ROLE_ASSIGNMENT'
       WHERE n.kind = 'role_assignment' ORDER BY e.to_id, e.from_id`,
    ),
  );
  const targets = readTargets(tx);
  const sets = readResources(tx);
  return rows.map(([id, source, text]) => {
    const { type, roleId, scoped } = parseAttributes(text);
    const kind = typeof type === 'string' ? type : 'UNKNOWN';
    const role = nodeId('role', source, typeof roleId === 'string' ? roleId : kind);
    const to = targets.get(id) ?? [];
    const set = to.map((target) => sets.get(target)).find((one) => one !== undefined);
    return {
      holders: holders.get(id) ?? [],
      role,
      assignment: {
        id,
        source,
        type: kind,
        scoped: typeof scoped === 'boolean' ? scoped : null,
        groups: to.filter((target) => target.startsWith('grp_')),
        apps: to.filter((target) => target.startsWith('app_')),
        resources: set ?? null,
        permissions: roles.get(role)?.permissions ?? null,
      },
    };
  });
}

function readTargets(tx: Tx): Map<string, string[]> {
  return grouped(
    tx.raw<[string, string]>(
      `SELECT e.from_id, e.to_id FROM node n CROSS JOIN edge e ON e.from_id = n.id AND e.kind = 'SCOPED_TO'
       WHERE n.kind = 'role_assignment' ORDER BY e.from_id, e.to_id`,
    ),
  );
}
