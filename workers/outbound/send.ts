import { audit } from '../auth/audit.ts';
import { POSTERN } from '../auth/principal.ts';
import { createBoundedCache } from '../platform/bounded-cache.ts';
import { MINUTE, type Millis, SECOND } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import { describeError } from '../platform/errors.ts';
import { createSealer } from '../platform/sealing.ts';
import { attempt, SEND_TIMEOUT_MS } from './attempt.ts';
import { type ClaimedDelivery, type Settlement, settle } from './delivery-store.ts';
import { type Credentials, type Integration, openCredentials } from './integration.ts';
import { disableIntegrations, type Routing } from './integrations.repository.ts';
import { type AttemptResult, backoff, type Outcome, outcomeOf } from './outcome.ts';
import { sendToOutbound } from './publish.ts';

/** A Worker invocation has 6 connections at once; more would only wait. */
export const SEND_CONCURRENCY = 6;
/** Retries within this time go over the queue; later ones wait for the cron of each minute. */
export const QUEUE_RETRY_LIMIT = MINUTE;
/** An integration that did not answer this often in a batch is left alone for the rest of it. */
const UNREACHABLE_LIMIT = 2;
/** And then, by every batch, for this long: past what the queue retries, so that it is the cron that tries it again. */
const REST = 90 * SECOND;
/** Requests at a time to a receiver that has not answered in this batch: one that is down leaves connections to others. */
const UNANSWERED_CONCURRENCY = 2;
const MAX_RESTING = 1_000;

/** Integrations that do not answer, until they are tried again. */
const resting = createBoundedCache<true>(MAX_RESTING, REST);
const LEASE_MARGIN = 30 * SECOND;

/** How long a batch of `count` deliveries may be claimed: when every receiver uses up its time-out. */
export function leaseFor(count: number): Millis {
  return Math.ceil(count / SEND_CONCURRENCY) * SEND_TIMEOUT_MS + LEASE_MARGIN;
}

/**
 * Sends claimed deliveries of one evidence database, stores what became of them, and plans the retries. Throws only when
 * the results cannot be stored: the claims then run out, and the deliveries are sent again under the same `webhook-id`.
 */
export async function sendClaimed(
  deps: Deps,
  db: D1Database,
  claimed: ClaimedDelivery[],
  routing: Map<string, Routing>,
): Promise<void> {
  if (claimed.length === 0) return;
  const sender = createSender(deps, routing);
  const settlements: Settlement[] = [];
  const queue = [...claimed];
  const running = new Set<Promise<void>>();
  while (queue.length + running.size > 0) {
    const at = running.size < SEND_CONCURRENCY ? queue.findIndex(sender.mayGo) : -1;
    const [next] = at === -1 ? [] : queue.splice(at, 1);
    if (!next) {
      await Promise.race(running);
      continue;
    }
    const sending: Promise<void> = sender
      .send(next)
      .then((settlement) => void settlements.push(settlement))
      .finally(() => running.delete(sending));
    running.add(sending);
  }
  await settle(db, settlements, deps.clock.now());
  await switchOff(deps, sender.gone);
  await queueRetries(deps, settlements);
}

interface Target {
  integration: Integration;
  /** Opened with the first delivery that is really sent. */
  credentials: Promise<Credentials> | null;
  unreachable: number;
  /** Whether it answered in this batch, and the requests that are under way. */
  answered: boolean;
  inFlight: number;
  /** Set when the receiver wants to be left alone until then. */
  restUntil: Millis | null;
  gone: boolean;
}

