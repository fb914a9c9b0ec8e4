import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { T0 } from '../../../test/deps.ts';
import { readChokePoints } from '../choke-points.ts';
import type { GraphEdge, GraphNode } from '../model.ts';
import { spread } from '../spread.ts';
import {
  accountId,
  app,
  edge,
  graphWith,
  group,
  identityId,
  ORG,
  page,
  pageOfPeople,
  remove,
  role,
} from '../testing/fixtures.ts';
import { type AssignmentInput, assign, customRole, thing, tie } from '../testing/roles.ts';
import { type SlowWorld, slowDistances, slowEdges } from '../testing/slow-paths.ts';
import { isSet } from '../trails.ts';
import { openTx, type Tx } from '../tx.ts';
import { trailsTo } from '../walk-back.ts';
import { buildIndex } from '../walk-index.build.ts';
import { buildHubs } from './hubs.ts';
import { readPowers } from './powers.ts';

const PEOPLE = ['p', 'q', 'r', 's', 't'];
const acc = accountId;
const [G, H] = [group('g'), group('h')];
const [CRM, SVC] = [app('crm'), app('svc')];
const TYPES = ['SUPER_ADMIN', 'ORG_ADMIN', 'APP_ADMIN', 'USER_ADMIN', 'GROUP_MEMBERSHIP_ADMIN', 'HELP_DESK_ADMIN'];
const ROLES = [...TYPES, 'READ_ONLY_ADMIN', 'MOBILE_ADMIN'].map((type) => role(type));
const SUPER = ROLES[0] as GraphNode;
const PERMISSIONS = new Map([
  ['cr0users', ['okta.users.credentials.resetPassword', 'okta.users.credentials.resetFactors']],
  ['cr0rest', ['okta.groups.members.manage', 'okta.apps.manage', 'okta.apps.clientCredentials.read']],
]);
const CUSTOM = [...PERMISSIONS].map(([id, permissions]) => customRole(id, permissions));
const [LISTED, WHOLE] = [
  thing('resource_set', 'listed'),
  thing('resource_set', 'whole', {
    orns: [
      'orn:okta:directory:00o:users',
      'orn:okta:idp:00o:apps',
      'orn:okta:directory:00o:groups:g:contained_resources',
    ],
  }),
];
const [SECRET_CRM, SECRET_SVC] = [thing('credential', 'secret/crm'), thing('credential', 'secret/svc')];
const TOKEN = thing('credential', 'token', { type: 'api_token' });
const PHONE = thing('device', 'phone', { accountId: acc('p') });
const NODES = [G, H, CRM, SVC, ...ROLES, ...CUSTOM, LISTED, WHOLE, SECRET_CRM, SECRET_SVC, TOKEN, PHONE, ORG];

const FIXED: GraphEdge[] = [
  tie(SUPER, 'GRANTS', ORG),
  tie(ROLES[1] as GraphNode, 'GRANTS', ORG),
  tie(SECRET_CRM, 'SECRET_OF', CRM),
  tie(SECRET_SVC, 'SECRET_OF', SVC),
  tie(PHONE, 'DEVICE_OF', { id: acc('p') }),
];
/** Edges that a graph may have beside. */
const POSSIBLE: GraphEdge[] = [
  ...PEOPLE.flatMap((who) => [
    edge(acc(who), 'MEMBER_OF', G.id),
    edge(acc(who), 'MEMBER_OF', H.id),
    tie(CRM, 'READ_PASSWORD_UPDATES', { id: acc(who) }),
    edge(acc(who), 'ASSIGNED_TO', SVC.id),
    tie(LISTED, 'RESOURCE_SET_CONTAINS', { id: acc(who) }),
  ]),
  tie(TOKEN, 'API_TOKEN_FOR', { id: acc('q') }),
  tie(LISTED, 'RESOURCE_SET_CONTAINS', CRM),
  tie(LISTED, 'RESOURCE_SET_CONTAINS', H),
];
const HOLDERS = [...PEOPLE.map((who) => acc(who)), G.id, H.id, SVC.id];
const SCOPES: Omit<AssignmentInput, 'holder'>[] = [
  ...TYPES.map((type) => ({ type })),
  { type: 'READ_ONLY_ADMIN' },
  { type: 'MOBILE_ADMIN' },
  { type: 'APP_ADMIN', targets: [CRM.id] },
  { type: 'APP_ADMIN', targets: [SVC.id] },
  { type: 'USER_ADMIN', targets: [G.id] },
  { type: 'HELP_DESK_ADMIN', targets: [H.id] },
  { type: 'GROUP_MEMBERSHIP_ADMIN', targets: [G.id] },
  { type: 'CUSTOM', roleId: 'cr0users', targets: [LISTED.id] },
  { type: 'CUSTOM', roleId: 'cr0users', targets: [WHOLE.id] },
  { type: 'CUSTOM', roleId: 'cr0rest', targets: [LISTED.id] },
  { type: 'CUSTOM', roleId: 'cr0rest', targets: [WHOLE.id] },
];

