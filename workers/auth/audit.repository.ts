import { iso, type Millis } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import { newestBelow, type Page, toPage } from '../platform/pagination.ts';

export interface AuditQuery {
  limit: number;
  cursor?: string | undefined;
  /** Id of a user or token. */
  actor?: string | undefined;
  /** `issue.dismiss`, or `issue` for all of its kind. */
  action?: string | undefined;
  /** Id of what was changed. */
  target?: string | undefined;
  since?: Millis | undefined;
  until?: Millis | undefined;
}

export interface AuditView {
  id: string;
  at: string;
  actor: { kind: 'user' | 'token' | 'system'; id: string; name: string };
  action: string;
  target: { kind: string; id: string | null } | null;
  detail: Record<string, unknown> | null;
  ip: string | null;
}

interface AuditRow {
  id: string;
  at: Millis;
  actor_kind: AuditView['actor']['kind'];
  actor_id: string;
  actor_name: string;
  action: string;
  target_kind: string | null;
  target_id: string | null;
  detail: string | null;
  ip: string | null;
}

/** The audit log of a tenant, newest first: the order of its key. */
export async function listAudit(
  deps: Pick<Deps, 'evidence'>,
  tenantId: string,
  query: AuditQuery,
): Promise<Page<AuditView>> {
  const { results } = await deps
    .evidence(tenantId)
    .prepare(
      `SELECT id, at, actor_kind, actor_id, actor_name, action, target_kind, target_id, detail, ip FROM audit
       WHERE tenant_id = ?1 AND at >= ?2 AND (at, id) < (?3, ?4)
         AND (?5 IS NULL OR actor_id = ?5)
         AND (?6 IS NULL OR action = ?6 OR substr(action, 1, length(?6) + 1) = ?6 || '.')
         AND (?7 IS NULL OR target_id = ?7)
       ORDER BY at DESC, id DESC LIMIT ?8`,
    )
    .bind(
      tenantId,
      query.since ?? 0,
      ...newestBelow(query.cursor, query.until === undefined ? undefined : query.until + 1),
      query.actor ?? null,
      query.action ?? null,
      query.target ?? null,
      query.limit + 1,
    )
    .all<AuditRow>();
  const page = toPage(results, query.limit, (row) => [row.at, row.id]);
  return { data: page.data.map(toView), next: page.next };
}

const toView = (row: AuditRow): AuditView => ({
  id: row.id,
  at: iso(row.at),
  actor: { kind: row.actor_kind, id: row.actor_id, name: row.actor_name },
  action: row.action,
  target: row.target_kind === null ? null : { kind: row.target_kind, id: row.target_id },
  detail: row.detail === null ? null : (JSON.parse(row.detail) as Record<string, unknown>),
  ip: row.ip,
});
