import type { Principal } from '../auth/principal.ts';
import type { Millis } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import { derivedId } from '../platform/ids.ts';
import { listActiveSources, type Source } from '../sources/sources.repository.ts';
import { DELTA_EVERY, type DeltaParams, type SyncRun } from './run.ts';
import { startRun, usableSource } from './start.ts';
import { readSyncState } from './sync-state.ts';

/** Instances that one call to Workflows creates. */
const MAX_INSTANCES_PER_CALL = 100;
/** How long an instance's id is remembered: until its stretch of time cannot come again. */
const RETENTION = { successRetention: '1 day', errorRetention: '3 days' } as const;

/**
 * Starts a delta sync and returns its run; before the first full sync it is a full one. Throws `not_found`,
 * `source.disabled`, `sync.running`.
 */
export async function startDeltaSync(deps: Deps, tenantId: string, sourceId: string, by: Principal): Promise<SyncRun> {
  const source = await usableSource(deps, tenantId, sourceId);
  const { since } = await readSyncState(deps, source);
  return startRun(deps, tenantId, sourceId, by, since === null ? 'full' : 'delta');
}

/**
 * For every tick of the clock: begins a quiet delta of each active source once in every `DELTA_EVERY`, each source at
 * its own moment. The instance is named after the stretch of time, so a tick that comes twice begins nothing twice.
 * Returns how many were begun.
 */
export function createDeltaSyncs(): (deps: Deps) => Promise<number> {
  /** By source: spares asking Workflows in every tick. Another isolate asks once more, and nothing comes of it. */
  const begun = new Map<string, number>();
  return async (deps) => {
    const now = deps.clock.now();
    const due = (await listActiveSources(deps)).flatMap((source) => {
      const stretch = stretchOf(source, now);
      return begun.get(source.id) === stretch ? [] : [{ source, stretch }];
    });
    for (let from = 0; from < due.length; from += MAX_INSTANCES_PER_CALL) {
      const some = due.slice(from, from + MAX_INSTANCES_PER_CALL);
      await deps.env.SYNC.createBatch(some.map(({ source, stretch }) => instanceOf(source, stretch)));
      for (const { source, stretch } of some) begun.set(source.id, stretch);
    }
    return due.length;
  };
}

function instanceOf({ tenantId, id: sourceId }: Source, stretch: number) {
  const runId = derivedId('syn', tenantId, sourceId, 'delta', String(stretch));
  const params: DeltaParams = { kind: 'delta', tenantId, sourceId, runId, quiet: true };
  return { id: runId, params, retention: RETENTION };
}

/** Which stretch of time it is for a source. Sources are spread over it, so that they do not all ask at once. */
function stretchOf({ id }: Source, now: Millis): number {
  let offset = 0;
  for (const letter of id) offset = (offset * 31 + letter.charCodeAt(0)) % DELTA_EVERY;
  return Math.floor((now + offset) / DELTA_EVERY);
}
