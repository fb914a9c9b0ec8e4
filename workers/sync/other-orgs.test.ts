import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { sources } from '../../db/control/schema.ts';
import { POSTERN } from '../auth/principal.ts';
import { nodeId } from '../graph/model.ts';
import { visibleNode, visiblePath } from '../graph/visible.ts';
import { orgUser, type TwoOrgs, twoOrgs } from '../identities/testing/two-orgs.ts';
import { elsewhereOf } from '../sources/okta/map/other-orgs.ts';
import { runForget } from './forget.ts';
import type { FakeApp } from './testing/fake-okta.ts';
import { plainStepper } from './testing/harness.ts';

const SLOW = { timeout: 30_000 };
const MAPPINGS = '/api/v1/apps/0oaHub/group-push/mappings';

/** Ada is somebody with all power in the other org; Bob is known there by login; Cyd signs in here from there. */
async function orgs(shards: number): Promise<TwoOrgs> {
  const admin = (id: string) => ({ ...orgUser(id, {}), roles: [{ type: 'SUPER_ADMIN' }] });
  const made = await twoOrgs(
    [orgUser('00uAda', {}), orgUser('00uBob', {}), orgUser('00uCyd', {}), admin('00uFirst')],
    [admin('00uRoot'), orgUser('00uBob2', { mail: 'b2@globex.test' }), orgUser('00uCyd2', { mail: 'c2@globex.test' })],
    { shards, origin: 'https://globex.okta.com' },
  );
  const first = made.first.okta.org;
  first.apps.push({ id: '0oaHub', label: 'Globex', users: hubUsers(), groups: [], body: HUB });
  first.groups.push({ id: '00gTeam', name: 'Team', type: 'OKTA_GROUP', members: ['00uCyd'], roles: [] });
  first.more = {
    ...first.more,
    [MAPPINGS]: [{ sourceGroupId: '00gTeam', targetGroupId: '00gSent', status: 'ACTIVE' }],
  };
  const second = made.second.okta.org;
  second.groups.push({ id: '00gThere', name: 'Team', type: 'OKTA_GROUP', members: [], roles: [] });
  const issuer = { url: 'https://acme.okta.com' };
  second.more = {
    ...second.more,
    '/api/v1/idps': [
      { id: '0oaIdp', type: 'OIDC', name: 'Acme', status: 'ACTIVE', protocol: { type: 'OIDC', issuer } },
    ],
    '/api/v1/idps/0oaIdp/users': [{ id: '00uCyd2', externalId: '00uCyd' }],
  };
  return made;
}

const HUB = {
  name: 'okta_org2org',
  signOnMode: 'SAML_2_0',
  features: ['PUSH_NEW_USERS', 'PUSH_PASSWORD_UPDATES', 'GROUP_PUSH'],
  settings: { app: { baseUrl: 'https://GLOBEX.okta.com/' } },
};

type HubUser = FakeApp['users'][number] & { externalId?: string; credentials?: { userName: string } };

function hubUsers(): HubUser[] {
  return [
    { id: '00uAda', status: 'PROVISIONED', syncState: 'SYNCHRONIZED', externalId: '00uRoot' },
    { id: '00uBob', status: 'ACTIVE', credentials: { userName: '00uBob2@ACME.test' } },
  ];
}

const there = (made: TwoOrgs) => nodeId('resource', made.second.sourceId, 'org');
const personOf = (made: TwoOrgs, key: string) => nodeId('external', made.first.sourceId, `OktaUser/0oaHub/${key}`);

async function kinds(made: TwoOrgs, from: string, to?: string): Promise<string> {
  const path = await made.graph.path(from, to);
  return (path ?? []).flatMap(({ edge }) => edge ?? []).join(' ');
}

async function crossings(made: TwoOrgs): Promise<number> {
  return (await made.graph.edges({ kind: 'SAME_AS', limit: 50 })).data.length;
}

/** Says that the second source was deleted, or that it was not. */
async function setDeleted(made: TwoOrgs, deletedAt: number | null): Promise<void> {
  await made.first.deps.control.update(sources).set({ deletedAt }).where(eq(sources.id, made.second.sourceId));
}

