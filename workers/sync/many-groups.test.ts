import { describe, expect, it } from 'vitest';
import { graphOf } from '../graph/directory.ts';
import { nodeId } from '../graph/model.ts';
import { countingShards } from '../graph/testing/counted.ts';
import type { FakeGroup } from './testing/fake-okta.ts';
import { createHarness } from './testing/harness.ts';
import { smallOrg } from './testing/small-org.ts';

const GROUPS = 10_000;
const SHARDS = 2;
/** Of all shards together: each step of a sync asks some times, and takes up to 500 calls to Okta. */
const MOST_CALLS = 400;

/** An org of many groups: one in ten has a member, so that its members are listed; the others are empty. */
async function manyGroups() {
  const org = smallOrg(20);
  org.groups.push(
    ...Array.from(
      { length: GROUPS },
      (_, n): FakeGroup => ({
        id: `00gm${n}`,
        name: `Group ${n}`,
        type: 'OKTA_GROUP',
        members: n % 10 === 0 ? [`00u${n % 20}`, '00u1'] : [],
        roles: [],
      }),
    ),
  );
  const h = await createHarness(org, { shards: SHARDS });
  const { env, calls } = countingShards(h.deps.env);
  const graph = graphOf({ ...h.deps, env }, h.tenantId);
  h.tools.graph = () => graph;
  const sync = async () => {
    calls.clear();
    const run = await h.sync();
    return { run, calls: [...calls.values()].reduce((sum, n) => sum + n, 0), by: new Map(calls) };
  };
  return { h, sync };
}

describe('a sync of 10,000 groups', () => {
  it('closes them with a bounded number of calls to the graph, and the same rows', async () => {
    const { h, sync } = await manyGroups();
    const first = await sync();
    expect(first.run).toMatchObject({ status: 'succeeded' });
    expect(first.calls).toBeLessThan(MOST_CALLS);
    expect((await h.graph.counts()).group).toBe(GROUPS + 4);
    const again = await sync();
    expect(again.run.rowsWritten).toBe(0);
    expect(again.calls).toBeLessThan(MOST_CALLS);
    // one member leaves each group that has some
    for (const group of h.okta.org.groups) if (group.id.startsWith('00gm')) group.members = group.members.slice(1);
    const third = await sync();
    expect(third.calls).toBeLessThan(MOST_CALLS);
    // an edge that leaves its pack takes a row of its own and ends there
    expect(third.run.rowsWritten).toBeGreaterThan(GROUPS / 10);
    const left = await h.graph.node(nodeId('group', h.sourceId, '00gm10'), 10);
    expect(left?.in.map(({ node }) => node.nativeId)).toEqual(['00u1']);
  }, 120_000);
});