const worlds = fc.record({
  edges: fc.subarray(POSSIBLE),
  held: fc.array(fc.tuple(fc.constantFrom(...HOLDERS), fc.constantFrom(...SCOPES)), { maxLength: 6 }),
});

interface Chosen {
  edges: GraphEdge[];
  held: [string, Omit<AssignmentInput, 'holder'>][];
}

function built({ edges, held }: Chosen) {
  const assignments = held.map(([holder, scope]): AssignmentInput => ({ holder, ...scope }));
  const parts = assignments.map((one, place) => assign(`ra${place}`, one));
  const input = pageOfPeople(PEOPLE, {
    nodes: [...NODES, ...parts.flatMap((part) => part.nodes)],
    edges: [...FIXED, ...edges, ...parts.flatMap((part) => part.edges)],
  });
  const once = new Map(input.edges.map((e) => [`${e.from} ${e.kind} ${e.to}`, e]));
  const all = { ...input, edges: [...once.values()] };
  const world: SlowWorld = {
    nodes: all.nodes,
    edges: all.edges,
    assignments,
    permissions: PERMISSIONS,
    whole: new Map([[WHOLE.id, { kinds: ['account', 'app'], membersOf: [G.id] }]]),
  };
  return { input: all, world };
}

const TARGETS = [null, CRM.id, SVC.id, G.id, acc('r'), SECRET_SVC.id, PHONE.id];
const STARTS = [...PEOPLE.map((who) => identityId(who)), G.id, CRM.id, SVC.id, TOKEN.id, SECRET_SVC.id];

const SHARDS = fc.constantFrom(1, 3, 4);
const SOME = fc.subarray(STARTS, { minLength: 3, maxLength: 4 });

describe('paths over what administrators can do', () => {
  it('are those that a search over every single pair finds, on any number of shards', async () => {
    await fc.assert(
      fc.asyncProperty(worlds, SHARDS, fc.constantFrom(...TARGETS), SOME, async (chosen, shards, to, starts) => {
        const { input, world } = built(chosen);
        const { graph } = await graphWith(shards);
        await graph.applyPage(input);
        const edges = slowEdges(world);
        const far = slowDistances(edges, to ?? ORG.id);
        const walked = new Set(edges.map((e) => `${e.from} ${e.kind} ${e.to}`));
        for (const from of starts) {
          const paths = await graph.paths(from, to ?? undefined, 20);
          expect(paths[0] ? paths[0].length - 1 : undefined).toBe(far.get(from));
          for (const path of paths) {
            expect(path.length - 1).toBe(far.get(from));
            path.slice(0, -1).forEach((step, place) => {
              expect(walked).toContain(`${step.node.id} ${step.edge} ${path[place + 1]?.node.id}`);
            });
          }
          expect(new Set(paths.map((path) => JSON.stringify(path))).size).toBe(paths.length);
        }
        if (to !== null) return;
        const people = PEOPLE.map((who) => identityId(who)).filter((id) => far.has(id));
        const by = await graph.reachableBy({ to: ORG.id, limit: 50 });
        expect(by.data.map((row) => row.id)).toEqual(people);
        for (const row of by.data) expect(row.how.length).toBe((far.get(row.id) ?? 0) - 1);
        const exposed = await graph.exposed(50);
        expect(exposed.rows.map((row) => row.id).sort()).toEqual([...people].sort());
        expect(exposed.rows.every((row) => row.how.length === (far.get(row.id) ?? 0) - 1)).toBe(true);
      }),
      { numRuns: 40, seed: 21 },
    );
  });

  it('are the same by queries, in memory and at a moment that is over', async () => {
    await fc.assert(
      fc.asyncProperty(worlds, async (chosen) => {
        const { input } = built(chosen);
        const { graph, tenantId } = await graphWith(1);
        await graph.applyPage(input);
        const before = await Promise.all(STARTS.map(async (id) => (await graph.path(id))?.length ?? null));
        await runInDurableObject(env.GRAPH.getByName(`${tenantId}/0`), (_, { storage }) => {
          const index = buildIndex(openTx(storage.sql));
          if (index) index.hubs = buildHubs(index, readPowers(openTx(storage.sql)));
          expect(answers(openTx(storage.sql, index))).toEqual(answers(openTx(storage.sql)));
        });
        const gone = input.edges.filter((e) => e.kind === 'HAS_ROLE_ASSIGNMENT' || e.kind === 'MEMBER_OF');
        await graph.applyDelta({ changes: gone.map((e) => remove(e, T0 + 5)), signals: [] });
        const then = await Promise.all(
          STARTS.map(async (id) => (await graph.path(id, undefined, T0 + 1))?.length ?? null),
        );
        expect(then).toEqual(before);
      }),
      { numRuns: 25, seed: 22 },
    );
  });

  it('end where what-if says they would, and choke points cut what they say, on any number of shards', async () => {
    await fc.assert(
      fc.asyncProperty(worlds, SHARDS, async (chosen, shards) => {
        const { input, world } = built(chosen);
        const { graph } = await graphWith(shards);
        await graph.applyPage(input);
        const leading = (edges: GraphEdge[]) => {
          const left = new Set(edges.filter((e) => e.kind === 'HAS_ROLE_ASSIGNMENT').map((e) => e.to));
          const assignments = world.assignments.filter((_, n) => left.has(thing('role_assignment', `ra${n}`).id));
          const far = slowDistances(slowEdges({ ...world, edges, assignments }), ORG.id);
          return PEOPLE.map((who) => identityId(who)).filter((id) => far.has(id));
        };
        const all = leading(input.edges);
        const cut = (e: GraphEdge) => {
          const rest = leading(input.edges.filter((other) => other !== e));
          return all.filter((id) => !rest.includes(id));
        };
        const removable = input.edges.filter((e) =>
          ['MEMBER_OF', 'HOLDS_ROLE', 'HAS_ROLE_ASSIGNMENT'].includes(e.kind),
        );
        for (const e of removable.slice(0, 6)) {
          const answer = await graph.whatIf([{ kind: 'edge', from: e.from, to: e.to, edgeKind: e.kind }]);
          expect(answer.tierZero.first.map((one) => one.id)).toEqual(cut(e));
        }
        const { points, identities, truncated } = await graph.chokePoints(100);
        expect(identities).toBe(all.length);
        const one = (await graphWith(1)).graph;
        await one.applyPage(input);
        expect(await one.chokePoints(100)).toEqual({ points, identities, truncated });
        // a role taken away makes its holder no administrator, whom others then may act on: that is what-if's to tell
        for (const point of points.filter(({ edgeKind }) => edgeKind === 'HAS_ROLE_ASSIGNMENT')) {
          const e = input.edges.find((one) => one.from === point.from.id && one.to === point.to.id);
          expect(e && cut(e).length).toBe(point.cuts);
        }
      }),
      { numRuns: 30, seed: 23 },
    );
  });

  it('reach as far as the radius says, on every shard', async () => {
    await fc.assert(
      fc.asyncProperty(worlds, SHARDS, fc.constantFrom(...STARTS), async (chosen, shards, from) => {
        const { input, world } = built(chosen);
        const { graph } = await graphWith(shards);
        await graph.applyPage(input);
        const edges = slowEdges(world);
        const reached = world.nodes.filter((node) => node.id !== from && slowDistances(edges, node.id).has(from));
        const radius = await graph.blastRadius(from);
        for (const kind of ['account', 'group', 'app', 'role', 'credential', 'device', 'resource', 'role_assignment']) {
          const expected = reached.filter((node) => node.kind === kind).length;
          expect([kind, radius?.kinds.find((one) => one.kind === kind)?.count ?? 0]).toEqual([kind, expected]);
        }
      }),
      { numRuns: 40, seed: 24 },
    );
  });
});

