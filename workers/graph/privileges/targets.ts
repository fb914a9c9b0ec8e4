import { NODE_PREFIX } from '../model.ts';
import { set, type Tx } from '../tx.ts';
import type { Powers } from './powers.ts';
import { keyOf, type TargetKind, type TargetSet } from './rules.ts';

/** Kinds that administrators cannot act on where these hold a role themselves. */
const GUARDED: ReadonlySet<TargetKind> = new Set<TargetKind>(['account', 'group', 'app']);

/** SQL condition: the id in `column` is no principal with a role, held itself or through a group. `?1`: `privileged`. */
function unprivileged(column: string): string {
  return `${column} NOT IN (SELECT value FROM json_each(?1)) AND NOT EXISTS (
    SELECT 1 FROM edge m WHERE m.from_id = ${column} AND m.kind = 'MEMBER_OF'
      AND m.to_id IN (SELECT value FROM json_each(?1)))`;
}

/** Ids that start so are from here up to, but without, the other. */
function rangeOf(column: string, prefix: string): string {
  return `${column} >= '${prefix}_' AND ${column} < '${prefix}\`'`;
}

/** Where `CONTAINS` does not lead: a person is no object of the org, what is outside is not in it. */
const OUTSIDE = "('identity', 'external')";

/** The nodes of a set that are on this shard, after an id and by id, up to `limit`. */
export function targetsIn(tx: Tx, powers: Powers, target: TargetSet, after: string, limit: number): string[] {
  const privileged = set(powers.privileged);
  const rows = (query: string, ...params: SqlStorageValue[]) => tx.raw<[string]>(query, ...params).map(([id]) => id);
  if (target.of === 'members') {
    return rows(
      `SELECT n.id FROM (
         SELECT e.from_id AS id FROM edge_in e
         WHERE e.to_id = ?2 AND e.kind = 'MEMBER_OF' AND ${rangeOf('e.from_id', 'acc')} AND e.from_id > ?3
       ) m CROSS JOIN node n ON n.id = m.id WHERE ${unprivileged('n.id')} ORDER BY n.id LIMIT ?4`,
      privileged,
      target.group,
      after,
      limit,
    );
  }
  const guard = GUARDED.has(target.kind) ? unprivileged('n.id') : '?1 IS NOT NULL';
  if (target.of === 'listed') {
    const listed = `SELECT n.id FROM json_each(?2) j CROSS JOIN node n ON n.id = j.value`;
    const from = target.kind === 'secret' ? secretsOf('?2') : listed;
    return rows(
      `${from} WHERE n.id > ?3 AND ${guard} ORDER BY n.id LIMIT ?4`,
      privileged,
      set(target.ids),
      after,
      limit,
    );
  }
  return rows(
    `SELECT n.id FROM node n WHERE ${ofKind(target.kind)} AND n.source_id = ?2 AND n.id > ?3 AND ${guard}
     ORDER BY n.id LIMIT ?4`,
    privileged,
    target.source,
    after,
    limit,
  );
}

function secretsOf(apps: string): string {
  return `SELECT n.id FROM (SELECT DISTINCT e.from_id AS id FROM json_each(${apps}) j
    CROSS JOIN edge_in e ON e.to_id = j.value AND e.kind = 'SECRET_OF') s CROSS JOIN node n ON n.id = s.id`;
}

function ofKind(kind: TargetKind): string {
  if (kind === 'any') {
    return `n.kind NOT IN ${OUTSIDE} AND NOT (n.kind = 'resource' AND coalesce(n.attributes->>'tierZero', 0))`;
  }
  if (kind !== 'secret') return rangeOf('n.id', NODE_PREFIX[kind]);
  // secrets of API services are not shown to administrators of apps
  return `${rangeOf('n.id', NODE_PREFIX.credential)} AND EXISTS (
    SELECT 1 FROM edge s WHERE s.from_id = n.id AND s.kind = 'SECRET_OF' AND ${rangeOf('s.to_id', NODE_PREFIX.app)})`;
}

