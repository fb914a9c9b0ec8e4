import type { NodeKind } from '../graph/model.ts';
import type { InventoryNeed } from '../graph/port.ts';
import { mapCustomRole } from '../sources/okta/map/admin-roles.ts';
import { mapAgentPool } from '../sources/okta/map/agents.ts';
import { mapAuthenticator } from '../sources/okta/map/authenticators.ts';
import { mapBehavior, mapDeviceAssurance } from '../sources/okta/map/conditions.ts';
import { mapApiToken } from '../sources/okta/map/credentials.ts';
import { mapDevice, mapRealm } from '../sources/okta/map/devices.ts';
import { mapDomainCertificate } from '../sources/okta/map/domains.ts';
import { mapAuthorizationServer, mapIdentityProvider } from '../sources/okta/map/federation.ts';
import { mapGroupRule } from '../sources/okta/map/groups.ts';
import {
  mapAiAgent,
  mapApiService,
  mapAppServiceAccount,
  mapOktaServiceAccount,
} from '../sources/okta/map/machines.ts';
import { mapTrustedOrigin, mapZone } from '../sources/okta/map/network.ts';
import { ALWAYS_THERE, mapPolicy, POLICY_TYPES } from '../sources/okta/map/policies.ts';
import { mapResourceSet } from '../sources/okta/map/resource-sets.ts';
import { mapEventHook, mapInlineHook, mapLogStream } from '../sources/okta/map/streams-and-hooks.ts';
import type { Thing } from '../sources/okta/map/thing.ts';
import { mapUserType } from '../sources/okta/map/users-and-types.ts';
import type { Mapped } from '../sources/okta/mapper.ts';

/** Nodes of which a listing tells all. */
export interface Closes {
  kind: NodeKind;
  having?: { name: string; value: string };
}

/** One listing of the inventory: a kind of thing that Okta lists whole. */
export interface Reading {
  need: InventoryNeed;
  /** Its name in a run: the need, or a part of it after a slash. */
  scope: string;
  path: string;
  map(sourceId: string, raw: unknown): Mapped<Thing>;
  closes: readonly [Closes, ...Closes[]];
  /** An org always has some: none means that the credential sees nothing. */
  neverEmpty?: boolean;
  /** Where other listings bring the same things too: without this one, theirs stay. */
  staysWhenAbsent?: boolean;
  /** Okta also refuses what an org does not have as a bad request. */
  badRequestIsAbsent?: boolean;
}

const one = (
  need: InventoryNeed,
  path: string,
  map: Reading['map'],
  kind: NodeKind,
  more: Partial<Reading> = {},
): Reading => ({ need, scope: need, path, map, closes: [{ kind }], ...more });

const part = (reading: Reading, name: string, type: string): Reading => {
  const [{ kind }] = reading.closes;
  return { ...reading, scope: `${reading.need}/${name}`, closes: [{ kind, having: { name: 'type', value: type } }] };
};

const policies = POLICY_TYPES.map((type) =>
  part(
    one('policies', `/api/v1/policies?type=${type}&expand=rules`, mapPolicy, 'policy', {
      neverEmpty: ALWAYS_THERE.has(type),
      badRequestIsAbsent: true,
    }),
    type,
    type,
  ),
);

/** Everything that Okta lists whole, besides people, groups, apps and roles. One call each where it fits a page. */
export const READINGS: readonly Reading[] = [
  one('userTypes', '/api/v1/meta/types/user', mapUserType, 'user_type', { neverEmpty: true }),
  one('groupRules', '/api/v1/groups/rules?limit=200', mapGroupRule, 'group_rule'),
  part(
    one('resourceSets', '/api/v1/iam/roles?limit=100', mapCustomRole, 'role', { staysWhenAbsent: true }),
    'customRoles',
    'CUSTOM',
  ),
  one('resourceSets', '/api/v1/iam/resource-sets?limit=100', mapResourceSet, 'resource_set'),
  part(one('apiTokens', '/api/v1/api-tokens', mapApiToken, 'credential'), 'all', 'api_token'),
  one('authenticators', '/api/v1/authenticators', mapAuthenticator, 'authenticator', { neverEmpty: true }),
  ...policies,
  one('behaviors', '/api/v1/behaviors', mapBehavior, 'behavior'),
  one('deviceAssurances', '/api/v1/device-assurances', mapDeviceAssurance, 'device_assurance'),
  one('zones', '/api/v1/zones?limit=200', mapZone, 'zone'),
  one('trustedOrigins', '/api/v1/trustedOrigins?limit=200', mapTrustedOrigin, 'trusted_origin'),
  one('idps', '/api/v1/idps?limit=200', mapIdentityProvider, 'identity_provider'),
  one('authorizationServers', '/api/v1/authorizationServers?limit=200', mapAuthorizationServer, 'authorization_server'),
  one('devices', '/api/v1/devices?limit=200&expand=user', mapDevice, 'device'),
  one('realms', '/api/v1/realms?limit=200', mapRealm, 'realm'),
  one('logStreams', '/api/v1/logStreams?limit=200', mapLogStream, 'log_stream'),
  part(one('domains', '/api/v1/domains', mapDomainCertificate, 'credential'), 'certificates', 'domain_certificate'),
  part(one('hooks', '/api/v1/eventHooks', mapEventHook, 'hook'), 'event', 'event_hook'),
  part(one('hooks', '/api/v1/inlineHooks', mapInlineHook, 'hook'), 'inline', 'inline_hook'),
  one('agents', '/api/v1/agentPools?limitPerPoolType=200', mapAgentPool, 'agent_pool', {
    closes: [{ kind: 'agent_pool' }, { kind: 'agent' }],
  }),
  one('apiServices', '/integrations/api/v1/api-services', mapApiService, 'api_service'),
  part(
    one(
      'serviceAccounts',
      '/privileged-access/api/v1/service-accounts?limit=200',
      mapAppServiceAccount,
      'service_account',
    ),
    'app',
    'app',
  ),
  part(
    one(
      'serviceAccounts',
      '/privileged-access/api/v1/okta-service-accounts?limit=200',
      mapOktaServiceAccount,
      'service_account',
    ),
    'okta',
    'okta',
  ),
  one('aiAgents', '/workload-principals/api/v1/ai-agents?limit=200', mapAiAgent, 'ai_agent'),
];

const BY_SCOPE = new Map(READINGS.map((reading) => [reading.scope, reading]));

export function readingOf(scope: string): Reading {
  const reading = BY_SCOPE.get(scope);
  if (!reading) throw new Error(`there is no inventory listing ${scope}`);
  return reading;
}

export function isReading(scope: string): boolean {
  return BY_SCOPE.has(scope);
}
