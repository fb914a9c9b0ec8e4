import { DETECTIONS } from '../detections/registry.ts';
import { isoOrNull } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import type { VisibleSources } from './issues.repository.ts';
import { issueTotals } from './summary.repository.ts';

/** How a tenant stands: open issues by severity and by detection, and what moved within a day. */
export async function issueSummary(deps: Pick<Deps, 'evidence' | 'clock'>, tenantId: string, visible: VisibleSources) {
  const totals = await issueTotals(deps, tenantId, visible);
  return {
    open: { ...totals.bySeverity, total: totals.total },
    byDetection: DETECTIONS.map(({ id, title, severity }) => ({
      detection: id,
      title,
      open: totals.byDetection.get(id) ?? 0,
      severity,
    })),
    openedLast24h: totals.openedLast24h,
    resolvedLast24h: totals.resolvedLast24h,
    changedAt: isoOrNull(totals.changedAt),
  };
}
