import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { T0 } from '../../test/deps.ts';
import { accountId, edge, graphWith, group, identityId, pageOfPeople, remove, upsert } from './testing/fixtures.ts';
import { openTx } from './tx.ts';
import { changeSteps, eachStepBack, turnedRound } from './walk-index.back.ts';
import { buildIndex, updateIndex } from './walk-index.build.ts';
import {
  codeOf,
  endsThere,
  numberOf,
  type Seeds,
  stepAs,
  stepsAt,
  stepsOf,
  stepTo,
  targetOf,
  type WalkIndex,
} from './walk-index.ts';
import { waysTo } from './walk-index.ways.ts';

const KINDS = ['MEMBER_OF', 'GRANTS', 'ASSIGNED_TO'];
const BUILT = 7;
/** Nodes that came after the index was built. */
const LATE = 2;
const SETS = 2;
const FAR = 255;

type Drawn = { from: number; kind: string; to: number };

const drawn = (nodes: number) =>
  fc.record({ from: fc.nat(nodes - 1), kind: fc.constantFrom(...KINDS), to: fc.nat(nodes - 1) });

function stepsFrom(edges: Drawn[], node: number): Uint32Array {
  const steps = edges.flatMap(({ from, kind, to }) => (from === node ? (stepTo(to, kind) ?? []) : []));
  return Uint32Array.from(new Set(steps)).sort();
}

function indexWith(edges: Drawn[]): WalkIndex {
  const lists = Array.from({ length: BUILT }, (_, node) => stepsFrom(edges, node));
  const offsets = Uint32Array.from([0, ...lists.map((_, n) => lists.slice(0, n + 1).flatMap((l) => [...l]).length)]);
  const steps = Uint32Array.from(lists.flatMap((list) => [...list]));
  const ids = Array.from({ length: BUILT }, (_, n) => `grp_${n}`);
  return {
    ids,
    numbers: new Map(ids.map((id, n) => [id, n])),
    present: new Uint8Array(BUILT + LATE).fill(1),
    sources: ['src'],
    sourceOf: new Uint16Array(BUILT + LATE),
    outside: new Uint8Array(BUILT + LATE),
    offsets,
    steps,
    back: turnedRound(offsets, steps),
    changed: new Map(),
    hubs: null,
    kept: new Map(),
    admins: null,
  };
}

function addLate(index: WalkIndex): void {
  for (let n = BUILT; n < BUILT + LATE; n++) {
    index.ids.push(`grp_${n}`);
    index.numbers.set(`grp_${n}`, n);
  }
}

/** Sets that two nodes have power over, and a role that grants the org alone. */
function withHubs(index: WalkIndex, contents: number[][], holders: number[], limited: number): void {
  const base = index.ids.length;
  const merged = new Map<number, Uint32Array>();
  const grants = stepTo(0, 'GRANTS') ?? 0;
  const changed = [...stepsAt(index, limited)].map((step) =>
    codeOf(step) === grants ? (stepTo(targetOf(step), 'GRANTS_ONLY') ?? 0) : step,
  );
  merged.set(limited, Uint32Array.from(changed).sort());
  const back = new Map<number, number[]>();
  holders.forEach((holder, set) => {
    const step = stepTo(base + set, 'ADD_MEMBER') ?? 0;
    merged.set(holder, Uint32Array.from([...(merged.get(holder) ?? stepsAt(index, holder)), step]).sort());
    back.set(base + set, [stepAs(holder, codeOf(step))]);
  });
  const keys = contents.map((_, n) => `set:${n}`);
  index.hubs = {
    powers: {
      powers: [],
      told: [],
      sets: new Map(),
      privileged: new Set(),
      limited: new Set(),
      roleOf: new Map(),
      unknown: [],
    },
    base,
    keys,
    numbers: new Map(keys.map((key, n) => [key, base + n])),
    steps: contents.map((nodes) => Uint32Array.from(nodes, (node) => stepTo(node, 'IN_SET') ?? 0).sort()),
    merged,
    holders: back,
    limited: new Set([limited]),
  };
}

/** The same by looking at the steps of every node, round after round. */
function slowWays(index: WalkIndex, targets: string[], maxEdges: number, seeds: Seeds) {
  const nodes = index.ids.length;
  const distance = new Uint8Array(nodes + (index.hubs?.keys.length ?? 0)).fill(FAR);
  const elsewhere = new Set<number>();
  for (const id of targets) if (numberOf(index, id) >= 0) distance[numberOf(index, id)] = 0;
  const leads = (node: number, round: number) =>
    [...stepsOf(index, node)].some((s) => distance[targetOf(s)] === round && (round === 0 || !endsThere(s)));
  const plant = (round: number, ofSets: boolean) => {
    for (const [id, far] of seeds) {
      const node = numberOf(index, id);
      if (node < 0 || far !== round || node >= nodes !== ofSets || distance[node] !== FAR) continue;
      distance[node] = round;
      elsewhere.add(node);
    }
  };
  for (let round = 0; round <= maxEdges; round++) {
    plant(round, false);
    for (let set = nodes; set < distance.length; set++) {
      if (distance[set] === FAR && leads(set, round)) distance[set] = round;
    }
    plant(round, true);
    if (round === maxEdges) break;
    for (let node = 0; node < nodes; node++) {
      if (distance[node] === FAR && index.present[node] === 1 && leads(node, round)) distance[node] = round + 1;
    }
  }
  return { distance: [...distance], elsewhere: [...elsewhere].sort() };
}

