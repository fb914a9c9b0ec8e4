import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Factor } from '../graph/model.ts';
import { evaluateAccount } from './engine.ts';
import { priorityOf } from './priority.ts';
import { daysAgo, factor, HELP_DESK, NOW, SUPER_ADMIN, signal, view } from './testing/views.ts';
import { tierOf } from './tier.ts';
import {
  type AccountView,
  DETECTION_IDS,
  type PathStep,
  type Reach,
  type RoleHolding,
  type Severity,
} from './types.ts';
import { type FailVerdict, fail } from './verdicts.ts';

const NOWHERE: Reach = { apps: 0, groups: 0, roles: 0, pathToTierZero: null };
const SEVERITIES: Severity[] = ['low', 'medium', 'high', 'critical'];

function reach(apps: number, nodes: number | null, jewels = 0): Reach {
  const step: PathStep = { node: { id: 'x', kind: 'group', name: 'x' }, edge: null };
  return {
    apps,
    groups: 0,
    roles: 0,
    pathToTierZero: nodes === null ? null : Array.from({ length: nodes }, () => step),
    ...(jewels === 0 ? {} : { crownJewels: { count: jewels, first: [{ id: 'app_1', name: 'Payroll' }] } }),
  };
}

const verdictOf = (severity: Severity): FailVerdict => fail({ title: 't', severity, facts: {}, eventIds: [] });

const reaches = fc.record({
  apps: fc.nat(200),
  nodes: fc.option(fc.integer({ min: 1, max: 12 })),
  jewels: fc.nat(5),
});
const views: fc.Arbitrary<AccountView> = fc
  .record({
    roles: fc.constantFrom<RoleHolding[]>([], [HELP_DESK], [SUPER_ADMIN]),
    factors: fc.constantFrom<Factor[]>([], [factor('push')], [factor('sms', 'PENDING_ACTIVATION')]),
    lastLogin: fc.option(fc.integer({ min: 0, max: 500 })),
    passwordAge: fc.option(fc.integer({ min: 0, max: 500 })),
    denied: fc.option(fc.integer({ min: 0, max: 8 })),
  })
  .map(({ roles, factors, lastLogin, passwordAge, denied }) =>
    view({
      roles,
      factors,
      attributes: {
        lastLogin: lastLogin === null ? null : daysAgo(lastLogin),
        passwordChanged: passwordAge === null ? null : daysAgo(passwordAge),
      },
      signals: denied === null ? [] : [signal('push_denied', daysAgo(denied))],
    }),
  );
const inputs = fc.record({
  detection: fc.constantFrom(...DETECTION_IDS),
  severity: fc.constantFrom(...SEVERITIES),
  view: views,
  reach: reaches,
});

function priority(i: {
  detection: (typeof DETECTION_IDS)[number];
  severity: Severity;
  view: AccountView;
  reach: { apps: number; nodes: number | null; jewels: number };
}) {
  const { apps, nodes, jewels } = i.reach;
  return priorityOf({ ...i, verdict: verdictOf(i.severity), reach: reach(apps, nodes, jewels), now: NOW }).priority;
}

