import type { Severity } from '../detections/types.ts';
import { DAY, type Millis } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import type { VisibleSources } from './issues.repository.ts';

export interface IssueTotals {
  bySeverity: Record<Severity, number>;
  byDetection: Map<string, number>;
  total: number;
  openedLast24h: number;
  resolvedLast24h: number;
  /** When any issue changed last; null when there is none. */
  changedAt: Millis | null;
}

interface GroupRow {
  detection: string;
  severity: Severity;
  open: number;
  opened: number;
  resolved: number;
  changedAt: Millis;
}

/** Left out for who sees everything: naming the source would keep an index from answering alone. */
const ofSources = (visible: VisibleSources, parameter: string) =>
  visible === null ? '' : `AND subject_source IN (SELECT value FROM json_each(${parameter}))`;

const sourcesValue = (visible: VisibleSources) => (visible === null ? [] : [JSON.stringify(visible)]);

/** When any issue of the tenant changed last: one look-up in `issues_changed`. Null when there is none. */
export async function lastChange({ evidence }: Pick<Deps, 'evidence'>, tenantId: string): Promise<Millis | null> {
  const row = await evidence(tenantId)
    .prepare('SELECT MAX(updated_at) AS at FROM issues WHERE tenant_id = ?1')
    .bind(tenantId)
    .first<{ at: Millis | null }>();
  return row?.at ?? null;
}

/** Counts over the issues of a tenant, in one pass of one statement. */
export async function issueTotals(
  deps: Pick<Deps, 'evidence' | 'clock'>,
  tenantId: string,
  visible: VisibleSources,
): Promise<IssueTotals> {
  const { results } = await deps
    .evidence(tenantId)
    .prepare(
      `SELECT detection, severity, SUM(status = 'open') AS open, SUM(opened_at > ?2) AS opened,
         SUM(status = 'resolved' AND resolved_at > ?2) AS resolved, MAX(updated_at) AS changedAt
       FROM issues
       WHERE tenant_id = ?1 ${ofSources(visible, '?3')}
       GROUP BY detection, severity`,
    )
    .bind(tenantId, deps.clock.now() - DAY, ...sourcesValue(visible))
    .all<GroupRow>();

  const totals: IssueTotals = {
    bySeverity: { critical: 0, high: 0, medium: 0, low: 0 },
    byDetection: new Map(),
    total: 0,
    openedLast24h: 0,
    resolvedLast24h: 0,
    changedAt: null,
  };
  for (const row of results) {
    totals.bySeverity[row.severity] += row.open;
    totals.byDetection.set(row.detection, (totals.byDetection.get(row.detection) ?? 0) + row.open);
    totals.total += row.open;
    totals.openedLast24h += row.opened;
    totals.resolvedLast24h += row.resolved;
    totals.changedAt = Math.max(totals.changedAt ?? 0, row.changedAt);
  }
  return totals;
}

/** Open issues by detection; detections without one are absent. */
export async function openByDetection(
  { evidence }: Pick<Deps, 'evidence'>,
  tenantId: string,
  visible: VisibleSources,
): Promise<Map<string, number>> {
  const { results } = await evidence(tenantId)
    .prepare(
      `SELECT detection, COUNT(*) AS n FROM issues
       WHERE tenant_id = ?1 AND status = 'open' ${ofSources(visible, '?2')}
       GROUP BY detection`,
    )
    .bind(tenantId, ...sourcesValue(visible))
    .all<{ detection: string; n: number }>();
  return new Map(results.map(({ detection, n }) => [detection, n]));
}
