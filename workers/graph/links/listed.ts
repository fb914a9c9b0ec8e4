import { grouped } from '../group.ts';
import { set, type Tx } from '../tx.ts';
import { hasLinks } from './links.store.ts';

/** The home of `n`, which is itself unless it was joined. */
const HOME_OF_N = 'coalesce((SELECT x.home_id FROM account_link x WHERE x.account_id = n.id), n.id)';

/** Other accounts `m` that share the identity of `n`. */
const OTHERS_OF_N = `account_link l INDEXED BY account_link_home
  CROSS JOIN node m ON m.id = l.account_id AND m.id <> n.id
  WHERE l.home_id = ${HOME_OF_N} AND l.home_id IS NOT NULL`;

/** An identity is listed through the account that it is made of; where that is gone, through the first that is left. */
const SPEAKS = `NOT EXISTS (
    SELECT 1 FROM account_link l CROSS JOIN node h ON h.id = l.home_id WHERE l.account_id = n.id
  ) AND NOT EXISTS (
    SELECT 1 FROM account_link l
    CROSS JOIN account_link s INDEXED BY account_link_home
      ON s.home_id = l.home_id AND s.home_id IS NOT NULL AND s.account_id < l.account_id
    CROSS JOIN node p ON p.id = s.account_id WHERE l.account_id = n.id)`;

/** How the conditions of a list of identities are put where some have several accounts. */
export interface JoinedTerms {
  /** Only accounts that stand for their identity. */
  speaks: string;
  /** What must be true of one of the accounts. */
  any(condition: (account: 'n' | 'm') => string): string;
  /** What is true of none of the others. */
  noOther(condition: string): string;
}

/** Null where no account was joined: then each account stands for its own identity. */
export function joinedTerms(tx: Tx): JoinedTerms | null {
  if (!hasLinks(tx)) return null;
  return {
    speaks: SPEAKS,
    any: (condition) => `(${condition('n')} OR EXISTS (SELECT 1 FROM ${OTHERS_OF_N} AND ${condition('m')}))`,
    noOther: (condition) => `NOT EXISTS (SELECT 1 FROM ${OTHERS_OF_N} AND ${condition})`,
  };
}

/** The other accounts that are here of the identities for which these speak. */
export function othersOf(tx: Tx, accountIds: readonly string[]): Map<string, string[]> {
  if (accountIds.length === 0 || !hasLinks(tx)) return new Map();
  return grouped(
    tx.raw<[string, string]>(
      `SELECT n.id, m.id FROM json_each(?) j CROSS JOIN node n ON n.id = j.value
       CROSS JOIN ${OTHERS_OF_N} ORDER BY n.id, m.id`,
      set(accountIds),
    ),
  );
}