describe.each([1, 4])('an org that is a connected source too, over %i shard(s)', SLOW, (shards) => {
  it('is where ways go on: people, passwords, groups, and back', async () => {
    const made = await orgs(shards);
    await made.sync();
    await made.sync();
    const ada = made.a('00uAda');
    const path = await made.graph.path(ada);
    expect(path?.map(({ node }) => node.id)).toEqual([
      ada,
      personOf(made, '00uroot'),
      made.b('00uRoot'),
      nodeId('role', made.second.sourceId, 'SUPER_ADMIN'),
      there(made),
    ]);
    expect(path?.map(({ edge }) => edge).slice(1)).toEqual(['SAME_AS', 'HOLDS_ROLE', 'GRANTS', null]);
    expect(['OUTBOUND_SSO', 'PASSWORD_SYNC']).toContain(path?.[0]?.edge);
    const all = await made.graph.paths(ada, undefined, 10);
    expect(all.map(([first]) => first?.edge).sort()).toEqual(['OUTBOUND_SSO', 'PASSWORD_SYNC']);
    expect(await kinds(made, made.a('00uBob'), made.b('00uBob2'))).toBe('OUTBOUND_SSO SAME_AS');
    expect(await kinds(made, made.a('00uCyd'), made.b('00uCyd2'))).toBe('SAME_AS INBOUND_SSO');
    const [team, other] = [
      nodeId('group', made.first.sourceId, '00gTeam'),
      nodeId('group', made.second.sourceId, '00gThere'),
    ];
    expect(await kinds(made, team, other)).toBe('MEMBERSHIP_SYNC SAME_AS');
    const acme = nodeId('resource', made.first.sourceId, 'org');
    const back = await made.graph.paths(acme, made.b('00uCyd2'), 10);
    expect(back.map((steps) => steps.flatMap(({ edge }) => edge ?? []).join(' ')).sort()).toEqual([
      'CONTAINS SAME_AS INBOUND_SSO',
      'SAME_AS INBOUND_ORG_SSO IDENTITY_PROVIDER_FOR',
    ]);
    const app = nodeId('app', made.first.sourceId, '0oaHub');
    expect(await kinds(made, app)).toBe('OUTBOUND_ORG_SSO SAME_AS');
    for (const id of [personOf(made, '00uroot'), nodeId('external', made.first.sourceId, 'OktaOrg/globex.okta.com')]) {
      expect((await made.graph.node(id))?.node.attributes).toMatchObject({ connected: true });
    }
    expect(await made.sync()).toBe(0);
    const exposed = await made.graph.exposed(10);
    expect(exposed.identities).toBeGreaterThan(0);
  });

  it('is found by whichever is read last, and names nobody whom the other has not brought', async () => {
    const made = await orgs(shards);
    await setDeleted(made, 1);
    await made.sync('first');
    expect(await crossings(made)).toBe(0);
    await setDeleted(made, null);
    const before = made.first.clock.now();
    await made.sync('first');
    // its ends are not here yet
    expect(await made.graph.path(made.a('00uAda'))).toBeNull();
    expect((await made.graph.counts()).account).toBe(4);
    expect((await made.graph.node(personOf(made, '00uroot')))?.out).toEqual([]);
    await made.sync('second');
    expect(await kinds(made, made.a('00uAda'))).toContain('SAME_AS HOLDS_ROLE GRANTS');
    expect(await made.graph.path(made.a('00uAda'), undefined, before)).toBeNull();
    expect(await kinds(made, made.a('00uBob'), made.b('00uBob2'))).toBe('OUTBOUND_SSO SAME_AS');
    await made.sync('second');
    expect(await made.sync()).toBe(0);
  });

  it('is left by who loses the assignment and by a group that is pushed no more, in a delta as in a full sync', async () => {
    const made = await orgs(shards);
    await made.sync();
    const { org } = made.first.okta;
    const hub = org.apps.find(({ id }) => id === '0oaHub');
    if (!hub) throw new Error('there is no such app');
    const cyd: HubUser = { id: '00uCyd', status: 'ACTIVE', externalId: '00uRoot' };
    hub.users = [cyd];
    hub.lastUpdated = made.first.clock.now();
    org.more = { ...org.more, [MAPPINGS]: [] };
    await made.first.delta();
    expect(await made.graph.path(made.a('00uAda'), there(made))).toBeNull();
    expect(await made.graph.path(made.a('00uBob'), made.b('00uBob2'))).toBeNull();
    expect(await kinds(made, made.a('00uCyd'))).toBe('OUTBOUND_SSO SAME_AS HOLDS_ROLE GRANTS');
    const team = nodeId('group', made.first.sourceId, '00gTeam');
    expect(await made.graph.path(team, nodeId('group', made.second.sourceId, '00gThere'))).toBeNull();
    await made.sync();
    expect(await made.sync()).toBe(0);
    hub.body = { ...HUB, settings: { app: { baseUrl: 'https://elsewhere.okta.com' } } };
    await made.sync('first');
    expect(await made.graph.path(made.a('00uCyd'), there(made))).toBeNull();
    expect(await made.graph.node(nodeId('external', made.first.sourceId, 'OktaOrg/globex.okta.com'))).toBeNull();
    expect(await made.sync('first')).toBe(0);
  });

  it('is told to nobody who sees the one source only, and gone once the other is deleted', async () => {
    const made = await orgs(shards);
    await made.sync();
    await made.sync();
    const person = personOf(made, '00uroot');
    const limited = { ...POSTERN, role: 'issue_responder' as const, sourceIds: [made.first.sourceId] };
    const seen = visibleNode(limited, await made.graph.node(person));
    expect(seen?.out).toEqual([]);
    const path = visiblePath(limited, await made.graph.path(made.a('00uAda')));
    expect(path?.map(({ node }) => node.id)).toEqual([made.a('00uAda'), person]);
    await setDeleted(made, made.first.clock.now());
    made.first.clock.advance(60_000);
    const forget = { kind: 'forget' as const, tenantId: made.tenantId, sourceId: made.second.sourceId, runId: 'syn_f' };
    await runForget(made.second.tools, forget, plainStepper(made.first));
    expect(await crossings(made)).toBe(0);
    expect(await made.graph.path(made.a('00uAda'), there(made))).toBeNull();
    expect((await made.graph.node(person))?.node.attributes).toMatchObject({ connected: false });
    expect((await made.graph.node(person))?.out).toEqual([]);
    await made.sync('first');
    expect(await made.sync('first')).toBe(0);
  });
});