/** Every edge, as its steps say and as its steps back do. */
function bothWays(index: WalkIndex) {
  const forward: string[] = [];
  const back: string[] = [];
  for (let node = 0; node < index.ids.length; node++) {
    for (const step of stepsAt(index, node)) forward.push(`${node} ${codeOf(step)} ${targetOf(step)}`);
    eachStepBack(index, node, (step) => back.push(`${targetOf(step)} ${codeOf(step)} ${node}`));
  }
  return { forward: forward.sort(), back: back.sort() };
}

const NODES = BUILT + LATE;
const change = fc.record({ node: fc.nat(NODES - 1), edges: fc.array(drawn(NODES), { maxLength: 12 }) });
const seed = fc.tuple(
  fc.constantFrom(...Array.from({ length: NODES }, (_, n) => `grp_${n}`), 'set:0', 'set:1', 'grp_none'),
  fc.nat(3),
);

describe('the steps back of the index', () => {
  it('say the same as its steps, built at once and after any changes', async () => {
    await fc.assert(
      fc.property(fc.array(drawn(BUILT), { maxLength: 24 }), fc.array(change, { maxLength: 10 }), (edges, changes) => {
        const index = indexWith(edges);
        expect(bothWays(index).back).toEqual(bothWays(index).forward);
        addLate(index);
        for (const { node, edges: drawnEdges } of changes) {
          const steps = stepsFrom(
            drawnEdges.map((one) => ({ ...one, from: node })),
            node,
          );
          changeSteps(index, node, steps);
          const { forward, back } = bothWays(index);
          expect(back).toEqual(forward);
        }
      }),
      { numRuns: 300, seed: 31 },
    );
  });

  it('lead to the ways that looking at every node finds, over sets and from other shards too', async () => {
    const world = fc.record({
      edges: fc.array(drawn(BUILT), { maxLength: 20 }),
      changes: fc.array(change, { maxLength: 4 }),
      contents: fc.array(fc.uniqueArray(fc.nat(NODES - 1), { maxLength: 4 }), { minLength: SETS, maxLength: SETS }),
      holders: fc.array(fc.nat(NODES - 1), { minLength: SETS, maxLength: SETS }),
      limited: fc.nat(NODES - 1),
      gone: fc.nat(NODES - 1),
      targets: fc.array(fc.nat(NODES), { maxLength: 2 }),
      seeds: fc.array(seed, { maxLength: 4 }),
      most: fc.nat(6),
    });
    await fc.assert(
      fc.property(world, ({ edges, changes, contents, holders, limited, gone, targets, seeds, most }) => {
        const index = indexWith(edges);
        addLate(index);
        for (const { node, edges: drawnEdges } of changes) {
          changeSteps(
            index,
            node,
            stepsFrom(
              drawnEdges.map((one) => ({ ...one, from: node })),
              node,
            ),
          );
        }
        index.present[gone] = 0;
        withHubs(index, contents, holders, limited);
        const ids = targets.map((n) => `grp_${n}`);
        const { distance, elsewhere } = waysTo(index, ids, most, seeds);
        expect({ distance: [...distance], elsewhere: [...elsewhere].sort() }).toEqual(
          slowWays(index, ids, most, seeds),
        );
      }),
      { numRuns: 500, seed: 32 },
    );
  });

  it('follow the changes of a shard', async () => {
    const natives = ['a', 'b', 'c'];
    const groups = [group('g0'), group('g1'), group('late')];
    const edges = natives.flatMap((native) => groups.map((g) => edge(accountId(native), 'MEMBER_OF', g.id)));
    const step = fc.record({ edge: fc.nat(edges.length - 1), put: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(edges.length - 1)), fc.array(step, { maxLength: 8 }), async (first, steps) => {
        const { graph, tenantId } = await graphWith(1);
        const known = [...new Set(first)].flatMap((place) => edges[place] ?? []);
        await graph.applyPage(pageOfPeople(natives, { nodes: groups.slice(0, 2), edges: known }));
        const stub = env.GRAPH.getByName(`${tenantId}/0`);
        const index = await runInDurableObject(stub, (_, { storage }) => buildIndex(openTx(storage.sql)));
        if (!index) throw new Error('It is small.');
        let at = T0;
        for (const { edge: place, put } of steps) {
          const one = edges[place];
          if (!one) continue;
          at += 1;
          await graph.applyDelta({ changes: [put ? upsert(one, at) : remove(one, at)], signals: [] });
          await runInDurableObject(stub, (_, { storage }) => {
            const tx = openTx(storage.sql);
            expect(updateIndex(tx, index, new Set([one.from, identityId('a')]))).toBe(true);
            const { forward, back } = bothWays(index);
            expect(back).toEqual(forward);
            const anew = buildIndex(tx);
            const far = (of: WalkIndex | null) =>
              of && [...of.numbers].map(([id, n]) => [id, waysTo(of, ['grp_x', groups[2]?.id ?? ''], 9).distance[n]]);
            expect(
              far(index)
                ?.filter(([, d]) => d !== FAR)
                .sort(),
            ).toEqual(
              far(anew)
                ?.filter(([, d]) => d !== FAR)
                .sort(),
            );
          });
        }
      }),
      { numRuns: 15, seed: 33 },
    );
  });
});
