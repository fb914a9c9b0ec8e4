import type { Millis } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import { APP_COLUMNS, type AppRecord, type DiscoveredApp, toApp } from './app.ts';
import type { Managed } from './managed.ts';
import type { Risk } from './risk.ts';

/** Apps assessed at once. */
export const ASSESSED_AT_ONCE = 100;

/** Tenants of a database with apps that wait for an assessment. */
export async function waitingTenants(db: D1Database): Promise<string[]> {
  const { results } = await db
    .prepare('SELECT DISTINCT tenant_id AS id FROM discovered_apps WHERE dirty = 1 ORDER BY tenant_id')
    .all<{ id: string }>();
  return results.map(({ id }) => id);
}

/** Every tenant of a database that has apps, by one look-up each instead of a scan. */
export async function discoveringTenants(db: D1Database): Promise<string[]> {
  const { results } = await db
    .prepare(
      `WITH RECURSIVE t(id) AS (
         SELECT min(tenant_id) FROM discovered_apps
         UNION ALL SELECT (SELECT min(tenant_id) FROM discovered_apps WHERE tenant_id > t.id) FROM t
         WHERE t.id IS NOT NULL)
       SELECT id FROM t WHERE id IS NOT NULL`,
    )
    .all<{ id: string }>();
  return results.map(({ id }) => id);
}

/** Apps of a tenant after `after` in the order of ids; those that wait alone, or all. */
export async function appsToAssess(
  { evidence }: Pick<Deps, 'evidence'>,
  tenantId: string,
  which: 'waiting' | 'all',
  after: string,
): Promise<DiscoveredApp[]> {
  const { results } = await evidence(tenantId)
    .prepare(
      `SELECT ${APP_COLUMNS} FROM discovered_apps WHERE tenant_id = ?1 AND id > ?2
       ${which === 'waiting' ? 'AND dirty = 1' : ''} ORDER BY id LIMIT ?3`,
    )
    .bind(tenantId, after, ASSESSED_AT_ONCE)
    .all<AppRecord>();
  return results.map(toApp);
}

export interface Assessment {
  id: string;
  /** Of the row that was looked at: one that changed since is left for the next time. */
  revision: number;
  managed: Managed;
  risk: Risk;
  users: number;
  scopes: number;
}

/** Writes assessments whose outcome is another than before. Returns the rows written. */
export async function saveAssessments(
  { evidence }: Pick<Deps, 'evidence'>,
  tenantId: string,
  assessments: Assessment[],
  now: Millis,
): Promise<number> {
  if (assessments.length === 0) return 0;
  const rows = assessments.map(({ id, revision, managed, risk, users, scopes }) => [
    id,
    revision,
    managed.state,
    managed.reason,
    managed.detail,
    risk.level,
    risk.score,
    JSON.stringify(risk.reasons),
    users,
    scopes,
  ]);
  const { meta } = await evidence(tenantId)
    .prepare(
      `UPDATE discovered_apps SET managed = value->>2, managed_reason = value->>3, managed_detail = value->>4,
         risk = value->>5, risk_score = value->>6, risk_reasons = value->>7, users = value->>8, scopes = value->>9,
         assessed_at = ?3, dirty = 0
       FROM json_each(?2)
       WHERE discovered_apps.tenant_id = ?1 AND discovered_apps.id = value->>0 AND revision = value->>1
         AND (dirty = 1 OR managed <> value->>2 OR managed_reason <> value->>3 OR managed_detail <> value->>4
           OR risk <> value->>5 OR risk_score <> value->>6 OR risk_reasons <> value->>7
           OR users <> value->>8 OR scopes <> value->>9)`,
    )
    .bind(tenantId, JSON.stringify(rows), now)
    .run();
  return meta.rows_written;
}
