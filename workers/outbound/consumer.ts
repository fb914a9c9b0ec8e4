import type { Deps } from '../platform/deps.ts';
import { describeError } from '../platform/errors.ts';
import { storeDeadMessages, type UndeliverableMessage } from './dead-letters.ts';
import { claimNamed, insertClaimed, type NewDelivery } from './delivery-store.ts';
import { routingOf } from './integrations.repository.ts';
import { type Lookups, lookupsOf } from './lookups.ts';
import { type OutboundMessage, parseQueueMessage } from './message.ts';
import { backoff } from './outcome.ts';
import { planDeliveries } from './plan.ts';
import { leaseFor, sendClaimed } from './send.ts';

interface TenantWork {
  messages: Message[];
  changes: OutboundMessage[];
  retries: string[];
}

/**
 * Consumer of the outbound queue. A change of an issue becomes one delivery an interested integration, stored with its
 * body and sent; from then on the stored delivery, not the message, is what makes sure that it arrives. So a message is
 * acknowledged once its deliveries are stored, and one that comes twice stores and sends nothing.
 */
export async function consumeOutbound(
  batch: MessageBatch<unknown>,
  deps: Deps,
  lookups: Lookups = lookupsOf(deps),
): Promise<void> {
  const work = new Map<string, TenantWork>();
  const malformed: Message[] = [];
  for (const message of batch.messages) {
    const parsed = parseQueueMessage(message.body);
    if (!parsed) {
      malformed.push(message);
      continue;
    }
    const tenant = work.get(parsed.tenantId) ?? { messages: [], changes: [], retries: [] };
    work.set(parsed.tenantId, tenant);
    tenant.messages.push(message);
    if ('retry' in parsed) tenant.retries.push(...parsed.retry);
    else tenant.changes.push(parsed);
  }
  await Promise.all([
    settleMessages(deps, malformed, () => storeMalformed(deps, malformed)),
    ...shardsOf(deps, work).map(([db, tenants]) =>
      settleMessages(
        deps,
        [...tenants.values()].flatMap(({ messages }) => messages),
        () => deliver(deps, lookups, db, tenants),
      ),
    ),
  ]);
}

/** Consumer of the outbound dead-letter queue: keeps what the queue gave up on. */
export async function consumeOutboundDead(batch: MessageBatch<unknown>, deps: Deps): Promise<void> {
  const dead = batch.messages.map(
    (message): UndeliverableMessage => ({
      messageId: message.id,
      body: message.body,
      reason: 'attempts_exhausted',
      detail:
        'This change of an issue could not be turned into deliveries, although it was tried several times. Replay it once the cause in the log is mended.',
    }),
  );
  await settleMessages(deps, batch.messages, () => storeDeadMessages(deps, dead));
}

async function deliver(deps: Deps, lookups: Lookups, db: D1Database, tenants: Map<string, TenantWork>): Promise<void> {
  const routing = await routingOf(deps, [...tenants.keys()]);
  const plans = await Promise.all(
    [...tenants].map(([tenantId, { changes }]) => {
      const routes = routing.get(tenantId);
      return routes && changes.length > 0 ? planDeliveries(deps, lookups, tenantId, changes, routes) : [];
    }),
  );
  const planned: NewDelivery[] = plans.flat();
  const named = [...tenants].flatMap(([tenantId, { retries }]) => retries.map((id) => ({ tenantId, id })));
  const now = deps.clock.now();
  const until = now + leaseFor(planned.length + named.length);
  const fresh = planned.length > 0 ? await insertClaimed(db, planned, now, until) : [];
  const due = await claimNamed(db, named, now, until);
  await sendClaimed(deps, db, [...fresh, ...due], routing);
}

function storeMalformed(deps: Deps, messages: readonly Message[]): Promise<void> {
  return storeDeadMessages(
    deps,
    messages.map((message) => ({
      messageId: message.id,
      body: message.body,
      reason: 'message.malformed',
      detail: 'The message is not one that this version understands. Discard it, or replay it after an upgrade.',
    })),
  );
}

function shardsOf(deps: Deps, work: Map<string, TenantWork>): [D1Database, Map<string, TenantWork>][] {
  const shards = new Map<D1Database, Map<string, TenantWork>>();
  for (const [tenantId, tenant] of work) {
    const db = deps.evidence(tenantId);
    const tenants = shards.get(db) ?? new Map<string, TenantWork>();
    shards.set(db, tenants.set(tenantId, tenant));
  }
  return [...shards];
}

/** Acknowledges messages when the work on them is done, and has them brought again when it failed. */
async function settleMessages(deps: Deps, messages: readonly Message[], work: () => Promise<void>): Promise<void> {
  if (messages.length === 0) return;
  try {
    await work();
    for (const message of messages) message.ack();
  } catch (error) {
    deps.log.error('outbound: a batch failed', { messages: messages.length, error: describeError(error).message });
    for (const message of messages) {
      message.retry({ delaySeconds: Math.ceil(backoff(message.attempts, message.id) / 1_000) });
    }
  }
}
