import type { Deps } from '../platform/deps.ts';
import { PosternError } from '../platform/errors.ts';
import { guardedFetch } from '../platform/http/outbound-fetch.ts';
import type { Credentials } from './integration.ts';
import type { AttemptResult } from './outcome.ts';
import { signatureHeaders } from './signing.ts';

/** A receiver has this long to answer. */
export const SEND_TIMEOUT_MS = 10_000;
/** The answer is not used; this much of it is read. */
export const MAX_ANSWER_BYTES = 256 * 1024;

/**
 * POSTs one body, signed, with the API key where the receiver wants it. Never throws for what the receiver does; the
 * texts it gives carry neither the key nor the address's path and query.
 */
export async function attempt(
  deps: Pick<Deps, 'env' | 'fetch' | 'clock'>,
  target: { url: string; credentials: Credentials },
  delivery: { id: string; body: string },
): Promise<AttemptResult> {
  const { key, signingSecret } = target.credentials;
  const headers = new Headers({
    'content-type': 'application/json',
    'user-agent': 'Postern-Webhooks/1',
    ...signatureHeaders(signingSecret, delivery.id, deps.clock.now(), delivery.body),
  });
  if (key?.in === 'header') headers.set(key.name, key.value);
  const url = key?.in === 'query' ? withParameter(target.url, key.name, key.value) : target.url;
  try {
    const init = { method: 'POST', headers, body: delivery.body };
    const response = await guardedFetch(deps, url, init, { timeoutMs: SEND_TIMEOUT_MS, maxBytes: MAX_ANSWER_BYTES });
    return { kind: 'answer', status: response.status, retryAfter: response.headers.get('retry-after') };
  } catch (error) {
    return explainFailure(error);
  }
}

/** The name keeps its upper and lower case: Okta Workflows takes `clientToken` and nothing else. */
function withParameter(address: string, name: string, value: string): string {
  const url = new URL(address);
  url.searchParams.append(name, value);
  return url.href;
}

function explainFailure(error: unknown): AttemptResult {
  const code = error instanceof PosternError ? error.code : null;
  const detail = error instanceof PosternError && error.detail ? withoutQueries(error.detail) : null;
  if (code === 'outbound.blocked') {
    const why = detail ?? 'The address may not be called.';
    const reason = / answered with a redirect /.test(why) ? 'receiver.redirects' : 'address.blocked';
    const advice =
      reason === 'receiver.redirects'
        ? 'Redirects are not followed: enter the address that it points to.'
        : 'Enter a public https address.';
    return { kind: 'impossible', reason, error: `${why} ${advice}` };
  }
  if (code === 'outbound.too_large') {
    return {
      kind: 'impossible',
      reason: 'receiver.refused',
      error: `The receiver answered with more than ${MAX_ANSWER_BYTES / 1024} KB: let it answer with an empty body.`,
    };
  }
  if (code === 'outbound.timeout') {
    return {
      kind: 'unreachable',
      error: `The receiver gave no answer within ${SEND_TIMEOUT_MS / 1000} s: let it answer first and work afterwards.`,
    };
  }
  return {
    kind: 'unreachable',
    error:
      'No connection could be made: check that the host name is spelt right and known to public DNS, that the receiver is up, and that its TLS certificate is valid.',
  };
}

/** Addresses in texts lose their query, which may hold a key. */
export function withoutQueries(text: string): string {
  return text.replace(/(https?:\/\/[^\s?#]*)[?#]\S*/g, '$1');
}
