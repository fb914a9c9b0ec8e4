import { describe, expect, it } from 'vitest';
import { T0, testDeps } from '../../../test/deps.ts';
import { POSTERN } from '../../auth/principal.ts';
import { randomIds } from '../../platform/ids.ts';
import { nodeId } from '../model.ts';
import { startMove } from '../move/moves.ts';
import { runMove } from '../move/run-move.ts';
import { stubsOf } from '../placement.ts';
import type { ShardApi } from '../shard-api.ts';
import { shardOf } from '../sharding.ts';
import {
  account,
  accountId,
  app,
  assigned,
  edge,
  eventOf,
  graphWith,
  group,
  identity,
  identityId,
  page,
  person,
  SRC,
} from '../testing/fixtures.ts';
import { graphLinks, type PlacedChange } from './graph-links.ts';

const SHARDS = 4;
const at = (native: string) => shardOf(accountId(native), SHARDS);
const natives = Array.from({ length: 40 }, (_, n) => `u${n}`);
const HOME = 'u0';
/** Somebody on another shard than the home. */
const FAR = natives.find((native) => at(native) !== at(HOME)) ?? '';

const link = (native: string, token: string, home: string | null = HOME): PlacedChange => ({
  accountId: accountId(native),
  placeId: accountId(HOME),
  placedBefore: accountId(native),
  token,
  at: T0 + 1_000,
  link:
    home === null ? null : { homeId: accountId(home), how: 'mail', reason: 'The same mail', by: null, at: T0 + 1_000 },
});

async function company(shards: number) {
  const made = await graphWith(shards, testDeps({ ids: randomIds }));
  const people = natives.map((native) => person(native));
  await made.graph.applyPage(
    page({
      nodes: [...people.flatMap(({ nodes }) => nodes), group('g'), app('crm')],
      edges: people.flatMap(({ edges }) => edges),
      factors: [{ accountId: accountId(FAR), state: { known: true, factors: [] } }],
    }),
  );
  // members come as a pack, which is taken apart for who leaves
  await made.graph.applyPage(
    page({ edges: natives.map((native) => edge(accountId(native), 'MEMBER_OF', nodeId('group', SRC, 'g'))) }),
  );
  await made.graph.applyPage(page({ edges: [assigned(accountId(FAR), nodeId('app', SRC, 'crm'))] }));
  await made.graph.evaluateAll();
  const placed = async (changes: PlacedChange[]) => {
    const rows = changes.map(({ accountId: id, placeId, token }) => [id, placeId, token]);
    await made.deps
      .evidence(made.tenantId)
      .prepare(
        `INSERT OR REPLACE INTO identity_links (tenant_id, account_id, place_id, token, at)
         SELECT ?1, value->>0, value->>1, value->>2, 0 FROM json_each(?2)`,
      )
      .bind(made.tenantId, JSON.stringify(rows))
      .run();
  };
  const everything = async () => {
    const { graph } = made;
    const list = await graph.list({ kind: 'identity', limit: 200 });
    const found = await graph.identity(identityId(HOME));
    const accounts = await graph.list({ kind: 'account', limit: 200 });
    return {
      identities: list.data.map(({ nativeId, accounts: n }) => `${nativeId} ${n}`).sort(),
      accounts: accounts.data.map(({ nativeId }) => nativeId).sort(),
      of: found?.accounts.map(({ node, factors }) => [node.nativeId, factors.known]).sort(),
      groups: found?.groups.map(({ name }) => name),
      apps: found?.apps.map(({ name }) => name),
      members: (await graph.node(nodeId('group', SRC, 'g'), 200))?.in.map(({ node }) => node.nativeId).sort(),
      counts: await graph.counts(),
    };
  };
  return { ...made, placed, everything };
}

