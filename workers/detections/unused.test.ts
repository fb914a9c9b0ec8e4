import { describe, expect, it } from 'vitest';
import { DAY } from '../platform/clock.ts';
import { daysAgo, HELP_DESK, NOW, outcome, SUPER_ADMIN, view } from './testing/views.ts';
import { unusedAccount } from './unused-account.ts';
import { unusedAdmin } from './unused-admin.ts';

type Overrides = Parameters<typeof view>[0];

describe.each([
  { detection: unusedAdmin, roles: [HELP_DESK], days: 30, title: 'Unused Admin Account' },
  { detection: unusedAdmin, roles: [SUPER_ADMIN], days: 30, title: 'Unused Global Admin Account' },
  { detection: unusedAccount, roles: [], days: 90, title: 'Unused Account' },
])('$title', ({ detection, roles, days, title }) => {
  const judge = (overrides: Overrides) => outcome(detection.evaluate(view({ roles, ...overrides }), NOW));
  const old = daysAgo(days);

  it(`fails from exactly ${days} days on`, () => {
    expect(judge({ attributes: { lastLogin: old } })).toBe(title);
    expect(judge({ attributes: { lastLogin: old + 1 } })).toBe('pass');
  });

  it('counts from the activation, then the creation, of an account that was never used', () => {
    expect(judge({ attributes: { lastLogin: null, activated: old } })).toBe(title);
    expect(judge({ attributes: { lastLogin: null, activated: old + DAY, created: daysAgo(900) } })).toBe('pass');
    expect(judge({ attributes: { lastLogin: null, activated: null, created: old } })).toBe(title);
    expect(judge({ attributes: { lastLogin: null, activated: null, created: old + 1 } })).toBe('pass');
  });

  it('is unknown when no time is known', () => {
    expect(judge({ attributes: { lastLogin: null, activated: null, created: null } })).toBe('unknown');
  });

  it('passes when nobody can sign in', () => {
    expect(judge({ attributes: { lastLogin: old, status: 'DEPROVISIONED' } })).toBe('pass');
    expect(judge({ attributes: { lastLogin: old, status: 'LOCKED_OUT' } })).toBe(title);
  });

  it('is unknown for a stub', () => {
    expect(judge({ attributes: { lastLogin: old, stub: true } })).toBe('unknown');
  });

  it('leaves the other tier to the other detection', () => {
    const other = detection === unusedAdmin ? [] : [HELP_DESK];
    expect(outcome(detection.evaluate(view({ roles: other, attributes: { lastLogin: old } }), NOW))).toBe('pass');
  });
});

describe('unused accounts whose roles are missing', () => {
  const missing = { roles: 'HTTP 403' };
  const judge = (overrides: Overrides) =>
    [unusedAdmin, unusedAccount].map((d) => outcome(d.evaluate(view({ missing, ...overrides }), NOW)));

  it('are unknown once it matters', () => {
    expect(judge({ attributes: { lastLogin: daysAgo(10) } })).toEqual(['pass', 'pass']);
    expect(judge({ attributes: { lastLogin: daysAgo(40) } })).toEqual(['unknown', 'pass']);
    expect(judge({ attributes: { lastLogin: daysAgo(100) } })).toEqual(['unknown', 'unknown']);
  });

  it('fail on a role that was seen', () => {
    const attributes = { lastLogin: daysAgo(100) };
    expect(judge({ roles: [HELP_DESK], attributes })).toEqual(['Unused Admin Account', 'pass']);
  });
});
