import { graphOf } from '../graph/directory.ts';
import { settleVerdicts } from '../issues/settle.ts';
import { DAY, type Millis } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import { effectsOf } from '../sources/okta/event-effects.ts';
import { startRefresh } from '../sync/start.ts';
import { wakeTail } from '../tail/tail.ts';
import type { CanonicalEvent } from './event.ts';
import { REVOKED, tokenOwners } from './token-owners.ts';

/** Whom the effects of events go to. Tests put failing ones in. */
export interface EffectTargets {
  graphOf: typeof graphOf;
  settleVerdicts: typeof settleVerdicts;
  startRefresh: typeof startRefresh;
  wakeTail: typeof wakeTail;
}

export const effectTargets: EffectTargets = { graphOf, settleVerdicts, startRefresh, wakeTail };

/** What an older event tells is covered by the daily full sync: it changes the graph, but asks for no refresh. */
export const REFRESH_MAX_AGE: Millis = DAY;

/**
 * Whether anything may follow from these events of one source. Most of a log are sign-ons to apps, which change neither
 * graph nor issues. The same events always give the same answer.
 */
export function haveEffects(tenantId: string, sourceId: string, events: CanonicalEvent[]): boolean {
  if (events.some((event) => event.type === REVOKED)) return true;
  const { delta, refresh } = effectsOf({ tenantId, sourceId, events });
  const changes = delta.changes.length + delta.signals.length;
  return changes + wantedOf(refresh) > 0;
}

/**
 * Does everything that a tenant's events cause: graph, verdicts and issues, refresh. Safe to repeat: the graph keeps
 * the newest by time, verdict changes are confirmed after they are issues, what is wanted already is read once.
 */
export async function runEffects(
  deps: Deps,
  targets: EffectTargets,
  tenantId: string,
  events: CanonicalEvent[],
): Promise<void> {
  const refreshes: { sourceId: string; refresh: ReturnType<typeof effectsOf>['refresh'] }[] = [];
  const delta: ReturnType<typeof effectsOf>['delta'] = { changes: [], signals: [] };
  for (const [sourceId, ofSource] of bySource(events)) {
    const owners = await tokenOwners(deps, tenantId, ofSource);
    const all = effectsOf({ tenantId, sourceId, events: ofSource, tokenOwners: owners });
    for (const change of all.delta.changes) delta.changes.push(change);
    for (const signal of all.delta.signals) delta.signals.push(signal);
    const recent = ofSource.filter((event) => event.publishedAt > deps.clock.now() - REFRESH_MAX_AGE);
    const { refresh } = recent.length === ofSource.length ? all : effectsOf({ tenantId, sourceId, events: recent });
    refreshes.push({ sourceId, refresh });
  }
  if (delta.changes.length + delta.signals.length > 0) {
    await targets.graphOf(deps, tenantId).applyDelta(delta);
    await targets.settleVerdicts(deps, tenantId);
  }
  for (const { sourceId, refresh } of refreshes) {
    if (wantedOf(refresh) === 0) continue;
    await targets.startRefresh(deps, tenantId, sourceId, refresh);
  }
}

function wantedOf({ users, groups, apps, inventory = [] }: ReturnType<typeof effectsOf>['refresh']): number {
  return users.length + groups.length + apps.length + inventory.length;
}

function bySource(events: CanonicalEvent[]): Map<string, CanonicalEvent[]> {
  const groups = new Map<string, CanonicalEvent[]>();
  for (const event of events) {
    const group = groups.get(event.sourceId);
    if (group) group.push(event);
    else groups.set(event.sourceId, [event]);
  }
  return groups;
}
