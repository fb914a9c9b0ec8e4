import type { Deps } from '../deps.ts';
import { defineError } from '../errors.ts';
import { urlProblem } from './public-url.ts';

/** The address may not be called, or it answered with a redirect. Permanent. */
export const outboundBlocked = defineError({
  code: 'outbound.blocked',
  status: 422,
  title: 'The address may not be called',
});
/** No whole answer within the time allowed. Transient. */
export const outboundTimeout = defineError({ code: 'outbound.timeout', status: 504, title: 'No answer in time' });
/** The answer is larger than the caller accepts. Permanent. */
export const outboundTooLarge = defineError({
  code: 'outbound.too_large',
  status: 422,
  title: 'The answer is too large',
});
/** The connection could not be made or broke. Transient. */
export const outboundFailed = defineError({ code: 'outbound.failed', status: 502, title: 'The connection failed' });

export interface OutboundLimits {
  /** For the whole exchange, body included. */
  timeoutMs: number;
  /** Of the answer's body. */
  maxBytes: number;
}

export interface OutboundResponse {
  status: number;
  headers: Headers;
  text: string;
}

/** Statuses that name another address in `Location`. */
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * Throws `outbound.blocked` unless `url` is a public https address (or loopback, in development). Returns it parsed.
 * Feature code calls it when an address is saved; `guardedFetch` calls it again before each request.
 */
export function checkOutboundUrl(env: Pick<Env, 'ENVIRONMENT'>, url: string): URL {
  if (!URL.canParse(url)) throw outboundBlocked({ detail: 'This is not an address.' });
  const parsed = new URL(url);
  // the binding's type is the literal of wrangler.toml; .dev.vars and tests say otherwise
  const environment: string = env.ENVIRONMENT;
  const problem = urlProblem(parsed, { loopback: environment === 'development' });
  if (problem) throw outboundBlocked({ detail: `${parsed.origin}: ${problem}.` });
  return parsed;
}

/**
 * The only way a request leaves Postern: public https hosts, no redirects, a time-out over headers and body, and a
 * limit on the body. Any status but a redirect is an answer, not an error. Throws `outbound.blocked`,
 * `outbound.timeout`, `outbound.too_large`, `outbound.failed`.
 */
export async function guardedFetch(
  deps: Pick<Deps, 'env' | 'fetch'>,
  url: string,
  init: RequestInit,
  limits: OutboundLimits,
): Promise<OutboundResponse> {
  const target = checkOutboundUrl(deps.env, url);
  // ended with the request: an `AbortSignal.timeout` lives on, and an invocation may have 10,000 timers
  const expiry = new AbortController();
  const { signal } = expiry;
  const timer = setTimeout(() => expiry.abort(), limits.timeoutMs);
  try {
    const response = await orAborted(deps.fetch(target.href, { ...init, redirect: 'manual', signal }), signal);
    if (REDIRECTS.has(response.status)) {
      await response.body?.cancel();
      throw outboundBlocked({ detail: `${target.origin} answered with a redirect (${response.status}).` });
    }
    return {
      status: response.status,
      headers: response.headers,
      text: await readLimited(response, limits.maxBytes, signal, target.origin),
    };
  } catch (error) {
    if (error instanceof Error && error.name === 'PosternError') throw error;
    if (signal.aborted) throw outboundTimeout({ detail: `${target.origin} gave no answer in ${limits.timeoutMs} ms.` });
    throw outboundFailed({ detail: `${target.origin} could not be reached.`, cause: error });
  } finally {
    clearTimeout(timer);
  }
}

async function readLimited(response: Response, maxBytes: number, signal: AbortSignal, origin: string): Promise<string> {
  const tooLarge = () => outboundTooLarge({ detail: `${origin} answered with more than ${maxBytes} bytes.` });
  if (Number(response.headers.get('content-length') ?? 0) > maxBytes) {
    await response.body?.cancel();
    throw tooLarge();
  }
  if (!response.body) return '';
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  for (;;) {
    const { done, value } = await orAborted(reader.read(), signal);
    if (done) return text + decoder.decode();
    size += value.byteLength;
    if (size > maxBytes) {
      await reader.cancel();
      throw tooLarge();
    }
    text += decoder.decode(value, { stream: true });
  }
}

/** A body stream does not always end when its request is aborted, so the signal is raced. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
