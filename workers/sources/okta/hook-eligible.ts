/** Okta's event catalogue 2026.08.1: the types that an Event Hook may subscribe to, by their first segment. */
const BY_FIRST_SEGMENT: Readonly<Record<string, string>> = {
  access:
    'request.cancel request.condition.activate request.condition.create request.condition.deactivate ' +
    'request.condition.delete request.condition.invalidate request.condition.update request.create ' +
    'request.expire request.reject request.resolve request.sequence.create request.sequence.delete ' +
    'request.sequence.update request.settings.update request.update review.action review.close review.create ' +
    'review.remediate review.start review.update',
  app:
    'access_request.approver.approve access_request.approver.deny access_request.delete access_request.deny ' +
    'access_request.expire access_request.grant access_request.request ' +
    'ad.password_migration_campaign.user.migrate.end ai_agent_provider.activate ai_agent_provider.create ' +
    'ai_agent_provider.credential.validate ai_agent_provider.deactivate ai_agent_provider.delete ' +
    'ai_agent_provider.import.complete ai_agent_provider.import.start ai_agent_provider.import_staging.confirm ' +
    'ai_agent_provider.import_staging.ignore ai_agent_provider.priority.update ai_agent_provider.update ' +
    'interclient_mapping.create interclient_mapping.delete interclient_mapping.delete_all ' +
    'oauth2.as.consent.grant oauth2.as.consent.revoke oauth2.as.consent.revoke.implicit.as ' +
    'oauth2.as.consent.revoke.implicit.client oauth2.as.consent.revoke.implicit.scope ' +
    'oauth2.as.consent.revoke.implicit.user oauth2.as.consent.revoke.user oauth2.as.consent.revoke.user.client ' +
    'oauth2.as.token.grant.interclient_token oauth2.client.privilege.grant oauth2.client.privilege.revoke ' +
    'oauth2.token.grant.interclient_token oauth2.trusted_server.add oauth2.trusted_server.delete ' +
    'user_management user_management.user_group_import.upsert_success',
  application:
    'account.decision.confirm account.decision.ignore account.decision.revoke account.detect ' +
    'account.match.update account.remove lifecycle.activate lifecycle.create lifecycle.deactivate ' +
    'lifecycle.delete lifecycle.update policy.sign_on.deny_access ' +
    'provision.group_push.mapping.update.or.delete.failed.with.error provision.user.delete ' +
    'provision.user.delete.schedule provision.user.import_profile provision.user.push ' +
    'provision.user.push_profile provision.user.reactivate provision.user.remove_entitlements ' +
    'provision.user.remove_entitlements.schedule provision.user.sync user_membership.add ' +
    'user_membership.change_password user_membership.remove user_membership.update',
  certification: 'campaign.close campaign.context.update campaign.item.decide campaign.item.remediate campaign.launch',
  device:
    'enrollment.create lifecycle.activate lifecycle.deactivate lifecycle.delete lifecycle.suspend ' +
    'lifecycle.unsuspend user.add user.remove',
  entitlement: 'migration.complete migration.fail migration.start',
  governance: 'principal.settings.update settings.update',
  group:
    'application_assignment.add application_assignment.remove application_assignment.update lifecycle.create ' +
    'lifecycle.delete privilege.grant privilege.revoke profile.update user_membership.add ' +
    'user_membership.remove',
  iam:
    'policy.assignee_configuration.update policy.configuration.update resourceset.bindings.add ' +
    'resourceset.bindings.delete resourceset.create resourceset.delete resourceset.resources.add ' +
    'resourceset.resources.delete resourceset.resources.update resourceset.update role.create role.delete ' +
    'role.permission.conditions.add role.permission.conditions.delete role.permissions.add ' +
    'role.permissions.delete role.subscriptions.update role.update',
  inline_hook: 'executed',
  policy:
    'auth_reevaluate.fail branch.lifecycle.promote branch.lifecycle.rollback branch.lifecycle.stage ' +
    'branch.lifecycle.update branch.rule.activate branch.rule.add branch.rule.deactivate branch.rule.delete ' +
    'branch.rule.update lifecycle.activate lifecycle.deactivate lifecycle.update rule.activate rule.add ' +
    'rule.deactivate rule.delete rule.update',
  resource:
    'collection.assign collection.create collection.delete collection.unassign collection.update ' +
    'entitlement.create entitlement.delete entitlement.update entitlement_bundle.create ' +
    'entitlement_bundle.delete entitlement_bundle.update entitlement_policy.activate ' +
    'entitlement_policy.draft.create entitlement_policy.draft.delete entitlement_policy.draft.update ' +
    'governance_engine.disable governance_engine.enable label.assignment.update label.update owner.update ' +
    'risk_rule.create risk_rule.delete risk_rule.update user_entitlements.drift.detect ' +
    'user_entitlements.drift.revert user_entitlements.update',
  resource_servers:
    'a2a_server.auth_server.add a2a_server.auth_server.remove a2a_server.delete a2a_server.register ' +
    'api_server.activate api_server.auth_server.add api_server.auth_server.remove api_server.auth_server.update ' +
    'api_server.deactivate api_server.delete api_server.register api_server.update ' +
    'client_authentication_settings.create client_authentication_settings.delete ' +
    'client_authentication_settings.update mcp_server.activate mcp_server.auth_server.create ' +
    'mcp_server.auth_server.delete mcp_server.auth_server.update mcp_server.capability.discover ' +
    'mcp_server.deactivate mcp_server.delete mcp_server.register mcp_server.update ' +
    'virtual_mcp_server.auth_server.add virtual_mcp_server.auth_server.remove virtual_mcp_server.capability.add ' +
    'virtual_mcp_server.capability.remove virtual_mcp_server.capability.update',
  security:
    'authenticator.lifecycle.activate authenticator.lifecycle.create authenticator.lifecycle.deactivate ' +
    'authenticator.lifecycle.update breached_credential.detected trusted_origin.activate trusted_origin.create ' +
    'trusted_origin.deactivate trusted_origin.delete trusted_origin.update',
  system:
    'api_token.create api_token.request_outside_allowed_range api_token.revoke email.delivery idp.key.create ' +
    'idp.key.delete idp.key.update idp.lifecycle.activate idp.lifecycle.create idp.lifecycle.deactivate ' +
    'idp.lifecycle.delete idp.lifecycle.read_client_secret idp.lifecycle.update import.complete ' +
    'import.entitlement.upper_limit_exceeded import.group.create import.group.delete import.roadblock ' +
    'import.start log_stream.lifecycle.activate log_stream.lifecycle.create log_stream.lifecycle.deactivate ' +
    'log_stream.lifecycle.delete log_stream.lifecycle.update mfa.preregister.initiate ' +
    'oauth2.token.request_outside_allowed_range org.rate_limit.violation org.rate_limit.warning ' +
    'sms.send_phone_verification_message voice.send_phone_verification_call',
  user:
    'account.lock account.privilege.grant account.privilege.revoke ' +
    'account.report_suspicious_activity_by_enduser account.reset_password account.subscriptions.update ' +
    'account.unlock account.unlock_by_admin account.update_password account.update_profile ' +
    'authentication.auth_via_IDP authentication.auth_via_mfa authentication.auth_via_social ' +
    'authentication.authenticate authentication.sso authentication.universal_logout ' +
    'authentication.universal_logout.scheduled behavior.profile.reset chrome.data.clear credential.enroll ' +
    'identity_verification identity_verification.start import.password lifecycle.activate lifecycle.create ' +
    'lifecycle.deactivate lifecycle.delete.initiated lifecycle.reactivate lifecycle.suspend lifecycle.unsuspend ' +
    'mfa.factor.activate mfa.factor.deactivate mfa.factor.reset_all mfa.factor.suspend mfa.factor.unsuspend ' +
    'mfa.factor.update mfa.promote_enrollment risk.change risk.detect session.clear session.context.change ' +
    'session.end session.start',
  workload_principal:
    'activate ai_agent.activate ai_agent.credential.activate ai_agent.credential.create ' +
    'ai_agent.credential.deactivate ai_agent.credential.delete ai_agent.deactivate ai_agent.delete ' +
    'ai_agent.register ai_agent.sign_on_provider.add ai_agent.sign_on_provider.remove ai_agent.update ' +
    'deactivate delegation_link.create delegation_link.delete delete register resource_connection.activate ' +
    'resource_connection.create resource_connection.deactivate resource_connection.delete ' +
    'resource_connection.update sign_on_provider.add sign_on_provider.remove update',
};

/**
 * The event types that Okta delivers by Event Hook, in the order of the catalogue. Everything else is in the System Log
 * and in log streams only.
 */
export const HOOK_ELIGIBLE: readonly string[] = Object.entries(BY_FIRST_SEGMENT).flatMap(([first, rest]) =>
  rest.split(' ').map((name) => `${first}.${name}`),
);

const ELIGIBLE: ReadonlySet<string> = new Set(HOOK_ELIGIBLE);

/** Whether an Event Hook may subscribe to this type. */
export function isHookEligible(type: string): boolean {
  return ELIGIBLE.has(type);
}
