import type { EvaluationContext } from '../evaluate.ts';
import { accountsOf } from '../summaries.ts';
import type { Tx } from '../tx.ts';
import { readViews } from '../views.ts';
import { setKinds, storeKinds, unsetKinds } from './kinds.store.ts';
import type { IdentityKind } from './rules.ts';

/**
 * Says what an identity is, for all of its accounts; null leaves it to the rules again, which look at once. Returns
 * whether the identity is here.
 */
export function setKindOf(
  tx: Tx,
  identityId: string,
  kind: IdentityKind | null,
  by: string,
  { structure, now }: EvaluationContext,
): boolean {
  const ids = accountsOf(tx, identityId);
  if (kind !== null) setKinds(tx, ids, kind, by);
  else {
    unsetKinds(tx, ids);
    storeKinds(tx, ids, readViews(tx, ids, structure, now), now);
  }
  return ids.length > 0;
}
