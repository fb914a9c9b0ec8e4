import type { Row } from '../bench/row.ts';
import { row } from '../bench/row.ts';
import { createRng } from '../lab/core/rng.ts';
import type { Product } from '../lib/product.ts';
import { createEventSource, type SoakEvent } from './events.ts';
import { workerGroup } from './memory.ts';
import { deliver, newLedger } from './sender.ts';
import { createSource, orgOf, settled } from './source.ts';
import { integrityRows, storedEvents } from './verify.ts';

const EVENTS = 20_000;
const KILLS = 10;
const LANES = 4;
const SEED = 'kills';
/** A delivery that the queue forgot ten times waits the longest: see the wait of the reclaim, which doubles. */
const SETTLE_MS = 15 * 60_000;

/** After how many sent events to kill, in order: neither before anything was sent nor after everything was. */
export function killPoints(seed: string, events: number, kills: number): number[] {
  const rng = createRng(seed);
  const points = new Set<number>();
  while (points.size < kills) points.add(rng.int(Math.ceil(events * 0.01), Math.floor(events * 0.99)));
  return [...points].sort((a, b) => a - b);
}

/** Cuts events into deliveries of varied sizes, in order. */
export function cut<T>(items: readonly T[], sizeOf: () => number): T[][] {
  const pieces: T[][] = [];
  for (let at = 0; at < items.length; ) {
    const size = Math.max(1, sizeOf());
    pieces.push(items.slice(at, at + size));
    at += size;
  }
  return pieces;
}

/** A burst in which the Worker and its queue are killed at ten points, as a power cut would. */
export async function killPhase(product: Product, tell: (line: string) => void): Promise<Row[]> {
  const rng = createRng(SEED);
  const source = await createSource(product, 'Kills');
  const make = createEventSource(rng.fork('events'), await orgOf(product.lab));
  const events = Array.from({ length: EVENTS }, (): SoakEvent => make(Date.now()));
  const deliveries = cut(events, () => rng.pick([1, 5, 10, 25, 50, 100]));
  const points = killPoints(SEED, EVENTS, KILLS);
  const ledger = newLedger();
  let killed = 0;
  let next = 0;

  const lane = async (): Promise<void> => {
    for (let batch = deliveries[next++]; batch; batch = deliveries[next++]) {
      if (ledger.sentAt.size >= (points[killed] ?? Number.POSITIVE_INFINITY)) {
        killed++;
        kill(product.data);
        tell(`killed the Worker (${killed} of ${KILLS}) after ${ledger.sentAt.size} events`);
      }
      await deliver(source, ledger, rng.chance(0.1) ? 'eventbridge' : 'event_hook', batch);
    }
  };
  try {
    await Promise.all(Array.from({ length: LANES }, lane));
    tell(`${ledger.acknowledged.size} acknowledged; waiting until they are worked off`);
    const began = Date.now();
    const health = await settled(source, EVENTS, SETTLE_MS);
    const waited = (Date.now() - began) / 1_000;
    tell('reading everything back');
    return [
      row('kills', killed, ''),
      ...integrityRows(ledger, await storedEvents(source), health),
      row('until all was worked off, after the last delivery', waited, 's'),
    ];
  } finally {
    await source.log.close();
  }
}

function kill(data: string): void {
  const group = workerGroup(data);
  if (group === null) throw new Error('the Worker left no process id to kill');
  process.kill(-group, 'SIGKILL');
}
