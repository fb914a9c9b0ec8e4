import { DAY, type Millis } from '../platform/clock.ts';
import type { AccountView, DetectionId, PriorityFactor, PrivilegeTier, Reach, Severity, Verdict } from './types.ts';
import type { FailVerdict } from './verdicts.ts';
import { weaknessesOf } from './weaknesses.ts';

/**
 * The priority of an issue: how much harm how soon, 0 to 100, the sum of its factors. Each factor depends on its own
 * input alone, so a worse severity, tier or reach never lowers it. Steps are coarse on purpose: a priority that moved
 * every day would write every issue every day.
 *
 * | factor        | points                                                                              | at most |
 * |---------------|-------------------------------------------------------------------------------------|---------|
 * | severity      | low 5, medium 15, high 28, critical 40                                              | 40      |
 * | privilege     | admin role 10, global admin 20                                                      | 20      |
 * | path          | to tier zero: in up to 3 steps 14, each step more 2 less, never under 6; none 0     | 14      |
 * | apps          | reachable: from 1 1, from 5 2, from 20 4, from 50 6                                 | 6       |
 * | activity      | signed in within 7 days 5, within 30 days 3: a live account is both used and watched for | 5   |
 * | crown jewels  | opened, belonged to or held: 1 7, from 3 10; never beyond 100 in all                 | 10      |
 * | weaknesses    | 4 for each further weakness of the account                                          | 10      |
 * | age           | posture: 1 from the start, 3 from 90 days, 5 from 365; events: 5 on the first day, 3 until the third, then 1 | 5 |
 *
 * Factors that add nothing are left out.
 */
const SEVERITY_POINTS: Record<Severity, number> = { low: 5, medium: 15, high: 28, critical: 40 };
const TIER_POINTS: Record<PrivilegeTier, number> = { none: 0, admin: 10, global_admin: 20 };
const TIER_WORDS: Record<PrivilegeTier, string> = {
  none: '',
  admin: 'Holds an admin role',
  global_admin: 'Holds Super Administrator: every right in the org',
};

const PATH_POINTS = 14;
const PATH_MIN_POINTS = 6;
const PATH_FREE_STEPS = 3;
const PATH_STEP_COST = 2;

/** From this many on → points; the largest that fits counts. */
const APP_STEPS: readonly (readonly [number, number])[] = [
  [50, 6],
  [20, 4],
  [5, 2],
  [1, 1],
];

const JEWEL_STEPS: readonly (readonly [number, number])[] = [
  [3, 10],
  [1, 7],
];

/** The highest priority there is. */
const MOST = 100;

const WEAKNESS_POINTS = 4;
const WEAKNESS_MAX = 10;

/** Detections of a moment rather than of a state: the newer, the more urgent. */
const MOMENTS: ReadonlySet<DetectionId> = new Set([
  'admin-role-granted',
  'api-token-admin',
  'mfa-reset-new-device',
  'push-fatigue',
]);

export interface PriorityInput {
  detection: DetectionId;
  /** Only a fail has a priority: any other verdict gives 0 and no factors. */
  verdict: Verdict;
  view: AccountView;
  reach: Reach;
  now: Millis;
}

/** How urgent an issue is and why, in words for people. Pure. */
export function priorityOf(input: PriorityInput): { priority: number; factors: PriorityFactor[] } {
  const { detection, verdict, view, reach, now } = input;
  if (verdict.status !== 'fail') return { priority: 0, factors: [] };
  const factors = [
    severityFactor(verdict.severity),
    { factor: 'privilege', points: TIER_POINTS[view.tier], detail: TIER_WORDS[view.tier] },
    pathFactor(reach),
    appsFactor(reach),
    activityFactor(view, now),
    weaknessFactor(detection, view, now),
    ageFactor(detection, verdict, view, now),
  ];
  const others = factors.reduce((sum, { points }) => sum + points, 0);
  const jewels = jewelFactor(reach);
  // the factors add up to the priority, also where that is the highest there is
  const counted = [...factors, { ...jewels, points: Math.min(jewels.points, MOST - others) }];
  return {
    priority: counted.reduce((sum, { points }) => sum + points, 0),
    factors: counted.filter(({ points }) => points > 0),
  };
}

