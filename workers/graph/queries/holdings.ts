import { grouped } from '../group.ts';
import type { Attributes } from '../model.ts';
import { parseAttributes } from '../nodes.store.ts';
import { isAccountId } from '../sharding.ts';
import { set, type Tx } from '../tx.ts';

/** A role in somebody's hands. `via`: the group that holds it; null when it is their own. */
export interface Holding {
  holder: string;
  via: string | null;
  role: string;
}

/** What is known of an account with a role. */
export interface AccountFacts {
  name: string;
  status: string | null;
  /** Only its name is known so far. */
  stub: boolean;
  attributes: Attributes;
  /** Epoch ms; null: not known, -1: never. */
  lastLogin: number | null;
  /** Active factors; null: not known. */
  factors: number | null;
}

/** Members of these groups that are on this shard: pairs of group and account. */
export function membersOf(tx: Tx, groups: Iterable<string>): [group: string, account: string][] {
  return tx.raw<[string, string]>(
    `SELECT e.to_id, e.from_id FROM json_each(?) j CROSS JOIN edge_in e ON e.to_id = j.value AND e.kind = 'MEMBER_OF'
     ORDER BY e.to_id, e.from_id`,
    set(groups),
  );
}

export function readHoldings(tx: Tx): Holding[] {
  const own = tx
    .raw<[string, string]>(
      `SELECT e.from_id, e.to_id FROM node r CROSS JOIN edge_in e ON e.to_id = r.id AND e.kind = 'HOLDS_ROLE'
       WHERE r.kind = 'role' ORDER BY e.from_id, e.to_id`,
    )
    .map(([holder, role]): Holding => ({ holder, via: null, role }));
  const groups = grouped(
    own.filter(({ holder }) => holder.startsWith('grp_')).map(({ holder, role }) => [holder, role]),
  );
  const through = membersOf(tx, groups.keys()).flatMap(([via, holder]) =>
    (groups.get(via) ?? []).map((role): Holding => ({ holder, via, role })),
  );
  return [...own, ...through];
}

export function readAccountFacts(tx: Tx, ids: Iterable<string>): Map<string, AccountFacts> {
  const accounts = new Set([...ids].filter(isAccountId));
  return new Map(
    tx
      .raw<[string, string, string | null, number, string, number | null, number | null, number | null]>(
        `SELECT n.id, n.name, n.status, n.stub, n.attributes, a.last_login, f.known, f.active
         FROM json_each(?) j CROSS JOIN node n ON n.id = j.value
         LEFT JOIN activity a ON a.account_id = n.id LEFT JOIN factor f ON f.account_id = n.id`,
        set(accounts),
      )
      .map(([id, name, status, stub, text, lastLogin, known, active]) => [
        id,
        {
          name,
          status,
          stub: stub === 1,
          attributes: parseAttributes(text),
          lastLogin,
          factors: known === 1 ? active : null,
        },
      ]),
  );
}

/** Names of nodes that are on this shard. */
export function namesOf(tx: Tx, ids: Iterable<string>): Map<string, string> {
  return new Map(
    tx.raw<[string, string]>(
      'SELECT n.id, n.name FROM json_each(?) j CROSS JOIN node n ON n.id = j.value',
      set(new Set(ids)),
    ),
  );
}
