import { describe, expect, it } from 'vitest';
import { type NodeKind, nodeId } from '../graph/model.ts';
import type { InventoryNeed, NodeSummary } from '../graph/port.ts';
import { MAX_CONSENTING } from './consenting.ts';
import { coverageAsides } from './coverage-notes.ts';
import { MAX_OF_KIND } from './inventory-objects.ts';
import { smallOrg } from './testing/fake-okta.ts';
import { createHarness, type Harness } from './testing/harness.ts';
import { wholeOrg } from './testing/whole-org.ts';
import { MAX_DIRECTORY_GROUPS } from './ties.ts';

/** From now on the graph's list of a kind has so many nodes more, of which nothing is known. */
function crowd(h: Harness, kind: NodeKind, more: number, instead = false): void {
  const { graph } = h;
  h.tools.graph = () => ({
    ...graph,
    list: async (query) => {
      const page = await graph.list(query);
      if (query.kind !== kind || page.next !== null) return page;
      const other = (n: number): NodeSummary => ({
        ...{ id: `x${n}`, kind, sourceId: h.sourceId, nativeId: `x${n}`, name: `x${n}`, attributes: {}, beganAt: 0 },
      });
      const others = Array.from({ length: more }, (_, n) => other(n));
      return { data: [...(instead ? [] : page.data), ...others], next: null };
    },
  });
}

async function reasonOf(h: Harness, need: InventoryNeed): Promise<string | null | undefined> {
  return (await h.graph.coverage()).find((one) => one.sourceId === h.sourceId && one.need === need)?.reason;
}

const consentsRead = (h: Harness) =>
  h.okta.calls.flatMap((call) => /^\/api\/v1\/users\/([^/]+)\/grants/.exec(call)?.[1] ?? []).sort();

describe('consents', () => {
  it.each([1, 3])(
    'are read of who holds a role, also through a group; of others the coverage says what is so (%i shards)',
    async (shards) => {
      const org = smallOrg(6);
      org.groups.push({
        id: '00gHelp',
        name: 'Help desk',
        type: 'OKTA_GROUP',
        members: ['00u1', '00u3', '00u4'],
        roles: [{ type: 'HELP_DESK_ADMIN' }],
      });
      const h = await createHarness(org, { shards });
      await h.sync();
      expect(consentsRead(h)).toEqual(['00u0', '00u1', '00u3', '00u4']);
      expect(await reasonOf(h, 'consents')).toBeNull();
      const asideOf = await coverageAsides(h.deps, h.tenantId);
      expect(asideOf(h.sourceId, 'consents').note).toContain('Only the consents of administrators');
      expect(asideOf(h.sourceId, 'grants').note).toBeNull();
    },
  );

  it('of more administrators than are read: who holds a role directly comes first, and the gap is told', async () => {
    const org = smallOrg(MAX_CONSENTING + 5);
    const admins = org.groups.find(({ id }) => id === '00gAdmins');
    if (admins) admins.members = org.users.map(({ id }) => id);
    Object.assign(org.users.at(-1) ?? {}, { roles: [{ type: 'ORG_ADMIN' }] });
    const h = await createHarness(org);
    await h.sync();
    const read = consentsRead(h);
    expect(read).toHaveLength(MAX_CONSENTING);
    expect(read).toContain(org.users.at(-1)?.id);
    expect(await reasonOf(h, 'consents')).toContain(`Only the consents of ${MAX_CONSENTING}`);
  });
});

describe('more than is looked through', () => {
  it.each([
    ['role_assignment', ['resourceSets', 'consents']],
    ['role', ['resourceSets']],
    ['resource_set', ['resourceSets']],
    ['identity_provider', ['idps']],
    ['authorization_server', ['authorizationServers']],
  ] as const)('nodes of the kind %s: the coverage tells it', async (kind, needs) => {
    const h = await createHarness(wholeOrg());
    await h.sync();
    const { graph } = h;
    crowd(h, kind, MAX_OF_KIND);
    const run = await h.sync();
    expect(run.status).toBe('succeeded');
    for (const need of needs) expect(await reasonOf(h, need)).toContain(`more than ${MAX_OF_KIND}`);
    h.tools.graph = () => graph;
    await h.sync();
    for (const need of needs) expect(await reasonOf(h, need)).toBeNull();
  });

  it('groups: ties of a directory to those that were not listed stay, and the coverage tells it', async () => {
    const org = wholeOrg();
    for (const group of org.groups) {
      if (group.id === '00gHalf') group.body = { ...group.body, type: 'APP_GROUP', source: { id: '0oaAd' } };
    }
    const h = await createHarness(org);
    await h.sync();
    const ties = async () =>
      ((await h.graph.node(nodeId('group', h.sourceId, '00gHalf'), 100))?.in ?? []).filter(
        ({ edge }) => edge.kind === 'MEMBERSHIP_SYNC',
      ).length;
    expect(await ties()).toBe(1);
    crowd(h, 'group', MAX_DIRECTORY_GROUPS + 1, true);
    await h.sync();
    expect(await ties()).toBe(1);
    expect((await coverageAsides(h.deps, h.tenantId))(h.sourceId, 'roles').note).toContain(
      `first ${MAX_DIRECTORY_GROUPS}`,
    );
  });
});
