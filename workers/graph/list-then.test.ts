import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { T0, testDeps } from '../../test/deps.ts';
import { callerOf } from '../api/test-caller.ts';
import { iso } from '../platform/clock.ts';
import { graphRoutes } from './graph.routes.ts';
import { listNodesThen } from './list-then.ts';
import { shardQuery } from './merge.ts';
import {
  accountId,
  edge,
  eventOf,
  graphWith,
  group,
  identityId,
  ORG,
  page,
  pageOfPeople,
  person,
  remove,
  role,
} from './testing/fixtures.ts';
import { openTx } from './tx.ts';

const NATIVES = Array.from({ length: 23 }, (_, n) => `u${n}`);
const [SUPER, ADMINS, STAFF] = [role('SUPER_ADMIN'), group('admins', 'Admins'), group('staff', 'Staff')];
const THEN = T0 + 5;

/** Of all the people half went at T0 + 10, u0 is no administrator since, and u1 is called something else. */
async function world(shards: number) {
  const made = await graphWith(shards, { ...testDeps(), clock: { now: () => T0 + 100 } });
  await made.graph.applyPage(
    pageOfPeople(NATIVES, {
      nodes: [SUPER, ADMINS, STAFF, ORG],
      edges: [
        edge(accountId('u0'), 'MEMBER_OF', ADMINS.id),
        edge(accountId('u2'), 'MEMBER_OF', ADMINS.id),
        edge(ADMINS.id, 'HOLDS_ROLE', SUPER.id),
        edge(SUPER.id, 'GRANTS', ORG.id),
      ],
      evaluate: true,
    }),
  );
  const before = await lists(made.graph, undefined);
  await made.graph.applyDelta({
    changes: [
      ...NATIVES.filter((_, n) => n % 2 === 1 && n > 1).map((native) => ({
        op: 'removeNode' as const,
        nodeId: accountId(native),
        at: T0 + 10,
        by: eventOf(native),
      })),
      remove(edge(accountId('u0'), 'MEMBER_OF', ADMINS.id), T0 + 10),
      { op: 'removeNode', nodeId: STAFF.id, at: T0 + 10, by: eventOf('staff') },
    ],
    signals: [],
  });
  await made.graph.applyPage(page({ ...person('u1', { status: 'SUSPENDED' }, 'Zoe'), asOf: T0 + 11, evaluate: true }));
  return { ...made, before };
}

type Graph = Awaited<ReturnType<typeof graphWith>>['graph'];

async function lists(graph: Graph, asOf: number | undefined) {
  const queries = [
    { kind: 'identity' as const },
    { kind: 'identity' as const, sort: '-name' },
    { kind: 'identity' as const, q: 'u1@acme' },
    { kind: 'identity' as const, tier: 'global_admin' as const },
    { kind: 'account' as const, status: 'ACTIVE' },
    { kind: 'account' as const, tier: 'none' as const },
    { kind: 'account' as const, sourceId: 'src_other' },
    { kind: 'account' as const, within: [] },
    { kind: 'group' as const, sort: 'criticality' },
    { kind: 'group' as const, criticality: 'tier_zero' as const },
    { kind: 'role' as const },
  ];
  return Promise.all(queries.map((query) => graph.list({ limit: 100, ...query, asOf })));
}

describe.each([1, 3])('lists of a moment that is over, of %i shard(s)', (shards) => {
  it('are what they were', async () => {
    const { graph, before } = await world(shards);
    const then = await lists(graph, THEN);
    expect(then).toEqual(before);
    expect(then[0]?.data).toHaveLength(NATIVES.length);
    expect(then[3]?.data.map(({ id, tier }) => [id, tier])).toEqual([
      [identityId('u0'), 'global_admin'],
      [identityId('u2'), 'global_admin'],
    ]);
    expect(await lists(graph, undefined)).not.toEqual(before);
    expect((await graph.list({ kind: 'identity', limit: 5, asOf: T0 - 1 })).data).toEqual([]);
  });

  it('come in pages that make one whole', async () => {
    const { graph } = await world(shards);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 9 }), fc.constantFrom('name', '-name'), async (limit, sort) => {
        const all = await graph.list({ kind: 'identity', limit: 100, sort, asOf: THEN });
        const found: string[] = [];
        let cursor: string | undefined;
        do {
          const part = await graph.list({ kind: 'identity', limit, sort, cursor, asOf: THEN });
          found.push(...part.data.map(({ id }) => id));
          cursor = part.next ?? undefined;
        } while (cursor !== undefined);
        expect(found).toEqual(all.data.map(({ id }) => id));
      }),
      { numRuns: 6, seed: 5 },
    );
  });

  it('show over the API what is known of then, and refuse what is not', async () => {
    const { deps, tenantId } = await world(shards);
    const call = callerOf({ deps, tenantId, routes: graphRoutes(), role: 'viewer' });
    const at = `asOf=${iso(THEN)}`;
    const names = async (path: string) =>
      ((await call(path)).body as unknown as { data: { name: string }[] }).data.map(({ name }) => name);
    expect(await names(`/groups?${at}`)).toEqual(['Admins', 'Staff']);
    expect(await names('/groups')).toEqual(['Admins']);
    expect(await names(`/identities?q=u1@&${at}`)).toEqual(['User u1']);
    expect(await names('/identities?q=u1@')).toEqual(['Zoe']);
    expect(await names(`/roles?${at}`)).toEqual(['SUPER_ADMIN']);
    expect(await names(`/resources?kind=resource&${at}`)).toEqual(['acme']);
    expect(await names(`/credentials?${at}`)).toEqual([]);
    for (const path of [
      `/identities?sort=lastLogin&${at}`,
      `/accounts?sort=-lastLogin&${at}`,
      `/identities?kind=human&${at}`,
    ]) {
      expect(await call(path)).toMatchObject({
        status: 400,
        body: { detail: expect.stringContaining('were not kept') },
      });
    }
    for (const path of ['/identities', '/accounts', '/groups', '/credentials', '/resources?kind=policy']) {
      const and = path.includes('?') ? '&' : '?';
      expect([path, (await call(`${path}${and}asOf=${iso(T0 + 500)}`)).status]).toEqual([path, 400]);
    }
  });
});

describe('a list of the past', () => {
  it('is refused where there are more than one question looks at', async () => {
    const { tenantId } = await world(1);
    await runInDurableObject(env.GRAPH.getByName(`${tenantId}/0`), (_, { storage }) => {
      const query = shardQuery({ kind: 'account', limit: 5 });
      expect(() => listNodesThen(openTx(storage.sql), query, 5)).toThrow('5 objects of a kind');
    });
  });
});
