import { describe, expect, it } from 'vitest';
import { type NodeKind, nodeId } from '../graph/model.ts';
import type { InventoryNeed } from '../graph/port.ts';
import { SECOND } from '../platform/clock.ts';
import { effectsOf } from '../sources/okta/event-effects.ts';
import { inventoryOf } from '../sources/okta/event-inventory.ts';
import { gatherTime } from './gather.ts';
import { listRuns } from './runs.repository.ts';
import { oktaError } from './testing/fake-okta.ts';
import { createHarness, type Harness } from './testing/harness.ts';
import { queueOf, refreshNow } from './testing/refresh-queue.ts';
import { wholeOrg } from './testing/whole-org.ts';

const node = (h: Harness, kind: NodeKind, nativeId: string) => h.graph.node(nodeId(kind, h.sourceId, nativeId));

async function refreshed(need: InventoryNeed, change: (h: Harness) => void) {
  const h = await createHarness(wholeOrg());
  await h.sync();
  h.clock.advance(60_000);
  change(h);
  h.okta.calls.length = 0;
  h.slept.length = 0;
  const notBefore = h.clock.now() + gatherTime(need);
  await refreshNow(h, { inventory: [need] });
  return { h, notBefore };
}

describe('a refresh of a part of the inventory', () => {
  it('reads that part alone, after its stretch of time', async () => {
    const { h, notBefore } = await refreshed('policies', ({ okta: { org } }) => {
      if (org.more) org.more['/api/v1/policies?type=ACCESS_POLICY'] = [];
    });
    expect(h.okta.calls.every((call) => call.startsWith('/api/v1/policies'))).toBe(true);
    expect(h.clock.now()).toBeGreaterThanOrEqual(notBefore);
    expect(await node(h, 'policy', 'rstAccess')).toBeNull();
    expect(await node(h, 'policy', '00pPassword')).not.toBeNull();
  });

  it('reads the details of its objects too', async () => {
    const { h } = await refreshed('resourceSets', ({ okta: { org } }) => {
      if (org.more)
        org.more['/api/v1/iam/roles/cr0One/permissions'] = { permissions: [{ label: 'okta.users.manage' }] };
    });
    expect((await node(h, 'role', 'cr0One'))?.node.attributes.permissions).toEqual(['okta.users.manage']);
  });

  it('waits for a limit and begins again, and tells what failed for good', async () => {
    let limited = 1;
    const { h } = await refreshed('zones', ({ okta, clock }) => {
      okta.faults.push((path) => {
        if (path !== '/api/v1/zones' || limited-- <= 0) return undefined;
        const reset = String(Math.floor(clock.now() / SECOND) + 30);
        return oktaError(429, 'E0000047', {
          'x-rate-limit-limit': '100',
          'x-rate-limit-remaining': '0',
          'x-rate-limit-reset': reset,
        });
      });
    });
    expect(h.okta.calls).toHaveLength(2);
    const failed = await listRuns(h.deps, h.tenantId, h.sourceId, { limit: 10, kind: 'refresh' });
    expect(failed.data).toEqual([]);
  });

  it('is no failure where it may not be read', async () => {
    const { h } = await refreshed('zones', ({ okta }) => {
      okta.faults.push((path) => (path === '/api/v1/zones' ? oktaError(403, 'E0000006') : undefined));
    });
    expect((await listRuns(h.deps, h.tenantId, h.sourceId, { limit: 10, kind: 'refresh' })).data).toEqual([]);
    expect(await node(h, 'zone', 'nzoA')).not.toBeNull();
  });
});

describe('asking for one', () => {
  it('is one thing for all that happens within a stretch of time', async () => {
    const h = await createHarness(wholeOrg());
    const queue = queueOf(h, 'inventory');
    await queue.use();
    const began = h.clock.now();
    await queue.want({ inventory: ['zones', 'policies', 'zones'] });
    const first = await queue.rows();
    expect(first.map(({ id }) => id)).toEqual(['policies', 'zones']);
    h.clock.advance(4_000);
    await queue.want({ inventory: ['zones', 'policies'] });
    expect(await queue.rows()).toEqual(first);
    await queue.want({ inventory: ['devices', 'appCredentials'] });
    expect((await queue.rows()).map(({ id, due_at }) => [id, due_at - began])).toEqual([
      ['policies', 15_000],
      ['zones', 15_000],
      ['appCredentials', 64_000],
      ['devices', 604_000],
    ]);
    // each by itself, and in its own time
    h.clock.set(began + 15_000);
    await queue.ring();
    expect((await queue.rows()).map(({ id }) => id)).toEqual(['zones', 'appCredentials', 'devices']);
    await queue.ring();
    expect((await queue.rows()).map(({ id }) => id)).toEqual(['appCredentials', 'devices']);
    await queue.ring();
    expect((await queue.rows()).map(({ id }) => id)).toEqual(['appCredentials', 'devices']);
    await queue.drain();
  });

  it('keeps no person waiting', async () => {
    const h = await createHarness(wholeOrg());
    await queueOf(h).use();
    await queueOf(h, 'inventory').use();
    await queueOf(h).want({ users: ['00u2'], inventory: ['devices'] });
    expect(await queueOf(h).drain()).toBe(1);
    expect(await queueOf(h, 'inventory').rows()).toHaveLength(1);
    await queueOf(h, 'inventory').drain();
  });

  it.each([
    ['policy.rule.update', 'policies'],
    ['zone.make_blacklist', 'zones'],
    ['system.api_token.revoke', 'apiTokens'],
    ['iam.role.permissions.add', 'resourceSets'],
    ['app.oauth2.client.privilege.grant', 'clientRoles'],
    ['event_hook.delivery', null],
    ['policy.evaluate_sign_on', null],
    ['user.session.start', null],
  ])('%s asks for %s', (type, need) => expect(inventoryOf(type)).toBe(need));

  it('is not there for events that change none of it', () => {
    expect(effectsOf({ tenantId: 't', sourceId: 's', events: [] }).refresh).toEqual({
      users: [],
      groups: [],
      apps: [],
    });
  });
});

describe('a refresh of a person', () => {
  it('ends the assignment of a role that was taken away, and reads what the others are limited to', async () => {
    const h = await createHarness(wholeOrg());
    await h.sync();
    h.clock.advance(60_000);
    const user = h.okta.org.users[2];
    if (user) user.roles = [{ type: 'USER_ADMIN' }];
    const { more = {} } = h.okta.org;
    more['/api/v1/users/00u2/roles/raUSER_ADMIN00u2/targets/groups'] = [{ id: '00gEmpty' }];
    for (let twice = 0; twice < 2; twice++) await refreshNow(h, { users: ['00u2'] });
    expect(await node(h, 'role_assignment', 'raHELP_DESK_ADMIN00u2')).toBeNull();
    const assignment = await node(h, 'role_assignment', 'raUSER_ADMIN00u2');
    expect(assignment?.node.attributes.scoped).toBe(true);
    expect(assignment?.out.map(({ node: to }) => to.nativeId)).toEqual(['00gEmpty']);
    expect(assignment?.in.map(({ node: from }) => from.nativeId)).toEqual(['00u2']);
  });
});
