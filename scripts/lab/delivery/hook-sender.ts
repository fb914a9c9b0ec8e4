import { BY_SYSTEM, emit, type Org } from '../actions/org.ts';
import type { LabFaults } from '../control/faults.ts';
import { DAY, iso } from '../core/clock.ts';
import { hookForm } from '../log/build-event.ts';
import { HOOK_ELIGIBLE } from '../log/hook-eligible.ts';
import type { LogEvent } from '../log/log-event.ts';
import type { EventHook } from '../world/model.ts';
import { type Batcher, createBatcher } from './batcher.ts';
import { postJson } from './post.ts';

/** Okta triggers no hook for more applicable events than this in a day. */
const DAILY_LIMIT = 400_000;

export interface HookSender {
  /** The one-time challenge. True when the receiver echoes it. */
  verify(hook: EventHook): Promise<boolean>;
  flush(): Promise<void>;
  stats(): { deliveries: number; events: number; retries: number; failures: number };
  close(): void;
}

interface SenderDeps {
  org: Org;
  faults: LabFaults;
  baseUrl: () => string;
  batchMs: number;
  timeoutMs: number;
}

function headersOf(hook: EventHook): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const { key, value } of hook.headers) headers[key] = value;
  if (hook.authKey !== '') headers[hook.authKey] = hook.authValue;
  return headers;
}

/** Sends log events to the hooks that subscribe to them: once, with at most one more try, and no replay. */
export function createHookSender(deps: SenderDeps): HookSender {
  const { org, faults } = deps;
  const batchers = new Map<string, Batcher<LogEvent>>();
  const stats = { deliveries: 0, events: 0, retries: 0, failures: 0 };
  let day = { endsAt: 0, events: 0 };

  const withinDailyLimit = (): boolean => {
    const now = org.clock.now();
    if (now >= day.endsAt) day = { endsAt: now + DAY, events: 0 };
    return ++day.events <= DAILY_LIMIT;
  };

  const deliver = async (hook: EventHook, events: LogEvent[]): Promise<void> => {
    // The hook may have been switched off while the events waited.
    if (hook.status !== 'ACTIVE' || !hook.verified) return;
    const ordered = faults.current().outOfOrder ? org.rng.shuffle(events) : events;
    const now = iso(org.clock.now());
    const body = JSON.stringify({
      eventType: 'com.okta.event_hook',
      eventTypeVersion: '1.0',
      cloudEventsVersion: '0.1',
      source: `${deps.baseUrl()}/api/v1/eventHooks/${hook.id}`,
      eventId: org.ids.uuid(),
      data: { events: ordered.map(hookForm) },
      eventTime: now,
      contentType: 'application/json',
    });
    stats.deliveries++;
    stats.events += events.length;
    const send = () => postJson(hook.uri, headersOf(hook), body, deps.timeoutMs);
    let attempt = await send();
    if (attempt.retriable) {
      stats.retries++;
      attempt = await send();
    }
    if (attempt.ok) {
      if (faults.happens('duplicateEvents')) await send();
      return;
    }
    stats.failures++;
    emit(org, BY_SYSTEM, {
      type: 'event_hook.delivery',
      result: 'FAILURE',
      reason: attempt.reason,
      transactionType: 'JOB',
      targets: [{ id: hook.id, type: 'Event Hook', alternateId: hook.uri, displayName: hook.name, detailEntry: null }],
      debugData: { eventHookId: hook.id, eventCount: String(events.length), statusCode: String(attempt.status ?? '') },
    });
  };

  const stop = org.log.subscribe((event) => {
    if (!HOOK_ELIGIBLE.has(event.eventType)) return;
    for (const hook of org.world.hooks.values()) {
      if (hook.status !== 'ACTIVE' || !hook.verified || !hook.items.includes(event.eventType)) continue;
      if (!withinDailyLimit()) continue;
      let batcher = batchers.get(hook.id);
      if (batcher === undefined) {
        batcher = createBatcher(deps.batchMs, (events) => deliver(hook, events));
        batchers.set(hook.id, batcher);
      }
      batcher.add(event);
    }
  });

  const challenge = async (hook: EventHook): Promise<'right' | 'wrong' | 'silent'> => {
    const text = org.ids.opaque(40);
    try {
      const response = await fetch(hook.uri, {
        headers: { accept: 'application/json', 'x-okta-verification-challenge': text },
        redirect: 'manual',
        signal: AbortSignal.timeout(deps.timeoutMs),
      });
      const body: unknown = response.ok ? await response.json() : null;
      const echoed = typeof body === 'object' && body !== null && 'verification' in body && body.verification === text;
      return echoed ? 'right' : 'wrong';
    } catch {
      return 'silent';
    }
  };

  return {
    async verify(hook) {
      let answer = await challenge(hook);
      if (answer === 'silent') answer = await challenge(hook);
      return answer === 'right';
    },
    async flush() {
      await Promise.all([...batchers.values()].map((batcher) => batcher.flush()));
    },
    stats: () => ({ ...stats }),
    close() {
      stop();
      for (const batcher of batchers.values()) batcher.close();
    },
  };
}
