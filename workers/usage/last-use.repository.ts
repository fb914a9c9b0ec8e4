import { DAY, type Millis } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import { accountKeySql, bucketOf, firstRecentDay } from './sign-ons.ts';

type Store = Pick<Deps, 'evidence' | 'clock'>;

/** The use that accounts made of one app. */
export interface AppUse {
  appId: string;
  lastUsedAt: Millis;
  /** Sign-ons of the last 30 days. */
  signOns30d: number;
}

/** The use that is made of one app. */
export interface UseOfApp {
  lastUsedAt: Millis | null;
  /** Accounts, and their sign-ons, of the last 30 days. */
  users30d: number;
  signOns30d: number;
}

/** What is not folded yet counts like what is. ?2 accounts, ?3 their buckets, ?4 the first recent day. */
const BY_ACCOUNTS = `
SELECT app AS appId, max(last) AS lastUsedAt, sum(n) AS signOns30d FROM (
  SELECT e.value->>1 AS app, e.value->>2 AS last, 0 AS n FROM json_each(?3) b
    CROSS JOIN usage_last l ON l.tenant_id = ?1 AND l.bucket = b.value
    CROSS JOIN json_each(l.uses) e
    WHERE e.value->>0 IN (SELECT value FROM json_each(?2))
  UNION ALL
  SELECT e.value->>1, e.value->>4, e.value->>2 FROM json_each(?3) b
    CROSS JOIN usage_daily d ON d.tenant_id = ?1 AND d.bucket = b.value AND d.day >= ?4
    CROSS JOIN json_each(d.uses) e
    WHERE e.value->>0 IN (SELECT value FROM json_each(?2))
  UNION ALL
  SELECT u.value->>3, u.value->>4, u.value->>4 >= ?4 * ${DAY} FROM usage_segments g CROSS JOIN json_each(g.uses) u
    WHERE g.tenant_id = ?1 AND u.value->>2 IN (SELECT value FROM json_each(?2)))
GROUP BY app`;

/** Last use and recent sign-ons of every app that these accounts (node ids, of one identity) used, by app (node id). */
export async function appsUsedBy(deps: Store, tenantId: string, accountIds: string[]): Promise<Map<string, AppUse>> {
  if (accountIds.length === 0) return new Map();
  const buckets = [...new Set(accountIds.map(bucketOf))];
  const { results } = await deps
    .evidence(tenantId)
    .prepare(BY_ACCOUNTS)
    .bind(tenantId, JSON.stringify(accountIds), JSON.stringify(buckets), firstRecentDay(deps.clock.now()))
    .all<AppUse>();
  return new Map(results.map((row) => [row.appId, row]));
}

/** ?2 app, ?3 accounts, ?4 their buckets. */
const BY_ACCOUNT = `
SELECT account, max(last) AS last FROM (
  SELECT e.value->>0 AS account, e.value->>2 AS last FROM json_each(?4) b
    CROSS JOIN usage_last l ON l.tenant_id = ?1 AND l.bucket = b.value
    CROSS JOIN json_each(l.uses) e
    WHERE e.value->>1 = ?2 AND e.value->>0 IN (SELECT value FROM json_each(?3))
  UNION ALL
  SELECT u.value->>2, u.value->>4 FROM usage_segments g CROSS JOIN json_each(g.uses) u
    WHERE g.tenant_id = ?1 AND u.value->>3 = ?2 AND u.value->>2 IN (SELECT value FROM json_each(?3)))
GROUP BY account`;

/** When each of these accounts (node ids) used an app (node id) last; those that did not are missing. */
export async function lastUsesOf(
  deps: Pick<Deps, 'evidence'>,
  tenantId: string,
  appId: string,
  accountIds: string[],
): Promise<Map<string, Millis>> {
  if (accountIds.length === 0) return new Map();
  const buckets = [...new Set(accountIds.map(bucketOf))];
  const { results } = await deps
    .evidence(tenantId)
    .prepare(BY_ACCOUNT)
    .bind(tenantId, appId, JSON.stringify(accountIds), JSON.stringify(buckets))
    .all<{ account: string; last: Millis }>();
  return new Map(results.map(({ account, last }) => [account, last]));
}

/** Reads rows of the app alone: its days and its users lately, and what is not folded yet. */
const OF_APP = `
SELECT max(last) AS lastUsedAt, coalesce(sum(n), 0) AS signOns30d, count(DISTINCT user) AS users30d
FROM (
  SELECT NULL AS user, last_at AS last, sign_ons AS n FROM usage_apps
    WHERE tenant_id = ?1 AND app_id = ?2 AND day >= ?3
  UNION ALL
  SELECT NULL, last_at, 0 FROM (
    SELECT last_at FROM usage_apps WHERE tenant_id = ?1 AND app_id = ?2 ORDER BY day DESC LIMIT 1)
  UNION ALL
  SELECT e.value->>0, NULL, 0 FROM usage_app_users a CROSS JOIN json_each(a.users) e
    WHERE a.tenant_id = ?1 AND a.app_id = ?2 AND e.value->>1 >= ?3
  UNION ALL
  SELECT iif(u.value->>4 >= ?3 * ${DAY}, ${accountKeySql('u.value->>2')}, NULL), u.value->>4, u.value->>4 >= ?3 * ${DAY}
    FROM usage_segments g CROSS JOIN json_each(g.uses) u WHERE g.tenant_id = ?1 AND u.value->>3 = ?2)`;

/** Last use of an app (node id), and by how many accounts how often lately. */
export async function useOfApp(deps: Store, tenantId: string, appId: string): Promise<UseOfApp> {
  const row = await deps
    .evidence(tenantId)
    .prepare(OF_APP)
    .bind(tenantId, appId, firstRecentDay(deps.clock.now()))
    .first<UseOfApp>();
  return row ?? { lastUsedAt: null, users30d: 0, signOns30d: 0 };
}
