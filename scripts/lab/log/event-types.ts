/** What Okta's catalogue says of each event type the lab emits. */
export interface EventTypeInfo {
  message: string;
  legacy: string | null;
  severity?: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';
}

export const EVENT_TYPES: Readonly<Record<string, EventTypeInfo>> = {
  'user.lifecycle.create': { message: 'Create Okta user', legacy: 'core.user.config.user_creation.success' },
  'user.lifecycle.activate': { message: 'Activate Okta user', legacy: 'core.user.config.user_activated' },
  'user.lifecycle.deactivate': { message: 'Deactivate Okta user', legacy: 'core.user.config.user_deactivated' },
  'user.lifecycle.suspend': { message: 'Suspend Okta user', legacy: 'core.user.config.user_suspended' },
  'user.lifecycle.unsuspend': { message: 'Unsuspend Okta user', legacy: 'core.user.config.user_unsuspended' },
  'user.account.unlock_by_admin': {
    message: 'Unlock user account by admin',
    legacy: 'core.user.config.account.unlocked',
  },
  'user.account.lock': {
    message: 'Max sign in attempts exceeded',
    legacy: 'core.user_auth.account_locked',
    severity: 'WARN',
  },
  'user.account.reset_password': {
    message: "Fired when the user's Okta password is reset",
    legacy: 'core.user.config.user_account.reset_password',
  },
  'user.account.expire_password': { message: 'Expire user password', legacy: 'core.user.config.password_expired' },
  'user.account.update_password': {
    message: 'User update password for Okta',
    legacy: 'core.user.config.password_update.success',
  },
  'user.account.update_profile': {
    message: 'Update user profile for Okta',
    legacy: 'core.user.config.profile_update.success',
  },
  'user.account.privilege.grant': { message: 'Grant user privilege', legacy: 'core.user.admin_privilege.granted' },
  'user.account.privilege.revoke': { message: 'Revoke user privilege', legacy: 'core.user.admin_privilege.revoked' },
  'group.privilege.grant': { message: 'Grant group privilege', legacy: 'core.user_group.admin_privilege.granted' },
  'group.privilege.revoke': { message: 'Revoke group privilege', legacy: 'core.user_group.admin_privilege.revoked' },
  'app.oauth2.client.privilege.grant': { message: 'Grant public client app privilege', legacy: null },
  'app.oauth2.client.privilege.revoke': { message: 'Revoke public client app privilege', legacy: null },
  'app.oauth2.as.consent.grant': { message: 'Grant user consent', legacy: 'app.oauth2.as.consent.grant_success' },
  'app.oauth2.as.consent.revoke.user.client': {
    message: 'Revoke all consents of a user for a client',
    legacy: 'app.oauth2.as.consent.revoke.user.client_success',
  },
  'app.oauth2.signon': { message: 'User single sign on to OIDC app', legacy: null },
  'app.oauth2.as.consent.revoke': { message: 'Revoke user consent', legacy: null },
  'app.oauth2.token.revoke': { message: 'OAuth2 token revocation request', legacy: null },
  'app.oauth2.credentials.lifecycle.activate': { message: 'Activate a client secret', legacy: null },
  'app.oauth2.credentials.lifecycle.deactivate': { message: 'Deactivate a client secret', legacy: null },
  'app.oauth2.credentials.lifecycle.delete': { message: 'Delete a client secret', legacy: null },
  'workload_principal.ai_agent.deactivate': { message: 'Deactivate AI agent', legacy: null },
  'app.oauth2.token.grant.access_token': {
    message: 'OAuth2 access token is granted',
    legacy: 'app.oauth2.token.grant.access_token_success',
  },
  'user.session.start': { message: 'User login to Okta', legacy: 'core.user_auth.login_success' },
  'user.session.end': { message: 'User logout from Okta', legacy: 'core.user_auth.logout_success' },
  'user.session.clear': { message: 'Clear user session', legacy: 'core.user.config.clear_session' },
  'user.authentication.sso': { message: 'User single sign on to app', legacy: 'app.auth.sso' },
  'user.authentication.auth_via_mfa': {
    message: 'Authentication of user via MFA',
    legacy: 'core.user.factor.attempt_success',
  },
  'user.mfa.okta_verify.deny_push': {
    message: 'User rejected Okta push verify',
    legacy: 'core.user.mfa.okta_verify.deny_push',
    severity: 'WARN',
  },
  'user.mfa.factor.activate': {
    message: 'Activate factor or authenticator enrollment for user',
    legacy: 'core.user.factor.activate',
  },
  'user.mfa.factor.deactivate': {
    message: 'Reset factor or authenticator enrollment for user',
    legacy: 'core.user.factor.deactivate',
  },
  'user.mfa.factor.reset_all': {
    message: 'Reset all factors or authenticator enrollments for user',
    legacy: 'core.user.factor.reset_all',
  },
  'group.user_membership.add': { message: 'Add user to group membership', legacy: 'core.user_group_member.user_add' },
  'group.user_membership.remove': {
    message: 'Remove user from group membership',
    legacy: 'core.user_group_member.user_remove',
  },
  'group.application_assignment.add': { message: 'Add assigned application to group', legacy: 'core.app_group.assign' },
  'group.application_assignment.remove': {
    message: 'Remove assigned application from group',
    legacy: 'core.app_group.unassign',
  },
  'application.user_membership.add': {
    message: 'Add user to application membership',
    legacy: 'app.generic.provision.assign_user_to_app',
  },
  'application.user_membership.remove': {
    message: "Remove user's application membership",
    legacy: 'app.generic.provision.deactivate_user_from_app',
  },
  'application.provision.user.push': {
    message: 'Push new user to external application',
    legacy: 'app.user_management.push_new_user_success',
  },
  'application.lifecycle.create': { message: 'Create application', legacy: 'app.generic.config.app_created' },
  'application.lifecycle.activate': { message: 'Activate application', legacy: 'app.generic.config.app_activated' },
  'application.lifecycle.deactivate': {
    message: 'Deactivate application',
    legacy: 'app.generic.config.app_deactivated',
  },
  'system.api_token.create': { message: 'Create API token', legacy: 'api.token.create' },
  'system.api_token.revoke': { message: 'Revoke API token', legacy: 'api.token.revoke' },
  'event_hook.created': { message: 'Event hook created', legacy: 'event_hook.created' },
  'event_hook.updated': { message: 'Event hook updated', legacy: 'event_hook.updated' },
  'event_hook.deleted': { message: 'Event hook deleted', legacy: 'event_hook.deleted' },
  'event_hook.activated': { message: 'Event hook activated', legacy: 'event_hook.activated' },
  'event_hook.deactivated': { message: 'Event hook deactivated', legacy: 'event_hook.deactivated' },
  'event_hook.verified': { message: 'Event hook verified', legacy: 'event_hook.verified' },
  'event_hook.delivery': { message: 'Event hook delivery', legacy: 'event_hook.delivery', severity: 'WARN' },
  'policy.evaluate_sign_on': { message: 'Evaluation of sign-on policy', legacy: null },
};
