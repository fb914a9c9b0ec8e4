import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { defineError, describeError, PosternError } from '../platform/errors.ts';
import type { ApiEnv } from '../platform/http/router.ts';
import { jsonLog } from '../platform/log.ts';

export const tooLarge = defineError({ code: 'too_large', status: 413, title: 'The request body is too large' });
export const methodNotAllowedError = defineError({
  code: 'method_not_allowed',
  status: 405,
  title: 'This path has no such method',
});
const internal = defineError({ code: 'internal', status: 500, title: 'Something went wrong on our side' });
const noRoute = defineError({ code: 'not_found', status: 404, title: 'Not found' });

const HTTP_CODES: Partial<Record<number, { code: string; title: string }>> = {
  400: { code: 'invalid_request', title: 'The request is not valid' },
  415: { code: 'unsupported_media_type', title: 'Send application/json' },
};

/** The one place where an error becomes an answer. */
export function onError(error: Error, c: Context<ApiEnv>): Response {
  const known = toPosternError(error);
  if (known.status >= 500) {
    const log = c.get('deps')?.log ?? jsonLog;
    const { message, ...rest } = describeError(error);
    log.error('request failed', { ...rest, error: message, method: c.req.method, path: c.req.path });
  }
  return problemResponse(known);
}

export function onNotFound(): Response {
  return problemResponse(noRoute({ detail: 'There is nothing at this path.' }));
}

function toPosternError(error: Error): PosternError {
  if (error instanceof PosternError) return error;
  if (error instanceof HTTPException && error.status < 500) {
    const known = HTTP_CODES[error.status] ?? { code: 'http_error', title: 'The request was refused' };
    const status = error.status as ContentfulStatusCode;
    return new PosternError({ ...known, status, detail: error.message });
  }
  return internal({ cause: error });
}

/** RFC 9457, with `Retry-After` and `WWW-Authenticate` where the error calls for them. */
export function problemResponse(error: PosternError, headers: Record<string, string> = {}): Response {
  const body = {
    ...error.fields,
    type: `urn:postern:problem:${error.code}`,
    title: error.title,
    status: error.status,
    code: error.code,
    ...(error.detail !== undefined && { detail: error.detail }),
  };
  return new Response(JSON.stringify(body), {
    status: error.status,
    headers: {
      'Content-Type': 'application/problem+json',
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      ...(error.retryAfter !== undefined && { 'Retry-After': String(error.retryAfter) }),
      ...(error.status === 401 && { 'WWW-Authenticate': 'Bearer realm="postern"' }),
      ...headers,
    },
  });
}
