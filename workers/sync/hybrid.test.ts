import { describe, expect, it } from 'vitest';
import { type NodeKind, nodeId } from '../graph/model.ts';
import type { NodeSummary } from '../graph/port.ts';
import { groupSystems, groupsBeyond } from '../sources/okta/map/groups-beyond.ts';
import { getSource } from '../sources/sources.repository.ts';
import { refresh } from './refresh.ts';
import { openSession } from './session.ts';
import { createHarness, type Harness } from './testing/harness.ts';
import { wholeOrg } from './testing/whole-org.ts';

const MAPPINGS = '/api/v1/apps/0oaScim/group-push/mappings';
const mapping = { id: 'gPm1', sourceGroupId: '00gHalf', targetGroupId: '00gThere', status: 'ACTIVE' };

/** With a group of the domain that says what it is called there, and a push that says where it leads. */
function org() {
  const made = wholeOrg();
  const group = made.groups.find(({ id }) => id === '00gAd');
  if (group) {
    const profile = {
      name: 'Domain Users',
      windowsDomainQualifiedName: 'CORP\\Domain Users',
      objectSid: 'S-1-5-21-513',
    };
    group.body = { ...group.body, profile };
  }
  made.more = { ...made.more, [MAPPINGS]: [mapping] };
  return made;
}

const idOf = (h: Harness, kind: NodeKind, nativeId: string) => nodeId(kind, h.sourceId, nativeId);

async function out(h: Harness, kind: NodeKind, nativeId: string, ...kinds: string[]): Promise<string[]> {
  const detail = await h.graph.node(idOf(h, kind, nativeId), 500);
  return (detail?.out ?? [])
    .filter(({ edge }) => kinds.length === 0 || kinds.includes(edge.kind))
    .map(({ edge, node }) => `${edge.kind} ${node.nativeId}`)
    .sort();
}

async function edges(h: Harness, from: [NodeKind, string], to: [NodeKind, string]) {
  return (await h.graph.path(idOf(h, ...from), idOf(h, ...to)))?.map(({ edge }) => edge);
}

async function reread(h: Harness, scope: Partial<Parameters<typeof refresh>[1]>) {
  const source = await getSource(h.deps, h.tenantId, h.sourceId);
  if (!source) throw new Error('there is no such source');
  const none = { users: [], groups: [], apps: [], inventory: [] };
  h.clock.advance(60_000);
  return refresh(await openSession(h.tools, source, 'syn_refresh'), { ...none, ...scope });
}

