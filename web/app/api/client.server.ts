import { data, redirect } from '@remix-run/cloudflare';
import type { z } from 'zod';
import { forgetSession, type RequestArgs, sessionToken } from '../server/session.server';
import type { Outcome, Problem } from './problem';
import { problemFrom, UNREACHABLE, UNREADABLE } from './problem.server';

export type Query = Record<string, string | number | null | undefined>;
type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** The API as one signed-in person sees it. */
export interface Api {
  /** For loaders: any failure becomes the page's error boundary, an ended session the log-in page. */
  get<S extends z.ZodType>(path: string, schema: S, query?: Query): Promise<z.output<S>>;
  /** For actions, and for parts of a page that may fail alone: the problem is a value. */
  ask<S extends z.ZodType>(
    method: Method,
    path: string,
    schema: S,
    input?: { query?: Query; body?: unknown },
  ): Promise<Outcome<z.output<S>>>;
}

/** Time the console waits for the API, milliseconds. Slow work is a workflow there, so this is generous. */
const TIMEOUT_MS = 25_000;
/** A Worker that is being deployed or restarted is back within moments. */
const READ_RETRIES_MS = [150, 600] as const;

/** `tenant`: the one that an operator's call is about; everybody else's session names its own. */
export async function apiOf(args: RequestArgs, tenant?: string): Promise<Api> {
  const token = await sessionToken(args.request);
  if (token === null) throw await toLogin(args.request);

  const ask: Api['ask'] = async (method, path, schema, input = {}) => {
    const outcome = await call(args, token, method, path, schema, { ...input, tenant });
    if (!outcome.ok && outcome.problem.status === 401) throw await toLogin(args.request);
    return outcome;
  };
  return {
    ask,
    async get(path, schema, query = {}) {
      const outcome = await ask('GET', path, schema, { query });
      if (!outcome.ok) throw asResponse(outcome.problem);
      return outcome.value;
    },
  };
}

/** One call, with or without a session. Never throws. */
export async function call<S extends z.ZodType>(
  args: RequestArgs,
  token: string | null,
  method: Method,
  path: string,
  schema: S,
  input: { query?: Query; body?: unknown; tenant?: string | undefined } = {},
): Promise<Outcome<z.output<S>>> {
  const url = new URL(`https://api/api/v1${path}`);
  for (const [key, value] of Object.entries(input.query ?? {})) {
    if (value !== null && value !== undefined && value !== '') url.searchParams.set(key, String(value));
  }
  const headers = requestHeaders(args.request, token, input.body !== undefined);
  if (input.tenant !== undefined) headers.set('X-Postern-Tenant', input.tenant);
  const init = {
    method,
    headers,
    body: input.body === undefined ? null : JSON.stringify(input.body),
  };
  const response = await send(args, url, init, method === 'GET' ? READ_RETRIES_MS : []);
  if (response === null) return { ok: false, problem: UNREACHABLE };
  if (!response.ok) return { ok: false, problem: await problemFrom(response) };

  const body: unknown = response.status === 204 ? null : await response.json().catch(() => undefined);
  const parsed = schema.safeParse(body);
  if (parsed.success) return { ok: true, value: parsed.data };
  // paths and codes only: values may be personal data
  const where = parsed.error.issues.slice(0, 10).map((issue) => `${issue.path.join('.')}: ${issue.code}`);
  console.error(JSON.stringify({ level: 'error', event: 'console.api_unreadable', method, path, where }));
  return { ok: false, problem: UNREADABLE };
}

/** Null when the API cannot be reached. A read is sent again after each of `retries` (milliseconds). */
async function send(
  args: RequestArgs,
  url: URL,
  init: RequestInit,
  retries: readonly number[],
): Promise<Response | null> {
  const { env } = args.context.cloudflare;
  const request = new Request(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
  const response = await env.API.fetch(request).catch(() => null);
  const [wait, ...later] = retries;
  if (wait === undefined || (response !== null && response.status !== 503)) return response;
  await new Promise((resolve) => setTimeout(resolve, wait));
  return send(args, url, init, later);
}

function requestHeaders(from: Request, token: string | null, json: boolean): Headers {
  const headers = new Headers({ Accept: 'application/json' });
  if (token !== null) headers.set('Authorization', `Bearer ${token}`);
  if (json) headers.set('Content-Type', 'application/json');
  // the address the audit log names is the person's, not the console's
  const ip = from.headers.get('CF-Connecting-IP');
  if (ip !== null) headers.set('CF-Connecting-IP', ip);
  return headers;
}

/** Thrown in loaders: the status and the problem reach the error boundary. */
export function asResponse(problem: Problem) {
  return data(problem, { status: problem.status });
}

/** Statuses by which a question of the graph is refused: not valid, not there, more than one question looks at. */
const REFUSED = new Set([400, 404, 413]);

/** What is refused is told beside the form that asked it; anything else is the page's error. */
export function orRefused<T>(outcome: Outcome<T>): Outcome<T> {
  if (!outcome.ok && !REFUSED.has(outcome.problem.status)) throw asResponse(outcome.problem);
  return outcome;
}

async function toLogin(request: Request): Promise<Response> {
  const url = new URL(request.url);
  // a form cannot be sent again after the log-in, so it leads back to the page it was on
  const next = `${url.pathname.replace(/\.data$/, '').replace(/^\/_root$/, '/')}${pageQuery(url)}`;
  const target = next === '/' ? '/login' : `/login?next=${encodeURIComponent(next)}`;
  return redirect(target, { headers: { 'Set-Cookie': await forgetSession(request) } });
}

function pageQuery(url: URL): string {
  const query = new URLSearchParams(url.search);
  query.delete('_routes');
  query.delete('index');
  return query.size === 0 ? '' : `?${query}`;
}
