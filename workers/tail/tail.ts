import type { Deps } from '../platform/deps.ts';
import { describeError } from '../platform/errors.ts';
import { listActiveSources } from '../sources/sources.repository.ts';
import { NEW_TAIL, type TailState, tailStateSchema } from './tail-state.ts';

/** Tails woken at once by the minute's tick. */
const PARALLEL_TICKS = 20;

type TailDeps = Pick<Deps, 'env'>;

/** Has the source's log read soon. Returns at once: the poll runs in the object's alarm. */
export async function wakeTail(deps: TailDeps, tenantId: string, sourceId: string): Promise<void> {
  await call(deps, tenantId, sourceId, 'wake', [tenantId, sourceId]);
}

/** Where the tail of a source stands; times in milliseconds. A tail that never ran is `new`. */
export async function tailStatus(deps: TailDeps, tenantId: string, sourceId: string): Promise<TailState> {
  const answer = await call(deps, tenantId, sourceId, 'status', []);
  const read = tailStateSchema.safeParse(answer);
  return read.success ? read.data : NEW_TAIL;
}

/**
 * For the minute's cron: sees that every active source's log is read, whatever its mode, because push has gaps and no
 * replay. One source's trouble is logged and holds up no other. Returns how many tails answered.
 */
export async function tickTails(deps: Pick<Deps, 'env' | 'control' | 'log'>): Promise<number> {
  const sources = await listActiveSources(deps);
  let ticked = 0;
  const tick = async (tenantId: string, sourceId: string) => {
    try {
      await call(deps, tenantId, sourceId, 'tick', [tenantId, sourceId]);
      ticked++;
    } catch (error) {
      deps.log.error('tail not ticked', { tenantId, sourceId, ...describeError(error) });
    }
  };
  for (let at = 0; at < sources.length; at += PARALLEL_TICKS) {
    await Promise.all(sources.slice(at, at + PARALLEL_TICKS).map(({ tenantId, id }) => tick(tenantId, id)));
  }
  return ticked;
}

/** itty-durable's protocol by hand: its stub is a proxy whose `then` is a remote call, so it must not be awaited. */
async function call(
  deps: TailDeps,
  tenantId: string,
  sourceId: string,
  method: 'wake' | 'tick' | 'status',
  args: string[],
): Promise<unknown> {
  const name = `${tenantId}/${sourceId}`;
  const stub = deps.env.TAIL.get(deps.env.TAIL.idFromName(name));
  const response = await stub.fetch(`https://tail/do/call/${method}`, {
    headers: { 'do-name': name, 'do-content': JSON.stringify(args) },
  });
  const body: unknown = await response.json();
  if (!response.ok) throw new Error(`the tail answered ${response.status}`);
  return body;
}
