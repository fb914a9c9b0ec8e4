import { Hono } from 'hono';
import { DAY } from '../core/clock.ts';
import { type CompareOp, comparisons, type FilterNode, matches } from '../core/scim-filter.ts';
import type { LogEvent } from '../log/log-event.ts';
import type { LogEntry } from '../log/system-log.ts';
import { badFilter, badParameter } from './errors.ts';
import { type OktaContext, type OktaDeps, type OktaEnv, readFilter, setLinks } from './http.ts';
import { decodeLogCursor, encodeLogCursor, type LogCursor } from './log-cursor.ts';

const MOST = 1000;
const OLDEST_SINCE = 180 * DAY;
const OPS: readonly CompareOp[] = ['eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sw', 'co', 'pr'];

function readTime(name: string, text: string): number {
  const at = Date.parse(text);
  if (!/^\d{4}-\d{2}-\d{2}T.*(Z|[+-]\d{2}:?\d{2})$/.test(text) || Number.isNaN(at)) {
    throw badParameter(`${name} must be an ISO 8601 time with a zone`);
  }
  return at;
}

function readLogFilter(text: string): FilterNode {
  const node = readFilter(text);
  for (const { path, op } of comparisons(node)) {
    if (path === 'published') throw badFilter('published cannot be filtered; use since and until');
    if (!OPS.includes(op)) throw badFilter(`${op} is not supported in this filter`);
    if (op === 'co' && /^debugContext\.debugData\.(url|requestUri)$/.test(path))
      throw badFilter(`co is not supported on ${path}`);
  }
  return node;
}

function readKeywords(q: string): string[] {
  const words = q.split(/\s+/).filter((word) => word !== '');
  if (words.length > 10) throw badParameter('q takes at most 10 keywords');
  if (words.some((word) => word.length > 40)) throw badParameter('a keyword of q has at most 40 characters');
  return words.map((word) => word.toLowerCase());
}

function readLogLimit(c: OktaContext): number {
  const text = c.req.query('limit');
  if (text === undefined) return 100;
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 0) throw badParameter('limit must be between 0 and 1000');
  return Math.min(limit, MOST);
}

/** `/api/v1/logs`: polling requests in the order of arrival, bounded ones in the order of publication. */
export function logRoutes(deps: OktaDeps) {
  const { org, faults } = deps;

  const reader = (c: OktaContext): ((event: LogEvent) => boolean) => {
    const { filter, q } = c.req.query();
    const node = filter === undefined ? null : readLogFilter(filter);
    const words = q === undefined ? [] : readKeywords(q);
    return (event) => {
      if (node !== null && !matches(node, event)) return false;
      if (words.length === 0) return true;
      const text = JSON.stringify(event).toLowerCase();
      return words.every((word) => text.includes(word));
    };
  };

  const link = (c: OktaContext, cursor: LogCursor): string => {
    const url = new URL(c.req.url);
    for (const name of ['since', 'until']) url.searchParams.delete(name);
    url.searchParams.set('after', encodeLogCursor(cursor));
    return url.href;
  };

  const poll = (
    c: OktaContext,
    wanted: (event: LogEvent) => boolean,
    after: number | null,
    since: number,
  ): Response => {
    const entries = org.log.persisted();
    const limit = readLogLimit(c);
    const start = firstIndex(entries, (entry) => (after === null ? entry.persistedAt >= since : entry.seq > after));
    const events: LogEvent[] = [];
    // The cursor passes what the filter leaves out, or an empty page would be read again and again.
    let seen = after ?? entries[start - 1]?.seq ?? 0;
    for (let i = start; i < entries.length && events.length < limit; i++) {
      const entry = entries[i];
      if (entry === undefined) break;
      seen = entry.seq;
      if (wanted(entry.event)) events.push(entry.event);
    }
    setLinks(c, link(c, { kind: 'polling', seq: seen }));
    const repeated = faults.happens('duplicateEvents') ? events.slice(-1) : [];
    return c.json([...events, ...repeated]);
  };

  const bounded = (
    c: OktaContext,
    wanted: (event: LogEvent) => boolean,
    range: { since: number; until: number },
    after: { published: number; seq: number } | null,
    descending: boolean,
  ): Response => {
    const limit = readLogLimit(c);
    const all = org.log.published();
    const from = firstIndex(all, (entry) => entry.publishedAt >= range.since);
    const to = firstIndex(all, (entry) => entry.publishedAt >= range.until);
    const window = all.slice(from, to);
    if (descending) window.reverse();
    const start = after === null ? 0 : firstIndex(window, (entry) => isPast(entry, after, descending));
    const page: LogEntry[] = [];
    for (let i = start; i < window.length && page.length <= limit; i++) {
      const entry = window[i];
      if (entry !== undefined && wanted(entry.event)) page.push(entry);
    }
    const last = page[limit - 1];
    const more = page.length > limit && last !== undefined;
    setLinks(
      c,
      more
        ? link(c, {
            kind: 'bounded',
            published: last.publishedAt,
            seq: last.seq,
            since: range.since,
            until: range.until,
          })
        : null,
    );
    return c.json(page.slice(0, limit).map(({ event }) => event));
  };

  return new Hono<OktaEnv>().get('/', (c) => {
    const { since, until, after, sortOrder = 'ASCENDING' } = c.req.query();
    if (sortOrder !== 'ASCENDING' && sortOrder !== 'DESCENDING')
      throw badParameter('sortOrder must be ASCENDING or DESCENDING');
    if (after !== undefined && since !== undefined) throw badParameter('after and since exclude each other');
    const wanted = reader(c);
    const now = org.clock.now();
    if (after !== undefined) {
      if (faults.current().expireCursors) throw badParameter('after has expired; start again with since');
      const cursor = decodeLogCursor(after);
      if (cursor.kind === 'polling') return poll(c, wanted, cursor.seq, 0);
      return bounded(c, wanted, cursor, cursor, sortOrder === 'DESCENDING');
    }
    const end = until === undefined ? now : readTime('until', until);
    const start = since === undefined ? end - 7 * DAY : readTime('since', since);
    if (start < now - OLDEST_SINCE) throw badParameter('since must not be more than 180 days ago');
    if (until === undefined && sortOrder === 'ASCENDING') return poll(c, wanted, null, start);
    if (start > end) throw badParameter('since must be before until');
    return bounded(
      c,
      wanted,
      { since: start, until: until === undefined ? end + 1 : end },
      null,
      sortOrder === 'DESCENDING',
    );
  });
}

function isPast(entry: LogEntry, after: { published: number; seq: number }, descending: boolean): boolean {
  const order = entry.publishedAt - after.published || entry.seq - after.seq;
  return descending ? order < 0 : order > 0;
}

/** The first index at which the test holds; it must hold for all that follow. */
function firstIndex<T>(items: readonly T[], test: (item: T) => boolean): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = items[middle];
    if (item !== undefined && test(item)) high = middle;
    else low = middle + 1;
  }
  return low;
}
