import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isAccepted } from '../../workers/sources/okta/accepted-events.ts';
import { effectsOf } from '../../workers/sources/okta/event-effects.ts';
import { toCanonicalEvent } from '../../workers/sources/okta/log-event.ts';
import { mapCustomRole, permissionOf } from '../../workers/sources/okta/map/admin-roles.ts';
import { mapAuthenticator, methodOf } from '../../workers/sources/okta/map/authenticators.ts';
import { mapBehavior } from '../../workers/sources/okta/map/conditions.ts';
import {
  grantOf,
  mapApiToken,
  mapClientSecret,
  mapSamlCertificate,
} from '../../workers/sources/okta/map/credentials.ts';
import { mapDevice, mapRealm } from '../../workers/sources/okta/map/devices.ts';
import { mapIdentityProvider } from '../../workers/sources/okta/map/federation.ts';
import { mapGroupRule } from '../../workers/sources/okta/map/groups.ts';
import { mapApiService } from '../../workers/sources/okta/map/machines.ts';
import { mapTrustedOrigin, mapZone } from '../../workers/sources/okta/map/network.ts';
import { ORG_SETTINGS } from '../../workers/sources/okta/map/org.ts';
import { mapPolicy } from '../../workers/sources/okta/map/policies.ts';
import { mappedApp } from '../../workers/sources/okta/map/policy-mappings.ts';
import { containsEdge, mapResourceSet, resourceOf } from '../../workers/sources/okta/map/resource-sets.ts';
import { mapEventHook, mapLogStream } from '../../workers/sources/okta/map/streams-and-hooks.ts';
import {
  mapApp,
  mapAppGroup,
  mapAppUser,
  mapFactors,
  mapGroup,
  mapMember,
  mapRole,
  mapUser,
} from '../../workers/sources/okta/mapper.ts';

const corpora = process.env.POSTERN_CORPORA ?? '';
const present = corpora !== '' && existsSync(corpora);
if (!present) console.log('POSTERN_CORPORA is not set: the tests with recorded material are skipped');

const lines = <T>(...path: string[]): T[] =>
  readFileSync(join(corpora, ...path), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as T);

const TENANT = 'tnt_corpora';
const SOURCE = 'src_corpora';

function canonical(raw: unknown) {
  const read = toCanonicalEvent(TENANT, SOURCE, raw);
  if ('bad' in read) throw new Error(`${read.bad.reason}: ${read.bad.detail}`);
  return read.ok;
}

describe.skipIf(!present)('recorded System Log events', () => {
  it('all have a shape that is understood, and effects that are safe to make', () => {
    const events = lines<{ event: unknown }>('okta-events', 'events.jsonl').map(({ event }) => canonical(event));
    expect(events.length).toBeGreaterThanOrEqual(50);
    const { delta } = effectsOf({ tenantId: TENANT, sourceId: SOURCE, events });
    expect(delta.changes.every((change) => Number.isFinite(change.at))).toBe(true);
  });

  it('accepts what the tail may carry and never less than what push carries', () => {
    for (const { event } of lines<{ event: { eventType: string } }>('okta-events', 'events.jsonl')) {
      if (isAccepted(event.eventType, 'event_hook')) expect(isAccepted(event.eventType, 'tail')).toBe(true);
    }
  });

  it('judges factor resets as the published cases do', () => {
    interface Case {
      rule: string;
      test: string;
      expected: boolean;
      event: unknown;
    }
    const cases = lines<Case>('detection-cases', 'panther-okta.jsonl').filter(({ rule }) =>
      rule.startsWith('Okta.User.MFA.Reset'),
    );
    expect(cases.length).toBeGreaterThan(0);
    for (const { rule, test, expected, event } of cases) {
      const { delta } = effectsOf({ tenantId: TENANT, sourceId: SOURCE, events: [canonical(event)] });
      expect(
        delta.signals.some(({ kind }) => kind === 'factors_reset'),
        `${rule}: ${test}`,
      ).toBe(expected);
    }
  });
});