function answers(tx: Tx) {
  const far = (to: string | null) => {
    const trails = trailsTo(tx, to === null ? null : [to]);
    return trails
      .reached()
      .map((id) => [id, trails.distanceOf(id)])
      .sort();
  };
  return {
    far: TARGETS.map(far),
    spread: STARTS.map((id) => {
      const { through, last } = spread(tx, [id]);
      return [through.filter((one) => !isSet(one)).sort(), [...last].sort()];
    }),
    relays: TARGETS.map((to) =>
      trailsTo(tx, to === null ? null : [to])
        .relays()
        .sort(),
    ),
    choke: readChokePoints(tx, 50).points.map((point) => [point.from.id, point.edgeKind, point.to.id, point.cuts]),
  };
}

describe('a graph of three shards', () => {
  it('shows a way that changes shards, with every step', async () => {
    const { graph } = await graphWith(3);
    // an app that is told passwords, its administrator, and super administrators wherever they are
    const admin = assign('ra', { holder: acc('p'), type: 'APP_ADMIN', targets: [CRM.id] });
    const supers = PEOPLE.slice(1).map((who, n) =>
      assign(`rs${n}`, { holder: acc(who), type: 'SUPER_ADMIN', scoped: false }),
    );
    await graph.applyPage(
      page(
        pageOfPeople(PEOPLE, {
          nodes: [...NODES, ...admin.nodes, ...supers.flatMap((one) => one.nodes)],
          edges: [
            ...FIXED,
            ...admin.edges,
            ...supers.flatMap((one) => one.edges),
            tie(CRM, 'READ_PASSWORD_UPDATES', { id: acc('t') }),
          ],
        }),
      ),
    );
    const path = await graph.path(identityId('p'));
    expect(path?.map((step) => [step.node.id, step.edge])).toEqual([
      [identityId('p'), 'HAS_ACCOUNT'],
      [acc('p'), 'APP_ADMIN'],
      [CRM.id, 'READ_PASSWORD_UPDATES'],
      [acc('t'), 'HOLDS_ROLE'],
      [SUPER.id, 'GRANTS'],
      [ORG.id, null],
    ]);
    expect((await graph.reach(identityId('p')))?.pathToTierZero).toEqual(path);
    expect(await graph.paths(identityId('p'), undefined, 10)).toHaveLength(1);
  });
});
