import { describe, expect, it } from 'vitest';
import { type NodeKind, nodeId } from '../graph/model.ts';
import { MINUTE } from '../platform/clock.ts';
import { getSource } from '../sources/sources.repository.ts';
import { refresh } from './refresh.ts';
import { openSession } from './session.ts';
import { readSyncState } from './sync-state.ts';
import { happen } from './testing/fake-log.ts';
import { oktaError } from './testing/fake-okta.ts';
import { createHarness, type Harness } from './testing/harness.ts';
import { wholeOrg } from './testing/whole-org.ts';

/** An org with one of everything that was read an hour ago. */
async function synced() {
  const h = await createHarness(wholeOrg());
  await h.sync();
  h.clock.advance(60 * MINUTE);
  // what every delta asks for, and nothing of the inventory
  await h.delta();
  const usual = new Set(h.okta.calls.map(pathOf));
  const calls = () => [...new Set(h.okta.calls.map(pathOf))].filter((path) => !asked.has(path)).sort();
  const asked = new Set(QUIET);
  for (const path of asked) expect(usual).toContain(path);
  h.okta.calls.length = 0;
  return { h, calls };
}

const QUIET = ['/api/v1/users', '/api/v1/groups', '/api/v1/apps', '/api/v1/iam/assignees/users'];
const pathOf = (call: string) => call.replace(/\?.*/, '');
const ofInventory = (calls: string[]) => calls.filter((path) => !/\/(roles|factors)$/.test(path));
const node = (h: Harness, kind: NodeKind, nativeId: string) => h.graph.node(nodeId(kind, h.sourceId, nativeId));

async function sourceOf(h: Harness) {
  const source = await getSource(h.deps, h.tenantId, h.sourceId);
  if (!source) throw new Error('no source');
  return source;
}

