import { SECOND } from '../platform/clock.ts';
import type { sourceHealth } from '../sources/source-health.ts';
import type { MetricFamily } from './openmetrics.ts';

type Health = Awaited<ReturnType<typeof sourceHealth>>;

const TAIL_STATES = ['new', 'idle', 'behind', 'limited', 'failed', 'stopped'] as const;
const STAGES = ['received', 'accepted', 'stored'] as const;

/**
 * How events flow into each source: delays, rates, push channels, the tail, and the room that Okta leaves. What is not
 * known has no sample. Labels are bounded: sources, two channels, three stages, and at most 21 buckets a source.
 */
export function flowMetrics(sources: { source: string; health: Health }[]): MetricFamily[] {
  const samples = (read: (health: Health) => [labels: Record<string, string>, value: number | null][]) =>
    sources.flatMap(({ source, health }) =>
      read(health).flatMap(([labels, value]) => (value === null ? [] : [{ labels: { source, ...labels }, value }])),
    );
  const gauge = (
    name: string,
    help: string,
    read: (health: Health) => [labels: Record<string, string>, value: number | null][],
    unit?: MetricFamily['unit'],
  ): MetricFamily => ({ name, type: 'gauge', help, ...(unit ? { unit } : {}), samples: samples(read) });
  return [
    gauge(
      'postern_source_delay_seconds',
      'From publication to storage, events of the last hour.',
      ({ lag }) => [
        [{ quantile: '0.5' }, lag?.p50 ?? null],
        [{ quantile: '0.95' }, lag?.p95 ?? null],
        [{ quantile: '1' }, lag?.max ?? null],
      ],
      'seconds',
    ),
    gauge('postern_source_events_per_minute', 'Events a minute over the last five minutes.', ({ rates }) =>
      STAGES.map((stage) => [{ stage }, rates.fiveMinutes[stage]]),
    ),
    gauge('postern_source_push_verified', '1 when the push channel is set up at the other end, 0 when not.', (health) =>
      health.hooks.map(({ channel, verified }) => [{ channel }, verified === null ? null : Number(verified)]),
    ),
    gauge(
      'postern_source_push_last_received_timestamp_seconds',
      'When the push channel brought something last.',
      (health) => health.hooks.map(({ channel, lastReceivedAt }) => [{ channel }, timestamp(lastReceivedAt)]),
      'seconds',
    ),
    gauge('postern_source_push_missed_events', 'Events of the last full hour that push missed.', ({ lastHour }) => [
      [{}, lastHour?.missedByPush ?? null],
    ]),
    gauge(
      'postern_source_push_cap_used_ratio',
      'Share of the Event Hook events that Okta allows in 24 hours.',
      ({ dailyCap }) => [[{}, dailyCap ? dailyCap.events / dailyCap.limit : null]],
      'ratio',
    ),
    gauge('postern_source_tail_state', '1 for the state that the tail of the System Log is in.', ({ tail }) =>
      TAIL_STATES.map((state) => [{ state }, Number(tail.state === state)]),
    ),
    gauge(
      'postern_source_tail_last_event_timestamp_seconds',
      'Newest event that the System Log has shown.',
      ({ tail }) => [[{}, timestamp(tail.lastEventAt)]],
      'seconds',
    ),
    gauge(
      'postern_source_tail_caught_up_timestamp_seconds',
      'When the end of the System Log was reached last.',
      ({ tail }) => [[{}, timestamp(tail.caughtUpAt)]],
      'seconds',
    ),
    gauge('postern_source_rate_limit', 'Calls that Okta allows in a window, as last seen.', ({ rateLimit }) =>
      rateLimit.map(({ bucket, seenBy, limit }) => [{ bucket, by: seenBy }, limit]),
    ),
    gauge('postern_source_rate_limit_remaining', 'Calls left in the window, as last seen.', ({ rateLimit }) =>
      rateLimit.map(({ bucket, seenBy, remaining }) => [{ bucket, by: seenBy }, remaining]),
    ),
  ];
}

function timestamp(at: string | null): number | null {
  return at === null ? null : Date.parse(at) / SECOND;
}
