import { describe, expect, it } from 'vitest';
import { noMfaAccount } from './no-mfa-account.ts';
import { noMfaAdmin } from './no-mfa-admin.ts';
import { noMfaGlobalAdmin } from './no-mfa-global-admin.ts';
import { factor, HELP_DESK, NOW, outcome, SUPER_ADMIN, view } from './testing/views.ts';

const OF_TIER = [
  { detection: noMfaGlobalAdmin, roles: [HELP_DESK, SUPER_ADMIN], title: 'No MFA - Global Admin Account' },
  { detection: noMfaAdmin, roles: [HELP_DESK], title: 'No MFA - Admin Account' },
  { detection: noMfaAccount, roles: [], title: 'No MFA - Account' },
];

describe.each(OF_TIER)('$title', ({ detection, roles, title }) => {
  const judge = (overrides: Parameters<typeof view>[0]) =>
    outcome(detection.evaluate(view({ roles, ...overrides }), NOW));

  it.each(['ACTIVE', 'PASSWORD_EXPIRED', 'LOCKED_OUT', 'RECOVERY'])('fails without factors when %s', (status) => {
    expect(judge({ factors: [], attributes: { status } })).toBe(title);
  });

  it.each(['STAGED', 'PROVISIONED', 'SUSPENDED', 'DEPROVISIONED'])('passes when %s: nobody can sign in', (status) => {
    expect(judge({ factors: [], attributes: { status } })).toBe('pass');
    expect(judge({ factors: 'not fetched', attributes: { status } })).toBe('pass');
  });

  it('does not count security questions and e-mail', () => {
    expect(judge({ factors: [factor('question'), factor('email')] })).toBe(title);
    expect(judge({ factors: [factor('question'), factor('sms')] })).toBe('pass');
  });

  it.each(['push', 'sms', 'call', 'webauthn', 'signed_nonce', 'token:software:totp', 'token:hardware', 'u2f'])(
    'counts %s',
    (type) => expect(judge({ factors: [factor(type)] })).toBe('pass'),
  );

  it('leaves an enrolment under way to "Pending MFA"', () => {
    expect(judge({ factors: [factor('push', 'PENDING_ACTIVATION')] })).toBe('pass');
    expect(judge({ factors: [factor('email', 'PENDING_ACTIVATION')] })).toBe(title);
  });

  it('does not count factors that are neither active nor pending', () => {
    expect(judge({ factors: [factor('push', 'INACTIVE'), factor('sms', 'EXPIRED')] })).toBe(title);
  });

  it.each(['FEDERATION', 'SOCIAL'])('does not know of the factors of %s users', (provider) => {
    expect(judge({ factors: [], attributes: { provider } })).toBe('unknown');
  });

  it.each(['ACTIVE_DIRECTORY', 'LDAP', 'IMPORT'])('looks at %s users like at others', (provider) => {
    expect(judge({ factors: [], attributes: { provider } })).toBe(title);
  });

  it('is unknown with the reason when factors are unknown', () => {
    expect(detection.evaluate(view({ roles, factors: 'okta.users.read refused' }), NOW)).toEqual({
      status: 'unknown',
      reason: 'Factors are not known: okta.users.read refused',
    });
  });

  it('is unknown for a stub and while users cannot be listed', () => {
    expect(judge({ factors: [], attributes: { stub: true } })).toBe('unknown');
    expect(judge({ factors: [], missing: { users: 'HTTP 403' } })).toBe('unknown');
  });

  it('passes with a second factor whatever roles may be missing', () => {
    expect(judge({ missing: { roles: 'HTTP 403' } })).toBe('pass');
  });
});

describe('tiers of "No MFA"', () => {
  it('gives exactly one issue an account', () => {
    for (const { roles, title } of OF_TIER) {
      const outcomes = OF_TIER.map(({ detection }) => outcome(detection.evaluate(view({ roles, factors: [] }), NOW)));
      expect(outcomes.filter((o) => o !== 'pass')).toEqual([title]);
    }
  });

  it('does not guess the tier while roles are missing', () => {
    const missing = { roles: 'HTTP 403' };
    const judge = (roles: Parameters<typeof view>[0]) =>
      OF_TIER.map(({ detection }) => outcome(detection.evaluate(view({ factors: [], missing, ...roles }), NOW)));
    expect(judge({ roles: [] })).toEqual(['unknown', 'unknown', 'unknown']);
    // A role that was seen is certain; a higher one may be missing.
    expect(judge({ roles: [HELP_DESK] })).toEqual(['unknown', 'unknown', 'pass']);
    expect(judge({ roles: [SUPER_ADMIN] })).toEqual(['No MFA - Global Admin Account', 'pass', 'pass']);
  });

  it('ranks global admins critical, admins high and others medium', () => {
    const severities = OF_TIER.map(({ detection, roles }) => detection.evaluate(view({ roles, factors: [] }), NOW));
    expect(severities.map((v) => v.status === 'fail' && v.severity)).toEqual(['critical', 'high', 'medium']);
  });
});
