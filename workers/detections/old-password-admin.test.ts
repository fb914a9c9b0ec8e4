import { describe, expect, it } from 'vitest';
import { oldPasswordAdmin } from './old-password-admin.ts';
import { daysAgo, HELP_DESK, NOW, outcome, SUPER_ADMIN, view } from './testing/views.ts';

const old = daysAgo(180);

function judge(
  attributes: NonNullable<Parameters<typeof view>[0]>['attributes'],
  more: Parameters<typeof view>[0] = {},
) {
  const of = view({ roles: [HELP_DESK], attributes: { passwordChanged: old, ...attributes }, ...more });
  return outcome(oldPasswordAdmin.evaluate(of, NOW));
}

describe('Old Password', () => {
  it('fails from exactly 180 days on, with the title of the tier', () => {
    expect(judge({})).toBe('Old Password - Admin Account');
    expect(judge({}, { roles: [SUPER_ADMIN] })).toBe('Old Password - Global Admin Account');
    expect(judge({ passwordChanged: old + 1 })).toBe('pass');
  });

  it('passes without admin roles and when nobody can sign in', () => {
    expect(judge({}, { roles: [] })).toBe('pass');
    expect(judge({ status: 'SUSPENDED' })).toBe('pass');
    expect(judge({ status: 'PASSWORD_EXPIRED' })).toBe('Old Password - Admin Account');
  });

  it.each(['ACTIVE_DIRECTORY', 'LDAP', 'FEDERATION', 'SOCIAL', 'IMPORT'])('passes when %s keeps it', (provider) => {
    expect(judge({ provider })).toBe('pass');
    expect(judge({ provider, passwordChanged: null })).toBe('pass');
  });

  it('passes without a password, and is unknown when its age is', () => {
    expect(judge({ hasPassword: false, passwordChanged: null })).toBe('pass');
    expect(judge({ passwordChanged: null })).toBe('unknown');
    expect(judge({ provider: null })).toBe('unknown');
  });

  it('is unknown for a stub, and for missing roles when it matters', () => {
    expect(judge({ stub: true })).toBe('unknown');
    const missing = { roles: 'HTTP 403' };
    expect(judge({}, { roles: [], missing })).toBe('unknown');
    expect(judge({ passwordChanged: daysAgo(3) }, { roles: [], missing })).toBe('pass');
    expect(judge({}, { missing })).toBe('Old Password - Admin Account');
  });
});
