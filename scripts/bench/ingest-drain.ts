import { batches, envelope, MIX, processed, productTarget, push, SIGN_IN, SIGN_ON } from './ingest-target.ts';
import { nativeInsertRate } from './native-sqlite.ts';
import { type Row, row } from './row.ts';

const EVENTS = 60_000;
const PER_DELIVERY = 2_000;
const OF_ONE_TYPE = 6_000;

/** From the first push to the last event processed, and the rows it cost. */
export async function benchDrain(tell: (line: string) => void): Promise<Row[]> {
  tell(`drain of ${EVENTS} sign-ons and sign-ins`);
  const target = await productTarget(true);
  try {
    const bodies = Array.from({ length: EVENTS / PER_DELIVERY }, () => envelope(PER_DELIVERY, MIX));
    await push(target, envelope(1));
    await processed(target, 1);
    const before = batches(target);
    const began = performance.now();
    for (const body of bodies) await push(target, body);
    const health = await processed(target, EVENTS + 1);
    const seconds = (performance.now() - began) / 1_000;
    const after = batches(target);
    tell('the same rows into native SQLite');
    const native = await nativeInsertRate(await target.runtime.miniflare.getD1Database('EVIDENCE_0', 'postern'));
    const events = after.events - before.events;
    return [
      row('drain: events stored and processed', (health.processed - 1) / seconds, '/s', {
        atLeast: 5_000,
        against: { name: 'native SQLite, the same rows', value: Math.round(native) },
      }),
      row('drain: lost', EVENTS + 1 - health.processed, 'events', { atMost: 0 }),
      row('drain: doubled', health.duplicate, 'events', { atMost: 0 }),
      row('rows written a stored event', (after.rowsWritten - before.rowsWritten) / events, 'rows', {
        atMost: 3,
      }),
      ...(await rowsOf(tell, 'sign-on to an app', SIGN_ON)),
      ...(await rowsOf(tell, 'sign-in', SIGN_IN)),
    ];
  } finally {
    await target.runtime.dispose();
  }
}

/** The dearest and the cheapest of the mix: only a sign-on is indexed by its target. */
async function rowsOf(tell: (line: string) => void, name: string, type: string): Promise<Row[]> {
  tell(`rows of ${OF_ONE_TYPE} events: ${name}`);
  const target = await productTarget(true);
  try {
    for (let sent = 0; sent < OF_ONE_TYPE; sent += PER_DELIVERY) await push(target, envelope(PER_DELIVERY, [type]));
    await processed(target, OF_ONE_TYPE);
    const { rowsWritten, events } = batches(target);
    return [row(`rows written a stored event, each a ${name}`, rowsWritten / events, 'rows')];
  } finally {
    await target.runtime.dispose();
  }
}

/** Rows and messages an event where deliveries are as small as hooks send them. */
export async function costOf(
  events: number,
  perDelivery: number,
): Promise<{ rowsPerEvent: number; messagesPerEvent: number }> {
  const target = await productTarget(true);
  try {
    for (let sent = 0; sent < events; sent += perDelivery) await push(target, envelope(perDelivery));
    await processed(target, events);
    const sum = batches(target);
    return { rowsPerEvent: sum.rowsWritten / sum.events, messagesPerEvent: sum.messages / sum.events };
  } finally {
    await target.runtime.dispose();
  }
}
