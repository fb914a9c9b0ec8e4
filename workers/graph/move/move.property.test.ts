import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { manualClock, T0, testDeps } from '../../../test/deps.ts';
import { POSTERN } from '../../auth/principal.ts';
import type { VerdictChange } from '../../detections/types.ts';
import { randomIds } from '../../platform/ids.ts';
import { graphOf, type TenantGraph } from '../directory.ts';
import { nodeId } from '../model.ts';
import { stubsOf } from '../placement.ts';
import type { ShardApi } from '../shard-api.ts';
import {
  accountId,
  app,
  assigned,
  edge,
  eventOf,
  graphWith,
  group,
  identityId,
  ORG,
  page,
  person,
  remove,
  role,
  SRC,
  upsert,
} from '../testing/fixtures.ts';
import type { OutStep } from './move-out.ts';
import { findMove } from './moves.repository.ts';
import { startMove } from './moves.ts';
import { runMove } from './run-move.ts';

const PEOPLE = 8;
const people = Array.from({ length: PEOPLE }, (_, i) => `u${i}`);
const groups = ['g0', 'g1', 'g2'].map((name) => group(name));
const structure = [...groups, app('crm'), app('hr'), role('SUPER_ADMIN'), ORG];

const who = fc.constantFrom(...people);
const which = fc.constantFrom(...groups.map(({ id }) => id));
const writes = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('people' as const), who: fc.subarray(people), in: which }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('join' as const), who, in: which }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('leave' as const), who, in: which }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('patch' as const), who, status: fc.constantFrom('ACTIVE', 'SUSPENDED') }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('end' as const), who }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('close' as const), seen: fc.subarray(people), in: which }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('factors' as const), who, active: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('grant' as const), in: which, held: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('signal' as const), who }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('device' as const), who, gone: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('evaluate' as const) }) },
);
type Write = typeof writes extends fc.Arbitrary<infer T> ? T : never;

const holds = (native: string) => edge(native, 'HOLDS_ROLE', role('SUPER_ADMIN').id);

const deviceOf = (native: string) => nodeId('device', SRC, native);

async function write(graph: TenantGraph, one: Write, at: number): Promise<unknown> {
  const by = eventOf(String(at));
  const sync = { kind: 'sync', id: `syn_${at}` } as const;
  switch (one.do) {
    case 'people': {
      const made = one.who.map((native) => person(native, { title: `t${at % 3}` }));
      return graph.applyPage(
        page({
          nodes: made.flatMap(({ nodes }) => nodes),
          edges: [
            ...made.flatMap(({ edges }) => edges),
            ...one.who.map((native) => edge(accountId(native), 'MEMBER_OF', one.in)),
            ...one.who.slice(1).map((native) => assigned(accountId(native), app('hr').id)),
            edge(one.in, 'ASSIGNED_TO', app('crm').id),
          ],
          asOf: at,
          by: sync,
          evaluate: at % 2 === 0,
        }),
      );
    }
    case 'join':
      return graph.applyDelta({ changes: [upsert(edge(accountId(one.who), 'MEMBER_OF', one.in), at)], signals: [] });
    case 'leave':
      return graph.applyDelta({ changes: [remove(edge(accountId(one.who), 'MEMBER_OF', one.in), at)], signals: [] });
    case 'patch': {
      const patch = { status: one.status, lastLogin: at };
      return graph.applyDelta({
        changes: [{ op: 'patchAccount', accountId: accountId(one.who), patch, at, by }],
        signals: [],
      });
    }
    case 'end':
      return graph.applyDelta({ changes: [{ op: 'removeNode', nodeId: accountId(one.who), at, by }], signals: [] });
    case 'close':
      return graph.closeScope({
        scope: { of: 'edgesTo', kind: 'MEMBER_OF', to: one.in, fromKind: 'account' },
        seen: one.seen.map((native) => accountId(native)),
        asOf: at,
        by: sync,
        removalLimitPercent: 100,
        evaluate: true,
      });
    case 'factors': {
      const factor = { id: 'f', type: 'push', provider: 'OKTA', status: 'ACTIVE' };
      const state = { known: true as const, factors: one.active ? [factor] : [] };
      return graph.applyPage(
        page({ factors: [{ accountId: accountId(one.who), state }], asOf: at, by: sync, evaluate: true }),
      );
    }
    case 'grant':
      return graph.applyDelta({
        changes: [one.held ? upsert(holds(one.in), at) : remove(holds(one.in), at)],
        signals: [],
      });
    case 'signal': {
      const signal = {
        accountId: accountId(one.who),
        kind: 'push_denied' as const,
        at,
        eventId: `evt_${at}`,
        ref: null,
      };
      return graph.applyDelta({ changes: [], signals: [signal] });
    }
    case 'device': {
      const id = deviceOf(one.who);
      if (one.gone) return graph.applyDelta({ changes: [{ op: 'removeNode', nodeId: id, at, by }], signals: [] });
      const attributes = { accountId: accountId(one.who), seen: at };
      const device = { id, kind: 'device' as const, sourceId: SRC, nativeId: one.who, name: 'd', attributes };
      const owned = edge(id, 'DEVICE_OF', accountId(one.who));
      return graph.applyPage(page({ nodes: [device], edges: [owned], asOf: at, by: sync }));
    }
    case 'evaluate':
      return graph.evaluateAll();
  }
}

/** Takes every waiting verdict change, as the issue store would. */
async function settle(graph: TenantGraph, into: VerdictChange[]): Promise<void> {
  for (const { shard, changes } of await graph.takeChanges(500)) {
    into.push(...changes);
    const last = changes.at(-1);
    if (last) await graph.confirmChanges(shard, last.seq);
  }
}

