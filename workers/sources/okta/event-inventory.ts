import type { InventoryNeed } from '../../graph/port.ts';

const named = (family: string, names: string) => names.split(' ').map((name) => `${family}.${name}`);

/** What the log says of a group rule: others of the family tell for whom a rule was worked out, which goes on all day. */
export const RULE_CHANGES: readonly string[] = named(
  'group.user_membership.rule',
  'add_exclusion deactivated error invalidate trigger',
);

/** The same of directory agents and of what they serve: the others tell what an agent reads and does. */
export const AGENT_CHANGES: readonly string[] = [
  ...named(
    'system.agent.ad',
    'config_change_detected connect create deactivate delete reactivate start update upgrade',
  ),
  ...named('system.agent.ldap', 'config_change_detected disconnect'),
  ...named('system.agent.connector', 'connect deactivate delete reactivate'),
];

/** Which part of the inventory an event type changes, by exact name or `prefix.*`. The first match wins. */
const CHANGED_BY: readonly [type: string, need: InventoryNeed][] = [
  ['policy.lifecycle.*', 'policies'],
  ['policy.rule.*', 'policies'],
  ['zone.*', 'zones'],
  ['security.behavior.settings.*', 'behaviors'],
  ['device.assurance.policy.*', 'deviceAssurances'],
  ['system.api_token.*', 'apiTokens'],
  ['system.idp.lifecycle.*', 'idps'],
  ['system.log_stream.lifecycle.*', 'logStreams'],
  ['event_hook.created', 'hooks'],
  ['event_hook.updated', 'hooks'],
  ['event_hook.activated', 'hooks'],
  ['event_hook.deactivated', 'hooks'],
  ['event_hook.deleted', 'hooks'],
  ['event_hook.verified', 'hooks'],
  ['security.authenticator.lifecycle.*', 'authenticators'],
  ['security.trusted_origin.*', 'trustedOrigins'],
  ['security.threat.configuration.update', 'orgSettings'],
  ['security.attack_protection.settings.update', 'orgSettings'],
  ['user.session.impersonation.grant', 'orgSettings'],
  ['user.session.impersonation.extend', 'orgSettings'],
  ['user.session.impersonation.revoke', 'orgSettings'],
  ['system.feature.*', 'features'],
  ['iam.resourceset.*', 'resourceSets'],
  ['iam.role.*', 'resourceSets'],
  ['app.oauth2.client.privilege.*', 'clientRoles'],
  ['app.oauth2.credentials.lifecycle.*', 'appCredentials'],
  ['app.oauth2.client.lifecycle.*', 'appCredentials'],
  ['device.lifecycle.*', 'devices'],
  ['device.user.*', 'devices'],
  ['workload_principal.*', 'aiAgents'],
  ['resource.label.*', 'labels'],
  ['resource.entitlement.*', 'entitlements'],
  ['resource.entitlement_bundle.*', 'entitlements'],
  ['resource.user_entitlements.*', 'entitlements'],
  ...RULE_CHANGES.map((type): [string, InventoryNeed] => [type, 'groupRules']),
  ...AGENT_CHANGES.map((type): [string, InventoryNeed] => [type, 'agents']),
];

/** The part of the inventory to be read anew after an event of this type; null for the most of them. */
export function inventoryOf(type: string): InventoryNeed | null {
  const found = CHANGED_BY.find(([pattern]) =>
    pattern.endsWith('.*') ? type.startsWith(pattern.slice(0, -1)) : type === pattern,
  );
  return found?.[1] ?? null;
}
