import type { Deps } from '../../platform/deps.ts';
import { describeError } from '../../platform/errors.ts';
import { tailStatus } from '../../tail/tail.ts';
import { hooksInOkta } from '../event-hooks.ts';
import { listActiveSources, type Source } from '../sources.repository.ts';
import { allWatches, type Watch } from './watch.repository.ts';
import { endWatch, type WatchPorts, watchSource } from './watch-source.ts';

/** Sources looked at together. */
const PARALLEL = 10;

export function watchPorts(deps: Deps): WatchPorts {
  return {
    tail: (tenantId, sourceId) => tailStatus(deps, tenantId, sourceId),
    hooks: (source) => hooksInOkta(deps, source.tenantId, source),
  };
}

/**
 * For the minute's cron: looks at every active source and raises or resolves the issues that are about it. One source's
 * trouble is logged and holds up no other. Returns how many verdicts changed.
 */
export async function watchSources(deps: Deps, ports: WatchPorts = watchPorts(deps)): Promise<number> {
  const [sources, watches] = await Promise.all([listActiveSources(deps), allWatches(deps)]);
  const known = new Map(watches.map((watch) => [keyOf(watch.tenantId, watch.sourceId), watch]));
  const active = new Set(sources.map((source) => keyOf(source.tenantId, source.id)));
  const gone = watches.filter((watch) => !active.has(keyOf(watch.tenantId, watch.sourceId)));
  let changed = 0;
  const look = async (source: Source) => {
    changed += await watchSource(deps, source, known.get(keyOf(source.tenantId, source.id)) ?? fresh(source), ports);
  };
  const tasks = [
    ...sources.map((source) => [source.tenantId, source.id, () => look(source)] as const),
    ...gone.map((watch) => [watch.tenantId, watch.sourceId, () => endWatch(deps, watch)] as const),
  ];
  for (let at = 0; at < tasks.length; at += PARALLEL) {
    await Promise.all(
      tasks.slice(at, at + PARALLEL).map(async ([tenantId, sourceId, run]) => {
        try {
          await run();
        } catch (error) {
          deps.log.error('source not watched', { tenantId, sourceId, ...describeError(error) });
        }
      }),
    );
  }
  return changed;
}

const keyOf = (tenantId: string, sourceId: string) => `${tenantId}/${sourceId}`;

function fresh(source: Source): Watch {
  return { tenantId: source.tenantId, sourceId: source.id, version: 0, state: null };
}
