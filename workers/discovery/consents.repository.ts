import type { Millis } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import { decodeCursor, type Page, toPage } from '../platform/pagination.ts';
import { EVERY, NOBODY } from './fold.ts';
import type { ActiveScope } from './risk.ts';

type Store = Pick<Deps, 'evidence'>;

/** Scopes shown of one app, the newest grants first. */
export const MAX_SCOPES_SHOWN = 200;

/** A grant `s` of an app `a` that no later revocation ends: of the same, of all scopes, of all accounts, of all apps. */
const ACTIVE = `s.granted_at > 0 AND NOT EXISTS (
  SELECT 1 FROM discovered_scopes r
  WHERE r.tenant_id = s.tenant_id AND r.app_id IN (s.app_id, a.source_id) AND r.account_id IN (s.account_id, '${EVERY}')
    AND r.scope IN (s.scope, '${EVERY}') AND r.revoked_at >= s.granted_at)`;

const SCOPES_OF_APPS = `discovered_apps a JOIN discovered_scopes s ON s.tenant_id = a.tenant_id AND s.app_id = a.id
  WHERE a.tenant_id = ?1 AND a.id IN (SELECT value FROM json_each(?2))`;

export interface AppFacts {
  users: number;
  scopes: ActiveScope[];
  /** Oldest of the active grants; 0 for none. */
  grantedAt: Millis;
}

/** What an assessment needs to know of apps beyond their rows. */
export async function factsOf({ evidence }: Store, tenantId: string, ids: string[]): Promise<Map<string, AppFacts>> {
  const db = evidence(tenantId);
  const json = JSON.stringify(ids);
  const [users, scopes] = await db.batch<Record<string, unknown>>([
    db
      .prepare(
        `SELECT app_id AS id, COUNT(*) AS n FROM discovered_users
         WHERE tenant_id = ?1 AND app_id IN (SELECT value FROM json_each(?2)) GROUP BY app_id`,
      )
      .bind(tenantId, json),
    db
      .prepare(
        `SELECT s.app_id AS id, s.scope, SUM(s.account_id <> '${NOBODY}') AS accounts,
           MAX(s.consent_kind = 'admin') AS admin, MIN(s.granted_at) AS grantedAt
         FROM ${SCOPES_OF_APPS} AND ${ACTIVE} GROUP BY s.app_id, s.scope`,
      )
      .bind(tenantId, json),
  ]);
  const facts = new Map<string, AppFacts>(ids.map((id) => [id, { users: 0, scopes: [], grantedAt: 0 }]));
  for (const { id, n } of (users?.results ?? []) as { id: string; n: number }[]) {
    const known = facts.get(id);
    if (known) known.users = n;
  }
  type Row = { id: string; scope: string; accounts: number; admin: number; grantedAt: number };
  for (const { id, scope, accounts, admin, grantedAt } of (scopes?.results ?? []) as Row[]) {
    const known = facts.get(id);
    if (!known) continue;
    known.scopes.push({ scope, accounts, admin: admin === 1 });
    known.grantedAt = known.grantedAt === 0 ? grantedAt : Math.min(known.grantedAt, grantedAt);
  }
  return facts;
}

export interface ScopeShown {
  scope: string;
  /** Grants that stand, and those that stood. */
  active: number;
  revoked: number;
  /** Of the active ones, those that are accounts: an administrator's consent is nobody's. */
  accounts: number;
  admin: boolean;
  firstGranted: Millis;
  lastGranted: Millis;
  /** The newest grant's event. */
  eventId: string;
}

