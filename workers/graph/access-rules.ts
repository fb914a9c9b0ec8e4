import type { Provenance } from './model.ts';
import { parseAttributes } from './nodes.store.ts';
import { parseProvenance } from './page.ts';
import type { WayStep } from './reachable-by.ts';
import { set, type Tx } from './tx.ts';

/** A group rule that puts an account into a group, and since when it does so with anybody. */
export interface PlacingRule {
  rule: WayStep['to'];
  since: number;
  by: Provenance;
}

type Row = [group: string, id: string, name: string, attributes: string, since: number, by: string];

/**
 * For memberships, the active rules that assign the group and do not leave the account out. A source tells neither
 * whether the condition of a rule holds for somebody nor whether a membership was made by hand besides.
 */
export function readPlacingRules(
  tx: Tx,
  memberships: { from: string; to: string }[],
): (account: string, group: string) => PlacingRule[] {
  if (memberships.length === 0) return () => [];
  const rules = tx
    .raw<Row>(
      `SELECT e.to_id, n.id, n.name, n.attributes, e.began_at, e.began_by FROM json_each(?) j
       CROSS JOIN edge_in e ON e.to_id = j.value AND e.kind = 'RULE_ASSIGNS'
       CROSS JOIN node n ON n.id = e.from_id AND n.kind = 'group_rule' AND coalesce(n.status, 'ACTIVE') = 'ACTIVE'
       ORDER BY n.name, n.id`,
      set(new Set(memberships.map(({ to }) => to))),
    )
    .map(([group, id, name, attributes, since, by]) => ({
      group,
      excluded: wordsOf(parseAttributes(attributes).excludedUserIds),
      told: { rule: { id, kind: 'group_rule' as const, name }, since, by: parseProvenance(by) },
    }));
  const natives = new Map(
    tx.raw<[string, string]>(
      'SELECT n.id, n.native_id FROM json_each(?) j CROSS JOIN node n ON n.id = j.value',
      set(new Set(memberships.map(({ from }) => from))),
    ),
  );
  return (account, group) =>
    rules.flatMap((rule) =>
      rule.group === group && !rule.excluded.includes(natives.get(account) ?? '') ? [rule.told] : [],
    );
}

function wordsOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
