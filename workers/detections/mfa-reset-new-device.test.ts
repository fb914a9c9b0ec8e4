import { describe, expect, it } from 'vitest';
import { DAY, HOUR } from '../platform/clock.ts';
import { mfaResetNewDevice } from './mfa-reset-new-device.ts';
import { daysAgo, HELP_DESK, NOW, outcome, signal, view } from './testing/views.ts';

const TITLE = 'MFA Factors Reset, Then Sign-in From a New Device';
const t2 = NOW - HOUR;
const reset = (at: number) => signal('factors_reset', at);
const signIn = (at: number) => signal('new_device_sign_in', at);

function judge(signals: ReturnType<typeof signal>[], more: Parameters<typeof view>[0] = {}) {
  return mfaResetNewDevice.evaluate(view({ signals, ...more }), NOW);
}

describe(TITLE, () => {
  it('fails up to exactly 24 hours after the reset', () => {
    expect(outcome(judge([reset(t2 - 24 * HOUR), signIn(t2)]))).toBe(TITLE);
    expect(outcome(judge([reset(t2 - 24 * HOUR - 1), signIn(t2)]))).toBe('pass');
    expect(outcome(judge([reset(t2 - 1), signIn(t2)]))).toBe(TITLE);
  });

  it('needs the reset first', () => {
    expect(outcome(judge([signIn(t2), reset(t2)]))).toBe('pass');
    expect(outcome(judge([signIn(t2), reset(t2 + 1)]))).toBe('pass');
    expect(outcome(judge([reset(t2)]))).toBe('pass');
    expect(outcome(judge([signIn(t2)]))).toBe('pass');
  });

  it('ends seven days after the sign-in', () => {
    const at = (t: number) => outcome(judge([reset(t - HOUR), signIn(t)]));
    expect(at(daysAgo(7) + 1)).toBe(TITLE);
    expect(at(daysAgo(7))).toBe('pass');
    expect(judge([reset(t2 - HOUR), signIn(t2)])).toMatchObject({ recheckAt: t2 + 7 * DAY });
  });

  it('tells of the newest pair', () => {
    const signals = [reset(daysAgo(3)), signIn(daysAgo(3) + HOUR), reset(t2 - HOUR), signIn(t2), signIn(t2 - 2 * DAY)];
    expect(judge(signals)).toMatchObject({
      facts: { factorsResetAt: t2 - HOUR, newDeviceSignInAt: t2, minutesBetween: 60 },
    });
  });

  it('is critical for admins', () => {
    const signals = [reset(t2 - HOUR), signIn(t2)];
    expect(judge(signals)).toMatchObject({ severity: 'high' });
    expect(judge(signals, { roles: [HELP_DESK] })).toMatchObject({ severity: 'critical' });
  });

  it('passes when nobody can sign in, and does not know for a stub without a status', () => {
    const signals = [reset(t2 - HOUR), signIn(t2)];
    expect(outcome(judge(signals, { attributes: { status: 'SUSPENDED' } }))).toBe('pass');
    expect(outcome(judge(signals, { attributes: { status: '', stub: true } }))).toBe('unknown');
  });

  it('is unknown with a gap in the events, and certain once both were seen', () => {
    const missing = { events: 'no logs' };
    expect(outcome(judge([reset(t2 - HOUR)], { missing }))).toBe('unknown');
    expect(outcome(judge([reset(t2 - HOUR), signIn(t2)], { missing }))).toBe(TITLE);
  });
});
