import { type Row, row } from '../bench/row.ts';
import { createRng, type Rng } from '../lab/core/rng.ts';
import type { Product } from '../lib/product.ts';
import { createEventSource, type SoakEvent } from './events.ts';
import { cut } from './kill-phase.ts';
import { sampleEachSecond } from './sampler.ts';
import { deliver, type Ledger, newLedger } from './sender.ts';
import { createSource, orgOf, type SoakSource, settled } from './source.ts';
import { integrityRows, lagRows, MOST_LAG_MS, storedEvents } from './verify.ts';

const TICK_MS = 250;
/** Most deliveries are small, and now and then one is large. */
const SIZES: readonly (readonly [number, number])[] = [
  [1, 30],
  [3, 20],
  [10, 25],
  [25, 15],
  [50, 7],
  [100, 3],
];
/** Shares of the deliveries. */
const HELD_BACK = 0.2;
const LONGEST_HOLD_MS = 2_000;
const SENT_TWICE = 0.1;
const ALSO_BY_BRIDGE = 0.03;
const ALSO_BY_LOG = 0.03;
const ONLY_BY_LOG = 0.01;
const SETTLE_MS = 5 * 60_000;

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** A steady stream for minutes, late, doubled, shuffled and over all channels, as the real ones come. */
export async function steadyPhase(
  product: Product,
  options: { minutes: number; rate: number },
  tell: (line: string) => void,
): Promise<Row[]> {
  const rng = createRng('steady');
  const source = await createSource(product, 'Steady');
  const make = createEventSource(rng.fork('events'), await orgOf(product.lab));
  const ledger = newLedger();
  /** Brought by the log alone, where the tail's own pace counts. */
  const logOnly = new Map<string, number>();
  const sampler = sampleEachSecond(source, product.data, ledger, tell);
  const running = new Set<Promise<void>>();
  const failures: unknown[] = [];
  const start = (work: Promise<void>) => {
    const kept = work.catch((error: unknown) => void failures.push(error)).finally(() => running.delete(kept));
    running.add(kept);
  };
  const began = Date.now();
  const total = Math.round(options.minutes * 60 * options.rate);
  try {
    for (let made = 0; made < total && failures.length === 0; ) {
      const due = Math.min(total, Math.ceil(((Date.now() - began) / 1_000) * options.rate));
      const events = Array.from({ length: due - made }, () => make(Date.now()));
      made = due;
      for (const delivery of cut(events, () => rng.weighted(SIZES))) {
        if (rng.chance(ONLY_BY_LOG)) bringByLog(source, ledger, logOnly, delivery);
        else start(send(rng, source, ledger, delivery));
      }
      await wait(TICK_MS);
    }
    await Promise.all(running);
    const sendingSeconds = (Date.now() - began) / 1_000;
    if (failures.length > 0) throw failures[0];
    const health = await settled(source, total, SETTLE_MS);
    const samples = sampler.stop();
    tell('reading everything back');
    const stored = await storedEvents(source);
    const pushed = new Map([...ledger.sentAt].filter(([uuid]) => !logOnly.has(uuid)));
    return [
      row('rate held', total / sendingSeconds, 'events/s', { atLeast: options.rate * 0.95 }),
      ...integrityRows(ledger, stored, health),
      row('deliveries sent twice on purpose', ledger.doubled, ''),
      row(
        'stored, brought by more than one channel',
        stored.filter(({ channels }) => channels.length > 1).length,
        'events',
      ),
      ...lagRows('lag of pushed events', pushed, stored, MOST_LAG_MS),
      ...lagRows('lag of events that only the log brought', logOnly, stored),
      ...samples,
    ];
  } finally {
    sampler.stop();
    await source.log.close();
  }
}

/** The log is read, and so acknowledged, when the tail comes by. */
function bringByLog(source: SoakSource, ledger: Ledger, logOnly: Map<string, number>, events: SoakEvent[]): void {
  const now = Date.now();
  for (const event of events) {
    source.log.add(event);
    ledger.sentAt.set(event.uuid, now);
    ledger.acknowledged.add(event.uuid);
    logOnly.set(event.uuid, now);
  }
}

async function send(rng: Rng, source: SoakSource, ledger: Ledger, events: SoakEvent[]): Promise<void> {
  // drawn before the first wait: the same seed makes the same traffic
  const hold = rng.chance(HELD_BACK) ? rng.int(1, LONGEST_HOLD_MS) : 0;
  const again = rng.chance(SENT_TWICE) ? rng.int(0, LONGEST_HOLD_MS) : null;
  const order = rng.chance(HELD_BACK) ? rng.shuffle(events) : events;
  const [byBridge, byLog] = [rng.chance(ALSO_BY_BRIDGE), rng.chance(ALSO_BY_LOG)];
  if (hold > 0) await wait(hold);
  if (byLog) for (const event of events) source.log.add(event);
  const work = [deliver(source, ledger, 'event_hook', order)];
  if (byBridge) work.push(deliver(source, ledger, 'eventbridge', events));
  await Promise.all(work);
  if (again === null) return;
  await wait(again);
  ledger.doubled++;
  await deliver(source, ledger, 'event_hook', events);
}