/** Every recorded 200 of an endpoint, as the list it holds or the one object it is. */
function recorded(file: string): unknown[] {
  const found: unknown[] = [];
  for (const project of readdirSync(join(corpora, 'okta-api'))) {
    const path = join(corpora, 'okta-api', project, 'get', `${file}.jsonl`);
    if (!existsSync(path)) continue;
    for (const { status, body } of lines<{ status: number; body: unknown }>(
      'okta-api',
      project,
      'get',
      `${file}.jsonl`,
    )) {
      if (status === 200) found.push(...(Array.isArray(body) ? body : [body]));
    }
  }
  return found;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The rest of the org. */
const INVENTORY: [file: string, map: (raw: unknown) => object][] = [
  ['api__v1__groups__rules', (raw) => mapGroupRule(SOURCE, raw)],
  ['api__v1__api-tokens', (raw) => mapApiToken(SOURCE, raw)],
  ['api__v1__api-tokens__ID', (raw) => mapApiToken(SOURCE, raw)],
  ['api__v1__apps__ID__credentials__secrets', (raw) => mapClientSecret(SOURCE, '0oa', raw)],
  ['api__v1__authenticators', (raw) => mapAuthenticator(SOURCE, raw)],
  ['api__v1__authenticators__ID', (raw) => mapAuthenticator(SOURCE, raw)],
  ['api__v1__behaviors', (raw) => mapBehavior(SOURCE, raw)],
  ['api__v1__behaviors__ID', (raw) => mapBehavior(SOURCE, raw)],
  ['api__v1__devices', (raw) => mapDevice(SOURCE, raw)],
  ['api__v1__devices__ID', (raw) => mapDevice(SOURCE, raw)],
  ['api__v1__eventHooks', (raw) => mapEventHook(SOURCE, raw)],
  ['api__v1__eventHooks__ID', (raw) => mapEventHook(SOURCE, raw)],
  ['api__v1__iam__resource-sets__ID', (raw) => mapResourceSet(SOURCE, raw)],
  ['api__v1__iam__roles__ID', (raw) => mapCustomRole(SOURCE, raw)],
  ['api__v1__idps', (raw) => mapIdentityProvider(SOURCE, raw)],
  ['api__v1__idps__ID', (raw) => mapIdentityProvider(SOURCE, raw)],
  ['api__v1__logStreams', (raw) => mapLogStream(SOURCE, raw)],
  ['api__v1__logStreams__ID', (raw) => mapLogStream(SOURCE, raw)],
  ['api__v1__policies', (raw) => mapPolicy(SOURCE, raw)],
  ['api__v1__policies__ID', (raw) => mapPolicy(SOURCE, raw)],
  ['api__v1__realms', (raw) => mapRealm(SOURCE, raw)],
  ['api__v1__realms__ID', (raw) => mapRealm(SOURCE, raw)],
  ['api__v1__trustedOrigins', (raw) => mapTrustedOrigin(SOURCE, raw)],
  ['api__v1__trustedOrigins__ID', (raw) => mapTrustedOrigin(SOURCE, raw)],
  ['api__v1__zones', (raw) => mapZone(SOURCE, raw)],
  ['integrations__api__v1__api-services', (raw) => mapApiService(SOURCE, raw)],
  ['integrations__api__v1__api-services__ID', (raw) => mapApiService(SOURCE, raw)],
];

describe.skipIf(!present)('recorded API responses', () => {
  const holder = { kind: 'account', nativeId: '00u0000000000000000' } as const;
  const MAPPERS: [file: string, map: (raw: unknown) => object][] = [
    ['api__v1__users', (raw) => mapUser(SOURCE, raw)],
    ['api__v1__users__ID', (raw) => mapUser(SOURCE, raw)],
    ['api__v1__groups', (raw) => mapGroup(SOURCE, raw)],
    ['api__v1__groups__ID', (raw) => mapGroup(SOURCE, raw)],
    ['api__v1__users__ID__groups', (raw) => mapGroup(SOURCE, raw)],
    ['api__v1__groups__ID__users', (raw) => mapMember(SOURCE, '00g', raw)],
    ['api__v1__apps', (raw) => mapApp(SOURCE, raw)],
    ['api__v1__apps__ID', (raw) => mapApp(SOURCE, raw)],
    ['api__v1__groups__ID__apps', (raw) => mapApp(SOURCE, raw)],
    ['api__v1__apps__ID__users', (raw) => mapAppUser(SOURCE, '0oa', raw)],
    ['api__v1__apps__ID__groups', (raw) => mapAppGroup(SOURCE, '0oa', raw)],
    ['api__v1__users__ID__roles', (raw) => mapRole({ id: SOURCE, name: 'Acme' }, holder, raw)],
    ['api__v1__groups__ID__roles', (raw) => mapRole({ id: SOURCE, name: 'Acme' }, holder, raw)],
    ...INVENTORY,
  ];

  it.each(MAPPERS)('%s map without an error', (file, map) => {
    const objects = recorded(file).filter((raw) => isObject(raw) && 'id' in raw);
    expect(objects.length).toBeGreaterThan(0);
    for (const raw of objects) expect(map(raw), JSON.stringify(raw).slice(0, 300)).toHaveProperty('ok');
  });

  it('signing certificates and grants are read', () => {
    const keys = recorded('api__v1__apps__ID__credentials__keys').filter(isObject);
    expect(keys.length).toBeGreaterThan(0);
    for (const raw of keys) expect(mapSamlCertificate(SOURCE, '0oa', raw)).toHaveProperty('ok');
    const grants = recorded('api__v1__apps__ID__grants').filter(isObject);
    expect(grants.every((raw) => grantOf(raw) !== null)).toBe(true);
    const methods = recorded('api__v1__authenticators__ID__methods').filter(isObject);
    expect(methods.every((raw) => methodOf(raw) !== null)).toBe(true);
  });

  it('what a resource set contains, and what a role may do, are read', () => {
    const rows = (file: string, name: string) =>
      recorded(file).flatMap((body) => (isObject(body) && Array.isArray(body[name]) ? body[name] : []));
    const resources = rows('api__v1__iam__resource-sets__ID__resources', 'resources').map(resourceOf);
    expect(resources.every((row) => row !== null && containsEdge(SOURCE, 'iam', row.orn) !== null)).toBe(true);
    const permissions = rows('api__v1__iam__roles__ID__permissions', 'permissions').map(permissionOf);
    expect(permissions.length).toBeGreaterThan(0);
    expect(permissions).not.toContain(null);
  });

  it('settings of the org are read', () => {
    const read = ORG_SETTINGS.flatMap(({ scope, path, list, read }) => {
      const answers = recorded(path.slice(1).replaceAll('/', '__'));
      return (list ? [answers] : answers).flatMap((raw) => Object.values(read(raw))).map(() => scope);
    });
    expect(new Set(read)).toEqual(
      new Set([
        'orgSettings',
        'orgSettings/endUserFooter',
        'orgSettings/communicationOptOut',
        'orgSettings/billingContact',
        'orgSettings/support',
        'orgSettings/threatInsight',
        // lists that nobody recorded read as empty ones
        'features/features',
        'linkedObjects/linkedObjects',
        'rateLimits/apiTokenRateLimits',
        'rateLimits/appRateLimits',
      ]),
    );
  });

  it('apps of policies are read', () => {
    const rows = recorded('api__v1__policies__ID__mappings').filter(isObject);
    expect(rows.every((row) => mappedApp(row) !== null)).toBe(true);
  });

  it('factors become a known state', () => {
    const factors = recorded('api__v1__users__ID__factors').filter(isObject);
    expect(mapFactors(factors)).toMatchObject({ known: true });
  });
});
