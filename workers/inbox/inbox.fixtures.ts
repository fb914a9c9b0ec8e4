import { createExecutionContext, createMessageBatch, getQueueResult } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { freshTenant, manualClock, T0, testDeps } from '../../test/deps.ts';
import type { GraphDelta } from '../graph/writes.ts';
import { iso } from '../platform/clock.ts';
import { consumeInbox } from './consume.ts';
import { consumeInboxDead } from './dead-queue.ts';
import type { EffectTargets } from './effects.ts';
import type { InboxMessage } from './event.ts';

let n = 0;

/** A raw System Log event; `uuid` is its own unless given. */
export function rawEvent(more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    uuid: `uuid-${++n}`,
    eventType: 'user.lifecycle.suspend',
    published: iso(T0 - 1_000),
    actor: { id: '00uadmin', type: 'User', displayName: 'Eve', alternateId: 'eve@acme.test' },
    outcome: { result: 'SUCCESS' },
    target: [{ id: '00uada', type: 'User', displayName: 'Ada', alternateId: 'ada@acme.test' }],
    client: { ipAddress: '203.0.113.9' },
    ...more,
  };
}

export interface Failures {
  /** Thrown by the next calls, in order; the calls after succeed. */
  graph: Error[];
  settle: Error[];
  refresh: Error[];
}

/** One tenant's inbox with effects that are written down instead of done. */
export function inboxUnderTest() {
  const tenantId = freshTenant();
  const clock = manualClock();
  const queued: string[] = [];
  const queue = {
    sendBatch: async (batch: Iterable<{ body: string | Uint8Array }>) => {
      for (const { body } of batch) queued.push(typeof body === 'string' ? body : new TextDecoder().decode(body));
    },
    send: async (body: string) => {
      queued.push(body);
    },
  };
  const deps = testDeps({ clock, env: { ...env, INBOX: queue as unknown as Queue } });
  const did = { deltas: [] as GraphDelta[], settled: 0, refreshes: [] as unknown[], woken: [] as string[] };
  const failures: Failures = { graph: [], settle: [], refresh: [] };
  const fail = (kind: keyof Failures) => {
    const error = failures[kind].shift();
    if (error) throw error;
  };
  const targets = {
    graphOf: () => ({
      applyDelta: async (delta: GraphDelta) => {
        fail('graph');
        did.deltas.push(delta);
        return { rowsWritten: 0, evaluated: 0 };
      },
    }),
    settleVerdicts: async () => {
      fail('settle');
      return ++did.settled;
    },
    startRefresh: async (_: unknown, tenant: string, source: string, refresh: unknown) => {
      fail('refresh');
      did.refreshes.push({ tenant, source, refresh });
    },
    wakeTail: async (_: unknown, tenant: string, source: string) => {
      did.woken.push(`${tenant}/${source}`);
    },
  } as unknown as EffectTargets;

  let messages = 0;
  const message = (events: unknown[], more: Partial<InboxMessage> = {}): InboxMessage => ({
    v: 1,
    id: `inb_${tenantId}_${++messages}`,
    tenantId,
    sourceId: 'src_a',
    channel: 'event_hook',
    receivedAt: clock.now(),
    events,
    ...more,
  });

  const batchOf = (bodies: unknown[], attempts = 1) =>
    createMessageBatch(
      'postern-inbox',
      bodies.map((body, index) => ({
        id: `m${index}`,
        timestamp: new Date(clock.now()),
        attempts,
        body: typeof body === 'string' ? body : JSON.stringify(body),
      })),
    );

  const db = deps.evidence(tenantId);
  const rows = async <T = Record<string, unknown>>(sql: string) =>
    (await db.prepare(sql).bind(tenantId).all<T>()).results;

  return {
    tenantId,
    clock,
    deps,
    db,
    did,
    failures,
    queued,
    targets,
    message,
    rows,
    /** Consumes the messages; says which were acknowledged and which come again, and when. */
    async consume(bodies: unknown[], attempts = 1) {
      const batch = batchOf(bodies, attempts);
      const context = createExecutionContext();
      const report = await consumeInbox(batch, deps, targets);
      const { explicitAcks, retryMessages } = await getQueueResult(batch, context);
      return { report, acked: explicitAcks, retried: retryMessages };
    },
    async consumeDead(bodies: unknown[]) {
      const batch = batchOf(bodies, 11);
      await consumeInboxDead(batch, deps);
      return (await getQueueResult(batch, createExecutionContext())).explicitAcks;
    },
    events: () => rows('SELECT uuid, channels, delivery_id, type FROM events WHERE tenant_id = ?1 ORDER BY uuid'),
    deliveries: () => rows('SELECT * FROM inbox WHERE tenant_id = ?1 ORDER BY id'),
    dead: () => rows('SELECT reason, detail, payload, status FROM dead_letters WHERE tenant_id = ?1 ORDER BY reason'),
  };
}