it('an org is known by the domains that it answers under', SLOW, async () => {
  const made = await orgs(1);
  const { org } = made.second.okta;
  const publicCertificate = { subject: 'CN=id.globex.test', fingerprint: 'aa', expiration: '2030-01-01T00:00:00.000Z' };
  const domain = { id: 'OcDOne', domain: 'id.globex.test', validationStatus: 'COMPLETED', publicCertificate };
  org.more = { ...org.more, '/api/v1/domains': { domains: [domain] } };
  const hub = made.first.okta.org.apps.find(({ id }) => id === '0oaHub');
  if (hub) hub.body = { ...HUB, settings: { app: { baseUrl: 'https://ID.globex.test' } } };
  await made.sync();
  expect(await kinds(made, made.a('00uAda'), there(made))).toContain('SAME_AS HOLDS_ROLE GRANTS');
});

it('only Okta orgs and what is theirs can be connected', () => {
  const node = (nativeId: string, attributes: Record<string, unknown>) => {
    return { id: nativeId, kind: 'external' as const, sourceId: 'src', nativeId, name: nativeId, attributes };
  };
  expect(elsewhereOf(node('AZTenant/acme', { externalKind: 'AZTenant' }))).toBeNull();
  expect(elsewhereOf(node('OktaUser/0oa/x', { externalKind: 'OktaUser' }))).toBeNull();
  expect(elsewhereOf(node('IdentityProvider/id.acme.test', { externalKind: 'IdentityProvider' }))).toMatchObject({
    host: 'id.acme.test',
    way: 'in',
  });
});