/** Every scope that was ever granted to the app, the newest grants first. */
export async function scopesOf({ evidence }: Store, tenantId: string, appId: string): Promise<ScopeShown[]> {
  const { results } = await evidence(tenantId)
    .prepare(
      // SQLite takes the bare column from the row of the greatest granted_at
      `SELECT scope, SUM(active) AS active, SUM(1 - active) AS revoked, SUM(active AND named) AS accounts,
         MAX(admin AND active) AS admin,
         MIN(granted_at) AS firstGranted, MAX(granted_at) AS lastGranted, event_id AS eventId
       FROM (SELECT s.scope, s.granted_at, s.event_id, s.account_id <> '${NOBODY}' AS named,
               s.consent_kind = 'admin' AS admin, (${ACTIVE}) AS active
             FROM ${SCOPES_OF_APPS} AND s.granted_at > 0)
       GROUP BY scope ORDER BY lastGranted DESC, scope LIMIT ?3`,
    )
    .bind(tenantId, JSON.stringify([appId]), MAX_SCOPES_SHOWN)
    .all<Omit<ScopeShown, 'admin'> & { admin: number }>();
  return results.map((row) => ({ ...row, admin: row.admin === 1 }));
}

export interface AppUser {
  accountId: string;
  nativeId: string;
  login: string;
  firstSeen: Millis;
  lastSeen: Millis;
  usedAt: Millis;
  assignedAt: Millis;
  unassignedAt: Millis;
  /** The newest of its grants, revoked or not; 0 for none. */
  grantedAt: Millis;
  /** Active scopes that this account granted. */
  scopes: string[];
  /** When the newest revocation came, of an account that has no active scope left; null otherwise. */
  revokedAt: Millis | null;
}

/** Accounts seen with an app, those seen last first: by the steps of `fold.ts`; `users.ts` knows more. */
export async function usersOf(
  { evidence }: Store,
  tenantId: string,
  appId: string,
  query: { limit: number; cursor?: string | undefined },
): Promise<Page<AppUser>> {
  const [seen, account] = query.cursor ? decodeCursor(query.cursor, 2) : [null, null];
  const { results } = await evidence(tenantId)
    .prepare(
      `WITH page AS (
         SELECT u.* FROM discovered_users u
         WHERE u.tenant_id = ?1 AND u.app_id = ?2 AND (?3 IS NULL OR (u.last_seen, u.account_id) < (?3, ?4))
         ORDER BY u.last_seen DESC, u.account_id DESC LIMIT ?5)
       SELECT u.account_id AS accountId, u.native_id AS nativeId, u.login, u.first_seen AS firstSeen,
         u.last_seen AS lastSeen, u.used_at AS usedAt, u.assigned_at AS assignedAt, u.unassigned_at AS unassignedAt,
         (SELECT coalesce(max(g.granted_at), 0) FROM discovered_scopes g
          WHERE g.tenant_id = ?1 AND g.app_id = ?2 AND g.account_id = u.account_id) AS grantedAt,
         (SELECT json_group_array(s.scope ORDER BY s.scope) FROM discovered_apps a JOIN discovered_scopes s
            ON s.tenant_id = a.tenant_id AND s.app_id = a.id
          WHERE a.tenant_id = ?1 AND a.id = ?2 AND s.account_id = u.account_id AND ${ACTIVE}) AS scopes,
         (SELECT max(r.revoked_at) FROM discovered_apps a JOIN discovered_scopes r
            ON r.tenant_id = a.tenant_id AND r.app_id IN (a.id, a.source_id)
          WHERE a.tenant_id = ?1 AND a.id = ?2 AND r.account_id IN (u.account_id, '${EVERY}')
            AND EXISTS (SELECT 1 FROM discovered_scopes g WHERE g.tenant_id = ?1 AND g.app_id = ?2
              AND g.account_id = u.account_id AND g.granted_at > 0)) AS revoked
       FROM page u ORDER BY u.last_seen DESC, u.account_id DESC`,
    )
    .bind(tenantId, appId, seen, account, query.limit + 1)
    .all<Omit<AppUser, 'scopes' | 'revokedAt'> & { scopes: string; revoked: number | null }>();
  const users = results.map(({ scopes: json, revoked, ...user }) => {
    const scopes = JSON.parse(json) as string[];
    return { ...user, scopes, revokedAt: scopes.length === 0 && revoked !== null && revoked > 0 ? revoked : null };
  });
  return toPage(users, query.limit, (user) => [user.lastSeen, user.accountId]);
}