describe('the inventory in a delta', () => {
  it('lists the part anew that the log says changed, once, and no other', async () => {
    const { h, calls } = await synced();
    h.okta.org.more = { ...h.okta.org.more, '/api/v1/zones': [{ id: 'nzoNew', name: 'New', type: 'IP' }] };
    await happen(h, 'zone.create', []);
    // the refresh that the event began has its time first
    await h.delta();
    expect(ofInventory(calls())).toEqual([]);
    h.clock.advance(20 * MINUTE);
    expect(await h.delta()).toMatchObject({ status: 'succeeded' });
    expect(ofInventory(calls())).toEqual(['/api/v1/zones']);
    expect(await node(h, 'zone', 'nzoNew')).not.toBeNull();
    h.okta.calls.length = 0;
    expect(await h.delta()).toBeNull();
    expect(ofInventory(calls())).toEqual([]);
  });

  it('asks for nothing that a refresh has read since', async () => {
    const { h, calls } = await synced();
    await happen(h, 'policy.lifecycle.update', []);
    h.clock.advance(MINUTE);
    const session = await openSession(h.tools, await sourceOf(h), 'syn_r');
    await refresh(session, { users: [], groups: [], apps: [], inventory: ['policies'] });
    h.okta.calls.length = 0;
    h.clock.advance(20 * MINUTE);
    expect(await h.delta()).toBeNull();
    expect(ofInventory(calls())).toEqual([]);
    // and again for what happened after that
    await happen(h, 'policy.rule.add', []);
    h.clock.advance(20 * MINUTE);
    await h.delta();
    expect(ofInventory(calls())).toEqual([
      '/api/v1/policies',
      '/api/v1/policies/rstAccess/mappings',
      '/api/v1/policies/rstEnroll/mappings',
    ]);
  });

  it('takes what came in late, and leaves what failed at the source', async () => {
    const { h, calls } = await synced();
    await happen(h, 'system.idp.lifecycle.update', []);
    await happen(h, 'zone.update', []);
    await h.deps
      .evidence(h.tenantId)
      .prepare(`UPDATE events SET outcome = 'FAILURE' WHERE tenant_id = ? AND type = 'zone.update'`)
      .bind(h.tenantId)
      .run();
    // a delta in between moves on beyond the event
    await h.deps
      .evidence(h.tenantId)
      .prepare('UPDATE events SET published_at = published_at - ?, stored_at = stored_at + ? WHERE tenant_id = ?')
      .bind(70 * MINUTE, 10 * MINUTE, h.tenantId)
      .run();
    const source = await sourceOf(h);
    const { read } = await readSyncState(h.deps, source);
    expect(Object.keys(read)).toContain('idps');
    await h.deps
      .evidence(h.tenantId)
      .prepare(`UPDATE sync_state SET state = json_set(state, '$.read.idps', 1) WHERE tenant_id = ?`)
      .bind(h.tenantId)
      .run();
    h.clock.advance(15 * MINUTE);
    await h.delta();
    expect(ofInventory(calls())).toEqual(['/api/v1/idps', '/api/v1/idps/0oaIdp/users']);
  });

  it('reads again what could not be read', async () => {
    const { h, calls } = await synced();
    await happen(h, 'zone.update', []);
    h.clock.advance(20 * MINUTE);
    h.okta.faults = [(path) => (path === '/api/v1/zones' ? oktaError(500, 'E0000009') : undefined)];
    expect(await h.delta()).toMatchObject({ status: 'partial', progress: { failedScopes: [{ scope: 'zones' }] } });
    expect(await readSyncState(h.deps, await sourceOf(h))).toMatchObject({ again: ['inventory:zones'] });
    h.okta.faults = [];
    // also long after
    h.clock.advance(5 * 60 * MINUTE);
    h.okta.calls.length = 0;
    await h.delta();
    expect(ofInventory(calls())).toEqual(['/api/v1/zones']);
    expect(await readSyncState(h.deps, await sourceOf(h))).toMatchObject({ again: [] });
  });

  it('reads what belongs to an app or a group where that changed, and ends the credentials of an app that is gone', async () => {
    const { h, calls } = await synced();
    const { org } = h.okta;
    const [at, more] = [h.clock.now(), org.more ?? {}];
    const service = org.apps.find(({ id }) => id === '0oaService');
    Object.assign(service ?? {}, { lastUpdated: at });
    more['/api/v1/apps/0oaService/credentials/secrets'] = [{ id: 'ocsTwo', status: 'ACTIVE' }];
    Object.assign(org.groups.find(({ id }) => id === '00gEmpty') ?? {}, { lastUpdated: at });
    more['/api/v1/groups/00gEmpty/owners'] = [{ id: '00u2', type: 'USER' }];
    await h.delta();
    expect(ofInventory(calls()).filter((path) => !/\/(users|groups)$/.test(path))).toEqual([
      '/api/v1/apps/0oaService/credentials/secrets',
      '/api/v1/apps/0oaService/grants',
      '/api/v1/groups/00gEmpty/owners',
      // a role that is limited to apps by their name may be about others now
      '/oauth2/v1/clients/0oaService/roles/JBCUYUC7IRCVGS27IFCE2SKO/targets/catalog/apps',
    ]);
    expect(await node(h, 'credential', 'secret/0oaService/ocsOne')).toBeNull();
    expect(await node(h, 'credential', 'secret/0oaService/ocsTwo')).not.toBeNull();
    expect((await node(h, 'group', '00gEmpty'))?.in.map(({ edge }) => edge.kind)).toContain('OWNER_OF');
    org.apps = org.apps.filter((app) => app !== service);
    h.clock.advance(20 * MINUTE);
    await h.delta();
    expect(await node(h, 'app', '0oaService')).toBeNull();
    expect(await node(h, 'credential', 'secret/0oaService/ocsTwo')).toBeNull();
    expect(await node(h, 'credential', 'cert/0oaMail/kMail')).not.toBeNull();
  });
});

describe('a refresh of a group', () => {
  it('keeps the counts that only the listing of groups tells', async () => {
    const { h } = await synced();
    const before = (await node(h, 'group', '00gHalf'))?.node.attributes;
    expect(before).toMatchObject({ usersCount: 6, hasAdminPrivilege: false });
    h.okta.faults = [
      (path) =>
        path === '/api/v1/groups/00gHalf'
          ? Response.json({ id: '00gHalf', type: 'OKTA_GROUP', profile: { name: 'Half' } })
          : undefined,
    ];
    const session = await openSession(h.tools, await sourceOf(h), 'syn_r');
    await refresh(session, { users: [], groups: ['00gHalf'], apps: [], inventory: [] });
    expect((await node(h, 'group', '00gHalf'))?.node.attributes).toMatchObject({
      usersCount: 6,
      hasAdminPrivilege: false,
      appsCount: 1,
    });
  });
});
