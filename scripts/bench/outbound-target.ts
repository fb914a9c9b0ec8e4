import type { OutboundMessage } from '../../workers/outbound/message.ts';
import { createApiClient } from '../lib/api.ts';
import { hookEnvelope } from '../lib/deliveries.ts';
import { productTarget, push, type Target } from './ingest-target.ts';
import type { Receiver } from './outbound-receiver.ts';
import { bundle, type Runtime, start } from './runtime.ts';

const ENTRY = 'workers/outbound/testing/bench.worker.ts';
const DAY = 86_400_000;
/** Denied pushes that make an issue of `push-fatigue`, and those who deny them in one delivery. */
const PUSHES = 5;
const PEOPLE_A_DELIVERY = 50;
/** The queue hands a batch over at once: nothing for so long means that it is empty. */
const QUIET_MS = 2_000;

export interface OutboundTarget extends Target {
  tenantId: string;
  issues: string[];
}

export type Change = OutboundMessage['change'];

/** The product with so many open issues of real accounts, and nobody who is told of them yet. */
export async function outboundTarget(issues: number): Promise<OutboundTarget> {
  const target = await productTarget(true, await bundle(ENTRY));
  for (let from = 0; from < issues; from += PEOPLE_A_DELIVERY) {
    const people = Array.from({ length: Math.min(PEOPLE_A_DELIVERY, issues - from) }, (_, n) => `00ufill${from + n}`);
    await push(target, hookEnvelope(people.flatMap(attack)));
  }
  const db = await target.runtime.miniflare.getD1Database('EVIDENCE_0', 'postern');
  const found = async () =>
    (await db.prepare('SELECT tenant_id, id FROM issues').all<{ tenant_id: string; id: string }>()).results;
  let rows = await found();
  for (const until = performance.now() + 60_000; rows.length < issues; rows = await found()) {
    if (performance.now() > until) throw new Error(`${rows.length} of ${issues} issues were opened`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await quiet(target.runtime);
  return { ...target, tenantId: rows[0]?.tenant_id ?? '', issues: rows.map(({ id }) => id) };
}

/** Waits until the outbound queue holds none of the changes that opened the issues: they are not to be measured. */
async function quiet({ logged }: Runtime): Promise<void> {
  const batches = () => logged.filter(({ message }) => message === 'outbound rows').length;
  for (let before = -1; before !== batches(); ) {
    before = batches();
    await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
  }
}

/** What opens an issue by itself: somebody who works here denies one push after the other. */
export function attack(nativeId: string): Record<string, unknown>[] {
  const now = Date.now();
  const person = {
    id: nativeId,
    type: 'User',
    alternateId: `${nativeId}@acme.test`,
    displayName: `Person ${nativeId}`,
  };
  const event = (eventType: string, at: number, more: Record<string, unknown>) => ({
    uuid: crypto.randomUUID(),
    eventType,
    published: new Date(at).toISOString(),
    severity: 'INFO',
    displayMessage: eventType,
    ...more,
  });
  return [
    // from before the last day: no refresh of the account, which nobody would answer
    event('user.lifecycle.activate', now - 2 * DAY, {
      actor: person,
      target: [person],
      outcome: { result: 'SUCCESS' },
    }),
    ...Array.from({ length: PUSHES }, (_, n) =>
      event('user.mfa.okta_verify.deny_push', now - PUSHES + n, {
        actor: person,
        transaction: { id: `tx-${nativeId}-${n}` },
        outcome: { result: 'FAILURE' },
      }),
    ),
  ];
}

/** Tells a receiver of these changes from now on. Returns the signing secret. */
export async function tell(target: OutboundTarget, receiver: Receiver, changes: Change[]): Promise<string> {
  const api = createApiClient(target.runtime.origin, target.token);
  const { id, signingSecret } = await api.request<{ id: string; signingSecret: string }>('POST', '/integrations', {
    kind: 'webhook',
    name: 'Bench',
    url: receiver.url,
  });
  await api.request('POST', '/automations', { name: 'Bench', integrationId: id, changes });
  return signingSecret;
}

/** Puts changes on the outbound queue, as settling verdicts does: `count` of them, each another delivery. */
export async function publish(target: OutboundTarget, change: Change, from: number, count: number, at = Date.now()) {
  const queue = await target.runtime.miniflare.getQueueProducer<OutboundMessage>('OUTBOUND', 'postern');
  const { tenantId, issues } = target;
  await inBatches(queue, count, (n): OutboundMessage => {
    const place = from + n;
    // the issue and its time are the delivery's identity
    return {
      v: 1,
      tenantId,
      issueId: issues[place % issues.length] ?? '',
      change,
      at: at + Math.floor(place / issues.length),
    };
  });
}

export interface BareSender {
  runtime: Runtime;
  /** Puts so many messages on its queue. */
  publish(url: string, count: number): Promise<void>;
}

/**
 * A consumer that only signs a body and sends it, with as many requests at a time as the product: no database, no
 * automations, no body to compose. `sample` is a body of the product's.
 */
export async function startBareSender(sample: string): Promise<BareSender> {
  const contents = `
    const BODY = ${JSON.stringify(sample)};
    const encoder = new TextEncoder();
    const made = crypto.subtle.importKey('raw', new Uint8Array(32), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
    const send = async ({ id, url }) => {
      const at = String(Math.floor(Date.now() / 1000));
      const mac = await crypto.subtle.sign('HMAC', await made, encoder.encode(id + '.' + at + '.' + BODY));
      const signature = 'v1,' + btoa(String.fromCharCode(...new Uint8Array(mac)));
      const headers = { 'content-type': 'application/json', 'webhook-id': id, 'webhook-timestamp': at,
        'webhook-signature': signature };
      const response = await fetch(url, { method: 'POST', headers, body: BODY });
      await response.arrayBuffer();
    };
    export default { fetch: () => new Response(null), async queue(batch) {
      const left = [...batch.messages];
      const lane = async () => { for (let next = left.shift(); next; next = left.shift()) await send(next.body); };
      await Promise.all(Array.from({ length: 6 }, lane));
      batch.ackAll();
    } };`;
  const runtime = await start({
    name: 'bare',
    modules: [{ type: 'ESModule', path: 'index.js', contents }],
    compatibilityDate: '2026-11-01',
    queueProducers: { OUTBOUND: 'bare-outbound' },
    queueConsumers: { 'bare-outbound': { maxBatchSize: 100, maxBatchTimeout: 0 } },
  });
  const queue = await runtime.miniflare.getQueueProducer<{ id: string; url: string }>('OUTBOUND', 'bare');
  return {
    runtime,
    publish: (url, count) => inBatches(queue, count, () => ({ id: `dlv_${crypto.randomUUID()}`, url })),
  };
}

/** Queues takes 100 messages a call. */
async function inBatches<T>(
  queue: { sendBatch(messages: { body: T; contentType: 'json' }[]): Promise<unknown> },
  count: number,
  make: (n: number) => T,
): Promise<void> {
  for (let from = 0; from < count; from += 100) {
    const bodies = Array.from({ length: Math.min(100, count - from) }, (_, n) => make(from + n));
    await queue.sendBatch(bodies.map((body) => ({ body, contentType: 'json' as const })));
  }
}
