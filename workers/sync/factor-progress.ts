import type { Millis } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import { CALLS_PER_RUN } from './read-factors.ts';
import { DELTA_EVERY } from './run.ts';
import { readSyncStates, type SyncState } from './sync-state.ts';

export interface FactorProgress {
  /** Accounts whose factors were asked for, of about `total` that can sign in. */
  known: number;
  total: number;
  /** About when all of them will have been. */
  readyAt: Millis;
}

/** How far the first reading of everybody's factors is; null when it is done, or was done at once. */
export function factorProgress({ trickle }: Pick<SyncState, 'trickle'>): FactorProgress | null {
  if (!trickle || trickle.round > 0) return null;
  const runs = Math.ceil(Math.max(0, trickle.total - trickle.read) / CALLS_PER_RUN);
  return {
    known: Math.min(trickle.read, trickle.total),
    total: trickle.total,
    readyAt: trickle.at + runs * DELTA_EVERY,
  };
}

/** By source, of those where the first reading is under way. */
export async function factorProgressOf(
  deps: Pick<Deps, 'evidence'>,
  tenantId: string,
): Promise<Map<string, FactorProgress>> {
  const states = await readSyncStates(deps, tenantId);
  return new Map(
    [...states].flatMap(([sourceId, state]): [string, FactorProgress][] => {
      const progress = factorProgress(state);
      return progress ? [[sourceId, progress]] : [];
    }),
  );
}
