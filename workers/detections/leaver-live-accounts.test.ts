import { describe, expect, it } from 'vitest';
import { leaverLiveAccounts } from './leaver-live-accounts.ts';
import { assignment, NOW, outcome, view } from './testing/views.ts';
import type { AppAssignment } from './types.ts';

const TITLE = 'Partially Offboarded User';

function judge(assignments: AppAssignment[], more: Parameters<typeof view>[0] = {}) {
  return leaverLiveAccounts.evaluate(view({ attributes: { status: 'DEPROVISIONED' }, assignments, ...more }), NOW);
}

describe(TITLE, () => {
  it.each(['ACTIVE', 'PROVISIONED', 'IMPORTED', 'MATCHED', 'APPROVED'])(
    'fails on an app account that is %s',
    (status) => {
      expect(outcome(judge([assignment({ status })]))).toBe(TITLE);
    },
  );

  it.each(['DEPROVISIONED', 'INACTIVE', 'IMPLICIT', 'PENDING', 'REVOKED', 'STAGED', 'SUSPENDED', 'UNASSIGNED'])(
    'passes on one that is %s',
    (status) => expect(outcome(judge([assignment({ status })]))).toBe('pass'),
  );

  it('leaves bookmarks and inactive apps out', () => {
    expect(outcome(judge([assignment({ signOnMode: 'BOOKMARK' })]))).toBe('pass');
    expect(outcome(judge([assignment({ appStatus: 'INACTIVE' })]))).toBe('pass');
    expect(outcome(judge([assignment({ signOnMode: null })]))).toBe(TITLE);
  });

  it.each(['ACTIVE', 'SUSPENDED', 'LOCKED_OUT', 'STAGED'])('passes for somebody who is %s', (status) => {
    expect(outcome(judge([assignment()], { attributes: { status } }))).toBe('pass');
  });

  it('names the apps, in an order that does not depend on the input', () => {
    const apps = [assignment({ appName: 'Zoom', userName: null }), assignment({ appName: 'GitHub', userName: 'ada' })];
    const verdict = judge(apps);
    expect(verdict).toEqual(judge([...apps].reverse()));
    expect(verdict.status === 'fail' && verdict.facts).toMatchObject({
      liveAccounts: 2,
      apps: ['GitHub as ada', 'Zoom'],
    });
  });

  it('is unknown without the assignments, yet fails on one that was seen', () => {
    const missing = { assignments: '3 apps refused' };
    expect(outcome(judge([], { missing }))).toBe('unknown');
    expect(outcome(judge([], { missing: { apps: 'HTTP 403' } }))).toBe('unknown');
    expect(outcome(judge([assignment()], { missing }))).toBe(TITLE);
    expect(outcome(judge([assignment()], { attributes: { status: 'DEPROVISIONED', stub: true } }))).toBe('unknown');
  });

  it('bounds its evidence', () => {
    const verdict = judge(Array.from({ length: 300 }, (_, n) => assignment({ appName: `App ${n}` })));
    const facts = verdict.status === 'fail' ? verdict.facts : {};
    expect(facts.liveAccounts).toBe(300);
    expect(facts.apps).toHaveLength(50);
  });

  it('fails on an account in another source that still signs in, and says where', () => {
    const gone = { attributes: { status: 'DEPROVISIONED' }, sourceName: 'acme' } as const;
    const elsewhere = (status: string, more: Parameters<typeof view>[0] = {}) =>
      view({
        accountId: 'acc_2',
        sourceId: 'src_2',
        sourceName: 'globex',
        attributes: { status, login: 'ada@globex.test' },
        ...more,
      });
    const verdict = leaverLiveAccounts.evaluate(view({ ...gone, others: [elsewhere('ACTIVE')] }), NOW);
    expect(verdict.status === 'fail' && verdict.facts).toMatchObject({
      liveAccounts: 1,
      apps: [],
      stillActive: ['ada@globex.test in globex'],
    });
    // whichever of the two speaks for the person
    const other = leaverLiveAccounts.evaluate({ ...elsewhere('ACTIVE'), others: [view(gone)] }, NOW);
    expect(other.status === 'fail' && other.facts.stillActive).toEqual(['ada@globex.test in globex']);
    for (const status of ['SUSPENDED', 'DEPROVISIONED', 'STAGED']) {
      expect(outcome(leaverLiveAccounts.evaluate(view({ ...gone, others: [elsewhere(status)] }), NOW))).toBe('pass');
    }
    const unread = elsewhere('ACTIVE', { missing: { users: 'HTTP 403' } });
    expect(outcome(leaverLiveAccounts.evaluate(view({ ...gone, others: [unread] }), NOW))).toBe('unknown');
    const working = view({ attributes: { status: 'ACTIVE' }, others: [elsewhere('ACTIVE')] });
    expect(outcome(leaverLiveAccounts.evaluate(working, NOW))).toBe('pass');
  });
});
