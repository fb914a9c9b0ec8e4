import { describe, expect, it } from 'vitest';
import { freshTenant, testDeps } from '../../test/deps.ts';
import type { VerdictChange } from '../detections/types.ts';
import { listIssues } from './issues.repository.ts';
import { SETTLE_ROUNDS, settleGraph } from './settle-graph.ts';
import { fakeOutbound, verdictOf } from './testing/changes.ts';

/** A graph whose shards hold these changes until they are confirmed. */
function graphWith(shards: VerdictChange[][]) {
  return {
    shards,
    takes: 0,
    async takeChanges(limit: number) {
      this.takes++;
      return this.shards.map((changes, shard) => ({ shard, changes: changes.slice(0, limit) }));
    },
    async confirmChanges(shard: number, seq: number) {
      this.shards[shard] = (this.shards[shard] ?? []).filter((change) => change.seq > seq);
    },
  };
}

const changes = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => verdictOf(from + n));

function setUp(shards: VerdictChange[][]) {
  const outbound = fakeOutbound();
  const tenant = freshTenant();
  const deps = testDeps({ env: outbound.env });
  const graph = graphWith(shards);
  const open = async () =>
    (await listIssues(deps, tenant, null, { limit: 2_000, sort: '-priority', status: 'open' })).data.length;
  return { outbound, tenant, deps, graph, open, settle: () => settleGraph(deps, tenant, graph) };
}

describe('settling verdicts', () => {
  it('carries every change of every shard, and confirms it', async () => {
    const { settle, graph, open, outbound } = setUp([changes(1, 1_100), [], changes(2_001, 2_003)]);
    expect(await settle()).toBe(1_103);
    expect(graph.shards).toEqual([[], [], []]);
    expect(await open()).toBe(1_103);
    expect(outbound.sent).toHaveLength(1_103);
    expect(await settle()).toBe(0);
    expect(outbound.sent).toHaveLength(1_103);
  });

  it('does not confirm what the queue did not take', async () => {
    const { settle, graph, open, outbound } = setUp([changes(1, 3)]);
    outbound.failures = 1;
    await expect(settle()).rejects.toThrow('queue unavailable');
    expect(graph.shards[0]).toHaveLength(3);
    expect(await settle()).toBe(0);
    expect(graph.shards[0]).toEqual([]);
    expect(await open()).toBe(3);
    expect(outbound.sent).toHaveLength(3);
  });

  it('repeats harmlessly when the confirmation is lost', async () => {
    const { settle, graph, open, outbound } = setUp([changes(1, 3)]);
    const confirm = graph.confirmChanges;
    graph.confirmChanges = () => Promise.reject(new Error('Network connection lost'));
    await expect(settle()).rejects.toThrow('Network connection lost');
    graph.confirmChanges = confirm;
    expect(await settle()).toBe(0);
    expect(await open()).toBe(3);
    expect(new Set(outbound.sent.map((m) => `${m.issueId} ${m.change} ${m.at}`)).size).toBe(3);
  });

  it('stops after a bounded number of rounds', async () => {
    const { settle, graph } = setUp([[verdictOf(1)]]);
    graph.confirmChanges = async () => {};
    await settle();
    expect(graph.takes).toBe(SETTLE_ROUNDS);
  });
});
