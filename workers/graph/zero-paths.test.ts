import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { T0 } from '../../test/deps.ts';
import { priorityOf } from '../detections/priority.ts';
import type { VerdictChange } from '../detections/types.ts';
import type { GraphShard } from './graph-shard.ts';
import { failing, fakeEvaluator } from './testing/fake-evaluator.ts';
import {
  accountId,
  app,
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
import { assign, customRole, thing, tie } from './testing/roles.ts';
import { slowDistances } from './testing/slow-paths.ts';
import { built, PEOPLE as SMALL, smallWorlds } from './testing/small-worlds.ts';

const acc = accountId;
/** Administrators of the app that is told passwords: so many that they lie on every shard. */
const TOLD = ['t0', 't1', 't2', 't3', 't4', 't5'];
const PEOPLE = ['chief', 'secrets', 'members', 'plain', ...TOLD];
const [STAFF, ROOTS] = [group('staff'), group('roots')];
const [CRM, SVC] = [app('crm'), app('svc')];
const SECRET = thing('credential', 'secret/svc');
const SUPER = role('SUPER_ADMIN');
const KEEPER = customRole('cr0', ['okta.groups.members.manage']);
const SET = thing('resource_set', 'staff');

/** Nobody but the chief leads to tier zero by a role alone. */
function world() {
  const parts = [
    assign('chief', { holder: acc('chief'), type: 'SUPER_ADMIN', scoped: false }),
    assign('svc', { holder: SVC.id, type: 'SUPER_ADMIN', scoped: false }),
    assign('secrets', { holder: acc('secrets'), type: 'READ_ONLY_ADMIN', scoped: false }),
    assign('members', { holder: acc('members'), type: 'CUSTOM', roleId: 'cr0', targets: [SET.id] }),
    ...TOLD.map((who) => assign(who, { holder: acc(who), type: 'APP_ADMIN', targets: [CRM.id] })),
  ];
  return pageOfPeople(PEOPLE, {
    nodes: [
      STAFF,
      ROOTS,
      CRM,
      SVC,
      SECRET,
      SUPER,
      role('APP_ADMIN'),
      role('READ_ONLY_ADMIN'),
      KEEPER,
      SET,
      ORG,
      ...parts.flatMap((p) => p.nodes),
    ],
    edges: [
      tie(SUPER, 'GRANTS', ORG),
      tie(SECRET, 'SECRET_OF', SVC),
      tie(SET, 'RESOURCE_SET_CONTAINS', STAFF),
      tie(CRM, 'READ_PASSWORD_UPDATES', { id: acc('chief') }),
      ...parts.flatMap((part) => part.edges),
    ],
  });
}

/** Everybody fails; priorities are the product's. */
async function judgedBy(shards: number) {
  const made = await graphWith(shards);
  const evaluator = fakeEvaluator({ 'unused-account': () => failing('Fails') }, priorityOf);
  for (let index = 0; index < shards; index++) {
    await runInDurableObject(env.GRAPH.getByName(`${made.tenantId}/${index}`), (shard: GraphShard) => {
      shard.evaluator = evaluator;
      shard.settle = async () => {};
    });
  }
  const issues = async () => {
    const taken = await made.graph.takeChanges(500);
    const latest = new Map<string, VerdictChange>();
    for (const change of taken.flatMap((part) => part.changes)) latest.set(change.identityId, change);
    return latest;
  };
  return { ...made, issues };
}

const pathPoints = (change: VerdictChange | undefined) =>
  change?.priorityFactors.find(({ factor }) => factor === 'path')?.points ?? 0;

describe.each([1, 3])('an issue, on %i shards,', (shards) => {
  it('tells the path that the graph draws, also by what administrators can do', async () => {
    const { graph, issues } = await judgedBy(shards);
    await graph.applyPage(world());
    await graph.evaluateAll();
    const found = await issues();
    for (const who of PEOPLE) {
      const change = found.get(identityId(who));
      const path = await graph.path(identityId(who));
      expect([who, change?.evidence.reach.pathToTierZero]).toEqual([who, path]);
      expect(change?.evidence.reach.pathToTierZero).toEqual((await graph.reach(identityId(who)))?.pathToTierZero);
      expect([who, path === null]).toEqual([who, who === 'plain' || who === 'members']);
      expect([who, pathPoints(change) > 0]).toEqual([who, path !== null]);
    }
    expect(found.get(identityId('secrets'))?.evidence.reach.pathToTierZero?.map((step) => step.edge)).toEqual([
      'HAS_ACCOUNT',
      'READ_CLIENT_SECRET',
      'SECRET_OF',
      'HOLDS_ROLE',
      'GRANTS',
      null,
    ]);
    expect(found.get(identityId('t0'))?.evidence.reach.pathToTierZero?.map((step) => step.edge)).toEqual([
      'HAS_ACCOUNT',
      'APP_ADMIN',
      'READ_PASSWORD_UPDATES',
      'HOLDS_ROLE',
      'GRANTS',
      null,
    ]);
    expect((await graph.evaluateAll()).rowsWritten).toBe(0);
  });

  it('follows an event that gives somebody a way, and one that takes it', async () => {
    const { graph, issues } = await judgedBy(shards);
    await graph.applyPage(world());
    await graph.evaluateAll();
    const given = assign('plain', { holder: acc('plain'), type: 'APP_ADMIN', targets: [CRM.id] });
    const by = { kind: 'event' as const, id: 'evt_1' };
    await graph.applyDelta({
      changes: [
        ...given.nodes.map((node) => ({ op: 'ensureNode' as const, node, at: T0 + 1, by })),
        ...given.edges.map((one) => upsert(one, T0 + 1)),
      ],
      signals: [],
    });
    const told = (await issues()).get(identityId('plain'));
    expect(told?.evidence.reach.pathToTierZero).toEqual(await graph.path(identityId('plain')));
    expect(told?.evidence.reach.pathToTierZero).toHaveLength(6);
    await graph.applyDelta({ changes: given.edges.map((one) => remove(one, T0 + 2)), signals: [] });
    expect((await issues()).get(identityId('plain'))?.evidence.reach.pathToTierZero).toBeNull();
  });

  it('is seen by what-if where a way is cut that somebody else has a part of', async () => {
    const { graph } = await judgedBy(shards);
    await graph.applyPage(world());
    await graph.evaluateAll();
    const answer = await graph.whatIf([
      { kind: 'edge', from: CRM.id, to: acc('chief'), edgeKind: 'READ_PASSWORD_UPDATES' },
    ]);
    expect(answer.tierZero.first.map(({ id }) => id).sort()).toEqual(TOLD.map((who) => identityId(who)).sort());
    expect(answer.scores.changed).toBe(TOLD.length);
    expect(answer.scores.first.every(({ before, after }) => before - after === 10)).toBe(true);
  });
});

describe('issues in small random graphs', () => {
  it('have a path as long as the shortest there is, on any number of shards', async () => {
    let overOthers = 0;
    await fc.assert(
      fc.asyncProperty(smallWorlds, fc.constantFrom(1, 3, 4), async (chosen, shards) => {
        const { input, walked } = built(chosen);
        const { graph, issues } = await judgedBy(shards);
        await graph.applyPage(input);
        await graph.evaluateAll();
        const far = slowDistances(walked, ORG.id);
        const known = new Set(walked.map((e) => `${e.from} ${e.kind} ${e.to}`));
        const found = await issues();
        for (const who of SMALL) {
          const path = found.get(identityId(who))?.evidence.reach.pathToTierZero;
          expect([who, path ? path.length - 1 : undefined]).toEqual([who, far.get(identityId(who))]);
          path?.slice(0, -1).forEach((step, place) => {
            expect(known).toContain(`${step.node.id} ${step.edge} ${path[place + 1]?.node.id}`);
          });
          const accounts = path?.filter(({ node }) => node.kind === 'account') ?? [];
          if (shards > 1 && accounts.length > 1) overOthers += 1;
        }
      }),
      { numRuns: 40, seed: 31 },
    );
    expect(overOthers).toBeGreaterThan(0);
  });
});

describe('accounts that more lead to tier zero with than queries walk', () => {
  it('have the same paths', async () => {
    const { graph, issues } = await judgedBy(1);
    const many = Array.from({ length: 2_100 }, (_, n) => `m${n}`);
    await graph.applyPage(
      pageOfPeople(many, {
        nodes: [ROOTS, SUPER, ORG],
        edges: [
          tie(SUPER, 'GRANTS', ORG),
          tie(ROOTS, 'HOLDS_ROLE', SUPER),
          ...many.map((who) => edge(acc(who), 'MEMBER_OF', ROOTS.id)),
        ],
      }),
    );
    await graph.evaluateAll();
    const found = await issues();
    expect(found.size).toBe(500);
    expect([...found.values()].every((change) => change.evidence.reach.pathToTierZero?.length === 5)).toBe(true);
  });
});
