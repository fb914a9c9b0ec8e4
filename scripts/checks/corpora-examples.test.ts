import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listIn } from '../../workers/sources/okta/client.ts';
import { mapCustomRole, permissionOf } from '../../workers/sources/okta/map/admin-roles.ts';
import { mapAgentPool } from '../../workers/sources/okta/map/agents.ts';
import { mapAuthenticator, methodOf } from '../../workers/sources/okta/map/authenticators.ts';
import {
  grantOf,
  mapApiToken,
  mapClientKey,
  mapClientSecret,
  mapSamlCertificate,
} from '../../workers/sources/okta/map/credentials.ts';
import { mapDevice, mapRealm } from '../../workers/sources/okta/map/devices.ts';
import { mapAuthorizationServer, mapIdentityProvider, mapIdpUser } from '../../workers/sources/okta/map/federation.ts';
import { mapGroupOwner, mapGroupPush, mapGroupRule } from '../../workers/sources/okta/map/groups.ts';
import { mapApiService, mapAppServiceAccount, mapOktaServiceAccount } from '../../workers/sources/okta/map/machines.ts';
import { mapTrustedOrigin, mapZone } from '../../workers/sources/okta/map/network.ts';
import { ORG_SETTINGS } from '../../workers/sources/okta/map/org.ts';
import { mapPolicy } from '../../workers/sources/okta/map/policies.ts';
import { mappedApp } from '../../workers/sources/okta/map/policy-mappings.ts';
import { mapResourceSet, resourceOf } from '../../workers/sources/okta/map/resource-sets.ts';
import { mapEventHook, mapInlineHook, mapLogStream } from '../../workers/sources/okta/map/streams-and-hooks.ts';
import { mapUserType } from '../../workers/sources/okta/map/users-and-types.ts';
import {
  mapApp,
  mapAppGroup,
  mapAppUser,
  mapFactors,
  mapGroup,
  mapMember,
  mapReference,
  mapRole,
  mapUser,
} from '../../workers/sources/okta/mapper.ts';

/*
 * The examples of Okta's own description of its API, of everything that a sync reads. What real orgs answered is
 * looked at in `corpora.test.ts`.
 */

const file = join(process.env.POSTERN_CORPORA ?? '', 'okta-openapi', 'response-examples.jsonl');
const present = (process.env.POSTERN_CORPORA ?? '') !== '' && existsSync(file);
if (!present) console.log("POSTERN_CORPORA is not set: Okta's own examples are skipped");

const S = 'src_examples';
const ACME = { id: S, name: 'Acme' };
const row = (kept: unknown) => (kept === null ? { bad: 'says nothing' } : { ok: kept });
const role = (kind: 'account' | 'group' | 'app') => (raw: unknown) => mapRole(ACME, { kind, nativeId: '00x' }, raw);

