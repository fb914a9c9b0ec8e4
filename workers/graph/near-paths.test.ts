import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { T0, testDeps } from '../../test/deps.ts';
import { callerOf } from '../api/test-caller.ts';
import { graphRoutes } from './graph.routes.ts';
import { accountId, edge, graphWith, group, identityId, ORG, pageOfPeople, remove } from './testing/fixtures.ts';
import { type SlowEdge, slowDistances } from './testing/slow-paths.ts';
import { built, CRM, FIXED, NODES, PEOPLE, SUPER, SVC, smallWorlds, TOKEN } from './testing/small-worlds.ts';

const acc = accountId;

/** Every simple path that ends at the first target it comes to, of at most so many edges: tried one by one. */
function slowPaths(edges: SlowEdge[], from: string, target: string, most: number): string[] {
  const found = new Set<string>();
  const visit = (id: string, path: string[], seen: string[]) => {
    if (id === target) {
      found.add([...path, id].join(' '));
      return;
    }
    if (seen.length > most) return;
    for (const { from: start, kind, to, last } of edges) {
      if (start !== id || seen.includes(to) || (last && to !== target)) continue;
      visit(to, [...path, id, kind], [...seen, to]);
    }
  };
  visit(from, [], [from]);
  return [...found].sort();
}

describe('paths that are a little longer than the shortest', () => {
  it('are those that trying every step finds, on any number of shards, now and then', async () => {
    let longer = 0;
    await fc.assert(
      fc.asyncProperty(
        smallWorlds,
        fc.constantFrom(1, 3),
        fc.constantFrom(null, SVC.id, acc('r')),
        fc.constantFrom(...PEOPLE.map((who) => identityId(who)), CRM.id, TOKEN.id),
        fc.integer({ min: 1, max: 3 }),
        async (chosen, shards, to, from, slack) => {
          const { input, walked } = built(chosen);
          const { graph } = await graphWith(shards);
          await graph.applyPage(input);
          const far = slowDistances(walked, to ?? ORG.id).get(from);
          const expected = far === undefined ? [] : slowPaths(walked, from, to ?? ORG.id, far + slack);
          const told = async (asOf?: number) => {
            const { paths, truncated } = await graph.nearPaths(from, to ?? undefined, slack, 5_000, asOf);
            const lengths = paths.map((path) => path.length);
            expect(lengths).toEqual([...lengths].sort((a, b) => a - b));
            expect(truncated).toBe(false);
            return paths
              .map((path) => path.flatMap(({ node, edge: kind }) => [node.id, ...(kind ? [kind] : [])]).join(' '))
              .sort();
          };
          if (expected.some((path) => path.split(' ').length > 2 * (far ?? 0) + 1)) longer += 1;
          expect(await told()).toEqual(expected);
          await graph.applyDelta({
            changes: input.edges.filter((e) => e.kind === 'MEMBER_OF').map((e) => remove(e, T0 + 5)),
            signals: [],
          });
          expect(await told(T0 + 1)).toEqual(expected);
        },
      ),
      { numRuns: 25, seed: 11 },
    );
    expect(longer).toBeGreaterThan(4);
  });

  it('are bounded, and told over the API when asked for', async () => {
    const made = await graphWith(3, testDeps());
    const admins = Array.from({ length: 6 }, (_, n) => group(`g${n}`));
    await made.graph.applyPage(
      pageOfPeople(['ada'], {
        nodes: [...NODES, ...admins],
        edges: [
          ...FIXED,
          edge(acc('ada'), 'HOLDS_ROLE', SUPER),
          ...admins.flatMap((one) => [edge(acc('ada'), 'MEMBER_OF', one.id), edge(one.id, 'HOLDS_ROLE', SUPER)]),
        ],
      }),
    );
    const call = callerOf({ deps: made.deps, tenantId: made.tenantId, routes: graphRoutes(), role: 'viewer' });
    const ask = async (query: string) => {
      const { status, body } = await call(`/graph/paths?from=${identityId('ada')}&${query}`);
      const { paths, path, truncated } = body as unknown as {
        paths: { steps: unknown[] }[] | null;
        path: unknown[] | null;
        truncated: boolean;
      };
      return { status, path: path?.length, paths: paths?.map(({ steps }) => steps.length), truncated };
    };
    expect(await ask('')).toEqual({ status: 200, path: 4, paths: undefined, truncated: false });
    expect(await ask('all=true')).toEqual({ status: 200, path: 4, paths: [4], truncated: false });
    expect(await ask('slack=1')).toEqual({ status: 200, path: 4, paths: [4, 5, 5, 5, 5, 5, 5], truncated: false });
    expect(await ask('slack=1&limit=3')).toEqual({ status: 200, path: 4, paths: [4, 5, 5], truncated: true });
    expect((await ask('slack=4')).status).toBe(400);
    expect((await ask('slack=-1')).status).toBe(400);
    expect(await made.graph.nearPaths(TOKEN.id, undefined, 3, 10)).toEqual({ paths: [], truncated: false });
  });
});
