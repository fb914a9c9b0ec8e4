import type { Millis } from '../../platform/clock.ts';
import type { ShardEngine } from '../shard-engine.ts';
import { changedByArrival, changedByLinks } from './link-accounts.ts';
import { detachAccounts, forgetParcels } from './parcels.ts';
import type { LinkAnswer, LinkStep } from './steps.ts';

/** Does one step, in a transaction of its own. */
export async function takeLinkStep(engine: ShardEngine, step: LinkStep, now: Millis): Promise<LinkAnswer> {
  switch (step.do) {
    case 'link': {
      const { rowsWritten } = await engine.change(now, true, (tx) => ({
        changed: changedByLinks(tx, step.changes, now),
      }));
      return { rowsWritten, parcels: [] };
    }
    case 'detach': {
      const answer = engine.transaction((tx) => {
        const parcels = detachAccounts(tx, step.items);
        return { parcels, rowsWritten: tx.rowsWritten };
      });
      engine.forgetReads();
      return answer;
    }
    case 'attach': {
      engine.forgetReads();
      const { rowsWritten } = await engine.change(now, true, (tx) => ({
        changed: changedByArrival(tx, step.parcels, step.changes, now),
      }));
      return { rowsWritten, parcels: [] };
    }
    case 'forget':
      return engine.transaction((tx) => {
        forgetParcels(tx, step.items);
        return { rowsWritten: tx.rowsWritten, parcels: [] };
      });
  }
}
