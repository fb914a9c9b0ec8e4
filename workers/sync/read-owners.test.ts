import { describe, expect, it } from 'vitest';
import { nodeId } from '../graph/model.ts';
import { MINUTE } from '../platform/clock.ts';
import { getSource } from '../sources/sources.repository.ts';
import { runDelta } from './delta.ts';
import { OWNERS_AT_ONCE } from './read-owners.ts';
import type { DeltaParams } from './run.ts';
import { readSyncState } from './sync-state.ts';
import { type FakeGroup, type FakeOrg, oktaError, smallOrg } from './testing/fake-okta.ts';
import { crashingEngine, createHarness, type Harness } from './testing/harness.ts';
import { CALLS_PER_RUN } from './trickle.ts';

const QUARTER = 15 * MINUTE;

/** An org of so many groups more: nobody is in them, and `00u2` owns each tenth. */
function orgOf(groups: number): FakeOrg {
  const org = smallOrg(4);
  const more = Array.from({ length: groups }, (_, n): FakeGroup => {
    const id = `00gm${String(n).padStart(5, '0')}`;
    return { id, name: id, type: 'OKTA_GROUP', members: [], roles: [], lastUpdated: 1 };
  });
  for (const group of org.groups) group.lastUpdated = 1;
  org.groups.push(...more);
  const owners = more.map(({ id }, n) => [
    `/api/v1/groups/${id}/owners`,
    n % 10 === 0 ? [{ id: '00u2', type: 'USER' }] : [],
  ]);
  org.more = Object.fromEntries(owners);
  return org;
}

/** Groups whose owners were asked for since the last look, in order. */
function asked(h: Harness): string[] {
  return h.okta.calls.splice(0).flatMap((call) => /\/groups\/(\w+)\/owners/.exec(call)?.[1] ?? []);
}

const coverage = async (h: Harness) => (await h.graph.coverage()).find(({ need }) => need === 'owners');

async function lineOf(h: Harness) {
  const source = await getSource(h.deps, h.tenantId, h.sourceId);
  if (!source) throw new Error('no source');
  return (await readSyncState(h.deps, source)).owners;
}

async function owned(h: Harness, id: string): Promise<string[]> {
  const node = await h.graph.node(nodeId('group', h.sourceId, id), 10);
  return (node?.in ?? []).filter(({ edge }) => edge.kind === 'OWNER_OF').map((one) => one.node.nativeId);
}

async function later(h: Harness): Promise<string[]> {
  h.clock.advance(QUARTER);
  await h.delta();
  return asked(h);
}

describe('owners of groups', () => {
  it('are read all at once in an org of few groups', async () => {
    // with Admins, Empty and Half
    const h = await createHarness(orgOf(OWNERS_AT_ONCE - 3));
    await h.sync();
    expect(asked(h)).toHaveLength(OWNERS_AT_ONCE);
    expect(await lineOf(h)).toBeNull();
    expect(await coverage(h)).toMatchObject({ reason: null });
    expect(await later(h)).toEqual([]);
  });

  it('are read for groups that administer, then for what changed, then in turn; the coverage says how far', async () => {
    const h = await createHarness(orgOf(1_800));
    const total = 1_803;
    await h.sync();
    expect(asked(h)).toEqual(['00gAdmins']);
    expect((await coverage(h))?.reason).toMatch(
      new RegExp(
        `^Okta lists owners one group at a time: those of 0 of ${total} groups are read so far, all of them about 20`,
      ),
    );

    const changed = h.okta.org.groups.at(-1);
    Object.assign(changed ?? {}, { lastUpdated: h.clock.now() + QUARTER });
    const first = await later(h);
    expect(first[0]).toBe(changed?.id);
    expect(first).toHaveLength(CALLS_PER_RUN);
    expect((await coverage(h))?.reason).toContain(`those of ${CALLS_PER_RUN - 1} of ${total} groups`);
    expect(await owned(h, '00gm00000')).toEqual(['00u2']);
    expect(await owned(h, '00gm01790')).toEqual([]);

    const rest = await later(h);
    expect(new Set(['00gAdmins', ...first, ...rest]).size).toBe(total);
    expect(await owned(h, '00gm01790')).toEqual(['00u2']);
    expect(await coverage(h)).toMatchObject({ reason: null });
    expect(await lineOf(h)).toMatchObject({ round: 1, cursor: null, total });

    // from now on a few at a time, and a full sync reads no more than the first did
    expect((await later(h)).length).toBeLessThan(5);
    expect(await h.sync()).toMatchObject({ status: 'succeeded', rowsWritten: 0 });
    expect(asked(h)).toEqual(['00gAdmins']);
    expect(await coverage(h)).toMatchObject({ reason: null });
  }, 60_000);

  it('miss nobody where a delta dies, and write nothing the second time', async () => {
    const h = await createHarness(orgOf(600));
    await h.sync();
    asked(h);
    h.clock.advance(QUARTER);
    const params: DeltaParams = {
      kind: 'delta',
      tenantId: h.tenantId,
      sourceId: h.sourceId,
      runId: `syn_${h.tenantId}_dies`,
      quiet: true,
    };
    const engine = crashingEngine(h, { before: [9, 11], after: [6, 8, 10, 13, 15] });
    expect(await engine.run((stepper) => runDelta(h.tools, params, stepper, h.clock.now()))).toBeGreaterThan(4);
    expect(new Set(['00gAdmins', ...asked(h)]).size).toBe(603);
    expect(await lineOf(h)).toMatchObject({ round: 1 });
    expect(await coverage(h)).toMatchObject({ reason: null });
    for (const id of ['00gm00000', '00gm00300', '00gm00590']) expect(await owned(h, id)).toEqual(['00u2']);
    expect(await h.sync()).toMatchObject({ status: 'succeeded', rowsWritten: 0 });
  }, 60_000);

  it('stay where they are in line while they may not be read', async () => {
    const h = await createHarness(orgOf(600));
    h.okta.org.groups.splice(1, 1);
    h.okta.faults = [(path) => (path.endsWith('/owners') ? oktaError(403, 'E0000006') : undefined)];
    expect(await h.sync()).toMatchObject({ status: 'succeeded' });
    expect((await coverage(h))?.reason).toContain('admin role');
    asked(h);
    expect((await later(h)).length).toBeLessThan(50);
    expect(await lineOf(h)).toMatchObject({ round: 0, read: 0, cursor: null });
    expect((await coverage(h))?.reason).toContain('admin role');
    h.okta.faults = [];
    expect(await later(h)).toHaveLength(602);
    expect(await coverage(h)).toMatchObject({ reason: null });
  }, 60_000);

  it('of a group that changed are read again when Okta did not answer', async () => {
    const h = await createHarness(orgOf(20));
    await h.sync();
    const group = h.okta.org.groups.at(-1);
    Object.assign(group ?? {}, { lastUpdated: h.clock.now() + QUARTER });
    h.okta.faults = [(path) => (path.endsWith('/owners') ? oktaError(500, 'E0000009') : undefined)];
    await later(h);
    h.okta.faults = [];
    h.clock.advance(10 * QUARTER);
    expect(await later(h)).toEqual([group?.id]);
  });
});
