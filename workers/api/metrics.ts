import { type SourceCounters, sourceCounters } from '../inbox/counters.ts';
import { issueSummary } from '../issues/summary.ts';
import type { Deps } from '../platform/deps.ts';
import { sourceHealth } from '../sources/source-health.ts';
import { listSources } from '../sources/sources.repository.ts';
import { flowMetrics } from './flow-metrics.ts';
import type { MetricFamily } from './openmetrics.ts';

const OUTCOMES = ['received', 'accepted', 'ignored', 'duplicate', 'processed', 'dead'] as const;
const SEVERITIES = ['critical', 'high', 'medium', 'low'] as const;

/**
 * What monitoring asks of a tenant: events by source and outcome, what waits, how late, and open issues by severity.
 * `visible`: the sources the caller may see; null means all.
 */
export async function tenantMetrics(deps: Deps, tenantId: string, visible: string[] | null): Promise<MetricFamily[]> {
  const shown = (await listSources(deps, tenantId)).filter(({ id }) => visible === null || visible.includes(id));
  const [sources, { open }] = await Promise.all([
    Promise.all(
      shown.map(async (one) => {
        const [counters, health] = await Promise.all([
          sourceCounters(deps, tenantId, one.id),
          // the counters are worth telling while a tail does not answer
          sourceHealth(deps, tenantId, one).catch(() => null),
        ]);
        return { source: one.id, counters, health };
      }),
    ),
    issueSummary(deps, tenantId, visible),
  ]);
  /** One sample a source, left out while there is nothing to tell. */
  const perSource = (value: (counters: SourceCounters) => number | null): MetricFamily['samples'] =>
    sources.flatMap(({ source, counters }) => {
      const known = value(counters);
      return known === null ? [] : [{ labels: { source }, value: known }];
    });
  return [
    {
      name: 'postern_source_events',
      type: 'counter',
      help: 'Events by what became of them.',
      samples: sources.flatMap(({ source, counters }) =>
        OUTCOMES.map((outcome) => ({ labels: { source, outcome }, value: counters[outcome] })),
      ),
    },
    {
      name: 'postern_source_events_pending',
      type: 'gauge',
      help: 'Events whose effects are not done yet.',
      samples: perSource(({ pending }) => pending),
    },
    {
      name: 'postern_source_lag_seconds',
      type: 'gauge',
      unit: 'seconds',
      help: 'From publication to storage, newest pushed event.',
      samples: perSource(({ lagSeconds }) => lagSeconds),
    },
    {
      name: 'postern_source_oldest_pending_seconds',
      type: 'gauge',
      unit: 'seconds',
      help: 'Age of the oldest delivery that is not done.',
      samples: perSource(({ oldestPendingSeconds }) => oldestPendingSeconds ?? 0),
    },
    ...flowMetrics(sources.flatMap(({ source, health }) => (health ? [{ source, health }] : []))),
    {
      name: 'postern_issues_open',
      type: 'gauge',
      help: 'Open issues by severity.',
      samples: SEVERITIES.map((severity) => ({ labels: { severity }, value: open[severity] })),
    },
  ];
}
