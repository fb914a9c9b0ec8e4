import {
  batches,
  envelope,
  isQuick,
  MIX,
  processed,
  productTarget,
  push,
  SIGN_IN,
  SIGN_ON,
  sourceHealth,
  type Target,
} from './ingest-target.ts';
import { nativeInsertRate } from './native-sqlite.ts';
import { type Row, row } from './row.ts';

const SECONDS = isQuick() ? 6 : 60;
const PER_DELIVERY = 2_000;
/** Most events on the way at once: enough that the consumer never waits for the sender. */
const BACKLOG = 40_000;
const OF_ONE_TYPE = 6_000;

/** Events pushed as fast as they are taken for a minute, until the last one is processed, and the rows it cost. */
export async function benchDrain(tell: (line: string) => void): Promise<Row[]> {
  tell(`drain of sign-ons and sign-ins for ${SECONDS} s`);
  const target = await productTarget(true);
  try {
    await push(target, envelope(1));
    await processed(target, 1);
    const before = batches(target);
    const began = performance.now();
    const sent = await pushFor(target, SECONDS);
    const health = await processed(target, sent + 1);
    const seconds = (performance.now() - began) / 1_000;
    const after = batches(target);
    tell('the same rows into native SQLite');
    const native = await nativeInsertRate(await target.runtime.miniflare.getD1Database('EVIDENCE_0', 'postern'));
    const rate = (health.processed - 1) / seconds;
    const against = { name: 'native SQLite, the same rows', value: Math.round(native) };
    return [
      row(`drain, sustained for ${SECONDS} s: events processed`, rate, '/s', { atLeast: 5_000, against }),
      row('drain: share of native SQLite', rate / native, 'ratio', { against }),
      row('drain: lost', sent + 1 - health.processed, 'events', { atMost: 0 }),
      row('drain: doubled', health.duplicate, 'events', { atMost: 0 }),
      row('rows written an event, three sign-ons and a sign-in', rowsAnEvent(before, after), 'rows', { atMost: 3 }),
      ...(await rowsOf(tell, 'sign-on to an app', SIGN_ON)),
      ...(await rowsOf(tell, 'sign-in', SIGN_IN)),
    ];
  } finally {
    await target.runtime.dispose();
  }
}

/** Pushes for so long, never more than `BACKLOG` ahead of what is processed. Returns the number of events sent. */
async function pushFor(target: Target, seconds: number): Promise<number> {
  const until = performance.now() + seconds * 1_000;
  let sent = 0;
  let done = 0;
  while (performance.now() < until) {
    if (sent - done < BACKLOG) {
      await push(target, envelope(PER_DELIVERY, MIX));
      sent += PER_DELIVERY;
    } else {
      done = (await sourceHealth(target)).processed - 1;
      if (sent - done >= BACKLOG) await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  return sent;
}

type Sum = ReturnType<typeof batches>;

const rowsAnEvent = (before: Sum, after: Sum) =>
  (after.rowsWritten - before.rowsWritten) / (after.events - before.events);

/** The dearest and the cheapest of the mix: only a sign-on is indexed by its target. */
async function rowsOf(tell: (line: string) => void, name: string, type: string): Promise<Row[]> {
  tell(`rows of ${OF_ONE_TYPE} events: ${name}`);
  const target = await productTarget(true);
  try {
    for (let sent = 0; sent < OF_ONE_TYPE; sent += PER_DELIVERY) await push(target, envelope(PER_DELIVERY, [type]));
    await processed(target, OF_ONE_TYPE);
    const { rowsWritten, events } = batches(target);
    return [row(`rows written an event, each a ${name}`, rowsWritten / events, 'rows', { atMost: 3 })];
  } finally {
    await target.runtime.dispose();
  }
}

export interface Cost {
  rowsPerEvent: number;
  messagesPerEvent: number;
  /** Time from the first push to the last event processed: more than the CPU time of both. */
  millisPerEvent: number;
}

/** What an event costs where deliveries are as small as hooks send them. */
export async function costOf(events: number, perDelivery: number): Promise<Cost> {
  const target = await productTarget(true);
  try {
    const began = performance.now();
    for (let sent = 0; sent < events; sent += perDelivery) await push(target, envelope(perDelivery, MIX));
    await processed(target, events);
    const millisPerEvent = (performance.now() - began) / events;
    const sum = batches(target);
    return { rowsPerEvent: sum.rowsWritten / sum.events, messagesPerEvent: sum.messages / sum.events, millisPerEvent };
  } finally {
    await target.runtime.dispose();
  }
}
