import { type Criticality, compareLevels, settled } from '../../criticality/levels.ts';
import { criticalityByRule, type HeldRole, LEVELLED_KINDS } from '../../criticality/rule.ts';
import type { NodeKind } from '../model.ts';
import { set, type Tx } from '../tx.ts';
import { readSaid } from './said.store.ts';

/** How critical a node is, and what would hold by rule alone. */
export interface LevelFound {
  holds: Criticality;
  rule: Criticality;
}

/** Edges from what belongs to an account or an app to it. */
const BELONGS = "'HAS_ACCOUNT', 'DEVICE_OF', 'API_TOKEN_FOR', 'SECRET_OF', 'KEY_OF'";

/**
 * How critical nodes are, as far as this shard can tell: what belongs to an account of another shard is ordinary here.
 * Nodes of kinds that have no criticality, or that are not there, are left out.
 */
export function readLevels(tx: Tx, ids: readonly string[]): Map<string, LevelFound> {
  const nodes = tx.raw<[string, NodeKind, string, number | null]>(
    `SELECT n.id, n.kind, n.native_id, n.attributes->>'tierZero' FROM json_each(?) j CROSS JOIN node n ON n.id = j.value`,
    set(ids),
  );
  const asked = nodes.filter(([, kind]) => LEVELLED_KINDS.has(kind));
  const owners = readOwners(
    tx,
    asked.map(([id]) => id),
  );
  const holders = asked.flatMap(([id]) => [id, ...(owners.get(id) ?? []).map((owner) => owner.id)]);
  const roles = readRoles(tx, holders);
  const said = readSaid(
    tx,
    asked.map(([id]) => id),
  );
  return new Map(
    asked.map(([id, kind, nativeId, tierZero]) => {
      const rules = [{ id, name: null }, ...(owners.get(id) ?? [])].map((holder) =>
        criticalityByRule({
          kind,
          nativeId,
          tierZero: tierZero === 1,
          roles: roles.get(holder.id) ?? [],
          owner: kind === 'identity' ? null : holder.name,
        }),
      );
      const rule = worst(rules);
      return [id, { rule, holds: settled(rule, said.get(id) ?? []) }];
    }),
  );
}

/** Shards know of their own accounts only: the worst that one of them tells holds. */
export function mergeLevels(parts: readonly (readonly [string, LevelFound])[][]): Map<string, LevelFound> {
  const merged = new Map<string, LevelFound>();
  for (const [id, found] of parts.flat()) {
    const known = merged.get(id);
    if (!known || compareLevels(found.rule.level, known.rule.level) < 0) merged.set(id, found);
  }
  return merged;
}

function worst(rules: Criticality[]): Criticality {
  return rules.reduce((a, b) => (compareLevels(b.level, a.level) < 0 ? b : a));
}

function readOwners(tx: Tx, ids: string[]): Map<string, { id: string; name: string }[]> {
  const owners = new Map<string, { id: string; name: string }[]>();
  for (const [id, owner, name] of tx.raw<[string, string, string]>(
    `SELECT e.from_id, o.id, o.name FROM json_each(?) j
     CROSS JOIN edge e ON e.from_id = j.value AND e.kind IN (${BELONGS})
     CROSS JOIN node o ON o.id = e.to_id ORDER BY e.from_id, o.id`,
    set(ids),
  )) {
    owners.set(id, [...(owners.get(id) ?? []), { id: owner, name }]);
  }
  return owners;
}

/** Roles of accounts, groups and apps; those of accounts also through groups. The direct ones first. */
function readRoles(tx: Tx, ids: string[]): Map<string, HeldRole[]> {
  const roles = new Map<string, HeldRole[]>();
  for (const [holder, type, name, via] of tx.raw<[string, string, string, string | null]>(
    `SELECT e.from_id, r.native_id, r.name, NULL FROM json_each(?1) j
     CROSS JOIN edge e ON e.from_id = j.value AND e.kind = 'HOLDS_ROLE' CROSS JOIN node r ON r.id = e.to_id
     UNION SELECT m.from_id, r.native_id, r.name, g.name FROM json_each(?1) j
     CROSS JOIN edge m ON m.from_id = j.value AND m.kind = 'MEMBER_OF'
     CROSS JOIN edge e ON e.from_id = m.to_id AND e.kind = 'HOLDS_ROLE'
     CROSS JOIN node r ON r.id = e.to_id CROSS JOIN node g ON g.id = m.to_id
     ORDER BY 4, 3`,
    set(new Set(ids)),
  )) {
    roles.set(holder, [...(roles.get(holder) ?? []), { type, name, via }]);
  }
  return roles;
}
