import { describe, expect, it } from 'vitest';
import { markCriticality, unmarkCriticality } from '../criticality/criticality.ts';
import { nodeId } from '../graph/model.ts';
import { runForget } from './forget.ts';
import { refreshInventory } from './refresh-inventory.ts';
import { openSession } from './session.ts';
import { oktaError } from './testing/fake-okta.ts';
import { createHarness, type Harness, plainStepper } from './testing/harness.ts';
import { labelled, wholeOrg } from './testing/whole-org.ts';

const BY = { kind: 'user', id: 'usr_1', name: 'Sam', role: 'source_admin', sourceIds: null } as const;

async function synced(shards = 1): Promise<Harness> {
  const h = await createHarness(wholeOrg(), { shards });
  expect(await h.sync()).toMatchObject({ status: 'succeeded' });
  return h;
}

const app = (h: Harness, id: string) => nodeId('app', h.sourceId, id);
const group = (h: Harness, id: string) => nodeId('group', h.sourceId, id);
const set = (h: Harness, path: string, answer: unknown) => {
  if (h.okta.org.more) h.okta.org.more[path] = answer;
};
const gapOf = async (h: Harness) => (await h.graph.coverage()).find(({ need }) => need === 'labels')?.reason ?? null;

async function levelOf(h: Harness, id: string) {
  const found = (await h.graph.levels([id])).get(id);
  return found && [found.holds.level, found.holds.source];
}

describe("the labels of Okta's governance", () => {
  it('say how critical apps and groups are, on every shard; of two the worse one holds', async () => {
    const h = await synced(3);
    expect(await levelOf(h, app(h, '0oaScim'))).toEqual(['crown_jewel', 'label']);
    expect(await levelOf(h, app(h, '0oaMail'))).toEqual(['privileged', 'label']);
    expect(await levelOf(h, group(h, '00gHalf'))).toEqual(['privileged', 'label']);
    expect(await levelOf(h, group(h, '00gAd'))).toEqual(['ordinary', 'rule']);
    expect(await h.graph.jewels()).toEqual([{ id: app(h, '0oaScim'), name: 'Hub' }]);
    expect(await gapOf(h)).toBeNull();
    const calls = h.okta.calls.filter((path) => path.startsWith('/governance/') && path.includes('labels'));
    expect(calls.length).toBe(7);
  });

  it('write nothing when nothing changed, and end where they were taken off; the past keeps them', async () => {
    const h = await synced();
    const before = h.clock.now();
    expect(await h.sync()).toMatchObject({ status: 'succeeded', rowsWritten: 0 });
    set(h, labelled('lblJewel', 'apps'), { data: [] });
    await h.sync();
    expect(await levelOf(h, app(h, '0oaScim'))).toEqual(['privileged', 'label']);
    expect(await h.graph.jewels()).toEqual([]);
    expect(await h.graph.jewels(before)).toMatchObject([{ name: 'Hub' }]);
    const then = (await h.graph.levels([app(h, '0oaScim')], before)).get(app(h, '0oaScim'));
    expect(then?.holds.level).toBe('crown_jewel');
  });

  it('go after a person and before the rule, through every sync', async () => {
    const h = await synced();
    const id = app(h, '0oaScim');
    await markCriticality(h.deps, h.tenantId, BY, { kind: 'app', id, level: 'ordinary', note: 'A test org' });
    await h.sync();
    expect(await levelOf(h, id)).toEqual(['ordinary', 'person']);
    await unmarkCriticality(h.deps, h.tenantId, BY, { kind: 'app', id });
    expect(await levelOf(h, id)).toEqual(['crown_jewel', 'label']);
  });

  it.each([
    ['an org without governance', () => oktaError(404, 'E0000022')],
    ['a feature that is off', () => oktaError(401, 'E0000015')],
    ['a right that is missing', () => oktaError(403, 'E0000006')],
  ])('are unknown, not empty, for %s, and the rest goes on', async (_, refusal) => {
    const never = await createHarness(wholeOrg());
    never.okta.faults.push((path) => (path.includes('labels') ? refusal() : undefined));
    expect(await never.sync()).toMatchObject({ status: 'succeeded', progress: { failedScopes: [] } });
    expect(await gapOf(never)).toEqual(expect.any(String));
    expect((await never.graph.coverage()).filter(({ reason }) => reason !== null)).toHaveLength(1);
    expect((await never.graph.counts()).app).toBeGreaterThan(0);

    const h = await synced();
    h.okta.faults.push((path) => (path.includes('labels') ? refusal() : undefined));
    await h.sync();
    expect(await levelOf(h, app(h, '0oaScim'))).toEqual(['crown_jewel', 'label']);
    expect(await gapOf(h)).toEqual(expect.any(String));
  });

  it.each([
    ['not one of its own labels', '/governance/api/v1/labels', { data: [{ name: 'Compliance', values: [] }] }],
    ['something that is no list', '/governance/api/v1/labels', { data: 7 }],
    ['what names nothing', labelled('lblPrivileged', 'groups'), { data: [{ orn: 'orn:okta:directory:00oOrg:users' }] }],
    ['rows of another kind', labelled('lblJewel', 'apps'), { data: [null, { id: 'x' }] }],
  ])('keep what was known when Okta lists %s', async (_, path, answer) => {
    const h = await synced();
    set(h, path, answer);
    await h.sync();
    expect(await levelOf(h, app(h, '0oaScim'))).toEqual(['crown_jewel', 'label']);
    expect(await gapOf(h)).toEqual(expect.any(String));
  });

  it('are read to their last page, and not for ever where pages repeat', async () => {
    const h = await createHarness(wholeOrg());
    const path = labelled('lblJewel', 'groups');
    const next = (at: number) => ({ _links: { next: { href: `https://acme.okta.com/governance/more${at}` } } });
    const row = (id: string) => ({ orn: `orn:okta:directory:00oOrg:groups:${id}` });
    set(h, path, { data: [row('00gEmpty')], ...next(1) });
    set(h, '/governance/more1', { data: [row('00gAd')], _links: {} });
    await h.sync();
    expect(await levelOf(h, group(h, '00gAd'))).toEqual(['crown_jewel', 'label']);
    expect(await levelOf(h, group(h, '00gEmpty'))).toEqual(['crown_jewel', 'label']);
    set(h, '/governance/more1', { data: [], ...next(1) });
    expect(await h.sync()).toMatchObject({ status: 'partial', progress: { failedScopes: [{ scope: 'labels' }] } });
    expect(await levelOf(h, group(h, '00gAd'))).toEqual(['crown_jewel', 'label']);
  });

  it('are read anew by themselves after an event, twice the same', async () => {
    const h = await synced();
    set(h, labelled('lblJewel', 'apps'), { data: [] });
    const source = (await h.deps.control.query.sources.findFirst({
      where: (row, { eq }) => eq(row.id, h.sourceId),
    })) as never;
    for (const rows of [1, 0]) {
      const session = await openSession(h.tools, source, 'syn_x');
      const read = await refreshInventory(session, 'labels');
      expect(read.failed).toEqual([]);
      expect(read.rows > 0).toBe(rows === 1);
    }
    expect(await h.graph.jewels()).toEqual([]);
  });

  it('go with their source', async () => {
    const h = await synced();
    const params = { kind: 'forget', tenantId: h.tenantId, sourceId: h.sourceId, runId: 'syn_forget' } as const;
    h.clock.advance(60_000);
    await runForget(h.tools, params, plainStepper(h));
    expect(await h.graph.jewels()).toEqual([]);
    expect((await h.graph.levels([app(h, '0oaScim')])).size).toBe(0);
  });
});
