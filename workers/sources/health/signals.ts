import type { z } from '@hono/zod-openapi';
import { completenessOf } from '../../inbox/completeness.repository.ts';
import { createBoundedCache } from '../../platform/bounded-cache.ts';
import { HOUR, iso, isoOrNull, type Millis, SECOND } from '../../platform/clock.ts';
import type { Deps } from '../../platform/deps.ts';
import type { SyncRun } from '../../sync/run.ts';
import type { TailState } from '../../tail/tail-state.ts';
import { channelsOfMode, type PushChannel } from '../ingest-secrets.repository.ts';
import { SHARE_LEFT } from '../okta/polite.ts';
import type { RateSeen } from '../okta/rate.ts';
import type { Source } from '../sources.repository.ts';
import { CAP_WINDOW, DAILY_CAP } from '../watch/push-verdicts.ts';
import { watchStateOf } from '../watch/watch.repository.ts';
import type { HookState, WatchState } from '../watch/watch-state.ts';
import { type RecentDeliveries, recentDeliveries } from './deliveries.repository.ts';
import type { healthSignalFields } from './health.schemas.ts';

/** Events whose delay is measured: the newest of the tenant. */
const MOST_MEASURED = 5_000;
/** How long the figures of an hour are good for: open consoles ask every two seconds. */
const FIGURES_FRESH: Millis = 10 * SECOND;

interface Figures {
  deliveries: RecentDeliveries;
  lag: { p50: number; p95: number; max: number } | null;
}

const remembered = createBoundedCache<Figures>(1_000, FIGURES_FRESH);

export type HealthSignals = { [K in keyof typeof healthSignalFields]: z.infer<(typeof healthSignalFields)[K]> };

/** How well events flow, and how much room there is: read from what is there, without asking Okta. */
export async function healthSignals(
  deps: Pick<Deps, 'evidence' | 'clock'>,
  tenantId: string,
  source: Source,
  tail: TailState,
  run: SyncRun | null,
): Promise<HealthSignals> {
  const now = deps.clock.now();
  const [{ deliveries, lag }, watch] = await Promise.all([
    figuresOf(deps, tenantId, source),
    watchStateOf(deps, tenantId, source.id),
  ]);
  const cap = watch?.cap && now < watch.cap.since + CAP_WINDOW ? watch.cap : null;
  return {
    rates: { fiveMinutes: deliveries.fiveMinutes, hour: deliveries.hour },
    lag,
    hooks: [hookSignal(source, watch, deliveries), bridgeSignal(source, watch, deliveries)],
    rateLimit: [
      ...(tail.rate ? [presentRate(tail.rate, 'tail')] : []),
      ...(run?.progress?.rates ?? []).map((rate) => presentRate(rate, 'sync')),
    ],
    dailyCap: cap && {
      events: cap.events,
      limit: DAILY_CAP,
      since: iso(cap.since),
      resetsAt: iso(cap.since + CAP_WINDOW),
    },
    lastHour: watch?.hour
      ? { hour: iso(watch.hour.hour), push: watch.hour.push, missedByPush: watch.hour.missed }
      : null,
  };
}

async function figuresOf(deps: Pick<Deps, 'evidence' | 'clock'>, tenantId: string, source: Source): Promise<Figures> {
  const now = deps.clock.now();
  const key = JSON.stringify([tenantId, source.id]);
  const known = remembered.get(key, now);
  if (known) return known;
  const [deliveries, { totals }] = await Promise.all([
    recentDeliveries(deps, tenantId, source.id),
    completenessOf(deps, tenantId, {
      sourceId: source.id,
      since: Math.max(0, now - HOUR),
      // Okta's clock may be ahead of ours
      until: now + HOUR,
      connectedAt: source.createdAt,
      pushable: [],
      most: MOST_MEASURED,
    }),
  ]);
  const figures = { deliveries, lag: totals.delay };
  remembered.set(key, figures, now);
  return figures;
}

function lastReceived(channel: PushChannel, watch: WatchState | null, deliveries: RecentDeliveries): string | null {
  return isoOrNull(deliveries.lastReceivedAt.get(channel) ?? watch?.lastPush[channel]);
}

const HOOK_REASONS: Record<HookState['status'], string | null> = {
  ok: null,
  unverified: 'Okta has a hook to this source that is not verified.',
  inactive: 'The hook to this source was deactivated in Okta.',
  missing: 'Okta has no hook to this source.',
  unknown: null,
};

function hookSignal(source: Source, watch: WatchState | null, deliveries: RecentDeliveries) {
  const channel = 'event_hook' as const;
  const lastReceivedAt = lastReceived(channel, watch, deliveries);
  if (!channelsOfMode(source.mode).includes(channel)) return notInMode(channel, lastReceivedAt);
  const hooks = watch?.mode === source.mode ? watch.hooks : null;
  const status = hooks?.status ?? 'unknown';
  return {
    channel,
    inMode: true,
    status,
    verified: status === 'unknown' ? null : status === 'ok' && (hooks?.live ?? 0) > 0,
    reason: hooks ? (hooks.reason ?? HOOK_REASONS[status]) : 'Okta is asked within a minute, and every ten minutes.',
    checkedAt: isoOrNull(hooks?.checkedAt),
    lastReceivedAt,
  };
}

/** Nothing in Okta says whether a relay works: the partner source is bound by the first delivery. */
function bridgeSignal(source: Source, watch: WatchState | null, deliveries: RecentDeliveries) {
  const channel = 'eventbridge' as const;
  const lastReceivedAt = lastReceived(channel, watch, deliveries);
  if (!channelsOfMode(source.mode).includes(channel)) return notInMode(channel, lastReceivedAt);
  const bound = source.partnerSource !== null;
  return {
    channel,
    inMode: true,
    status: bound ? ('ok' as const) : ('waiting' as const),
    verified: bound,
    reason: bound ? null : 'No delivery has come yet: it binds the partner event source.',
    checkedAt: null,
    lastReceivedAt,
  };
}

function notInMode(channel: PushChannel, lastReceivedAt: string | null) {
  const reason = 'The mode of the source does not accept this channel: its deliveries are refused.';
  const nothing = { verified: null, checkedAt: null };
  return { channel, inMode: false, status: 'not_in_mode' as const, reason, lastReceivedAt, ...nothing };
}

function presentRate({ bucket, limit, remaining, resetAt, seenAt }: RateSeen, seenBy: 'tail' | 'sync') {
  return { bucket, limit, remaining, resetAt: iso(resetAt), seenAt: iso(seenAt), seenBy, share: 1 - SHARE_LEFT };
}