/** In which sets these nodes are: pairs of the key of a set and a node, in the order of the nodes. */
export function setsOver(tx: Tx, powers: Powers, ids: string[]): [set: string, id: string][] {
  if (powers.sets.size === 0 || ids.length === 0) return [];
  const known = tx.raw<[id: string, source: string, contained: number, free: number]>(
    `SELECT n.id, n.source_id, ${ofKind('any')}, ${unprivileged('n.id')}
     FROM json_each(?2) j CROSS JOIN node n ON n.id = j.value ORDER BY n.id`,
    set(powers.privileged),
    set(ids),
  );
  const groups = groupsOf(tx, powers, known);
  const secrets = appsOfSecrets(tx, known);
  const listed = listedIn(powers);
  const found: [string, string][] = [];
  for (const [id, source, contained, free] of known) {
    const add = (key: string) => {
      if (powers.sets.has(key)) found.push([key, id]);
    };
    if (contained) add(keyOf({ of: 'all', kind: 'any', source }));
    const kind = kindOf(id);
    if (!kind || free || !GUARDED.has(kind)) {
      if (kind) add(keyOf({ of: 'all', kind, source }));
      for (const key of listed.get(id) ?? []) add(key);
      for (const group of groups.get(id) ?? []) add(keyOf({ of: 'members', group }));
    }
    const apps = secrets.get(id) ?? [];
    if (apps.length > 0) add(keyOf({ of: 'all', kind: 'secret', source }));
    for (const key of new Set(apps.flatMap((app) => listed.get(`secret ${app}`) ?? []))) add(key);
  }
  return found;
}

const KINDS = new Map<string, TargetKind>(
  (['account', 'group', 'app', 'api_service', 'device'] as const).map((kind) => [NODE_PREFIX[kind], kind]),
);

/** The kind of target that an id is of; credentials are told by what they are of. */
export function kindOf(id: string): TargetKind | null {
  return KINDS.get(id.slice(0, 3)) ?? null;
}

type Known = [id: string, source: string, contained: number, free: number][];

function groupsOf(tx: Tx, powers: Powers, known: Known): Map<string, string[]> {
  const wanted = [...powers.sets.values()].flatMap((one) => (one.of === 'members' ? [one.group] : []));
  const accounts = known.flatMap(([id, , , free]) => (free && kindOf(id) === 'account' ? [id] : []));
  const groups = new Map<string, string[]>();
  if (wanted.length === 0 || accounts.length === 0) return groups;
  for (const [account, group] of tx.raw<[string, string]>(
    `SELECT e.from_id, e.to_id FROM json_each(?1) j CROSS JOIN edge e ON e.from_id = j.value AND e.kind = 'MEMBER_OF'
     WHERE e.to_id IN (SELECT value FROM json_each(?2))`,
    set(accounts),
    set(wanted),
  )) {
    groups.set(account, [...(groups.get(account) ?? []), group]);
  }
  return groups;
}

function appsOfSecrets(tx: Tx, known: Known): Map<string, string[]> {
  const credentials = known.flatMap(([id]) => (id.startsWith('crd_') ? [id] : []));
  const apps = new Map<string, string[]>();
  if (credentials.length === 0) return apps;
  for (const [secret, app] of tx.raw<[string, string]>(
    `SELECT e.from_id, e.to_id FROM json_each(?) j CROSS JOIN edge e ON e.from_id = j.value AND e.kind = 'SECRET_OF'
     WHERE ${rangeOf('e.to_id', NODE_PREFIX.app)}`,
    set(credentials),
  )) {
    apps.set(secret, [...(apps.get(secret) ?? []), app]);
  }
  return apps;
}

/** The keys of the sets that list an id; those of its secrets are under `secret <app>`. */
function listedIn(powers: Powers): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [key, one] of powers.sets) {
    if (one.of !== 'listed') continue;
    for (const id of one.ids) {
      const name = one.kind === 'secret' ? `secret ${id}` : id;
      found.set(name, [...(found.get(name) ?? []), key]);
    }
  }
  return found;
}
