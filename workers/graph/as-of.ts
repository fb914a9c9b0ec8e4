import { tierOf } from '../detections/tier.ts';
import type { Millis } from '../platform/clock.ts';
import { type IdentityDetail, readIdentityDetail } from './identity-detail.ts';
import { throughLens } from './lens.ts';
import type { Tx } from './tx.ts';

/**
 * The graph as it was at a moment. What is here now was here from its beginning on; what the history keeps was here
 * from its beginning until its end, and the version that held tells the content. A moment before the first version of
 * what had begun already (an event came late, or only its name was known) has the content of that first version.
 *
 * Last sign-ins and factors have no history: they are told as far as they are from before that moment. Tiers are not
 * told at all.
 */
export function asOfLens(tx: Tx, at: Millis): Tx {
  const moment = Math.trunc(at);
  return throughLens(tx, {
    node: `${NODES_NOW} ${held('node', ['id'], moment, 'SELECT 1 FROM main.node c WHERE c.id = h.id')}`.replaceAll(
      ':at',
      String(moment),
    ),
    edge: `${EDGES_NOW} ${held('edge', ['from_id', 'kind', 'to_id'], moment, SAME_EDGE)}`.replaceAll(
      ':at',
      String(moment),
    ),
    activity: `SELECT account_id, last_login FROM main.activity WHERE last_login <= ${moment}`,
    factor: `SELECT account_id, as_of, known, active, state FROM main.factor WHERE as_of <= ${moment}`,
  });
}
