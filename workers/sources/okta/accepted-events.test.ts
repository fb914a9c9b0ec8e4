import { describe, expect, it } from 'vitest';
import { isAccepted } from './accepted-events.ts';

describe('what push accepts', () => {
  it.each([
    'user.authentication.sso',
    'app.oauth2.as.consent.grant',
    'app.oauth2.as.consent.revoke',
    'app.oauth2.as.consent.revoke.implicit.scope',
    'app.oauth2.as.consent.revoke.user.client',
    'application.user_membership.update',
    'group.user_membership.add',
    'user.lifecycle.delete.initiated',
    'user.account.privilege.grant',
    'user.mfa.factor.reset_all',
    'system.api_token.create',
    'app.lifecycle.update',
    'application.lifecycle.delete',
  ])('%s', (type) => {
    expect(isAccepted(type, 'event_hook')).toBe(true);
    expect(isAccepted(type, 'tail')).toBe(true);
  });

  it.each([
    'app.oauth2.signon',
    'app.oauth2.consent.grant',
    'app.oauth2.admin.consent.grant',
    'app.oauth2.admin.consent.revoke',
    'zone.update',
    'policy.lifecycle.create',
    'policy.rule.update',
  ])('%s only from the log and EventBridge', (type) => {
    expect(isAccepted(type, 'event_hook')).toBe(false);
    expect(isAccepted(type, 'eventbridge')).toBe(true);
    expect(isAccepted(type, 'tail')).toBe(true);
    expect(isAccepted(type, 'backfill')).toBe(true);
  });

  it.each(['user.lifecycle', 'user.lifecycle.', 'user.lifecycles.x', 'policy.evaluate_sign_on', 'core.x', ''])(
    'never "%s"',
    (type) => {
      expect(isAccepted(type, 'event_hook')).toBe(false);
      expect(isAccepted(type, 'eventbridge')).toBe(false);
    },
  );
});
