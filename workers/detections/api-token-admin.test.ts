import { describe, expect, it } from 'vitest';
import { DAY } from '../platform/clock.ts';
import { apiTokenAdmin } from './api-token-admin.ts';
import { daysAgo, HELP_DESK, NOW, outcome, SUPER_ADMIN, signal, view } from './testing/views.ts';

const TITLE = 'API Token Created By or For an Admin';
const created = (days: number, ref: string | null = '00T1') => signal('api_token_created', daysAgo(days), ref);
const revoked = (days: number, ref: string | null = '00T1') => signal('api_token_revoked', daysAgo(days), ref);

function judge(overrides: Parameters<typeof view>[0] = {}) {
  return apiTokenAdmin.evaluate(view({ roles: [HELP_DESK], signals: [created(1)], ...overrides }), NOW);
}

describe(TITLE, () => {
  it('fails for seven days', () => {
    expect(judge()).toMatchObject({ title: TITLE, severity: 'medium', recheckAt: daysAgo(1) + 7 * DAY });
    expect(outcome(judge({ signals: [signal('api_token_created', daysAgo(7) + 1, '00T1')] }))).toBe(TITLE);
    expect(outcome(judge({ signals: [created(7)] }))).toBe('pass');
    expect(judge({ roles: [SUPER_ADMIN] })).toMatchObject({ severity: 'high' });
  });

  it('passes when that token is revoked, and only that one', () => {
    expect(outcome(judge({ signals: [created(2), revoked(1)] }))).toBe('pass');
    expect(outcome(judge({ signals: [created(2), revoked(1, '00T2')] }))).toBe(TITLE);
    expect(judge({ signals: [created(2, '00T1'), created(1, '00T2'), revoked(1, '00T2')] })).toMatchObject({
      facts: { tokens: ['00T1'] },
      recheckAt: daysAgo(2) + 7 * DAY,
    });
  });

  it('knows the revocation even when its event came first', () => {
    expect(outcome(judge({ signals: [revoked(1), created(2)] }))).toBe('pass');
  });

  it('does not match tokens that the events do not name', () => {
    expect(outcome(judge({ signals: [created(2, null), revoked(1, null)] }))).toBe(TITLE);
  });

  it('passes without an admin role now', () => {
    expect(outcome(judge({ roles: [] }))).toBe('pass');
  });

  it('is unknown with gaps: the revocation may be in the gap', () => {
    expect(outcome(judge({ missing: { events: 'no logs' } }))).toBe('unknown');
    expect(outcome(judge({ roles: [], missing: { roles: 'HTTP 403' } }))).toBe('unknown');
    expect(outcome(judge({ roles: [], signals: [], missing: { roles: 'HTTP 403' } }))).toBe('pass');
  });
});