/** Below `/api/v1` unless they begin with a slash. */
const READ: [path: string, map: (raw: unknown) => object][] = [
  ['users', (raw) => mapUser(S, raw)],
  ['users/{id}', (raw) => mapUser(S, raw)],
  ['users/{id}/groups', (raw) => mapGroup(S, raw)],
  ['users/{userId}/roles', role('account')],
  ['users/{userId}/factors', (raw) => row(mapFactors([raw]).known ? raw : null)],
  ['groups', (raw) => mapGroup(S, raw)],
  ['groups/{groupId}', (raw) => mapGroup(S, raw)],
  ['groups/{groupId}/users', (raw) => mapMember(S, '00g', raw)],
  ['groups/{groupId}/owners', (raw) => mapGroupOwner(S, '00g', raw)],
  ['groups/{groupId}/roles', role('group')],
  ['groups/rules', (raw) => mapGroupRule(S, raw)],
  ['apps', (raw) => mapApp(S, raw)],
  ['apps/{appId}', (raw) => mapApp(S, raw)],
  ['apps/{appId}/users', (raw) => mapAppUser(S, '0oa', raw)],
  ['apps/{appId}/groups', (raw) => mapAppGroup(S, '0oa', raw)],
  ['apps/{appId}/credentials/secrets', (raw) => mapClientSecret(S, '0oa', raw)],
  ['apps/{appId}/credentials/jwks', (raw) => mapClientKey(S, '0oa', raw)],
  ['apps/{appId}/credentials/keys', (raw) => mapSamlCertificate(S, '0oa', raw)],
  ['apps/{appId}/grants', (raw) => row(grantOf(raw))],
  ['apps/{appId}/group-push/mappings', (raw) => mapGroupPush(S, '0oa', raw)],
  ['iam/assignees/users', mapReference],
  ['iam/roles', (raw) => mapCustomRole(S, raw)],
  ['iam/roles/{roleIdOrLabel}/permissions', (raw) => row(permissionOf(raw))],
  ['iam/resource-sets', (raw) => mapResourceSet(S, raw)],
  ['iam/resource-sets/{resourceSetIdOrLabel}/resources', (raw) => row(resourceOf(raw))],
  ['iam/resource-sets/{resourceSetIdOrLabel}/resources/{resourceId}', (raw) => row(resourceOf(raw))],
  ['/oauth2/v1/clients/{clientId}/roles', role('app')],
  ['api-tokens', (raw) => mapApiToken(S, raw)],
  ['authenticators', (raw) => mapAuthenticator(S, raw)],
  ['authenticators/{authenticatorId}/methods', (raw) => row(methodOf(raw))],
  ['policies', (raw) => mapPolicy(S, raw)],
  ['policies/{policyId}', (raw) => mapPolicy(S, raw)],
  ['policies/{policyId}/mappings', (raw) => row(mappedApp(raw))],
  ['zones', (raw) => mapZone(S, raw)],
  ['zones/{zoneId}', (raw) => mapZone(S, raw)],
  ['trustedOrigins', (raw) => mapTrustedOrigin(S, raw)],
  ['idps', (raw) => mapIdentityProvider(S, raw)],
  ['idps/{idpId}', (raw) => mapIdentityProvider(S, raw)],
  ['idps/{idpId}/users', (raw) => mapIdpUser(S, '0oa', raw)],
  ['authorizationServers', (raw) => mapAuthorizationServer(S, raw)],
  ['devices', (raw) => mapDevice(S, raw)],
  ['devices/{deviceId}', (raw) => mapDevice(S, raw)],
  ['realms', (raw) => mapRealm(S, raw)],
  ['logStreams', (raw) => mapLogStream(S, raw)],
  ['eventHooks', (raw) => mapEventHook(S, raw)],
  ['inlineHooks', (raw) => mapInlineHook(S, raw)],
  ['agentPools', (raw) => mapAgentPool(S, raw)],
  ['meta/types/user', (raw) => mapUserType(S, raw)],
  ['/integrations/api/v1/api-services', (raw) => mapApiService(S, raw)],
  ['/privileged-access/api/v1/service-accounts', (raw) => mapAppServiceAccount(S, raw)],
  ['/privileged-access/api/v1/okta-service-accounts', (raw) => mapOktaServiceAccount(S, raw)],
];

/** Of which some of Okta's examples show a single row, where real orgs (and the description's own schema) answer a list. */
const SHOWN_ALONE = '/api/v1/authenticators/{authenticatorId}/methods';

/** What a list holds, as a sync takes it from the answer; the one object, where the path ends with its id. */
function rowsOf(path: string, body: unknown): unknown[] {
  if (path.endsWith('}') || (path === SHOWN_ALONE && !Array.isArray(body))) return [body];
  return listIn({ status: 200, body, next: null, date: null, rate: null });
}

interface Example {
  path: string;
  method: string;
  status: string;
  name: string;
  value: unknown;
}

describe.skipIf(!present)("the examples of Okta's description", () => {
  const examples = present
    ? readFileSync(file, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Example)
        .filter(({ method, status }) => method === 'get' && status === '200')
    : [];

  it.each(READ)('%s are read', (short, map) => {
    const path = short.startsWith('/') ? short : `/api/v1/${short}`;
    const rows = examples
      .filter((one) => one.path === path)
      .flatMap(({ name, value }) => rowsOf(path, value).map((raw) => ({ name, raw })));
    expect(rows.length, path).toBeGreaterThan(0);
    const refused = rows.flatMap(({ name, raw }) => {
      const mapped = map(raw);
      return 'ok' in mapped ? [] : [`${name}: ${JSON.stringify(mapped)} of ${JSON.stringify(raw).slice(0, 160)}`];
    });
    expect(refused).toEqual([]);
  });

  it('settings of the org are read from each example', () => {
    const told = ORG_SETTINGS.flatMap(({ scope, path, list, read }) => {
      const [address = ''] = path.split('?');
      // contacts are described by the type in the path
      const described = address.replace(/\/contacts\/[A-Z]+$/, '/contacts/{contactType}');
      return examples
        .filter((one) => one.path === described)
        .map(({ value }) => [scope, read(list ? rowsOf(described, value) : value)] as const);
    });
    expect(told.length).toBeGreaterThan(10);
    for (const [scope, read] of told) expect(Object.keys(read), scope).not.toEqual([]);
  });
});
