import { createHash } from 'node:crypto';
import { DAY, HOUR, type Millis, SECOND } from '../platform/clock.ts';

/** Attempts before a delivery is given up. */
export const MAX_ATTEMPTS = 10;
/** Backoff: a random wait between 0 and `BASE * 2^(attempt-1)`, at most `MAX` ("full jitter"). */
export const BACKOFF_BASE = 5 * SECOND;
export const BACKOFF_MAX = HOUR;
/** A receiver may ask for a longer wait by `Retry-After`; beyond a day it is not believed. */
export const RETRY_AFTER_MAX = DAY;

/** What one POST came to. `status` is null when there was no answer. */
export type AttemptResult =
  | { kind: 'answer'; status: number; retryAfter: string | null }
  /** Nothing came back, and trying again may help: time-out, DNS, connection, TLS. */
  | { kind: 'unreachable'; error: string }
  /** Trying again cannot help. */
  | { kind: 'impossible'; reason: DeadReason; error: string };

export type DeadReason =
  | 'receiver.gone'
  | 'receiver.redirects'
  | 'receiver.refused'
  | 'address.blocked'
  | 'attempts_exhausted';

export type Outcome =
  | { status: 'delivered'; responseStatus: number }
  | { status: 'retry'; at: Millis; responseStatus: number | null; error: string }
  | { status: 'dead'; reason: DeadReason; responseStatus: number | null; error: string; disable: boolean };

/** 4xx that ask for another try: Request Timeout, Too Early, Too Many Requests. */
const RETRYABLE_4XX = new Set([408, 425, 429]);

/**
 * Decides what follows from an attempt. 2xx: delivered. 408, 425, 429, 5xx and no answer: again later, honouring
 * `Retry-After`. 410: dead, and the integration is switched off (Standard Webhooks). 3xx and other 4xx: dead at once,
 * since the same request would be refused again.
 *
 * @param attempt 1 for the first one
 */
export function outcomeOf(result: AttemptResult, attempt: number, deliveryId: string, now: Millis): Outcome {
  if (result.kind === 'impossible') {
    return { status: 'dead', reason: result.reason, responseStatus: null, error: result.error, disable: false };
  }
  if (result.kind === 'unreachable') return again(attempt, deliveryId, now, null, result.error, null);
  const { status } = result;
  if (status >= 200 && status < 300) return { status: 'delivered', responseStatus: status };
  const error = explainStatus(status);
  if (status >= 500 || RETRYABLE_4XX.has(status)) {
    return again(attempt, deliveryId, now, status, error, parseRetryAfter(result.retryAfter, now));
  }
  const reason = status === 410 ? 'receiver.gone' : status < 400 ? 'receiver.redirects' : 'receiver.refused';
  return { status: 'dead', reason, responseStatus: status, error, disable: status === 410 };
}

function again(
  attempt: number,
  deliveryId: string,
  now: Millis,
  responseStatus: number | null,
  error: string,
  retryAfter: Millis | null,
): Outcome {
  if (attempt >= MAX_ATTEMPTS) {
    return {
      status: 'dead',
      reason: 'attempts_exhausted',
      responseStatus,
      error: `${error} Given up after ${attempt} attempts.`,
      disable: false,
    };
  }
  const wait = Math.max(backoff(attempt, deliveryId), retryAfter ?? 0);
  return { status: 'retry', at: now + wait, responseStatus, error };
}

/** Full jitter, at least a second. Drawn from a hash of the delivery and the attempt, so that time can be tested. */
export function backoff(attempt: number, deliveryId: string): Millis {
  const ceiling = Math.min(BACKOFF_MAX, BACKOFF_BASE * 2 ** (attempt - 1));
  const draw = createHash('sha256').update(`${deliveryId}.${attempt}`).digest().readUInt32BE(0) / 2 ** 32;
  return Math.max(SECOND, Math.floor(draw * ceiling));
}

/** RFC 9110 §10.2.3: seconds, or an HTTP date. Null when absent or not understood. */
export function parseRetryAfter(value: string | null, now: Millis): Millis | null {
  if (!value) return null;
  const wait = /^\d{1,9}$/.test(value.trim()) ? Number(value) * SECOND : Date.parse(value) - now;
  if (!Number.isFinite(wait)) return null;
  return Math.min(RETRY_AFTER_MAX, Math.max(0, wait));
}

/** What a status means for the person who set the integration up, and what to do next. Never quotes the answer. */
export function explainStatus(status: number): string {
  const answered = `The receiver answered ${status}.`;
  if (status === 401 || status === 403) {
    return `${answered} It does not accept the API key: check the key's place, its name (upper and lower case count, for Okta Workflows exactly clientToken) and its value.`;
  }
  if (status === 404) {
    return `${answered} There is nothing at this address: copy it again, for Okta Workflows up to and including /invoke, and see that the flow is turned on.`;
  }
  if (status === 410) return `${answered} It does not want deliveries any more, so the integration was switched off.`;
  if (status === 413) return `${answered} It does not take bodies of this size: raise its limit.`;
  if (status === 429) return `${answered} It wants fewer requests: it is tried again later.`;
  if (status === 405 || status === 415) return `${answered} It must take POST requests with a JSON body.`;
  if (status >= 300 && status < 400) {
    return `${answered} Redirects are not followed: enter the address that it points to.`;
  }
  if (status >= 500) return `${answered} It has a fault of its own: look at the receiver's log.`;
  return `${answered} Look at the receiver's log for what it refuses.`;
}