describe.each([1, 3])('groups and people of other systems, over %i shard(s)', (shards) => {
  it('follow and are followed one by one; who rules their system rules them', async () => {
    const h = await createHarness(org(), { shards });
    expect(await h.sync()).toMatchObject({ status: 'succeeded' });
    expect(await out(h, 'external', 'ADDomain/corp.acme.test')).toEqual([
      'SYSTEM_CONTAINS ADGroup/0oaAd/00gAd',
      'SYSTEM_CONTAINS ADUser/0oaAd/00u3',
      'USER_SYNC 0oaAd',
    ]);
    expect((await h.graph.node(idOf(h, 'external', 'ADGroup/0oaAd/00gAd')))?.node).toMatchObject({
      name: 'CORP\\Domain Users',
      attributes: { externalKind: 'ADGroup', connected: false, objectSid: 'S-1-5-21-513' },
    });
    expect(await out(h, 'external', 'ADGroup/0oaAd/00gAd')).toEqual(['MEMBERSHIP_SYNC 00gAd']);
    expect(await out(h, 'external', 'ADUser/0oaAd/00u3')).toEqual(['PASSWORD_SYNC 00u3', 'USER_SYNC 00u3']);
    expect(await out(h, 'group', '00gHalf', 'MEMBERSHIP_SYNC')).toEqual(['MEMBERSHIP_SYNC GH_Team/0oaScim/00gThere']);
    expect(await out(h, 'account', '00u4', 'PASSWORD_SYNC')).toHaveLength(1);
    const domain: [NodeKind, string] = ['external', 'ADDomain/corp.acme.test'];
    expect(await edges(h, domain, ['group', '00gAd'])).toEqual(['SYSTEM_CONTAINS', 'MEMBERSHIP_SYNC', null]);
    expect(await edges(h, domain, ['account', '00u3'])).toEqual(['SYSTEM_CONTAINS', 'PASSWORD_SYNC', null]);
    expect(await h.sync()).toMatchObject({ rowsWritten: 0 });
  });

  it('follow no more what a refresh finds ended', async () => {
    const h = await createHarness(org(), { shards });
    await h.sync();
    const { org: now } = h.okta;
    now.more = { ...now.more, [MAPPINGS]: [{ ...mapping, status: 'INACTIVE' }] };
    const scim = now.apps.find(({ id }) => id === '0oaScim');
    scim?.users.splice(0);
    expect(await reread(h, { inventory: ['groupPush'], users: ['00u4'] })).toMatchObject({ failed: [] });
    expect(await out(h, 'group', '00gHalf', 'MEMBERSHIP_SYNC')).toEqual([]);
    expect(await out(h, 'account', '00u4', 'PASSWORD_SYNC', 'OUTBOUND_SSO')).toEqual([]);
    await h.sync();
    expect(await h.graph.node(idOf(h, 'external', 'GH_Team/0oaScim/00gThere'))).toBeNull();
    expect(await h.sync()).toMatchObject({ rowsWritten: 0 });
  });

  it('come and go in a delta as in a full sync', async () => {
    const h = await createHarness(org(), { shards });
    await h.sync();
    const { org: now } = h.okta;
    const at = h.clock.now();
    const half = now.groups.find(({ id }) => id === '00gEmpty');
    if (half) Object.assign(half, { lastUpdated: at, type: 'APP_GROUP', body: { source: { id: '0oaAd' } } });
    const directory = now.apps.find(({ id }) => id === '0oaAd');
    directory?.users.splice(0);
    if (directory) directory.lastUpdated = at;
    await h.delta();
    expect(await out(h, 'external', 'ADGroup/0oaAd/00gEmpty')).toEqual(['MEMBERSHIP_SYNC 00gEmpty']);
    // nobody there is the user any more: the domain stands for whoever it is
    expect(await out(h, 'external', 'ADDomain/corp.acme.test', 'PASSWORD_SYNC')).toEqual(['PASSWORD_SYNC 00u3']);
    expect(await h.sync()).toMatchObject({ rowsWritten: 0 });
    directory?.users.push({ id: '00u3', status: 'PROVISIONED', scope: 'USER', syncState: 'SYNCHRONIZED' });
    if (directory) directory.lastUpdated = h.clock.now();
    await h.delta();
    expect(await out(h, 'external', 'ADDomain/corp.acme.test', 'PASSWORD_SYNC')).toEqual([]);
    expect(await out(h, 'external', 'ADUser/0oaAd/00u3', 'PASSWORD_SYNC')).toEqual(['PASSWORD_SYNC 00u3']);
    expect(await h.sync()).toMatchObject({ rowsWritten: 0 });
  });

  it('are not what an app tells that is switched off', async () => {
    const h = await createHarness(org(), { shards });
    await h.sync();
    const directory = h.okta.org.apps.find(({ id }) => id === '0oaAd');
    if (directory) directory.body = { ...directory.body, status: 'INACTIVE' };
    await h.sync();
    expect(await out(h, 'external', 'ADDomain/corp.acme.test', 'MEMBERSHIP_SYNC', 'SYSTEM_CONTAINS')).toEqual([]);
    expect(await h.sync()).toMatchObject({ rowsWritten: 0 });
  });

  it('end with the apps that led to their systems', async () => {
    const h = await createHarness(org(), { shards });
    await h.sync();
    h.okta.org.apps = h.okta.org.apps.filter(({ id }) => id !== '0oaAd' && id !== '0oaScim');
    await h.sync();
    expect(await h.graph.node(idOf(h, 'external', 'ADGroup/0oaAd/00gAd'))).toBeNull();
    expect(await out(h, 'group', '00gHalf', 'MEMBERSHIP_SYNC')).toEqual([]);
    // by the name that the user has for it
    expect(await out(h, 'external', 'ADDomain/corp-ad')).toEqual(['PASSWORD_SYNC 00u3']);
    await h.sync();
    expect(await h.sync()).toMatchObject({ rowsWritten: 0 });
  });
});

it('a system stands for its groups where there are too many', () => {
  const node = (kind: NodeKind, nativeId: string, attributes: NodeSummary['attributes']): NodeSummary => {
    return {
      id: nodeId(kind, 'src', nativeId),
      kind,
      sourceId: 'src',
      nativeId,
      name: nativeId,
      attributes,
      beganAt: 0,
    };
  };
  const app = node('app', '0oaAd', { catalogName: 'active_directory', externalId: 'ADDomain/acme', status: 'ACTIVE' });
  const groups = ['00g1', '00g2'].map((id) => node('group', id, { sourceAppId: '0oaAd' }));
  const pushes = [{ appId: '0oaAd', groupId: '00g3', targetId: '00g2' }];
  const few = groupsBeyond('src', groupSystems([app]), groups, pushes, 2);
  expect(few.nodes.map(({ nativeId }) => nativeId)).toEqual(['ADGroup/0oaAd/00g1', 'ADGroup/0oaAd/00g2']);
  expect(few.edges).toHaveLength(5);
  const many = groupsBeyond('src', groupSystems([app]), groups, pushes, 1);
  expect(many).toMatchObject({ nodes: [], tooMany: true });
  const domain = nodeId('external', 'src', 'ADDomain/acme');
  expect(many.edges.map(({ from, kind, to }) => [from, kind, to])).toEqual(
    groups.map(({ id }) => [domain, 'MEMBERSHIP_SYNC', id]),
  );
});