describe('an account that is joined to one on another shard', () => {
  it('is with it, whole, and what comes of it later goes there', async () => {
    const one = await company(1);
    await one.graph.linkAccounts([link(FAR, 'v1')], one.placed);
    const wanted = await one.everything();
    expect(wanted.of).toEqual(
      [
        [HOME, false],
        [FAR, true],
      ].sort(),
    );
    expect(wanted.apps).toEqual(['crm']);

    const four = await company(SHARDS);
    await four.graph.linkAccounts([link(FAR, 'v1')], four.placed);
    expect(await four.everything()).toEqual(wanted);
    // again: nothing more
    await four.graph.linkAccounts([link(FAR, 'v1')], four.placed);
    expect(await four.everything()).toEqual(wanted);
    // what its source says of it anew, and events
    const told = person(FAR, { department: 'Sales' });
    await four.graph.applyPage(page({ ...told, asOf: T0 + 5_000, evaluate: true }));
    await four.graph.applyDelta({
      changes: [
        {
          op: 'removeEdge',
          from: accountId(FAR),
          kind: 'MEMBER_OF',
          to: nodeId('group', SRC, 'g'),
          at: T0 + 6_000,
          by: eventOf('left'),
        },
      ],
      signals: [],
    });
    const after = await four.everything();
    expect(after.identities).toEqual(wanted.identities);
    expect(after.members).toEqual(natives.filter((native) => native !== FAR).sort());
    expect((await four.graph.accountView(accountId(FAR)))?.attributes.department).toBe('Sales');
    // as it was before, and since
    expect((await four.graph.identity(identityId(FAR), T0 + 500))?.accounts).toHaveLength(1);
    expect((await four.graph.identity(identityId(HOME), T0 + 500))?.accounts).toHaveLength(1);
    expect((await four.graph.identity(identityId(HOME), T0 + 2_000))?.accounts).toHaveLength(2);
    expect(await four.graph.identity(identityId(FAR))).toBeNull();
  });

  it('arrives once, wherever the way there breaks off', async () => {
    const calm = await company(SHARDS);
    await calm.graph.linkAccounts([link(FAR, 'v1')], calm.placed);
    const wanted = await calm.everything();
    for (const dies of ['attach', 'placed', 'forget'] as const) {
      const made = await company(SHARDS);
      const stubs = stubsOf(made.deps, made.tenantId, { generation: 0, count: SHARDS });
      const dying = stubs.map(
        (stub): ShardApi =>
          new Proxy(stub, {
            get: (target, method) => {
              if (method !== 'links') return Reflect.get(target, method, target);
              const links: ShardApi['links'] = (step, now) =>
                step.do === dies ? Promise.reject(new Error('it died')) : target.links(step, now);
              return links;
            },
          }),
      );
      const breaking = graphLinks({ now: () => T0, onAll: (work) => work(dying) });
      const placed = dies === 'placed' ? () => Promise.reject(new Error('it died')) : made.placed;
      await expect(breaking.linkAccounts([link(FAR, 'v1')], placed)).rejects.toThrow('it died');
      await made.graph.linkAccounts([link(FAR, 'v1')], made.placed);
      expect(await made.everything()).toEqual(wanted);
      // the shard that it left takes nothing of it any more
      const old = stubs[at(FAR)];
      await expect(
        old?.applyPage({ nodes: [account(FAR)], edges: [], asOf: T0 + 9_000, by: eventOf('x'), evaluate: false }, T0),
      ).rejects.toThrow('moving');
      // a delivery that comes late, and a call that comes late
      const parcels = [{ accountId: accountId(FAR), token: 'v1', tables: [] }];
      await stubs[at(HOME)]?.links({ do: 'attach', parcels, changes: [] }, T0);
      await old?.links({ do: 'detach', items: parcels }, T0);
      await old?.links({ do: 'forget', items: parcels }, T0);
      expect(await made.everything()).toEqual(wanted);
    }
  });
});

