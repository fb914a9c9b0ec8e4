import type { InventoryNeed } from '../../graph/port.ts';

/** Which part of the inventory an event type changes, by exact name or `prefix.*`. The first match wins. */
const CHANGED_BY: readonly [type: string, need: InventoryNeed][] = [
  ['policy.lifecycle.*', 'policies'],
  ['policy.rule.*', 'policies'],
  ['zone.*', 'zones'],
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
  ['iam.resourceset.*', 'resourceSets'],
  ['iam.role.*', 'resourceSets'],
  ['app.oauth2.client.privilege.*', 'clientRoles'],
  ['app.oauth2.credentials.lifecycle.*', 'appCredentials'],
  ['app.oauth2.client.lifecycle.*', 'appCredentials'],
  ['device.lifecycle.*', 'devices'],
  ['device.user.*', 'devices'],
  ['workload_principal.*', 'aiAgents'],
  ['resource.label.*', 'labels'],
];

/** The part of the inventory to be read anew after an event of this type; null for the most of them. */
export function inventoryOf(type: string): InventoryNeed | null {
  const found = CHANGED_BY.find(([pattern]) =>
    pattern.endsWith('.*') ? type.startsWith(pattern.slice(0, -1)) : type === pattern,
  );
  return found?.[1] ?? null;
}
