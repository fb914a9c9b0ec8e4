import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { T0 } from '../../test/deps.ts';
import { cutsOf } from './choke-points.ts';
import type { GraphEdge, GraphNode } from './model.ts';
import { MAX_PATH_NODES } from './paths.ts';
import {
  accountId,
  app,
  assigned,
  edge,
  graphWith,
  group,
  identityId,
  ORG,
  pageOfPeople,
  role,
} from './testing/fixtures.ts';
import { openTx } from './tx.ts';
import { trailsTo } from './walk-back.ts';

const SUPER = role('SUPER_ADMIN');
const HELP = role('HELP_DESK_ADMIN');
const [ADMINS, STAFF] = [group('admins', 'Admins'), group('staff', 'Staff')];
const [CRM, HR, OLD] = [app('crm'), app('hr'), app('old', { status: 'INACTIVE' })];
const acc = accountId;

async function world(shards: number) {
  const made = await graphWith(shards);
  await made.graph.applyPage(
    pageOfPeople(['ada', 'bob', 'cyd', 'dan'], {
      nodes: [SUPER, HELP, ADMINS, STAFF, CRM, HR, OLD, ORG],
      edges: [
        edge(SUPER.id, 'GRANTS', ORG.id),
        edge(ADMINS.id, 'HOLDS_ROLE', SUPER.id),
        edge(acc('ada'), 'HOLDS_ROLE', SUPER.id),
        edge(acc('ada'), 'MEMBER_OF', ADMINS.id),
        edge(acc('bob'), 'MEMBER_OF', ADMINS.id),
        edge(acc('cyd'), 'MEMBER_OF', ADMINS.id),
        edge(acc('cyd'), 'MEMBER_OF', STAFF.id),
        edge(acc('cyd'), 'HOLDS_ROLE', HELP.id),
        edge(HELP.id, 'GRANTS', CRM.id),
        edge(STAFF.id, 'ASSIGNED_TO', CRM.id),
        edge(STAFF.id, 'ASSIGNED_TO', OLD.id),
        assigned(acc('cyd'), CRM.id),
        assigned(acc('dan'), CRM.id, 'SUSPENDED'),
      ],
      evaluate: true,
    }),
  );
  return made;
}