const told = (changes: VerdictChange[]) => changes.map(({ seq: _, ...change }) => JSON.stringify(change)).sort();

async function answers(graph: TenantGraph, moments: number[]) {
  const nodes = [
    ...people.flatMap((native) => [accountId(native), identityId(native)]),
    ...structure.map(({ id }) => id),
  ];
  const lists = [];
  for (const sort of ['name', '-lastLogin']) {
    for (let cursor: string | undefined, n = 0; n < 10; n++) {
      const one = await graph.list({ kind: 'identity', limit: 3, sort, cursor });
      lists.push(one.data);
      if (one.next === null) break;
      cursor = one.next;
    }
  }
  const history = [];
  for (const asOf of moments) {
    history.push(await Promise.all(nodes.map((id) => graph.node(id, 50, asOf))));
  }
  return {
    lists,
    history,
    nodes: await Promise.all([...nodes, ...people.map(deviceOf)].map((id) => graph.node(id, 50))),
    identities: await Promise.all(people.map((native) => graph.identity(identityId(native)))),
    paths: await Promise.all(nodes.map((id) => graph.path(id))),
    reach: await Promise.all(nodes.map((id) => graph.reach(id))),
    views: await Promise.all(people.map((native) => graph.accountView(accountId(native)))),
    verdicts: await Promise.all(people.map((native) => graph.verdicts(accountId(native)))),
    changes: (await graph.changes({ since: 0, until: T0 * 2, node: null, kind: null, limit: 500 })).data,
    counts: await graph.counts(),
    coverage: await graph.coverage(),
  };
}

interface Kill {
  /** The call to a shard at which the run dies, and whether the shard had done it. */
  at: number;
  done: boolean;
}

/** Shards whose calls run the hook first, and die with the run. */
function dying(kill: Kill | null, during: (call: string, args: unknown[]) => Promise<void>): typeof stubsOf {
  let calls = 0;
  let dead = false;
  return (deps, tenantId, set) =>
    stubsOf(deps, tenantId, set).map(
      (shard): ShardApi =>
        new Proxy(shard, {
          get: (target, name) => {
            const call = Reflect.get(target, name) as ((...args: unknown[]) => Promise<unknown>) | undefined;
            if (!call) return undefined;
            return async (...args: unknown[]) => {
              if (dead) throw new Error('the run is dead');
              await during(String(name), args);
              const last = kill !== null && calls++ === kill.at;
              if (last) dead = true;
              if (last && !kill.done) throw new Error('the run dies');
              const answer = await call(...args);
              if (last) throw new Error('the run dies');
              return answer;
            };
          },
        }),
    );
}

const kills = fc.array(fc.record({ at: fc.integer({ min: 0, max: 40 }), done: fc.boolean() }), { maxLength: 6 });

describe('a graph that moves while it is written to, by runs that die', () => {
  it('ends as one that never moved: nothing lost, doubled or raised again', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(writes, { minLength: 5, maxLength: 12 }),
        fc.array(writes, { minLength: 5, maxLength: 30 }),
        kills,
        async (before, during, deaths) => {
          const clock = manualClock();
          const deps = testDeps({ clock, ids: randomIds });
          const still = await graphWith(1, deps);
          const moving = await graphWith(1, deps);
          const [stillTold, movingTold]: VerdictChange[][] = [[], []];
          if (!stillTold || !movingTold) return;
          const both = async (one: Write) => {
            clock.advance(1);
            const at = clock.now();
            await Promise.all([write(still.graph, one, at), write(moving.graph, one, at)]);
          };
          for (const graph of [still.graph, moving.graph]) {
            await graph.applyPage(page({ nodes: structure, edges: [edge(role('SUPER_ADMIN').id, 'GRANTS', ORG.id)] }));
            const needs = ['users', 'factors', 'roles', 'apps', 'assignments', 'events'] as const;
            await graph.setCoverage(needs.map((need) => ({ sourceId: SRC, need, reason: null, at: T0 })));
          }
          for (const one of before) await both(one);
          const moments = [clock.now()];
          const queue = [...during];
          const fates: (Kill | null)[] = [...deaths];
          for (const shards of [3, 8]) {
            await startMove(deps, moving.tenantId, POSTERN, shards);
            for (let run = 0; run < 40; run++) {
              const move = await findMove(deps, moving.tenantId);
              if (move?.endedAt) break;
              // a run that died in the switch left the shards closed: the next one opens them
              if (move?.phase !== 'switching') await Promise.all(queue.splice(0, 1).map(both));
              let closed = move?.phase === 'switching';
              await runMove(deps, moving.tenantId, {
                batchRows: 20,
                settle: () => settle(graphOf(deps, moving.tenantId), movingTold),
                stubs: dying(fates.shift() ?? null, async (call, [step]) => {
                  closed ||= call === 'moveOut' && (step as OutStep).do === 'close';
                  const [one] = call === 'moveIn' && !closed ? queue.splice(0, 1) : [];
                  if (one) await both(one);
                }),
              });
            }
            expect(await findMove(deps, moving.tenantId)).toMatchObject({ phase: 'done', toShards: shards });
            moments.push(clock.now());
          }
          for (const one of queue) await both(one);
          await settle(still.graph, stillTold);
          await settle(moving.graph, movingTold);
          expect(told(movingTold)).toEqual(told(stillTold));
          expect(await answers(moving.graph, moments)).toEqual(await answers(still.graph, moments));
          expect((await moving.graph.evaluateAll()).evaluated).toBe((await still.graph.evaluateAll()).evaluated);
        },
      ),
      { numRuns: 3, endOnFailure: true },
    );
  });
});