describe.each([1, SHARDS])('an identity of several accounts, over %i shards', (shards) => {
  it('can be asked about: what if, and as it was', async () => {
    const { graph, placed } = await company(1);
    await graph.linkAccounts([link(FAR, 'v1')], placed);
    const { verdicts } = await graph.whatIf([{ kind: 'node', id: accountId(FAR) }]);
    expect(verdicts.first.map(({ account: id }) => id)).toContain(accountId(FAR));
    expect((await graph.identity(identityId(HOME), T0 + 2_000))?.accounts).toHaveLength(2);
  });

  it('costs few rows, and none when it is so already', async () => {
    const { graph, placed } = await company(shards);
    // of the account: a link, a tie and an identity that end, a tie that begins; more where it is carried over
    const rows = await graph.linkAccounts([link(FAR, 'v1')], placed);
    expect(rows).toBeLessThanOrEqual(shards === 1 ? 15 : 60);
    const stay = { placeId: accountId(HOME), placedBefore: accountId(HOME) };
    expect(await graph.linkAccounts([{ ...link(FAR, 'v2'), ...stay }], placed)).toBe(0);
  });

  it('is split again, and joined again, at one moment', async () => {
    const { graph, placed, everything } = await company(shards);
    const before = await everything();
    const stay = { placeId: accountId(HOME), placedBefore: accountId(HOME) };
    await graph.linkAccounts([link(FAR, 'v1')], placed);
    const joined = await everything();
    await graph.linkAccounts([{ ...link(FAR, 'v2', null), ...stay }], placed);
    const split = await everything();
    expect({ ...split, counts: split.counts.identity }).toEqual({ ...before, counts: before.counts.identity });
    await graph.linkAccounts([{ ...link(FAR, 'v3'), ...stay }], placed);
    expect(await everything()).toEqual(joined);
  });

  it('keeps an identity whose own account is gone, until the last one is', async () => {
    const { graph, placed } = await company(shards);
    await graph.linkAccounts([link(FAR, 'v1')], placed);
    const gone = (id: string, time: number) => ({
      changes: [{ op: 'removeNode' as const, nodeId: id, at: time, by: eventOf('gone') }],
      signals: [],
    });
    await graph.applyDelta(gone(accountId(HOME), T0 + 2_000));
    await graph.applyDelta(gone(identityId(HOME), T0 + 2_000));
    expect((await graph.identity(identityId(HOME)))?.accounts.map(({ node }) => node.nativeId)).toEqual([FAR]);
    const { data } = await graph.list({ kind: 'identity', limit: 200, q: FAR });
    expect(data.map(({ id }) => id)).toContain(identityId(HOME));
    await graph.applyDelta(gone(accountId(FAR), T0 + 3_000));
    expect(await graph.identity(identityId(HOME))).toBeNull();
  });

  it('lets sources and events say what they know of their own accounts only', async () => {
    const { graph, placed } = await company(shards);
    await graph.linkAccounts([link(FAR, 'v1')], placed);
    const ensure = (node: ReturnType<typeof account>) => ({
      op: 'ensureNode' as const,
      node,
      at: T0 + 4_000,
      by: eventOf('e'),
    });
    await graph.applyDelta({
      changes: [
        ensure(identity(FAR)),
        ensure(account(FAR)),
        {
          op: 'upsertEdge',
          edge: edge(identityId(FAR), 'HAS_ACCOUNT', accountId(FAR)),
          at: T0 + 4_000,
          by: eventOf('e'),
        },
      ],
      signals: [],
    });
    expect(await graph.identity(identityId(FAR))).toBeNull();
    expect((await graph.identity(identityId(HOME)))?.accounts).toHaveLength(2);
  });
});

it('goes with its identity when the graph moves to more shards', async () => {
  const { graph, placed, everything, deps, tenantId } = await company(1);
  await graph.linkAccounts([link(FAR, 'v1')], placed);
  const before = await everything();
  await startMove(deps, tenantId, POSTERN, SHARDS);
  await runMove(deps, tenantId);
  expect(await everything()).toEqual(before);
  await graph.applyPage(page({ ...person(FAR, { title: 'Lead' }), asOf: T0 + 9_000, evaluate: true }));
  expect(await everything()).toEqual(before);
  expect((await graph.accountView(accountId(FAR)))?.attributes.title).toBe('Lead');
});
