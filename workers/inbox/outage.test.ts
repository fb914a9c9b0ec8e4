import { describe, expect, it } from 'vitest';
import { T0 } from '../../test/deps.ts';
import { nodeId } from '../graph/model.ts';
import { enqueueEvents } from '../ingest/enqueue.ts';
import { iso, SECOND } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import { consumeInbox } from './consume.ts';
import { sourceCounters } from './counters.ts';
import { inboxUnderTest, rawEvent } from './inbox.fixtures.ts';
import { reclaimInbox } from './reclaim.ts';
import { simulatedQueue } from './testing/simulated-queue.ts';

const OUTAGE = { from: T0 + 10 * SECOND, until: T0 + 40 * SECOND };
const EVENTS_A_SECOND = 20;
const SECONDS = 60;

type Tested = ReturnType<typeof inboxUnderTest>;

/** The evidence database fails while the clock says so: every second time after it has done what was asked. */
function failDuringOutage(t: Tested): { failed(): number } {
  let failed = 0;
  const isDown = () => t.clock.now() >= OUTAGE.from && t.clock.now() < OUTAGE.until;
  const flaky = new Proxy(t.db, {
    get: (db, key) => {
      const value = Reflect.get(db, key);
      if (typeof value !== 'function') return value;
      if (key !== 'batch') return value.bind(db);
      return async (statements: D1PreparedStatement[]) => {
        if (!isDown()) return db.batch(statements);
        if (++failed % 2 === 0) await db.batch(statements);
        throw new Error('D1_ERROR: Network connection lost.');
      };
    },
  });
  t.deps.evidence = () => flaky;
  t.deps.evidenceShards = [flaky];
  return { failed: () => failed };
}

/** A minute of deliveries through the outage. `sent` are the uuids that were acknowledged. */
async function aMinute(t: Tested, queue: ReturnType<typeof simulatedQueue>, each?: (second: number) => Promise<void>) {
  const sent: string[] = [];
  let unacknowledged: Record<string, unknown>[][] = [];
  for (let second = 0; second < SECONDS; second++) {
    unacknowledged.push(
      Array.from({ length: EVENTS_A_SECOND }, (_, n) =>
        rawEvent({ published: iso(t.clock.now()), target: [{ id: `00u${second}-${n}`, type: 'User' }] }),
      ),
    );
    const again: typeof unacknowledged = [];
    for (const events of unacknowledged) {
      try {
        await enqueueEvents(t.deps, { tenantId: t.tenantId, sourceId: 'src_a', channel: 'event_hook', events });
        sent.push(...events.map(({ uuid }) => String(uuid)));
      } catch {
        again.push(events);
      }
    }
    unacknowledged = again;
    await queue.deliver((batch) => consumeInbox(batch, t.deps, t.targets));
    await each?.(second);
    t.clock.advance(SECOND);
  }
  expect(unacknowledged).toEqual([]);
  return sent;
}

/** Lets the time pass until nothing waits. */
async function workOff(t: Tested, queue: ReturnType<typeof simulatedQueue>) {
  for (let due = queue.nextDue(); due !== null; due = queue.nextDue()) {
    t.clock.set(Math.max(due, t.clock.now()));
    await queue.deliver((batch) => consumeInbox(batch, t.deps, t.targets));
  }
}

async function expectAllOnce(t: Tested, sent: string[]) {
  expect((await t.events()).map((row) => row.uuid)).toEqual([...sent].sort());
  expect(await t.dead()).toEqual([]);
  // each event is about a user of its own: whose account was changed, had its effect
  const changed = new Set(
    t.did.deltas.flatMap(({ changes }) => changes.flatMap((c) => ('accountId' in c ? [c.accountId] : []))),
  );
  // storage is shared: a reclaim finds what other tests left as well
  const meant = Array.from({ length: sent.length }, (_, i) => {
    const user = `00u${Math.floor(i / EVENTS_A_SECOND)}-${i % EVENTS_A_SECOND}`;
    return nodeId('account', 'src_a', user);
  });
  expect(meant.filter((id) => !changed.has(id))).toEqual([]);
  return sourceCounters(t.deps, t.tenantId, 'src_a');
}

describe('the evidence database fails for 30 seconds', () => {
  it('on Cloudflare: deliveries are taken, wait in the queue, and all are stored once', async () => {
    const t = inboxUnderTest();
    const queue = simulatedQueue(t.clock);
    t.deps.env = { ...t.deps.env, INBOX: queue.binding } as Deps['env'];
    const outage = failDuringOutage(t);
    const sent = await aMinute(t, queue);
    expect(sent).toHaveLength(EVENTS_A_SECOND * SECONDS);
    expect(outage.failed()).toBeGreaterThanOrEqual(30);
    await workOff(t, queue);
    // ten retries are the bound: an outage of this length is far from it
    expect(queue.attempts()).toBeLessThanOrEqual(7);
    expect(queue.dead).toEqual([]);
    const total = sent.length;
    expect(await expectAllOnce(t, sent)).toMatchObject({
      received: total,
      accepted: total,
      processed: total,
      duplicate: 0,
      pending: 0,
      dead: 0,
    });
    // the last retry of the backoff is not minutes after the outage
    expect(t.clock.now() - OUTAGE.until).toBeLessThan(3 * 60 * SECOND);
  });

  it('on the local runtime: what is not kept is not acknowledged, and what the queue forgot is taken up', async () => {
    const t = inboxUnderTest();
    const queue = simulatedQueue(t.clock);
    t.deps.env = { ...t.deps.env, INBOX: queue.binding, INGEST_SPOOL: 'on' } as unknown as Deps['env'];
    failDuringOutage(t);
    const sent = await aMinute(t, queue, async (second) => {
      // killed in the middle of the outage and after it, with what waits in the queue
      if (second === 25 || second === 45) queue.forget();
    });
    await workOff(t, queue);
    for (let minute = 0; minute < 12; minute++) {
      t.clock.advance(60 * SECOND);
      await reclaimInbox(t.deps);
      await workOff(t, queue);
    }
    const total = sent.length;
    const counters = await expectAllOnce(t, sent);
    expect(counters).toMatchObject({ processed: total, pending: 0, dead: 0 });
    // a delivery that was kept and not acknowledged came once more
    expect(counters.accepted - counters.duplicate).toBe(total);
  });
});
