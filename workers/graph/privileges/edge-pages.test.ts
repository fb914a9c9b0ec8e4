import { describe, expect, it } from 'vitest';
import { testDeps } from '../../../test/deps.ts';
import { nodeId } from '../model.ts';
import type { ShardApi } from '../shard-api.ts';
import { countingShards } from '../testing/counted.ts';
import { accountId, app, edge, graphWith, group, page, pageOfPeople, role, SRC } from '../testing/fixtures.ts';
import { assign } from '../testing/roles.ts';
import { edgePage } from './edge-pages.ts';
import type { EdgeRow, StoredEdgesQuery } from './list.ts';

const numbers = (count: number) => Array.from({ length: count }, (_, n) => String(n).padStart(5, '0'));

describe.each([1, 3])('pages of edges on %i shard(s)', (shards) => {
  it('pass over edges to what nobody knows until they are full', async () => {
    const { env, calls } = countingShards(testDeps().env);
    const { graph } = await graphWith(shards, { ...testDeps(), env });
    const crm = app('crm');
    const people = numbers(4).map((n) => `p${n}`);
    await graph.applyPage(
      pageOfPeople(people, {
        nodes: [crm],
        edges: people.flatMap((one) => [
          ...numbers(150).map((n) => edge(accountId(one), 'CONSENTED', nodeId('app', SRC, `unlisted${n}`))),
          edge(accountId(one), 'CONSENTED', crm.id),
        ]),
      }),
    );
    calls.clear();
    const pages: string[][] = [];
    let cursor: string | undefined;
    do {
      const { data, next } = await graph.edges({ kind: 'CONSENTED', limit: 3, cursor });
      pages.push(data.map(({ from, to }) => `${from.id} ${to.name}`));
      cursor = next ?? undefined;
    } while (cursor);
    expect(pages.flat()).toEqual(
      people

        .map((one) => accountId(one))
        .sort()
        .map((id) => `${id} crm`),
    );
    expect(pages.map((rows) => rows.length)).toEqual([3, 1]);
    // a page as wide as was asked for, and one great one
    expect(calls.get('storedEdges')).toBe(2 * 2 * shards);
  });

  it('ask for the targets of many powers at once', async () => {
    const { env, calls } = countingShards(testDeps().env);
    const { graph } = await graphWith(shards, { ...testDeps(), env });
    const desks = numbers(130).map((n) => group(`desk${n}`));
    const empty = numbers(130).map((n) => group(`nobody${n}`));
    const some = group('somebody');
    const parts = [
      ...desks.map(({ id }, n) =>
        assign(`ra${n}`, { holder: id, type: 'HELP_DESK_ADMIN', targets: [empty[n]?.id ?? ''] }),
      ),
      ...desks
        .slice(-2)
        .map(({ id }, n) => assign(`rb${n}`, { holder: id, type: 'HELP_DESK_ADMIN', targets: [some.id] })),
    ];
    await graph.applyPage(
      pageOfPeople(['ann', 'bob', 'cyd'], {
        nodes: [role('HELP_DESK_ADMIN'), ...desks, ...empty, some, ...parts.flatMap(({ nodes }) => nodes)],
        edges: [
          ...parts.flatMap(({ edges }) => edges),
          ...['ann', 'bob', 'cyd'].map((one) => edge(accountId(one), 'MEMBER_OF', some.id)),
        ],
      }),
    );
    calls.clear();
    const first = await graph.edges({ kind: 'HELP_DESK_ADMIN', limit: 4 });
    expect(first.data).toHaveLength(4);
    expect(calls.get('targets')).toBe(shards);
    const second = await graph.edges({ kind: 'HELP_DESK_ADMIN', limit: 4, cursor: first.next ?? '' });
    expect(second.data).toHaveLength(2);
    expect(second.next).toBeNull();
    const told = [...first.data, ...second.data].map(({ from, to }) => `${from.name} ${to.name}`);
    expect(new Set(told).size).toBe(6);
    const whole = await graph.edges({ kind: 'HELP_DESK_ADMIN', limit: 50 });
    expect(whole.data.map(({ from, to }) => `${from.name} ${to.name}`)).toEqual(told);
    expect((await graph.edges({ kind: 'HELP_DESK_ADMIN', to: accountId('bob'), limit: 1 })).data).toHaveLength(1);
  });

  it('go on with the same question only', async () => {
    const { graph } = await graphWith(shards);
    const staff = group('staff');
    const people = ['ann', 'bob', 'cyd'];
    await graph.applyPage(
      pageOfPeople(people, {
        nodes: [staff],
        edges: people.map((one) => edge(accountId(one), 'MEMBER_OF', staff.id)),
      }),
    );
    const { next } = await graph.edges({ kind: 'MEMBER_OF', limit: 1 });
    const cursor = next ?? '';
    expect((await graph.edges({ kind: 'MEMBER_OF', limit: 5, cursor })).data).toHaveLength(2);
    for (const other of [{}, { kind: 'HAS_ACCOUNT' as const }, { kind: 'MEMBER_OF' as const, to: staff.id }]) {
      await expect(graph.edges({ ...other, limit: 1, cursor })).rejects.toMatchObject({ code: 'invalid_request' });
    }
  });
});

describe('the bound of a page', () => {
  /** A shard with so many edges to what nobody knows, and one more to what is known. */
  function shardOf(count: number) {
    const rows = numbers(count).map((n, place): EdgeRow => {
      const to = place === count - 1 ? 'app_known' : `app_${n}`;
      return { from: `acc_${n}`, kind: 'CONSENTED', to, since: 0, by: null, assignment: null };
    });
    const storedEdges = async ({ after, limit }: StoredEdgesQuery) =>
      rows.slice(after === null ? 0 : Number(after.from.slice(4)) + 1).slice(0, limit);
    return { storedEdges } as unknown as ShardApi;
  }
  const ref = (id: string) => ({ id, kind: 'app' as const, name: id });

  it('leaves a page empty, with a way on, beyond 20,000 edges of nowhere', async () => {
    const shard = shardOf(30_000);
    const parts = {
      everyShard: async <T>(ask: (shard: ShardApi) => Promise<T>) => [await ask(shard)],
      named: async (ids: Iterable<string>) =>
        new Map([...ids].filter((id) => id === 'app_known' || id.startsWith('acc_')).map((id) => [id, ref(id)])),
    };
    const first = await edgePage(parts, { kind: 'CONSENTED', limit: 5 });
    expect(first).toMatchObject({ data: [], next: expect.any(String) });
    const second = await edgePage(parts, { kind: 'CONSENTED', limit: 5, cursor: first.next ?? '' });
    expect(second).toMatchObject({ data: [{ to: { id: 'app_known' } }], next: null });
  });
});

it('an edge whose ends are both known is told once, wherever it is', async () => {
  const { graph } = await graphWith(3);
  const [a, b] = [group('a'), group('b')];
  await graph.applyPage(page({ nodes: [a, b], edges: [edge(a.id, 'MEMBER_OF', b.id)] }));
  expect((await graph.edges({ limit: 9 })).data).toHaveLength(1);
});
