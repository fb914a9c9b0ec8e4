import { DAY, HOUR, MINUTE, type Millis } from '../core/clock.ts';
import type { LogEvent } from '../log/log-event.ts';
import type { LogEntry } from '../log/system-log.ts';
import { canSignIn, tierOf, type World } from '../world/world.ts';
import type { TruthRow } from './truth-model.ts';

type Found = Map<string, string>;

/** What the events of the last seven days say, judged against the state of now. */
export function eventTruth(world: World, entries: Iterable<LogEntry>, now: Millis): TruthRow[] {
  const recent: LogEntry[] = [];
  for (const entry of entries) if (entry.publishedAt >= now - 8 * DAY && entry.publishedAt <= now) recent.push(entry);
  recent.sort((a, b) => a.publishedAt - b.publishedAt);
  const week = recent.filter(({ publishedAt }) => publishedAt >= now - 7 * DAY);
  return [
    ...rows('admin-role-granted', rolesGranted(world, week)),
    ...rows('api-token-admin', tokensCreated(world, week)),
    ...rows('mfa-reset-new-device', resetsThenNewDevice(world, recent, now)),
    ...rows('push-fatigue', pushBursts(world, recent, now)),
  ];
}

function rows(detection: string, found: Found): TruthRow[] {
  return [...found].map(([nativeId, note]) => ({
    detection,
    subject: { kind: 'account' as const, nativeId },
    verdict: 'fail' as const,
    note,
  }));
}

const succeeded = (event: LogEvent) => event.outcome.result === 'SUCCESS';
const userTargets = (event: LogEvent) => event.target.filter(({ type }) => type === 'User').map(({ id }) => id);

function rolesGranted(world: World, week: readonly LogEntry[]): Found {
  const found: Found = new Map();
  for (const { event } of week) {
    if (event.eventType !== 'user.account.privilege.grant' || !succeeded(event)) continue;
    for (const id of userTargets(event)) {
      const user = world.users.get(id);
      if (user === undefined || user.status === 'DEPROVISIONED' || tierOf(world, id) === 'none') continue;
      found.set(id, `granted at ${event.published}`);
    }
  }
  return found;
}

function tokensCreated(world: World, week: readonly LogEntry[]): Found {
  const revoked = new Set<string>();
  for (const { event } of week) {
    if (event.eventType !== 'system.api_token.revoke' || !succeeded(event)) continue;
    for (const { id, type } of event.target) if (type === 'Token') revoked.add(id);
  }
  const found: Found = new Map();
  for (const { event } of week) {
    if (event.eventType !== 'system.api_token.create' || !succeeded(event)) continue;
    if (event.target.some(({ id, type }) => type === 'Token' && revoked.has(id))) continue;
    for (const id of [event.actor.id, ...userTargets(event)]) {
      if (world.users.has(id) && tierOf(world, id) !== 'none') found.set(id, `token created at ${event.published}`);
    }
  }
  return found;
}

/** Reads the verdict from either of the two forms. */
function fromNewDevice(event: LogEvent): boolean {
  const { behaviors, logOnlySecurityData } = event.debugContext.debugData;
  if (typeof behaviors === 'string' && /(^|[{,\s])New Device=POSITIVE/.test(behaviors)) return true;
  return typeof logOnlySecurityData === 'string' && logOnlySecurityData.includes('"New Device":"POSITIVE"');
}

function resetsThenNewDevice(world: World, recent: readonly LogEntry[], now: Millis): Found {
  const found: Found = new Map();
  const lastReset = new Map<string, Millis>();
  for (const { event, publishedAt } of recent) {
    if (!succeeded(event)) continue;
    if (event.eventType === 'user.session.start') {
      const reset = lastReset.get(event.actor.id);
      const user = world.users.get(event.actor.id);
      if (reset === undefined || reset >= publishedAt || publishedAt - reset > 24 * HOUR) continue;
      if (publishedAt < now - 7 * DAY || user === undefined || !canSignIn(user) || !fromNewDevice(event)) continue;
      found.set(user.id, `new device at ${event.published} after a reset`);
    } else if (event.eventType === 'user.mfa.factor.reset_all' || event.eventType === 'user.mfa.factor.deactivate') {
      for (const id of userTargets(event)) lastReset.set(id, publishedAt);
    }
  }
  return found;
}

function isDeniedPush(event: LogEvent): boolean {
  if (event.eventType === 'user.mfa.okta_verify.deny_push') return true;
  const { result } = event.outcome;
  return (
    event.eventType === 'user.authentication.auth_via_mfa' &&
    (result === 'FAILURE' || result === 'DENY') &&
    event.debugContext.debugData.factor === 'OKTA_VERIFY_PUSH'
  );
}

function pushBursts(world: World, recent: readonly LogEntry[], now: Millis): Found {
  const refusals = new Map<string, Map<string, Millis>>();
  for (const { event, publishedAt } of recent) {
    if (publishedAt < now - DAY - 10 * MINUTE || !isDeniedPush(event)) continue;
    const byTransaction = refusals.get(event.actor.id) ?? new Map<string, Millis>();
    if (!byTransaction.has(event.transaction.id)) byTransaction.set(event.transaction.id, publishedAt);
    refusals.set(event.actor.id, byTransaction);
  }
  const found: Found = new Map();
  for (const [id, byTransaction] of refusals) {
    const user = world.users.get(id);
    const times = [...byTransaction.values()];
    if (user === undefined || !canSignIn(user) || times.length < 5) continue;
    const burst = times.some((last, i) => {
      const first = times[i - 4];
      return first !== undefined && last - first <= 10 * MINUTE && last >= now - DAY;
    });
    if (burst) found.set(id, `${times.length} refused pushes`);
  }
  return found;
}