describe('priority', () => {
  it('is a whole number from 0 to 100 and the sum of its factors', () => {
    fc.assert(
      fc.property(inputs, (i) => {
        const { priority, factors } = priorityOf({
          ...i,
          verdict: verdictOf(i.severity),
          reach: reach(i.reach.apps, i.reach.nodes, i.reach.jewels),
          now: NOW,
        });
        expect(Number.isInteger(priority)).toBe(true);
        expect(priority).toBeGreaterThanOrEqual(0);
        expect(priority).toBeLessThanOrEqual(100);
        expect(factors.reduce((sum, f) => sum + f.points, 0)).toBe(priority);
        expect(factors.every((f) => f.points > 0 && f.detail.length > 0)).toBe(true);
      }),
    );
  });

  it('is never lowered by a worse severity', () => {
    fc.assert(
      fc.property(inputs, fc.constantFrom(...SEVERITIES), (i, severity) => {
        const [less, more] = [i.severity, severity].sort((a, b) => SEVERITIES.indexOf(a) - SEVERITIES.indexOf(b));
        expect(priority({ ...i, severity: more ?? 'critical' })).toBeGreaterThanOrEqual(
          priority({ ...i, severity: less ?? 'low' }),
        );
      }),
    );
  });

  it('is never lowered by a higher tier', () => {
    fc.assert(
      fc.property(inputs, (i) => {
        const [none, admin, global] = [[], [HELP_DESK], [SUPER_ADMIN]].map((roles) =>
          priority({ ...i, view: { ...i.view, roles, tier: tierOf(roles) } }),
        );
        expect(admin).toBeGreaterThanOrEqual(none ?? 101);
        expect(global).toBeGreaterThanOrEqual(admin ?? 101);
      }),
    );
  });

  it('is never lowered by more apps or a shorter path to tier zero', () => {
    fc.assert(
      fc.property(inputs, fc.nat(100), fc.nat(6), (i, apps, shorter) => {
        const more = { ...i, reach: { ...i.reach, apps: i.reach.apps + apps } };
        expect(priority(more)).toBeGreaterThanOrEqual(priority(i));
        const nodes = i.reach.nodes === null ? 12 : Math.max(1, i.reach.nodes - shorter);
        expect(priority({ ...i, reach: { ...i.reach, nodes } })).toBeGreaterThanOrEqual(priority(i));
      }),
    );
  });

  it('is never lowered by more crown jewels, and names the first of them', () => {
    fc.assert(
      fc.property(inputs, fc.nat(5), (i, more) => {
        const { jewels } = i.reach;
        expect(priority({ ...i, reach: { ...i.reach, jewels: jewels + more } })).toBeGreaterThanOrEqual(priority(i));
      }),
    );
    const of = (jewels: number) =>
      priorityOf({
        detection: 'no-mfa-account',
        verdict: verdictOf('medium'),
        view: view({}),
        reach: reach(1, null, jewels),
        now: NOW,
      }).factors.find(({ factor: name }) => name === 'crown jewels');
    expect(of(0)).toBeUndefined();
    expect(of(1)).toMatchObject({ points: 7, detail: 'Reaches the crown jewel Payroll' });
    expect(of(4)).toMatchObject({ points: 10, detail: 'Reaches 4 crown jewels: Payroll and 3 more' });
  });

  it('is never lowered by a further weakness', () => {
    const weak = view({ roles: [SUPER_ADMIN], factors: [], attributes: { passwordChanged: daysAgo(300) } });
    const of = (v: AccountView) =>
      priorityOf({
        detection: 'no-mfa-global-admin',
        verdict: verdictOf('critical'),
        view: v,
        reach: NOWHERE,
        now: NOW,
      });
    const young = of(view({ roles: [SUPER_ADMIN], factors: [] }));
    const old = of(weak);
    expect(old.priority).toBe(young.priority + 4);
    expect(old.factors.find((f) => f.factor === 'weaknesses')?.detail).toBe(
      'Comes together with: password older than 180 days',
    );
  });

  it('puts a live global admin without MFA far above a forgotten account', () => {
    const top = view({ roles: [SUPER_ADMIN], factors: [], attributes: { passwordChanged: daysAgo(300) } });
    const first = evaluateAccount(top, NOW).find((e) => e.detection === 'no-mfa-global-admin');
    const forgotten = view({ attributes: { lastLogin: daysAgo(100) } });
    const second = evaluateAccount(forgotten, NOW).find((e) => e.detection === 'unused-account');
    if (!first || !second) throw new Error('detections are missing');
    const high = priorityOf({ ...first, view: top, reach: reach(60, 4), now: NOW });
    const low = priorityOf({ ...second, view: forgotten, reach: reach(3, null), now: NOW });
    expect(high.priority).toBe(94);
    expect(low.priority).toBe(9);
    expect(high.factors.map((f) => f.factor)).toEqual([
      'severity',
      'privilege',
      'path',
      'apps',
      'activity',
      'weaknesses',
      'age',
    ]);
  });

  it('is 0 for anything but a fail', () => {
    const common = { detection: 'no-mfa-account' as const, view: view(), reach: NOWHERE, now: NOW };
    expect(priorityOf({ ...common, verdict: { status: 'pass' } })).toEqual({ priority: 0, factors: [] });
    expect(priorityOf({ ...common, verdict: { status: 'unknown', reason: 'x' } }).priority).toBe(0);
  });
});