describe.each([1, 3])('questions to a graph of %i shard(s)', (shards) => {
  it('who can reach tier zero, an app, a role: with how, counts and pages', async () => {
    const { graph } = await world(shards);
    const org = await graph.reachableBy({ to: ORG.id, limit: 50 });
    expect(org.counts).toEqual({ total: 3, global_admin: 3, admin: 0, none: 0 });
    expect(org.data.map((row) => [row.name, row.how.map((step) => step.to.name)])).toEqual([
      ['User ada', ['SUPER_ADMIN', 'acme']],
      ['User bob', ['Admins', 'SUPER_ADMIN', 'acme']],
      ['User cyd', ['Admins', 'SUPER_ADMIN', 'acme']],
    ]);
    expect(org.data[1]).toMatchObject({ login: 'bob@acme.test', status: 'ACTIVE', tier: 'global_admin' });
    expect(org.data[1]?.how[0]?.edge).toBe('MEMBER_OF');
    expect(org).toMatchObject({ next: null, truncated: false });
    const first = await graph.reachableBy({ to: ORG.id, limit: 2 });
    const second = await graph.reachableBy({ to: ORG.id, limit: 2, cursor: first.next ?? '' });
    expect([...first.data, ...second.data]).toEqual(org.data);
    expect([first.counts, second.next]).toEqual([org.counts, null]);
    // A suspended assignment opens nothing; super administrators have power over everything in the org.
    for (const to of [CRM.id, HR.id]) {
      expect((await graph.reachableBy({ to, limit: 50 })).data.map((row) => row.id)).toEqual(
        ['ada', 'bob', 'cyd'].map((native) => identityId(native)),
      );
    }
    expect((await graph.reachableBy({ to: 'app_none', limit: 50 })).data).toEqual([]);
    await expect(graph.reachableBy({ to: ORG.id, limit: 5, cursor: 'zz' })).rejects.toMatchObject({
      code: 'invalid_request',
    });
  });

  it('every way a person has an app', async () => {
    const { graph } = await world(shards);
    const found = await graph.access(identityId('cyd'), CRM.id);
    expect(found?.effective).toBe(true);
    expect(found?.ways.map((way) => [way.how, way.via?.name ?? null, way.live])).toEqual([
      ['direct', null, true],
      ['group', 'Staff', true],
      ['role', 'HELP_DESK_ADMIN', true],
    ]);
    expect(found?.ways[1]).toMatchObject({ since: T0, by: { kind: 'sync', id: 'syn_1' } });
    expect(found?.ways[1]?.steps.map((step) => [step.from, step.edge, step.to.id])).toEqual([
      [acc('cyd'), 'MEMBER_OF', STAFF.id],
      [STAFF.id, 'ASSIGNED_TO', CRM.id],
    ]);
    expect(found?.appAccounts).toMatchObject([{ account: acc('cyd'), status: 'ACTIVE', userName: 'u' }]);
    expect(await graph.access(identityId('dan'), CRM.id)).toMatchObject({ effective: false, ways: [{ live: false }] });
    expect(await graph.access(identityId('cyd'), OLD.id)).toMatchObject({ effective: false, ways: [{ live: true }] });
    expect(await graph.access(identityId('ada'), CRM.id)).toMatchObject({ effective: false, ways: [] });
    expect(await graph.access(identityId('cyd'), STAFF.id)).toBeNull();
    expect(await graph.access(acc('cyd'), CRM.id)).toBeNull();
    expect(await graph.access(identityId('nobody'), CRM.id)).toBeNull();
  });

  it('where tier zero is cut off best', async () => {
    const { graph } = await world(shards);
    const { points, ...rest } = await graph.chokePoints(50);
    expect(rest).toEqual({ identities: 3, truncated: false });
    expect(points.map((point) => [point.from.name, point.edgeKind, point.to.name, point.cuts])).toEqual([
      ['Admins', 'HOLDS_ROLE', 'SUPER_ADMIN', 2],
      ...points.slice(1).map((point) => [point.from.name, 'MEMBER_OF', 'Admins', 1]),
    ]);
    expect(
      points
        .slice(1)
        .map((point) => point.from.id)
        .sort(),
    ).toEqual([acc('bob'), acc('cyd')].sort());
    expect((await graph.chokePoints(1)).points).toEqual(points.slice(0, 1));
  });

  it('what a node leads to, by kind and criticality', async () => {
    const { graph } = await world(shards);
    const radius = await graph.blastRadius(identityId('cyd'));
    const reach = await graph.reach(identityId('cyd'));
    expect(reach).toMatchObject({ apps: 1, groups: 2, roles: 2 });
    expect(radius).toMatchObject({ apps: 2, groups: 2, roles: 2, pathToTierZero: reach?.pathToTierZero });
    expect(
      radius?.kinds.map(({ kind, count, byCriticality }) => [kind, count, ...Object.values(byCriticality)]),
    ).toEqual([
      ['account', 4, 3, 0, 0, 1],
      ['group', 2, 1, 0, 0, 1],
      ['role', 2, 1, 0, 1, 0],
      ['app', 2, 0, 0, 0, 2],
      ['resource', 1, 1, 0, 0, 0],
    ]);
    expect(radius?.kinds[1]?.first).toEqual([
      { id: ADMINS.id, name: 'Admins', criticality: 'tier_zero' },
      { id: STAFF.id, name: 'Staff', criticality: 'ordinary' },
    ]);
    expect(await graph.blastRadius('grp_none')).toBeNull();
  });

  it('answer nothing of another tenant', async () => {
    await world(shards);
    const { graph } = await graphWith(shards);
    expect((await graph.reachableBy({ to: ORG.id, limit: 50 })).counts.total).toBe(0);
    expect(await graph.access(identityId('cyd'), CRM.id)).toBeNull();
    expect(await graph.chokePoints(50)).toEqual({ points: [], identities: 0, truncated: false });
    expect(await graph.blastRadius(ORG.id)).toBeNull();
    await expect(graph.whatIf([{ kind: 'node', id: ADMINS.id }])).rejects.toMatchObject({ code: 'not_found' });
  });
});

const PEOPLE = ['p', 'q', 'r', 's'];
const STRUCTURE: GraphNode[] = [group('g'), group('h'), group('i'), SUPER, HELP, CRM, HR];
/** Every edge that such a graph may have. */
const POSSIBLE: GraphEdge[] = [
  ...PEOPLE.flatMap((who) => [
    ...STRUCTURE.slice(0, 3).map((g) => edge(acc(who), 'MEMBER_OF', g.id)),
    ...[SUPER, HELP].map((r) => edge(acc(who), 'HOLDS_ROLE', r.id)),
    assigned(acc(who), CRM.id),
    assigned(acc(who), HR.id, 'SUSPENDED'),
  ]),
  ...STRUCTURE.slice(0, 3).flatMap((g) => [
    ...[SUPER, HELP].map((r) => edge(g.id, 'HOLDS_ROLE', r.id)),
    edge(g.id, 'ASSIGNED_TO', CRM.id),
  ]),
  edge(SUPER.id, 'GRANTS', ORG.id),
  edge(HELP.id, 'GRANTS', HR.id),
];

