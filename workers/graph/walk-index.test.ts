import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { T0 } from '../../test/deps.ts';
import { readChokePoints } from './choke-points.ts';
import { reachable, shortestPath } from './paths.ts';
import { buildHubs } from './privileges/hubs.ts';
import { readPowers } from './privileges/powers.ts';
import {
  accountId,
  edge,
  graphWith,
  group,
  identityId,
  ORG,
  pageOfPeople,
  remove,
  role,
  upsert,
} from './testing/fixtures.ts';
import { openTx, type Tx } from './tx.ts';
import { trailsTo } from './walk-back.ts';
import { buildIndex } from './walk-index.build.ts';

const NATIVES = ['a', 'b', 'c', 'd'];
const GROUPS = [group('g0'), group('g1'), group('g2')];
const ROLES = [role('SUPER_ADMIN'), role('APP_ADMIN')];
const EDGES = [
  ...NATIVES.flatMap((native) => GROUPS.map((g) => edge(accountId(native), 'MEMBER_OF', g.id))),
  ...GROUPS.flatMap((g) => ROLES.map((r) => edge(g.id, 'HOLDS_ROLE', r.id))),
  ...ROLES.map((r) => edge(r.id, 'GRANTS', ORG.id)),
  edge(GROUPS[0]?.id ?? '', 'MEMBER_OF', GROUPS[1]?.id ?? ''),
];
const NODES = [...GROUPS, ...ROLES, ORG];

function answers(tx: Tx) {
  const starts = NATIVES.map((native) => identityId(native));
  return {
    zero: starts.map((id) => shortestPath(tx, id, null)?.length ?? null),
    to: starts.map((id) => shortestPath(tx, id, GROUPS[1]?.id ?? '')?.length ?? null),
    reach: starts.map((id) => [...reachable(tx, id)].map(([kind, ids]) => [kind, [...ids].sort()]).sort()),
    back: NODES.map(({ id }) => trailsTo(tx, [id]).reached().sort()),
    choke: readChokePoints(tx, 50).points.map((point) => [point.from.id, point.to.id, point.cuts]),
  };
}

function indexed(sql: SqlStorage): Tx {
  const index = buildIndex(openTx(sql));
  if (index) index.hubs = buildHubs(index, readPowers(openTx(sql)));
  return openTx(sql, index);
}

describe('the index in memory', () => {
  it('gives the answers of the queries, built at once or kept up to date', async () => {
    const step = fc.record({ edge: fc.nat(EDGES.length - 1), put: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(EDGES.length - 1), { maxLength: 16 }),
        fc.array(step, { maxLength: 8 }),
        async (first, steps) => {
          const { graph, tenantId } = await graphWith(1);
          const edges = [...new Set(first)].flatMap((place) => EDGES[place] ?? []);
          await graph.applyPage(pageOfPeople(NATIVES, { nodes: NODES, edges }));
          await graph.path(identityId('a'));
          let at = T0;
          for (const { edge: place, put } of steps) {
            const one = EDGES[place];
            if (!one) continue;
            at += 1;
            await graph.applyDelta({ changes: [put ? upsert(one, at) : remove(one, at)], signals: [] });
          }
          const kept = await Promise.all(NATIVES.map((native) => graph.path(identityId(native))));
          await runInDurableObject(env.GRAPH.getByName(`${tenantId}/0`), (_, { storage }) => {
            const byQuery = answers(openTx(storage.sql));
            expect(answers(indexed(storage.sql))).toEqual(byQuery);
            expect(kept.map((path) => path?.length ?? null)).toEqual(byQuery.zero);
          });
        },
      ),
      { numRuns: 25, seed: 5 },
    );
  });

  it('is not built beyond its bound: the queries answer', async () => {
    const { graph, tenantId } = await graphWith(1);
    await graph.applyPage(pageOfPeople(NATIVES, { nodes: NODES, edges: EDGES }));
    await runInDurableObject(env.GRAPH.getByName(`${tenantId}/0`), (_, { storage }) => {
      expect(buildIndex(openTx(storage.sql), 100)).toBeNull();
      expect(buildIndex(openTx(storage.sql), 14 * 168 + 16)).toBeNull();
    });
  });
});
