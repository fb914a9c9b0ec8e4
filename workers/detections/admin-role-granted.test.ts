import { describe, expect, it } from 'vitest';
import { DAY } from '../platform/clock.ts';
import { adminRoleGranted } from './admin-role-granted.ts';
import { daysAgo, HELP_DESK, NOW, outcome, SUPER_ADMIN, signal, view } from './testing/views.ts';

const TITLE = 'Admin Role Granted';
const granted = (at: number) => [signal('role_granted', at, 'HELP_DESK_ADMIN')];

function judge(overrides: Parameters<typeof view>[0] = {}) {
  return adminRoleGranted.evaluate(view({ roles: [HELP_DESK], signals: granted(daysAgo(1)), ...overrides }), NOW);
}

describe(TITLE, () => {
  it('fails for seven days, then ends by itself', () => {
    expect(outcome(judge({ signals: granted(NOW) }))).toBe(TITLE);
    expect(outcome(judge({ signals: granted(daysAgo(7) + 1) }))).toBe(TITLE);
    expect(outcome(judge({ signals: granted(daysAgo(7)) }))).toBe('pass');
    const verdict = judge();
    const recheckAt = verdict.status === 'fail' ? (verdict.recheckAt ?? 0) : 0;
    expect(recheckAt).toBe(daysAgo(1) + 7 * DAY);
    const still = view({ roles: [HELP_DESK], signals: granted(daysAgo(1)) });
    expect(outcome(adminRoleGranted.evaluate(still, recheckAt - 1))).toBe(TITLE);
    expect(outcome(adminRoleGranted.evaluate(still, recheckAt))).toBe('pass');
  });

  it('names the grants of the window, newest last, whatever order they came in', () => {
    const at = (days: number) => signal('role_granted', daysAgo(days), 'X', `evt_${days}`);
    const verdict = judge({ signals: [at(1), at(8), at(3)] });
    expect(verdict).toMatchObject({ eventIds: ['evt_3', 'evt_1'], facts: { grants: 2, grantedAt: daysAgo(1) } });
  });

  it('passes once no admin role is held, and for deactivated accounts', () => {
    expect(outcome(judge({ roles: [] }))).toBe('pass');
    expect(outcome(judge({ attributes: { status: 'DEPROVISIONED' } }))).toBe('pass');
    expect(outcome(judge({ attributes: { status: 'SUSPENDED' } }))).toBe(TITLE);
    expect(outcome(judge({ signals: [] }))).toBe('pass');
  });

  it('is high for global admins', () => {
    expect(judge()).toMatchObject({ severity: 'medium' });
    expect(judge({ roles: [SUPER_ADMIN] })).toMatchObject({ severity: 'high' });
  });

  it('is unknown where events or roles could change it', () => {
    expect(outcome(judge({ signals: [], missing: { events: 'okta.logs.read refused' } }))).toBe('unknown');
    expect(outcome(judge({ roles: [], missing: { roles: 'HTTP 403' } }))).toBe('unknown');
    expect(outcome(judge({ roles: [], missing: { events: 'no logs' } }))).toBe('pass');
    // Seen both: what is missing cannot undo it.
    expect(outcome(judge({ missing: { events: 'no logs', roles: 'HTTP 403' } }))).toBe(TITLE);
  });

  it('reports a grant to an account that only events know', () => {
    expect(outcome(judge({ attributes: { stub: true } }))).toBe(TITLE);
  });
});
