import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { T0 } from '../../test/deps.ts';
import type { TenantGraph } from './directory.ts';
import type { NodeListQuery, NodeSummary } from './port.ts';
import { accountId, app, edge, graphWith, group, page, pageOfPeople, person, SRC } from './testing/fixtures.ts';
import { compareText, nameKey } from './text.ts';

async function everyPage(graph: TenantGraph, query: NodeListQuery): Promise<NodeSummary[]> {
  const all: NodeSummary[] = [];
  let cursor: string | undefined;
  do {
    const result = await graph.list({ ...query, cursor });
    expect(result.data.length).toBeLessThanOrEqual(query.limit);
    all.push(...result.data);
    cursor = result.next ?? undefined;
  } while (cursor !== undefined);
  return all;
}

const NAMES = ['ada', 'Ada', 'ADA', 'Bob', 'Åsa', 'Ωmega', '张伟', '😀 smile', '\uFF5Ewide', '', '  spaced', 'zed'];
const STATUSES = ['ACTIVE', 'SUSPENDED', 'STAGED'];

function people(count: number) {
  return Array.from({ length: count }, (_, i) =>
    person(
      `u${i}`,
      { status: STATUSES[i % 3] ?? 'ACTIVE', lastLogin: i % 4 === 0 ? null : T0 - (i % 7) * 1_000 },
      `${NAMES[i % NAMES.length]}${i % 5 === 0 ? '' : i}`,
    ),
  );
}