/** What the org contains, for whoever has all power over it: in these graphs everybody who leads there. */
const CONTAINED = STRUCTURE.map((node) => edge(ORG.id, 'GRANTS', node.id));

function leads(edges: GraphEdge[], from: string, to: string): boolean {
  const seen = new Set([from]);
  for (const id of seen) {
    for (const e of edges) if (e.from === id && e.attributes.status !== 'SUSPENDED') seen.add(e.to);
  }
  return seen.has(to);
}

describe('a search', () => {
  it('that meets its bound says so', async () => {
    const { graph, tenantId } = await world(1);
    await graph.counts();
    await runInDurableObject(env.GRAPH.getByName(`${tenantId}/0`), (_, { storage }) => {
      const tx = openTx(storage.sql);
      const whole = trailsTo(tx, null);
      expect([whole.reached().length, whole.truncated]).toEqual([9, false]);
      expect(trailsTo(tx, null, [], 9).truncated).toBe(false);
      const part = trailsTo(tx, null, [], 4);
      expect([part.reached().length, part.truncated]).toEqual([4, true]);
      expect(trailsTo(tx, ['grp_none']).reached()).toEqual([]);
    });
  });
});

describe('in graphs of any shape', () => {
  it('the answers are those of the slow and obvious way', async () => {
    await fc.assert(
      fc.asyncProperty(fc.subarray(POSSIBLE), fc.constantFrom(1, 3), async (chosen, shards) => {
        const { graph } = await graphWith(shards);
        const input = pageOfPeople(PEOPLE, { nodes: [...STRUCTURE, ORG], edges: chosen });
        await graph.applyPage(input);
        const who = (to: string, edges = input.edges) =>
          PEOPLE.map((native) => identityId(native)).filter((id) => leads([...edges, ...CONTAINED], id, to));
        for (const target of [...STRUCTURE, ORG]) {
          const found = await graph.reachableBy({ to: target.id, limit: 50 });
          expect(found.data.map((row) => row.id)).toEqual(who(target.id));
          expect(found.counts.total).toBe(found.data.length);
          for (const row of found.data) {
            expect(row.how.length).toBe(((await graph.path(row.id, target.id))?.length ?? 0) - 2);
          }
        }
        for (const native of PEOPLE) {
          const access = await graph.access(identityId(native), CRM.id);
          expect(access?.effective).toBe(leads(input.edges, identityId(native), CRM.id));
        }
        const expected = chosen
          .filter((e) => e.kind !== 'GRANTS')
          .map((e) => ({
            e,
            cuts:
              who(ORG.id).length -
              who(
                ORG.id,
                input.edges.filter((other) => other !== e),
              ).length,
          }))
          .filter(({ cuts }) => cuts > 0)
          .map(({ e, cuts }) => `${e.from} ${e.kind} ${e.to} ${cuts}`);
        const { points } = await graph.chokePoints(100);
        expect(points.map((p) => `${p.from.id} ${p.edgeKind} ${p.to.id} ${p.cuts}`).sort()).toEqual(expected.sort());
      }),
      { numRuns: 30, seed: 3 },
    );
  });

  it('the choke points hold in cycles and in large graphs', () => {
    const ring = ['idn_a', 'x', 'y', 'z', 'org'];
    const around: [string, 'GRANTS', string][] = [
      ['idn_a', 'GRANTS', 'x'],
      ['x', 'GRANTS', 'y'],
      ['y', 'GRANTS', 'x'],
      ['y', 'GRANTS', 'z'],
      ['x', 'GRANTS', 'z'],
      ['z', 'GRANTS', 'org'],
    ];
    expect(cutsOf(ring, ['org'], around)).toEqual([1, 0, 0, 0, 0, 1]);
    const people = Array.from({ length: MAX_PATH_NODES / 10 }, (_, i) => `idn_${i}`);
    const cuts = cutsOf(
      [...people, 'g', 'org'],
      ['org'],
      [...people.map((id): [string, 'GRANTS', string] => [id, 'GRANTS', 'g']), ['g', 'GRANTS', 'org']],
    );
    expect([cuts[0], cuts.at(-1)]).toEqual([1, people.length]);
  });
});