/** The points that the severity alone gives. */
export function severityFactor(severity: Severity): PriorityFactor {
  return { factor: 'severity', points: SEVERITY_POINTS[severity], detail: `Severity of the problem: ${severity}` };
}

function pathFactor(reach: Reach): PriorityFactor {
  const path = reach.pathToTierZero;
  if (path === null) return { factor: 'path', points: 0, detail: '' };
  const steps = Math.max(path.length - 1, 0);
  const points = PATH_POINTS - PATH_STEP_COST * Math.max(steps - PATH_FREE_STEPS, 0);
  return {
    factor: 'path',
    points: Math.max(points, PATH_MIN_POINTS),
    detail: `Leads to full control of the org in ${steps} ${steps === 1 ? 'step' : 'steps'}`,
  };
}

function appsFactor(reach: Reach): PriorityFactor {
  const [from, points] = APP_STEPS.find(([least]) => reach.apps >= least) ?? [0, 0];
  return { factor: 'apps', points, detail: `Opens ${from === 1 ? 'at least one app' : `${from} apps or more`}` };
}

function jewelFactor({ crownJewels }: Reach): PriorityFactor {
  const { count, first } = crownJewels ?? { count: 0, first: [] };
  const [, points] = JEWEL_STEPS.find(([least]) => count >= least) ?? [0, 0];
  const names = first.map(({ name }) => name).join(', ');
  const more = count > first.length ? ` and ${count - first.length} more` : '';
  const what = count === 1 ? 'the crown jewel' : `${count} crown jewels:`;
  return { factor: 'crown jewels', points, detail: `Reaches ${what} ${names}${more}` };
}

function activityFactor(view: AccountView, now: Millis): PriorityFactor {
  const last = view.attributes.lastLogin;
  const days = last === null ? Number.POSITIVE_INFINITY : (now - last) / DAY;
  if (days < 7) return { factor: 'activity', points: 5, detail: 'In use: somebody signed in within 7 days' };
  return { factor: 'activity', points: days < 30 ? 3 : 0, detail: 'In use: somebody signed in within 30 days' };
}

function weaknessFactor(detection: DetectionId, view: AccountView, now: Millis): PriorityFactor {
  const others = weaknessesOf(view, now).filter((weakness) => !weakness.same.includes(detection));
  return {
    factor: 'weaknesses',
    points: Math.min(others.length * WEAKNESS_POINTS, WEAKNESS_MAX),
    detail: `Comes together with: ${others.map((weakness) => weakness.detail).join(', ')}`,
  };
}

/** Since when the condition stands, as far as the account tells. */
function standingSince(detection: DetectionId, view: AccountView): Millis | null {
  const { passwordChanged, statusChanged, lastLogin, activated, created } = view.attributes;
  if (detection === 'old-password-admin') return passwordChanged;
  if (detection === 'leaver-live-accounts') return statusChanged;
  if (detection === 'unused-admin' || detection === 'unused-account') return lastLogin ?? activated ?? created;
  return activated ?? created;
}

function ageFactor(detection: DetectionId, verdict: FailVerdict, view: AccountView, now: Millis): PriorityFactor {
  if (MOMENTS.has(detection)) {
    const newest = newestTime(verdict);
    const days = newest === null ? Number.POSITIVE_INFINITY : (now - newest) / DAY;
    if (days < 1) return { factor: 'age', points: 5, detail: 'Happened within a day: it may still be under way' };
    if (days < 3) return { factor: 'age', points: 3, detail: 'Happened within three days' };
    return { factor: 'age', points: 1, detail: 'Happened within the window of the detection' };
  }
  const since = standingSince(detection, view);
  const days = since === null ? 0 : (now - since) / DAY;
  if (days >= 365) return { factor: 'age', points: 5, detail: 'May have stood open for a year or more' };
  if (days >= 90) return { factor: 'age', points: 3, detail: 'May have stood open for 90 days or more' };
  return { factor: 'age', points: 1, detail: 'Stands open' };
}

/** The newest of the times among a verdict's facts. */
function newestTime(verdict: FailVerdict): Millis | null {
  const times = Object.entries(verdict.facts).flatMap(([label, value]) =>
    label.endsWith('At') && typeof value === 'number' ? [value] : [],
  );
  return times.length > 0 ? Math.max(...times) : null;
}
