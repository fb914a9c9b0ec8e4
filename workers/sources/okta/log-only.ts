/** Okta's event catalogue 2026.08.1: types that matter to posture and that no Event Hook delivers. Not all of them. */
const BY_FIRST_SEGMENT: Readonly<Record<string, string>> = {
  app:
    'oauth2.client.lifecycle.activate oauth2.client.lifecycle.create oauth2.client.lifecycle.deactivate ' +
    'oauth2.client.lifecycle.delete oauth2.client.lifecycle.update oauth2.credentials.lifecycle.activate ' +
    'oauth2.credentials.lifecycle.create oauth2.credentials.lifecycle.deactivate ' +
    'oauth2.credentials.lifecycle.delete',
  application:
    'user_membership.approve user_membership.change_username user_membership.deprovision ' +
    'user_membership.provision user_membership.restore user_membership.restore_password user_membership.revoke ' +
    'user_membership.show_password',
  event_hook: 'activated created deactivated deleted delivery updated verified',
  policy: 'lifecycle.create lifecycle.delete lifecycle.overwrite',
  security:
    'attack.end attack.start attack_protection.settings.update behavior.settings.create ' +
    'behavior.settings.delete behavior.settings.update bot_protection.settings.update ' +
    'bot_protection.status.update device.add_request_blacklist_policy device.remove_request_blacklist_policy ' +
    'device.temporarily_disable_blacklisting events.provider.activate events.provider.create ' +
    'events.provider.deactivate events.provider.delete events.provider.receive_event events.provider.update ' +
    'events.transmitter.create events.transmitter.delete events.transmitter.update internal.authentication ' +
    'internal.dco_malicious_ip_report internal.dco_user_risk_report internal.threat.detected',
  system: 'api_token.enable api_token.update',
  user:
    'account.access_support_user_app account.expire_password account.lock.limit account.preference_update ' +
    'account.unlock_failure account.unlock_token account.update_primary_email account.update_secondary_email ' +
    'account.update_user_type account.use_token lifecycle.delete.completed lifecycle.jit.error.read_only ' +
    'lifecycle.password_mass_expiry mfa.attempt_bypass mfa.okta_verify mfa.okta_verify.deny_push ' +
    'mfa.okta_verify.deny_push_upgrade_needed session.access_admin_app session.impersonation.end ' +
    'session.impersonation.extend session.impersonation.grant session.impersonation.initiate ' +
    'session.impersonation.revoke',
  zone: 'activate create deactivate delete make_blacklist remove_blacklist update',
};

/** Event types that come by the System Log and by log streams only, in alphabetical order. */
export const LOG_ONLY: readonly string[] = Object.entries(BY_FIRST_SEGMENT).flatMap(([first, rest]) =>
  rest.split(' ').map((name) => `${first}.${name}`),
);
