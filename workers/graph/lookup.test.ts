import { describe, expect, it } from 'vitest';
import { T0 } from '../../test/deps.ts';
import {
  accountId,
  edge,
  eventOf,
  graphWith,
  group,
  identityId,
  ORG,
  pageOfPeople,
  remove,
  role,
  SYNC,
} from './testing/fixtures.ts';

const [SUPER, ADMINS] = [role('SUPER_ADMIN'), group('admins', 'Admins')];
const MEMBER = { from: accountId('ada'), kind: 'MEMBER_OF', to: ADMINS.id };

async function world(shards: number) {
  const made = await graphWith(shards);
  await made.graph.applyPage(
    pageOfPeople(['ada', 'bob', 'cyd', 'dan', 'eve'], {
      nodes: [SUPER, ADMINS, ORG],
      edges: [
        edge(SUPER.id, 'GRANTS', ORG.id),
        edge(ADMINS.id, 'HOLDS_ROLE', SUPER.id),
        ...['ada', 'bob', 'dan'].map((name) => edge(accountId(name), 'MEMBER_OF', ADMINS.id)),
        edge(accountId('cyd'), 'HOLDS_ROLE', SUPER.id),
      ],
      evaluate: true,
    }),
  );
  await made.graph.applyPage({
    ...pageOfPeople([]),
    factors: [
      { accountId: accountId('bob'), state: { known: true, factors: [] } },
      {
        accountId: accountId('cyd'),
        state: { known: true, factors: [{ id: 'f', type: 'push', provider: 'OKTA', status: 'ACTIVE' }] },
      },
      {
        accountId: accountId('dan'),
        state: { known: true, factors: [{ id: 'g', type: 'push', provider: 'OKTA', status: 'PENDING_ACTIVATION' }] },
      },
    ],
  });
  return made;
}

describe.each([1, 3])('small questions to a graph of %i shard(s)', (shards) => {
  it('names nodes and tells the facts of edges in the order of the question', async () => {
    const { graph } = await world(shards);
    const found = await graph.lookup(
      [ADMINS.id, 'grp_none', identityId('bob')],
      [{ from: ADMINS.id, kind: 'HOLDS_ROLE', to: SUPER.id }, { ...MEMBER, kind: 'APP_ADMIN' }, MEMBER],
    );
    expect(found.nodes.map((node) => node?.name ?? null)).toEqual(['Admins', null, 'User bob']);
    expect(found.edges.map((one) => one && [one.from.name, one.kind, one.to.name])).toEqual([
      ['Admins', 'HOLDS_ROLE', 'SUPER_ADMIN'],
      null,
      ['User ada', 'MEMBER_OF', 'Admins'],
    ]);
    expect(found.edges[2]).toMatchObject({ since: T0, by: SYNC });
    expect(await graph.lookup([], [])).toEqual({ nodes: [], edges: [] });
  });

  it('tells of an edge that ended as it was', async () => {
    const { graph } = await world(shards);
    const ended = remove(edge(accountId('ada'), 'MEMBER_OF', ADMINS.id), T0 + 10);
    await graph.applyDelta({ changes: [ended], signals: [] });
    expect((await graph.lookup([], [MEMBER])).edges).toEqual([null]);
    expect((await graph.lookup([], [MEMBER], T0 + 5)).edges[0]).toMatchObject({ since: T0, by: SYNC });
  });

  it('ranks who reaches tier zero, the weakest first, and counts all', async () => {
    const { graph } = await world(shards);
    const found = await graph.exposed(10);
    expect(found.rows.map((row) => [row.name, row.factors, row.how.length])).toEqual([
      ['User bob', 'none', 3],
      ['User dan', 'none', 3],
      ['User ada', 'unknown', 3],
      ['User cyd', 'some', 2],
    ]);
    expect(found.rows[0]?.how.map((step) => step.to.name)).toEqual(['Admins', 'SUPER_ADMIN', ORG.name]);
    const first = await graph.exposed(1);
    expect([first.rows.map((row) => row.name), first.identities]).toEqual([['User bob'], 4]);
  });

  it('puts who cannot sign in last', async () => {
    const { graph } = await world(shards);
    const patch = { op: 'patchAccount' as const, accountId: accountId('bob'), patch: { status: 'SUSPENDED' } };
    await graph.applyDelta({ changes: [{ ...patch, at: T0 + 10, by: eventOf('suspend') }], signals: [] });
    expect((await graph.exposed(10)).rows.map((row) => row.name).at(-1)).toBe('User bob');
  });

  it('marks changes, and nothing else', async () => {
    const { graph } = await world(shards);
    const before = await graph.revision();
    const again = pageOfPeople(['ada'], { nodes: [ADMINS], edges: [], evaluate: true });
    await graph.applyPage(again);
    expect(await graph.revision()).toBe(before);
    await graph.applyDelta({
      changes: [remove(edge(accountId('ada'), 'MEMBER_OF', ADMINS.id), T0 + 10)],
      signals: [],
    });
    expect(await graph.revision()).not.toBe(before);
  });
});
