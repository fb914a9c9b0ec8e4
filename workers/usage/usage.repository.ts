import { DAY, type Millis } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import { decodeCursor, type Page, toPage } from '../platform/pagination.ts';
import { inner } from './fold.sql.ts';
import { bucketOf, MAX_ADDRESSES } from './sign-ons.ts';

/** The use that one account made of one app on one day. */
export interface DailyUse {
  /** UTC, days since the epoch. */
  day: number;
  accountId: string;
  appId: string;
  signOns: number;
  firstAt: Millis;
  lastAt: Millis;
  /** Distinct ones; `MAX_ADDRESSES` means so many or more. */
  addresses: number;
}

export interface UsageQuery {
  limit: number;
  cursor?: string | undefined;
  /** Node ids; absent: all. */
  accountIds?: string[] | undefined;
  appId?: string | undefined;
  /** Days, both included. */
  from: number;
  to: number;
}

interface Row extends Omit<DailyUse, 'addresses'> {
  addresses: string | null;
}

type Store = Pick<Deps, 'evidence'>;

/** Days that are looked at together: few first, since one day often fills a page; then ever more. */
const GROWTH = 4;

/**
 * Newest day first, then by account and app. Sign-ons that are not folded yet are in it. Reads only days and buckets
 * that hold what is asked for.
 */
export async function listUsage(deps: Store, tenantId: string, query: UsageQuery): Promise<Page<DailyUse>> {
  const db = deps.evidence(tenantId);
  const after = query.cursor ? decodeCursor(query.cursor, 3) : null;
  const key = { day: Number(after?.[0] ?? query.to), account: String(after?.[1] ?? ''), app: String(after?.[2] ?? '') };
  const to = Math.min(query.to, key.day);
  const days = await daysOf(db, tenantId, query, to);
  const rows: Row[] = [];
  for (let at = 0, size = 1; at < days.length && rows.length <= query.limit; at += size, size *= GROWTH) {
    const some = days.slice(at, at + size);
    const { results } = await db
      .prepare(query.accountIds ? BY_ACCOUNT : BY_APP)
      .bind(
        tenantId,
        JSON.stringify(some),
        query.appId ?? null,
        after ? key.day : null,
        key.account,
        key.app,
        query.limit + 1 - rows.length,
        query.accountIds ? JSON.stringify(query.accountIds) : null,
        ...(query.accountIds ? [JSON.stringify([...new Set(query.accountIds.map(bucketOf))])] : []),
      )
      .all<Row>();
    rows.push(...results);
  }
  const page = toPage(rows, query.limit, (row) => [row.day, row.accountId, row.appId]);
  return { data: page.data.map(present), next: page.next };
}

function present({ addresses, ...row }: Row): DailyUse {
  const distinct = new Set(JSON.parse(`[${addresses ?? ''}]`) as string[]);
  return { ...row, addresses: Math.min(distinct.size, MAX_ADDRESSES) };
}

/** Days on which there may be something, newest first. */
async function daysOf(db: D1Database, tenantId: string, query: UsageQuery, to: number): Promise<number[]> {
  if (query.accountIds) return daysOfAccounts(db, tenantId, query, query.accountIds, to);
  const { results } = await db
    .prepare(
      `SELECT day FROM (
         SELECT day FROM usage_apps WHERE tenant_id = ?1 AND (?2 IS NULL OR app_id = ?2)
         UNION
         SELECT u.value->>4 / ${DAY} FROM usage_segments g CROSS JOIN json_each(g.uses) u
           WHERE g.tenant_id = ?1 AND (?2 IS NULL OR u.value->>3 = ?2))
       WHERE day BETWEEN ?3 AND ?4 ORDER BY day DESC`,
    )
    .bind(tenantId, query.appId ?? null, query.from, to)
    .all<{ day: number }>();
  return results.map(({ day }) => day);
}

async function daysOfAccounts(
  db: D1Database,
  tenantId: string,
  query: UsageQuery,
  accountIds: string[],
  to: number,
): Promise<number[]> {
  const { results } = await db
    .prepare(
      `SELECT day FROM (
         SELECT d.day FROM json_each(?2) b
           CROSS JOIN usage_daily d ON d.tenant_id = ?1 AND d.bucket = b.value
         UNION
         SELECT u.value->>4 / ${DAY} FROM usage_segments g CROSS JOIN json_each(g.uses) u
           WHERE g.tenant_id = ?1 AND u.value->>1 IN (SELECT value FROM json_each(?2)))
       WHERE day BETWEEN ?3 AND ?4 ORDER BY day DESC`,
    )
    .bind(tenantId, JSON.stringify([...new Set(accountIds.map(bucketOf))]), query.from, to)
    .all<{ day: number }>();
  return results.map(({ day }) => day);
}

/** ?2 days · ?3 app · ?4 to ?6 the place after which the page begins · ?7 how many · ?8 accounts · ?9 their buckets */
const listed = (rollups: string) => `
WITH entries AS (
  SELECT d.day, e.value->>0 AS account, e.value->>1 AS app, e.value->>2 AS n, e.value->>3 AS first,
    e.value->>4 AS last, ${inner("(e.value->'$[5]')")} AS addresses
  FROM ${rollups} CROSS JOIN json_each(d.uses) e
  UNION ALL
  SELECT u.value->>4 / ${DAY}, u.value->>2, u.value->>3, 1, u.value->>4, u.value->>4, '"' || (u.value->>5) || '"'
  FROM usage_segments g CROSS JOIN json_each(g.uses) u
  WHERE g.tenant_id = ?1 AND u.value->>4 / ${DAY} IN (SELECT value FROM json_each(?2)))
SELECT day, account AS accountId, app AS appId, sum(n) AS signOns, min(first) AS firstAt, max(last) AS lastAt,
  group_concat(addresses) AS addresses
FROM entries
WHERE (?3 IS NULL OR app = ?3) AND (?8 IS NULL OR account IN (SELECT value FROM json_each(?8)))
  AND (?4 IS NULL OR day < ?4 OR (account, app) > (?5, ?6))
GROUP BY day, account, app ORDER BY day DESC, account, app LIMIT ?7`;

const BY_ACCOUNT = listed(`json_each(?2) t CROSS JOIN json_each(?9) b
  CROSS JOIN usage_daily d ON d.tenant_id = ?1 AND d.bucket = b.value AND d.day = t.value`);

const BY_APP = listed(`(
    SELECT DISTINCT a.day, b.value AS bucket FROM usage_apps a CROSS JOIN json_each(a.buckets) b
    WHERE a.tenant_id = ?1 AND (?3 IS NULL OR a.app_id = ?3) AND a.day IN (SELECT value FROM json_each(?2))) t
  CROSS JOIN usage_daily d ON d.tenant_id = ?1 AND d.bucket = t.bucket AND d.day = t.day`);
