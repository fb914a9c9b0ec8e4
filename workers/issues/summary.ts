import { CATALOGUE } from '../detections/registry.ts';
import { createBoundedCache } from '../platform/bounded-cache.ts';
import { isoOrNull, MINUTE, type Millis, SECOND } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import type { VisibleSources } from './issues.repository.ts';
import { type IssueTotals, issueTotals, lastChange } from './summary.repository.ts';

/** A change in the same millisecond as the last one is not told from it: what is this fresh is counted again. */
const SETTLED: Millis = 2 * SECOND;

/** Totals of what has not changed since: open consoles ask every two seconds, and a count reads every issue. */
const remembered = createBoundedCache<IssueTotals>(1_000, MINUTE);

async function totalsOf(
  deps: Pick<Deps, 'evidence' | 'clock'>,
  tenantId: string,
  visible: VisibleSources,
): Promise<IssueTotals> {
  const now = deps.clock.now();
  const changed = await lastChange(deps, tenantId);
  const key = JSON.stringify([tenantId, visible, changed]);
  const known = changed !== null && now - changed > SETTLED ? remembered.get(key, now) : undefined;
  if (known) return known;
  const totals = await issueTotals(deps, tenantId, visible);
  remembered.set(key, totals, now);
  return totals;
}

/** How a tenant stands: open issues by severity and by detection, and what moved within a day. */
export async function issueSummary(deps: Pick<Deps, 'evidence' | 'clock'>, tenantId: string, visible: VisibleSources) {
  const totals = await totalsOf(deps, tenantId, visible);
  return {
    open: { ...totals.bySeverity, total: totals.total },
    byDetection: CATALOGUE.map(({ id, title, severity }) => ({
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
