import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { T0 } from '../../test/deps.ts';
import type { GraphEdge } from './model.ts';
import {
  accountId,
  app,
  assigned,
  edge,
  graphWith,
  group,
  identityId,
  ORG,
  page,
  pageOfPeople,
  role,
} from './testing/fixtures.ts';

const SUPER = role('SUPER_ADMIN');
const APP_ADMIN = role('APP_ADMIN');
const ADMINS = group('admins', 'Admins');
const STAFF = group('staff', 'Staff');

describe.each([1, 3])('paths over %i shard(s)', (shards) => {
  async function world() {
    const made = await graphWith(shards);
    await made.graph.applyPage(
      pageOfPeople(['boss', 'helper', 'clerk', 'leaver'], {
        nodes: [SUPER, APP_ADMIN, ADMINS, STAFF, ORG, app('crm'), app('hr'), app('old', { status: 'INACTIVE' })],
        edges: [
          edge(SUPER.id, 'GRANTS', ORG.id),
          edge(accountId('boss'), 'HOLDS_ROLE', SUPER.id),
          edge(accountId('boss'), 'MEMBER_OF', ADMINS.id),
          edge(ADMINS.id, 'HOLDS_ROLE', SUPER.id),
          edge(accountId('helper'), 'MEMBER_OF', ADMINS.id),
          edge(accountId('helper'), 'MEMBER_OF', STAFF.id),
          edge(accountId('clerk'), 'MEMBER_OF', STAFF.id),
          edge(accountId('clerk'), 'HOLDS_ROLE', APP_ADMIN.id),
          edge(STAFF.id, 'ASSIGNED_TO', app('crm').id),
          edge(STAFF.id, 'ASSIGNED_TO', app('old').id),
          assigned(accountId('clerk'), app('crm').id, 'PROVISIONED'),
          assigned(accountId('clerk'), app('hr').id, 'SUSPENDED'),
          assigned(accountId('leaver'), app('hr').id, 'DEPROVISIONED'),
        ],
      }),
    );
    return made.graph;
  }

  it('lead to tier zero by the shortest way, with names', async () => {
    const graph = await world();
    expect(await graph.path(identityId('boss'))).toEqual([
      { node: { id: identityId('boss'), kind: 'identity', name: 'User boss' }, edge: 'HAS_ACCOUNT' },
      { node: { id: accountId('boss'), kind: 'account', name: 'User boss' }, edge: 'HOLDS_ROLE' },
      { node: { id: SUPER.id, kind: 'role', name: 'SUPER_ADMIN' }, edge: 'GRANTS' },
      { node: { id: ORG.id, kind: 'resource', name: 'acme' }, edge: null },
    ]);
    const through = await graph.path(accountId('helper'));
    expect(through?.map((step) => step.node.name)).toEqual(['User helper', 'Admins', 'SUPER_ADMIN', 'acme']);
    expect((await graph.path(ADMINS.id))?.map((step) => step.edge)).toEqual(['HOLDS_ROLE', 'GRANTS', null]);
    expect(await graph.path(identityId('clerk'))).toBeNull();
    expect(await graph.path(identityId('nobody'))).toBeNull();
  });

  it('lead to any node over live edges only', async () => {
    const graph = await world();
    const way = await graph.path(identityId('helper'), app('crm').id);
    expect(way?.map((step) => step.node.kind)).toEqual(['identity', 'account', 'group', 'app']);
    expect(await graph.path(identityId('leaver'), app('hr').id)).toBeNull();
    expect(await graph.path(app('crm').id, accountId('helper'))).toBeNull();
    expect(await graph.path(ORG.id, ORG.id)).toHaveLength(1);
  });

  it('give the reach: apps once, dead and inactive ones not', async () => {
    const graph = await world();
    expect(await graph.reach(identityId('clerk'))).toEqual({ apps: 1, groups: 1, roles: 1, pathToTierZero: null });
    expect(await graph.reach(accountId('leaver'))).toEqual({ apps: 0, groups: 0, roles: 0, pathToTierZero: null });
    expect(await graph.reach(identityId('helper'))).toMatchObject({ apps: 1, groups: 2, roles: 1 });
    expect(await graph.reach(STAFF.id)).toMatchObject({ apps: 1, groups: 0, roles: 0 });
    expect(await graph.reach(identityId('nobody'))).toBeNull();
  });

  it('show an identity with everything it holds', async () => {
    const graph = await world();
    const clerk = await graph.identity(identityId('clerk'));
    expect(clerk?.identity).toMatchObject({ kind: 'identity', name: 'User clerk' });
    expect(clerk?.accounts).toMatchObject([{ factors: { known: false } }]);
    expect(clerk?.groups).toEqual([{ id: STAFF.id, name: 'Staff', since: T0 }]);
    expect(clerk?.apps.map((a) => [a.name, a.status, a.accountStatus, a.via?.name ?? null])).toEqual([
      ['crm', 'ACTIVE', 'PROVISIONED', null],
      ['hr', 'ACTIVE', 'SUSPENDED', null],
      ['old', 'INACTIVE', null, 'Staff'],
    ]);
    expect(clerk?.roles).toEqual([{ id: APP_ADMIN.id, type: 'APP_ADMIN', name: 'APP_ADMIN', via: null, since: T0 }]);
    expect((await graph.identity(identityId('helper')))?.roles).toMatchObject([{ via: { name: 'Admins' } }]);
    expect(await graph.identity(accountId('clerk'))).toBeNull();
    expect(await graph.identity(identityId('nobody'))).toBeNull();
  });
});

