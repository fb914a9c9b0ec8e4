import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE } from '../platform/clock.ts';
import { pushFatigue } from './push-fatigue.ts';
import { NOW, outcome, SUPER_ADMIN, signal, view } from './testing/views.ts';

const TITLE = 'Repeated Denied MFA Pushes';
const last = NOW - HOUR;

/** Denied pushes so many minutes before `end`. */
function pushes(minutes: number[], end = last) {
  return minutes.map((m) => signal('push_denied', end - m * MINUTE, `txn_${end}_${m}`));
}

function judge(signals: ReturnType<typeof signal>[], more: Parameters<typeof view>[0] = {}) {
  return pushFatigue.evaluate(view({ signals, ...more }), NOW);
}

describe(TITLE, () => {
  it('fails at five within exactly ten minutes', () => {
    expect(outcome(judge(pushes([10, 7, 5, 2, 0])))).toBe(TITLE);
    expect(outcome(judge(pushes([7, 5, 2, 0])))).toBe('pass');
    const late = [signal('push_denied', last - 10 * MINUTE - 1, 'txn_first'), ...pushes([7, 5, 2, 0])];
    expect(outcome(judge(late))).toBe('pass');
  });

  it('finds a window across the clock’s ten-minute marks and among scattered pushes', () => {
    expect(outcome(judge(pushes([300, 200, 31, 29, 27, 25, 23, 3])))).toBe(TITLE);
    expect(outcome(judge(pushes([50, 40, 30, 20, 10, 0])))).toBe('pass');
  });

  it('counts a transaction once', () => {
    const same = [0, 1, 2, 3, 4].map((m) => signal('push_denied', last - m * MINUTE, 'txn_1', `evt_${m}`));
    expect(outcome(judge(same))).toBe('pass');
    const doubled = pushes([8, 6, 4, 2, 0]).flatMap((s) => [s, { ...s, eventId: `${s.eventId}_again` }]);
    expect(judge(doubled)).toMatchObject({ title: TITLE, facts: { deniedPushes: 5 } });
  });

  it('counts events without a transaction one by one, and a repeated event once', () => {
    const bare = [8, 6, 4, 2, 0].map((m) => signal('push_denied', last - m * MINUTE, null, `evt_${m}`));
    expect(outcome(judge(bare))).toBe(TITLE);
    expect(outcome(judge([...bare.slice(1), ...bare.slice(1)]))).toBe('pass');
  });

  it('ends 24 hours after the last push', () => {
    const end = NOW - 24 * HOUR;
    expect(outcome(judge(pushes([8, 6, 4, 2, 0], end + 1)))).toBe(TITLE);
    expect(outcome(judge(pushes([8, 6, 4, 2, 0], end)))).toBe('pass');
    expect(judge(pushes([8, 6, 4, 2, 0]))).toMatchObject({ recheckAt: last + 24 * HOUR });
  });

  it('tells of the newest series, and names all of it', () => {
    const older = pushes([8, 6, 4, 2, 0], NOW - 5 * HOUR);
    const verdict = judge([...pushes([9, 8, 6, 4, 2, 0]), ...older]);
    expect(verdict).toMatchObject({ facts: { deniedPushes: 6, firstDeniedAt: last - 9 * MINUTE, lastDeniedAt: last } });
  });

  it('bounds its evidence and stays quick under a flood', () => {
    const flood = Array.from({ length: 5_000 }, (_, n) => signal('push_denied', last - n * 10, `txn_${n}`));
    const verdict = judge(flood);
    expect(verdict.status === 'fail' && verdict.eventIds).toHaveLength(50);
  });

  it('is critical for global admins, and passes when nobody can sign in', () => {
    const signals = pushes([8, 6, 4, 2, 0]);
    expect(judge(signals)).toMatchObject({ severity: 'high' });
    expect(judge(signals, { roles: [SUPER_ADMIN] })).toMatchObject({ severity: 'critical' });
    expect(outcome(judge(signals, { attributes: { status: 'SUSPENDED' } }))).toBe('pass');
    expect(outcome(judge(signals, { attributes: { status: 'LOCKED_OUT' } }))).toBe(TITLE);
  });

  it('is unknown with a gap in the events, and certain once five were seen', () => {
    const missing = { events: 'no logs' };
    expect(outcome(judge(pushes([3, 2, 1]), { missing }))).toBe('unknown');
    expect(outcome(judge(pushes([8, 6, 4, 2, 0]), { missing }))).toBe(TITLE);
  });
});
