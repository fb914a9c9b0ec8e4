import { describe, expect, it } from 'vitest';
import { pendingMfa } from './pending-mfa.ts';
import { factor, HELP_DESK, NOW, outcome, SUPER_ADMIN, view } from './testing/views.ts';

const pending = [factor('push', 'PENDING_ACTIVATION')];
const judge = (overrides: Parameters<typeof view>[0]) => outcome(pendingMfa.evaluate(view(overrides), NOW));

describe('Pending MFA', () => {
  it('fails with the title of the tier', () => {
    expect(judge({ factors: pending })).toBe('Pending MFA - Account');
    expect(judge({ factors: pending, roles: [HELP_DESK] })).toBe('Pending MFA - Admin Account');
    expect(judge({ factors: pending, roles: [SUPER_ADMIN] })).toBe('Pending MFA - Global Admin Account');
  });

  it('passes once another second factor is active', () => {
    expect(judge({ factors: [...pending, factor('sms')] })).toBe('pass');
    expect(judge({ factors: [...pending, factor('email'), factor('question')] })).toBe('Pending MFA - Account');
  });

  it('leaves accounts without any enrolment to "No MFA"', () => {
    expect(judge({ factors: [] })).toBe('pass');
    expect(judge({ factors: [factor('email', 'PENDING_ACTIVATION')] })).toBe('pass');
  });

  it('passes when nobody can sign in', () => {
    expect(judge({ factors: pending, attributes: { status: 'SUSPENDED' } })).toBe('pass');
  });

  it('is unknown for federated users, stubs and unread factors', () => {
    expect(judge({ factors: pending, attributes: { provider: 'FEDERATION' } })).toBe('unknown');
    expect(judge({ factors: pending, attributes: { stub: true } })).toBe('unknown');
    expect(judge({ factors: 'not fetched' })).toBe('unknown');
  });

  it('is certain without roles: they only word it', () => {
    expect(judge({ factors: pending, missing: { roles: 'HTTP 403' } })).toBe('Pending MFA - Account');
  });
});