/** Lengths of shortest paths, the slow and obvious way: relax every edge until nothing moves. */
function distances(edges: GraphEdge[], from: string): Map<string, number> {
  const known = new Map([[from, 0]]);
  for (let moved = true; moved; ) {
    moved = false;
    for (const e of edges) {
      const start = known.get(e.from);
      if (start !== undefined && start + 1 < (known.get(e.to) ?? Number.POSITIVE_INFINITY)) {
        known.set(e.to, start + 1);
        moved = true;
      }
    }
  }
  return known;
}

describe('paths in graphs of any shape, with cycles', () => {
  it('are the shortest', async () => {
    const nodes = [...Array.from({ length: 8 }, (_, i) => group(`n${i}`)), role('ORG_ADMIN'), ORG];
    const pair = fc.tuple(fc.nat(nodes.length - 1), fc.nat(nodes.length - 1));
    await fc.assert(
      fc.asyncProperty(fc.array(pair, { maxLength: 24 }), fc.nat(7), fc.nat(9), async (pairs, start, end) => {
        const { graph } = await graphWith(1);
        const idOf = (i: number) => nodes[i]?.id ?? '';
        const edges = pairs.map(([a, b]) => edge(idOf(a), 'GRANTS', idOf(b)));
        await graph.applyPage(page({ nodes, edges }));
        const far = distances(edges, idOf(start));
        const toEnd = await graph.path(idOf(start), idOf(end));
        expect(toEnd === null ? undefined : toEnd.length - 1).toBe(far.get(idOf(end)));
        const toZero = await graph.path(idOf(start));
        expect(toZero === null ? undefined : toZero.length - 1).toBe(far.get(ORG.id));
        for (const path of [toEnd, toZero]) {
          path?.slice(0, -1).forEach((step, i) => {
            const next = path[i + 1]?.node.id;
            expect(edges.some((e) => e.from === step.node.id && e.to === next && e.kind === step.edge)).toBe(true);
          });
        }
        const reach = await graph.reach(idOf(start));
        const groups = nodes.slice(0, 8).filter((n) => n.id !== idOf(start) && far.has(n.id));
        expect(reach?.groups).toBe(groups.length);
      }),
      { numRuns: 40, seed: 11 },
    );
  });
});
