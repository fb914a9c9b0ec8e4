import type { Context } from 'hono';
import type { Org, Origin } from '../actions/org.ts';
import type { LabFaults } from '../control/faults.ts';
import { comparisons, type FilterNode, FilterSyntaxError, parseFilter } from '../core/scim-filter.ts';
import type { HookSender } from '../delivery/hook-sender.ts';
import type { RoleType } from '../world/model.ts';
import { badFilter, badParameter } from './errors.ts';

/** Who calls, and what they may do. */
export interface Principal {
  kind: 'ssws' | 'oauth';
  /** For the rate limit and the log. */
  id: string;
  roles: RoleType[];
  /** OAuth scopes; null means that the roles alone decide. */
  scopes: string[] | null;
  origin: Origin;
}

/** What all routes of the org share. */
export interface OktaDeps {
  org: Org;
  faults: LabFaults;
  hooks: HookSender;
  /** Where the lab can be reached, for ids and links in events. */
  baseUrl: () => string;
}

export type OktaEnv = { Variables: { principal: Principal } };
export type OktaContext = Context<OktaEnv>;

/** The origin this request came in on; links repeat it. */
export function originOf(c: Context): string {
  return new URL(c.req.url).origin;
}

/** Reads `limit`: absent gives the default, too much gives the most. */
export function readLimit(c: Context, fallback: number, most: number, least = 1): number {
  const text = c.req.query('limit');
  if (text === undefined) return fallback;
  const limit = Number(text);
  if (!Number.isInteger(limit)) throw badParameter('limit must be a whole number');
  if (limit < 0) return most;
  return Math.min(most, Math.max(least, limit));
}

const encode = (key: string) => Buffer.from(`k:${key}`).toString('base64url');

function decode(cursor: string): string {
  const text = Buffer.from(cursor, 'base64url').toString();
  if (!text.startsWith('k:')) throw badParameter('after is not a cursor of this list');
  return text.slice(2);
}

export interface PageResult<T> {
  items: T[];
  next: string | null;
}

/**
 * One page of a list in the order of its keys. Keys do not move, so a walk shows everything that was there all along
 * exactly once even while the list changes.
 */
export function takePage<T>(
  source: Iterable<T>,
  key: (item: T) => string,
  options: { after?: string | undefined; limit: number; where?: ((item: T) => boolean) | undefined },
): PageResult<T> {
  const after = options.after === undefined ? null : decode(options.after);
  const { limit, where } = options;
  // never more than two pages are kept and sorted, however long the list is
  let kept: { at: string; item: T }[] = [];
  let most = '';
  const cut = () => {
    kept = kept.sort((a, b) => (a.at < b.at ? -1 : 1)).slice(0, limit + 1);
    most = kept.length > limit ? (kept.at(-1)?.at ?? '') : '';
  };
  for (const item of source) {
    const at = key(item);
    if ((after !== null && at <= after) || (most !== '' && at >= most)) continue;
    if (where !== undefined && !where(item)) continue;
    kept.push({ at, item });
    if (kept.length > 2 * (limit + 1)) cut();
  }
  cut();
  const page = kept.slice(0, limit);
  const last = page.at(-1);
  return { items: page.map(({ item }) => item), next: kept.length > limit && last ? encode(last.at) : null };
}

/** The address of the next page: the same question, another cursor. */
export function nextUrl(c: Context, cursor: string, limit: number): string {
  const url = new URL(c.req.url);
  url.searchParams.set('after', cursor);
  url.searchParams.set('limit', String(limit));
  return url.href;
}

/** Sets the two `link` headers, each a header of its own as Okta sends them. */
export function setLinks(c: Context, next: string | null): void {
  c.header('link', `<${c.req.url}>; rel="self"`, { append: true });
  if (next !== null) c.header('link', `<${next}>; rel="next"`, { append: true });
}

/** Answers a list whose pages are linked in headers. */
export function sendList<T>(
  c: Context,
  source: Iterable<T>,
  key: (item: T) => string,
  render: (item: T) => unknown,
  limits: { fallback: number; most: number; least?: number },
  where?: (item: T) => boolean,
): Response {
  const limit = readLimit(c, limits.fallback, limits.most, limits.least);
  const { items, next } = takePage(source, key, { after: c.req.query('after'), limit, where });
  setLinks(c, next === null ? null : nextUrl(c, next, limit));
  return c.json(items.map(render));
}

/** Answers a list whose pages are linked in the body, as `/iam/*` does. */
export function sendBodyList<T>(
  c: Context,
  name: string,
  source: Iterable<T>,
  key: (item: T) => string,
  render: (item: T) => unknown,
  limits: { fallback: number; most: number } = { fallback: 100, most: 100 },
): Response {
  const limit = readLimit(c, limits.fallback, limits.most);
  const { items, next } = takePage(source, key, { after: c.req.query('after'), limit });
  setLinks(c, null);
  const links = { self: { href: c.req.url }, ...(next === null ? {} : { next: { href: nextUrl(c, next, limit) } }) };
  return c.json({ [name]: items.map(render), _links: links });
}

/** Parses a filter and refuses what the endpoint does not support. */
export function readFilter(text: string, allowed?: { paths: readonly string[]; ops: readonly string[] }): FilterNode {
  let node: FilterNode;
  try {
    node = parseFilter(text);
  } catch (error) {
    if (error instanceof FilterSyntaxError) throw badFilter(error.message);
    throw error;
  }
  for (const { path, op } of allowed === undefined ? [] : comparisons(node)) {
    if (!allowed?.paths.includes(path)) throw badFilter(`${path} is not supported in this filter`);
    if (!allowed.ops.includes(op)) throw badFilter(`${op} is not supported in this filter`);
  }
  return node;
}
