import { describe, expect, it } from 'vitest';
import { T0 } from '../../test/deps.ts';
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
  SRC,
  upsert,
} from './testing/fixtures.ts';
import type { Scope } from './writes.ts';

const G = group('g1');
const NATIVES = Array.from({ length: 20 }, (_, i) => `u${String(i).padStart(2, '0')}`);
const members = NATIVES.map((native) => edge(accountId(native), 'MEMBER_OF', G.id));
const MEMBERS: Scope = { of: 'edgesTo', kind: 'MEMBER_OF', to: G.id, fromKind: 'account' };

describe.each([1, 3])('the end of a scope over %i shard(s)', (shards) => {
  const close = (scope: Scope, seen: string[], removalLimitPercent = 10, asOf = T0 + 100) => ({
    scope,
    seen,
    asOf,
    by: { kind: 'sync' as const, id: 'syn_2' },
    removalLimitPercent,
    evaluate: false,
  });

  it('ends what the listing did not see', async () => {
    const { graph } = await graphWith(shards);
    await graph.applyPage(pageOfPeople(NATIVES, { nodes: [G], edges: members }));
    const seen = NATIVES.slice(2).map((native) => accountId(native));
    expect(await graph.closeScope(close(MEMBERS, seen))).toMatchObject({ held: false, removed: 2 });
    expect((await graph.node(G.id))?.in).toHaveLength(18);
    expect(await graph.closeScope(close(MEMBERS, seen))).toEqual({ held: false, removed: 0, rowsWritten: 0 });
  });

  it('is held when too much would end, and nothing is written', async () => {
    const { graph } = await graphWith(shards);
    await graph.applyPage(pageOfPeople(NATIVES, { nodes: [G], edges: members }));
    const users: Scope = { of: 'nodes', kind: 'account', sourceId: SRC };
    for (const scope of [MEMBERS, users]) {
      expect(await graph.closeScope(close(scope, []))).toEqual({
        held: true,
        existing: 20,
        removing: 20,
        rowsWritten: 0,
      });
    }
    const three = NATIVES.slice(3).map((native) => accountId(native));
    expect(await graph.closeScope(close(users, three))).toMatchObject({ held: true, removing: 3 });
    expect((await graph.counts()).account).toBe(20);
    // A person's word: no limit.
    expect(await graph.closeScope(close(users, three, 100))).toMatchObject({ held: false, removed: 3 });
    expect(await graph.counts()).toMatchObject({ account: 17, identity: 17, edges: 34 });
  });

  it('is never held for a small scope', async () => {
    const { graph } = await graphWith(shards);
    await graph.applyPage(pageOfPeople(NATIVES.slice(0, 9), { nodes: [G], edges: members.slice(0, 9) }));
    expect(await graph.closeScope(close(MEMBERS, []))).toMatchObject({ held: false, removed: 9 });
  });

  it('leaves alone what began after the listing, and what lies outside', async () => {
    const { graph } = await graphWith(shards);
    const other = group('g2');
    await graph.applyPage(
      pageOfPeople(NATIVES.slice(0, 5), {
        nodes: [G, other, app('a1')],
        edges: [
          ...members.slice(0, 4),
          edge(accountId('u00'), 'MEMBER_OF', other.id),
          assigned(accountId('u00'), app('a1').id),
          edge(G.id, 'ASSIGNED_TO', app('a1').id),
        ],
      }),
    );
    await graph.applyDelta({ changes: [upsert(edge(accountId('u04'), 'MEMBER_OF', G.id), T0 + 200)], signals: [] });
    expect(await graph.closeScope(close(MEMBERS, []))).toMatchObject({ removed: 4 });
    expect((await graph.node(G.id))?.in.map(({ node }) => node.nativeId)).toEqual(['u04']);
    expect((await graph.node(other.id))?.in).toHaveLength(1);
    expect((await graph.node(app('a1').id))?.in).toHaveLength(2);
  });

  it('works for identities, structure and the edges of one node', async () => {
    const { graph } = await graphWith(shards);
    const apps = ['a1', 'a2', 'a3'].map((native) => app(native));
    await graph.applyPage(
      pageOfPeople(NATIVES.slice(0, 3), {
        nodes: [G, ORG, role('SUPER_ADMIN'), ...apps],
        edges: [
          ...apps.map((a) => edge(G.id, 'ASSIGNED_TO', a.id)),
          ...apps.map((a) => assigned(accountId('u00'), a.id)),
          edge(accountId('u00'), 'HOLDS_ROLE', role('SUPER_ADMIN').id),
          edge(role('SUPER_ADMIN').id, 'GRANTS', ORG.id),
        ],
      }),
    );
    const first = apps[0]?.id ?? '';
    const ofGroup: Scope = { of: 'edgesFrom', kind: 'ASSIGNED_TO', from: G.id, toKind: 'app' };
    expect(await graph.closeScope(close(ofGroup, [first]))).toMatchObject({ removed: 2 });
    const ofAccount: Scope = { of: 'edgesFrom', kind: 'ASSIGNED_TO', from: accountId('u00'), toKind: 'app' };
    expect(await graph.closeScope(close(ofAccount, [first]))).toMatchObject({ removed: 2 });
    const roles: Scope = { of: 'edgesFrom', kind: 'HOLDS_ROLE', from: accountId('u00'), toKind: 'role' };
    expect(await graph.closeScope(close(roles, []))).toMatchObject({ removed: 1 });
    // Roles and resources share an id prefix: a scope of one does not end the other.
    const grants: Scope = { of: 'edgesFrom', kind: 'GRANTS', from: role('SUPER_ADMIN').id, toKind: 'app' };
    expect(await graph.closeScope(close(grants, []))).toMatchObject({ removed: 0 });
    const appNodes: Scope = { of: 'nodes', kind: 'app', sourceId: SRC };
    expect(await graph.closeScope(close(appNodes, [first]))).toMatchObject({ removed: 2 });
    expect((await graph.node(first))?.in).toHaveLength(2);
    const identities: Scope = { of: 'nodes', kind: 'identity', sourceId: SRC };
    const seen = ['u00', 'u01'].map((native) => identityId(native));
    expect(await graph.closeScope(close(identities, seen))).toMatchObject({ removed: 1 });
    expect(await graph.counts()).toMatchObject({ identity: 2, app: 1, role: 1, resource: 1 });
  });

  it('does not touch another source', async () => {
    const { graph } = await graphWith(shards);
    await graph.applyPage(page(pageOfPeople(NATIVES.slice(0, 3))));
    const scope: Scope = { of: 'nodes', kind: 'account', sourceId: 'src_other' };
    expect(await graph.closeScope(close(scope, [], 100))).toMatchObject({ removed: 0 });
    expect((await graph.counts()).account).toBe(3);
  });
});