function createSender(deps: Deps, routing: Map<string, Routing>) {
  const sealer = createSealer(deps.env.SEALING_KEYS);
  const targets = new Map<string, Target>();
  const gone: Integration[] = [];

  function targetOf({ tenantId, integrationId }: ClaimedDelivery): Target | null {
    const key = `${tenantId}/${integrationId}`;
    const known = targets.get(key);
    if (known) return known;
    const integration = routing.get(tenantId)?.integrations.get(integrationId);
    if (!integration) return null;
    const now = deps.clock.now();
    const restUntil = resting.get(key, now) ? now + REST : null;
    const target = {
      integration,
      credentials: null,
      unreachable: 0,
      answered: false,
      inFlight: 0,
      restUntil,
      gone: false,
    };
    targets.set(key, target);
    return target;
  }

  async function post(target: Target, delivery: ClaimedDelivery): Promise<AttemptResult> {
    let credentials: Credentials;
    try {
      target.credentials ??= openCredentials(sealer, target.integration);
      credentials = await target.credentials;
    } catch (error) {
      deps.log.error('outbound: secrets do not open', {
        integrationId: target.integration.id,
        error: describeError(error).name,
      });
      return { kind: 'unreachable', error: 'The secrets of this integration cannot be opened: enter them again.' };
    }
    return attempt(deps, { url: target.integration.url, credentials }, delivery);
  }

  async function send(delivery: ClaimedDelivery): Promise<Settlement> {
    const target = targetOf(delivery);
    if (!target) return failed(delivery, 'The integration was removed.');
    if (target.gone || target.integration.status === 'disabled') {
      return failed(delivery, 'The integration is switched off: switch it on and replay the delivery.');
    }
    if (target.restUntil !== null) return postponed(delivery, target.restUntil);
    target.inFlight++;
    const result = await post(target, delivery);
    target.inFlight--;
    target.answered ||= result.kind === 'answer';
    const now = deps.clock.now();
    const outcome = outcomeOf(result, delivery.attempt, delivery.id, now);
    remember(target, result, outcome, now);
    return settlementOf(delivery, outcome);
  }

  function remember(target: Target, result: AttemptResult, outcome: Outcome, now: Millis): void {
    if (outcome.status === 'dead' && outcome.disable && !target.gone) {
      target.gone = true;
      gone.push(target.integration);
    }
    if (result.kind === 'unreachable' && ++target.unreachable >= UNREACHABLE_LIMIT) {
      target.restUntil = now + REST;
      resting.set(`${target.integration.tenantId}/${target.integration.id}`, true, now);
    }
    if (outcome.status === 'retry' && result.kind === 'answer' && result.retryAfter) target.restUntil = outcome.at;
  }

  function mayGo(delivery: ClaimedDelivery): boolean {
    const target = targetOf(delivery);
    return !target || target.answered || target.restUntil !== null || target.inFlight < UNANSWERED_CONCURRENCY;
  }

  return { send, mayGo, gone };
}

function settlementOf(delivery: ClaimedDelivery, outcome: Outcome): Settlement {
  const { tenantId, id, attempt } = delivery;
  const base = { tenantId, id, attempt, nextAttemptAt: null, reason: null, counts: true };
  if (outcome.status === 'delivered') {
    return { ...base, status: 'delivered', responseStatus: outcome.responseStatus, error: null };
  }
  const { responseStatus, error } = outcome;
  if (outcome.status === 'retry') {
    return { ...base, status: 'pending', nextAttemptAt: outcome.at, responseStatus, error };
  }
  return { ...base, status: 'dead', reason: outcome.reason, responseStatus, error };
}

function failed({ tenantId, id, attempt }: ClaimedDelivery, error: string): Settlement {
  const none = { nextAttemptAt: null, responseStatus: null, reason: null, counts: false };
  return { tenantId, id, attempt, status: 'failed', error, ...none };
}

function postponed({ tenantId, id, attempt }: ClaimedDelivery, until: Millis): Settlement {
  const error = 'Waiting: the receiver asked for fewer requests or did not answer.';
  const none = { responseStatus: null, reason: null, counts: false };
  return { tenantId, id, attempt, status: 'pending', nextAttemptAt: until + backoff(attempt, id), error, ...none };
}

async function switchOff(deps: Deps, gone: Integration[]): Promise<void> {
  for (const { tenantId, id } of gone) {
    const switched = await disableIntegrations(deps, tenantId, [id]);
    if (switched.length === 0) continue;
    const detail = { reason: 'The receiver answered 410 Gone.' };
    await audit(deps, tenantId, POSTERN, {
      action: 'integration.disable',
      targetKind: 'integration',
      targetId: id,
      detail,
    });
  }
}

/** The queue only brings a retry earlier than the cron would: when it refuses, nothing is lost. */
async function queueRetries(deps: Deps, settlements: Settlement[]): Promise<void> {
  const now = deps.clock.now();
  const byDelay = new Map<number, Map<string, string[]>>();
  for (const { tenantId, id, nextAttemptAt } of settlements) {
    if (nextAttemptAt === null || nextAttemptAt - now > QUEUE_RETRY_LIMIT) continue;
    const delay = Math.max(1, Math.ceil((nextAttemptAt - now) / SECOND));
    const tenants = byDelay.get(delay) ?? new Map<string, string[]>();
    tenants.set(tenantId, [...(tenants.get(tenantId) ?? []), id]);
    byDelay.set(delay, tenants);
  }
  try {
    for (const [delay, tenants] of byDelay) {
      const messages = [...tenants].map(([tenantId, retry]) => ({ v: 1 as const, tenantId, retry }));
      await sendToOutbound(deps, messages, delay);
    }
  } catch (error) {
    deps.log.warn('outbound: retries wait for the cron', { error: describeError(error).name });
  }
}