describe.each([1, 3])('lists over %i shard(s)', (shards) => {
  async function world() {
    const made = await graphWith(shards);
    const all = people(97);
    await made.graph.applyPage(
      page({
        nodes: [...all.flatMap(({ nodes }) => nodes), group('g1', 'Group'), app('a1')],
        edges: all.flatMap(({ edges }) => edges),
      }),
    );
    return { ...made, accounts: all.flatMap(({ nodes }) => nodes.slice(1)) };
  }

  it('give each row exactly once, in order, in any page size and either direction', async () => {
    const { graph, accounts } = await world();
    const byName = [...accounts]
      .sort((a, b) => compareText(nameKey(a.name), nameKey(b.name)) || compareText(a.id, b.id))
      .map((node) => node.id);
    for (const limit of [1, 10, 97, 200]) {
      const listed = await everyPage(graph, { kind: 'account', limit });
      expect(listed.map((node) => node.id)).toEqual(byName);
    }
    const down = await everyPage(graph, { kind: 'account', limit: 10, sort: '-name' });
    expect(down.map((node) => node.id)).toEqual([...byName].reverse());
    const identities = await everyPage(graph, { kind: 'identity', limit: 10 });
    expect(identities.map((node) => node.attributes.accountId)).toEqual(byName);
  });

  it('sort by last sign-in, those who never did at the old end', async () => {
    const { graph, accounts } = await world();
    const key = (node: { attributes: Record<string, unknown> }) => Number(node.attributes.lastLogin ?? -1);
    const expected = [...accounts].sort((a, b) => key(a) - key(b) || compareText(a.id, b.id)).map((node) => node.id);
    const up = await everyPage(graph, { kind: 'account', limit: 10, sort: 'lastLogin' });
    expect(up.map((node) => node.id)).toEqual(expected);
    const down = await everyPage(graph, { kind: 'identity', limit: 10, sort: '-lastLogin' });
    expect(down.map((node) => node.attributes.accountId)).toEqual([...expected].reverse());
  });

  it('filter, and page through what is left', async () => {
    const { graph, accounts } = await world();
    const check = async (query: Partial<NodeListQuery>, keep: (node: (typeof accounts)[number]) => boolean) => {
      for (const sort of ['name', '-lastLogin']) {
        const listed = await everyPage(graph, { kind: 'account', limit: 7, sort, ...query });
        expect(new Set(listed.map((node) => node.id))).toEqual(new Set(accounts.filter(keep).map((node) => node.id)));
        expect(listed).toHaveLength(accounts.filter(keep).length);
      }
    };
    await check({ status: 'SUSPENDED' }, (node) => node.attributes.status === 'SUSPENDED');
    await check({ q: 'aDa' }, (node) => node.name.toLowerCase().includes('ada'));
    await check({ q: 'U42@acme' }, (node) => node.nativeId === 'u42');
    await check({ q: '张' }, (node) => node.name.includes('张'));
    await check({ q: '%' }, () => false);
    await check({ sourceId: 'src_other' }, () => false);
    await check({ sourceId: SRC, tier: 'none' }, () => true);
    await check({ q: 'ada', status: 'ACTIVE', tier: 'admin' }, () => false);
  });

  it('list structure once', async () => {
    const { graph } = await world();
    expect((await everyPage(graph, { kind: 'group', limit: 10 })).map((node) => node.name)).toEqual(['Group']);
    expect(await everyPage(graph, { kind: 'app', limit: 10 })).toHaveLength(1);
    expect(await everyPage(graph, { kind: 'role', limit: 10 })).toEqual([]);
  });

  it('refuse unknown orders and foreign cursors', async () => {
    const { graph } = await world();
    const first = await graph.list({ kind: 'account', limit: 5 });
    for (const query of [
      { sort: 'status' },
      { sort: '-name', cursor: first.next ?? '' },
      { sort: 'lastLogin', cursor: first.next ?? '' },
      { cursor: 'nonsense' },
    ]) {
      await expect(graph.list({ kind: 'account', limit: 5, ...query })).rejects.toMatchObject({
        code: 'invalid_request',
      });
    }
    await expect(graph.list({ kind: 'group', limit: 5, sort: 'lastLogin' })).rejects.toMatchObject({ status: 400 });
  });

  it('show nothing of another tenant', async () => {
    const { graph } = await world();
    await graph.applyPage(page({ edges: [edge(accountId('u1'), 'MEMBER_OF', group('g1').id)] }));
    const other = await graphWith(shards);
    for (const kind of ['identity', 'account', 'group', 'app'] as const) {
      expect((await other.graph.list({ kind, limit: 200 })).data).toEqual([]);
    }
    expect(await other.graph.node(accountId('u1'))).toBeNull();
    expect(await other.graph.node(group('g1').id)).toBeNull();
    expect(await other.graph.accountView(accountId('u1'))).toBeNull();
    expect(await other.graph.reach(accountId('u1'))).toBeNull();
    expect(await other.graph.path(accountId('u1'))).toBeNull();
    expect(await other.graph.counts()).toMatchObject({ account: 0, edges: 0 });
    // The same source and native ids in both: two graphs.
    await other.graph.applyPage(pageOfPeople(['u1']));
    expect((await other.graph.node(accountId('u1')))?.node.name).toBe('User u1');
    expect((await graph.node(accountId('u1')))?.node.name).not.toBe('User u1');
  });

  it('give the neighbours of a node in one order, up to the limit', async () => {
    const { graph, accounts } = await world();
    await graph.applyPage(page({ edges: accounts.map((node) => edge(node.id, 'MEMBER_OF', group('g1').id)) }));
    const detail = await graph.node(group('g1').id, 20);
    const ids = accounts.map((node) => node.id).sort();
    expect(detail?.in.map(({ node }) => node.id)).toEqual(ids.slice(0, 20));
  });

  it('pass over ends that are not there (yet), however many stand before the others', async () => {
    const { graph, accounts } = await world();
    const absent = accounts.map((_, n) => edge(`acc_0${n}`, 'MEMBER_OF', group('g1').id));
    const present = accounts.slice(0, 3).map((node) => edge(node.id, 'MEMBER_OF', group('g1').id));
    await graph.applyPage(page({ edges: [...absent, ...present] }));
    const ids = present.map(({ from }) => from).sort();
    for (const limit of [0, 1, 2, 3, 20]) {
      const told = (await graph.node(group('g1').id, limit))?.in.map(({ node }) => node.id);
      expect(told).toEqual(ids.slice(0, limit));
    }
  });
});

describe('the order of text', () => {
  it('is that of UTF-8 bytes', async () => {
    const bytes = (text: string) => Buffer.from(text, 'utf8');
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), async (a, b) => {
        expect(Math.sign(compareText(a, b))).toBe(Math.sign(Buffer.compare(bytes(a), bytes(b))));
      }),
      { seed: 7 },
    );
    expect(compareText('\uFF5E', '😀')).toBeLessThan(0);
  });
});
