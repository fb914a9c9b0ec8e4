import { describe, expect, it } from 'vitest';
import { T0 } from '../../test/deps.ts';
import { accountId, edge, graphWith, group, pageOfPeople, remove } from './testing/fixtures.ts';

const REPORTS = Array.from({ length: 12 }, (_, n) => `r${n}`);
const [BOSS, STAFF] = [accountId('boss'), group('staff')];
const manages = (from: string, to: string) => edge(from, 'MANAGER_OF', accountId(to), { since: 1 });

async function world(shards: number) {
  const { graph } = await graphWith(shards);
  await graph.applyPage(
    pageOfPeople(['boss', 'chair', ...REPORTS], {
      nodes: [STAFF],
      edges: [
        edge(BOSS, 'MEMBER_OF', STAFF.id),
        manages(accountId('chair'), 'boss'),
        ...REPORTS.map((native) => manages(BOSS, native)),
        manages(BOSS, 'nobody-knows'),
        manages(accountId('r0'), 'r1'),
      ],
    }),
  );
  return graph;
}

describe('the neighbours of an account', () => {
  it('do not depend on the number of shards', async () => {
    const [one, many] = [await world(1), await world(4)];
    for (const native of ['boss', 'chair', ...REPORTS]) {
      for (const limit of [200, 5, 1, 0]) {
        expect(await many.node(accountId(native), limit)).toEqual(await one.node(accountId(native), limit));
      }
    }
    const boss = await many.node(BOSS);
    expect(boss?.out.filter(({ edge: { kind } }) => kind === 'MANAGER_OF')).toHaveLength(REPORTS.length);
    expect(boss?.in.map(({ edge: { kind }, node }) => [kind, node.nativeId])).toEqual([
      ['HAS_ACCOUNT', 'boss'],
      ['MANAGER_OF', 'chair'],
    ]);
  });

  it('are those of a moment that is over, too', async () => {
    const many = await world(4);
    await many.applyDelta({ changes: REPORTS.map((native) => remove(manages(BOSS, native), T0 + 5)), signals: [] });
    const managed = async (asOf?: number) =>
      (await many.node(BOSS, 200, asOf))?.out.filter(({ edge: { kind } }) => kind === 'MANAGER_OF').length;
    expect([await managed(), await managed(T0 + 1)]).toEqual([0, REPORTS.length]);
  });
});
