import type { ContentfulStatusCode } from 'hono/utils/http-status';

/**
 * An error with a stable code that the API may show. Errors are made by factories beside their feature:
 * `const notFound = defineError({ code: 'issue.not_found', status: 404, title: 'Issue not found' })`.
 */
export class PosternError extends Error {
  override readonly name = 'PosternError';
  readonly code: string;
  readonly status: ContentfulStatusCode;
  readonly title: string;
  readonly detail: string | undefined;
  readonly fields: Record<string, unknown> | undefined;
  /** Seconds the caller should wait, sent as `Retry-After`. */
  readonly retryAfter: number | undefined;

  constructor(input: {
    code: string;
    status: ContentfulStatusCode;
    title: string;
    detail?: string | undefined;
    fields?: Record<string, unknown> | undefined;
    retryAfter?: number | undefined;
    cause?: unknown;
  }) {
    super(input.detail ?? input.title, { cause: input.cause });
    this.code = input.code;
    this.status = input.status;
    this.title = input.title;
    this.detail = input.detail;
    this.fields = input.fields;
    this.retryAfter = input.retryAfter;
  }
}

export function defineError(base: { code: string; status: ContentfulStatusCode; title: string }) {
  return (more: { detail?: string; fields?: Record<string, unknown>; retryAfter?: number; cause?: unknown } = {}) =>
    new PosternError({ ...base, ...more });
}

export const notFound = defineError({ code: 'not_found', status: 404, title: 'Not found' });
export const invalidRequest = defineError({ code: 'invalid_request', status: 400, title: 'The request is not valid' });
export const unauthenticated = defineError({ code: 'unauthenticated', status: 401, title: 'Sign in first' });
export const forbidden = defineError({ code: 'forbidden', status: 403, title: 'Not allowed' });
export const conflict = defineError({ code: 'conflict', status: 409, title: 'Conflict' });

/** Messages of faults that the platform itself mends (D1 and Durable Object documentation, "retry" guidance). */
const TRANSIENT_MESSAGES = [
  'Network connection lost',
  'storage caused object to be reset',
  'reset because its code was updated',
  'Cannot resolve D1 DB due to transient issue',
  'database is locked',
  'Too Many Requests',
  'The Durable Object',
  'fetch failed',
];

/** True when doing the same again later may work: a platform hiccup, a time-out, a 429 or 5xx from upstream. */
export function isTransient(error: unknown): boolean {
  for (let e: unknown = error, depth = 0; e instanceof Error && depth < 5; e = e.cause, depth++) {
    if (e instanceof PosternError) return e.status === 429 || e.status >= 500;
    if ('retryable' in e && e.retryable === true) return !('overloaded' in e && e.overloaded === true);
    if (e.name === 'AbortError' || e.name === 'TimeoutError') return true;
    const message = e.message;
    if (TRANSIENT_MESSAGES.some((known) => message.includes(known))) return true;
  }
  return false;
}

/** What may be logged of an error: its cause where the wrapper would repeat parameter values (drizzle does). */
export function describeError(error: unknown): { name: string; message: string; code?: string } {
  if (error instanceof PosternError) return { name: error.name, message: error.title, code: error.code };
  if (error instanceof Error) {
    const inner = error.message.startsWith('Failed query') && error.cause instanceof Error ? error.cause : error;
    return { name: inner.name, message: inner.message.slice(0, 500) };
  }
  return { name: 'Unknown', message: 'a value that is not an Error was thrown' };
}
