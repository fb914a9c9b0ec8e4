import { describe, expect, it } from 'vitest';
import { T0 } from '../../../test/deps.ts';
import { callerOf } from '../../api/test-caller.ts';
import { graphRoutes } from '../graph.routes.ts';
import { DERIVED_KINDS, EDGE_KINDS } from '../model.ts';
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
  SRC,
} from '../testing/fixtures.ts';
import { assign, thing, tie } from '../testing/roles.ts';
import { edgeText } from './edge-kinds.ts';
import { wholeOf } from './resources.ts';

const acc = accountId;
const [ADMINS, DESK, SALES] = [group('admins', 'Admins'), group('desk', 'Desk'), group('sales', 'Sales')];
const [CRM, BOT] = [app('crm'), app('bot')];
const [SUPER, HELP, APPS] = [role('SUPER_ADMIN'), role('HELP_DESK_ADMIN'), role('APP_ADMIN')];
const SECRET = thing('credential', 'secret/bot', { type: 'client_secret' });
const TOKEN = thing('credential', 'tok', { type: 'api_token' });
const LAPTOP = thing('device', 'laptop', { accountId: acc('boss') });
const OTHER = thing('device', 'other', { accountId: acc('clerk') });
const ODD = role('QUANTUM_ADMIN');

/** A boss in an admin group, a help desk, a clerk; a bot that is super administrator and signs in with a secret. */
async function world(shards: number) {
  const made = await graphWith(shards);
  const parts = [
    assign('ra-boss', { holder: ADMINS.id, type: 'SUPER_ADMIN', scoped: false }),
    assign('ra-bot', { holder: BOT.id, type: 'SUPER_ADMIN', scoped: false }),
    assign('ra-desk', { holder: DESK.id, type: 'HELP_DESK_ADMIN', scoped: false }),
    assign('ra-apps', { holder: acc('ann'), type: 'APP_ADMIN', targets: [BOT.id] }),
    assign('ra-off', { holder: acc('clerk'), type: 'HELP_DESK_ADMIN', scoped: false, status: 'INACTIVE' }),
    assign('ra-odd', { holder: SALES.id, type: 'QUANTUM_ADMIN', scoped: false }),
  ];
  await made.graph.applyPage(
    pageOfPeople(['boss', 'desk', 'ann', 'clerk', 'dan'], {
      nodes: [
        ...[ADMINS, DESK, SALES, CRM, BOT, SUPER, HELP, APPS, ODD, SECRET, TOKEN, LAPTOP, OTHER, ORG],
        ...parts.flatMap((part) => part.nodes),
      ],
      edges: [
        tie(SUPER, 'GRANTS', ORG),
        tie(SECRET, 'SECRET_OF', BOT),
        tie(TOKEN, 'API_TOKEN_FOR', { id: acc('boss') }),
        tie(LAPTOP, 'DEVICE_OF', { id: acc('boss') }),
        tie(OTHER, 'DEVICE_OF', { id: acc('clerk') }),
        edge(acc('boss'), 'MEMBER_OF', ADMINS.id),
        edge(acc('desk'), 'MEMBER_OF', DESK.id),
        edge(acc('dan'), 'ASSIGNED_TO', BOT.id),
        ...parts.flatMap((part) => part.edges),
      ],
    }),
  );
  return made;
}

describe('the kinds of edges', () => {
  it('are all told of: what each means, does and takes', () => {
    for (const kind of [...EDGE_KINDS, ...DERIVED_KINDS]) {
      expect(edgeText(kind)?.explanation.length).toBeGreaterThan(20);
      expect(edgeText(kind)?.remediation.length).toBeGreaterThan(10);
    }
    expect(edgeText('NOT_A_KIND')).toBeNull();
    expect(edgeText('toString')).toBeNull();
  });

  it('name what an ORN stands for', () => {
    expect(wholeOf('orn:okta:directory:00o1:users')).toEqual({ all: 'account' });
    expect(wholeOf('orn:okta:idp:00o1:apps')).toEqual({ all: 'app' });
    expect(wholeOf('orn:okta:directory:00o1:groups:00g1:contained_resources')).toEqual({ members: '00g1' });
    expect(wholeOf('orn:okta:idp:00o1:apps:slack')).toEqual({ appsNamed: 'slack' });
    for (const orn of [
      'orn:okta:directory:00o1:groups:00g1',
      'orn:okta:idp:00o1:apps:crm:0oa1',
      'orn:okta:idp:00o1:apps:0oa1',
    ]) {
      expect(wholeOf(orn)).toBe('one');
    }
    expect(wholeOf('orn:okta:idp:00o1:customizations')).toBe('beside');
    expect(wholeOf('orn:okta:workflow:00o1:flows:1')).toBe('beside');
    for (const orn of [
      'users',
      '',
      'orn:x',
      'orn:okta:directory:00o1:planets',
      'https://acme.okta.com/api/v1/planets',
    ]) {
      expect(wholeOf(orn)).toBe('unknown');
    }
  });
});

describe.each([1, 3])('privileges on %i shard(s)', (shards) => {
  it('an app administrator reads the secret of an app that holds a role, and cannot manage it', async () => {
    const { graph } = await world(shards);
    const path = await graph.path(identityId('ann'));
    expect(path?.map((step) => [step.node.name, step.edge])).toEqual([
      ['User ann', 'HAS_ACCOUNT'],
      ['User ann', 'READ_CLIENT_SECRET'],
      ['secret/bot', 'SECRET_OF'],
      ['bot', 'HOLDS_ROLE'],
      ['SUPER_ADMIN', 'GRANTS'],
      ['acme', null],
    ]);
    expect((await graph.edges({ from: acc('ann'), kind: 'APP_ADMIN', limit: 10 })).data).toEqual([]);
    // who may only open the app is not the app
    expect(await graph.path(identityId('dan'))).toBeNull();
    expect(await graph.path(identityId('dan'), BOT.id)).toHaveLength(3);
  });

  it('a help desk reaches everybody but administrators', async () => {
    const { graph } = await world(shards);
    const { data, next } = await graph.edges({ kind: 'HELP_DESK_ADMIN', limit: 50 });
    // clerk holds a role that is switched off: still a role; ann administers apps, boss everything, desk is the desk
    expect(data.map((one) => [one.from.name, one.to.id, one.assignment?.name])).toEqual([
      ['Desk', acc('dan'), 'ra-desk'],
    ]);
    expect(next).toBeNull();
    expect((await graph.path(identityId('desk'), acc('dan')))?.at(-2)?.edge).toBe('HELP_DESK_ADMIN');
    expect(await graph.path(identityId('desk'), acc('boss'))).toBeNull();
    expect((await graph.reachableBy({ to: acc('dan'), limit: 10 })).data.map((row) => row.name)).toEqual([
      'User ann',
      'User boss',
      'User dan',
      'User desk',
    ]);
  });

  it('an event that takes the role away takes what it gave', async () => {
    const { graph } = await world(shards);
    const held = edge(acc('ann'), 'HOLDS_ROLE', APPS.id);
    await graph.applyDelta({ changes: [remove(held, T0 + 5)], signals: [] });
    expect(await graph.path(identityId('ann'))).toBeNull();
    expect(await graph.path(identityId('ann'), undefined, T0 + 1)).toHaveLength(6);
    // and she is no administrator any more
    expect((await graph.edges({ kind: 'HELP_DESK_ADMIN', limit: 50 })).data.map((one) => one.to.id)).toContain(
      acc('ann'),
    );
  });

  it('tells the edges in pages, stored ones first, and by their ends', async () => {
    const { graph } = await world(shards);
    const whole = await graph.edges({ limit: 200 });
    const paged: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await graph.edges({ limit: 7, cursor });
      expect(page.data.length).toBeLessThanOrEqual(7);
      paged.push(...page.data.map((one) => `${one.from.id} ${one.kind} ${one.to.id}`));
      cursor = page.next ?? undefined;
    } while (cursor);
    expect(paged).toEqual(whole.data.map((one) => `${one.from.id} ${one.kind} ${one.to.id}`));
    expect(new Set(paged).size).toBe(paged.length);
    const boss = await graph.edges({ to: acc('boss'), limit: 50 });
    expect(boss.data.map((one) => [one.from.name, one.kind, one.since === null])).toEqual([
      ['tok', 'API_TOKEN_FOR', false],
      ['laptop', 'DEVICE_OF', false],
      ['User boss', 'HAS_ACCOUNT', false],
      ['acme', 'CONTAINS', true],
    ]);
    expect((await graph.edges({ kind: 'MEMBER_OF', to: DESK.id, limit: 5 })).data).toHaveLength(1);
    expect((await graph.edges({ kind: 'SUPER_ADMIN', limit: 5 })).data.map((one) => one.from.name).sort()).toEqual([
      'Admins',
      'bot',
    ]);
    await expect(graph.edges({ limit: 5, cursor: 'zz' })).rejects.toMatchObject({ code: 'invalid_request' });
  });

  it('tells tier zero by rule', async () => {
    const { graph } = await world(shards);
    const { items, truncated } = await graph.tierZero(50);
    expect(items.map(({ node, reason, of }) => [reason, node.name, of?.name ?? null])).toEqual([
      ['org', 'acme', null],
      ['administrator', 'Admins', null],
      ['administrator', 'User boss', 'Admins'],
      ['administrator', 'bot', null],
      ['device', 'laptop', 'User boss'],
      ['token', 'tok', 'User boss'],
      ['credential', 'secret/bot', 'bot'],
    ]);
    expect(truncated).toBe(false);
    expect(await graph.tierZero(2)).toMatchObject({ truncated: true });
  });

  it('tells what it cannot know', async () => {
    const { graph } = await world(shards);
    expect(await graph.unknownPowers()).toMatchObject([
      { assignment: { name: 'ra-odd' }, holder: { name: 'Sales' }, type: 'QUANTUM_ADMIN' },
    ]);
  });

  it('keeps tenants apart', async () => {
    await world(shards);
    const { graph } = await graphWith(shards);
    expect(await graph.edges({ limit: 50 })).toEqual({ data: [], next: null });
    expect(await graph.tierZero(50)).toEqual({ items: [], truncated: false });
    expect(await graph.path(identityId('ann'))).toBeNull();
  });
});

describe('the routes', () => {
  it('answer with explanations and remediations', async () => {
    const { deps, tenantId } = await world(3);
    const get = callerOf<Record<string, unknown>>({ deps, tenantId, routes: graphRoutes() });
    const kinds = await get('/graph/edge-kinds');
    expect((kinds.body.data as unknown[]).length).toBe(EDGE_KINDS.length + DERIVED_KINDS.length);
    const paths = await get(`/graph/paths?from=${identityId('ann')}&all=true&limit=5`);
    expect(paths.body).toMatchObject({
      path: [
        { edge: 'HAS_ACCOUNT' },
        { edge: 'READ_CLIENT_SECRET', explanation: edgeText('READ_CLIENT_SECRET')?.explanation },
        { edge: 'SECRET_OF', remediation: edgeText('SECRET_OF')?.remediation },
        { edge: 'HOLDS_ROLE' },
        { edge: 'GRANTS' },
        { edge: null, explanation: null, remediation: null },
      ],
      paths: [{ steps: [{}, {}, {}, {}, {}, {}] }],
    });
    expect((await get(`/graph/paths?from=${identityId('ann')}`)).body.paths).toBeNull();
    expect((await get('/graph/edges?kind=READ_CLIENT_SECRET')).body).toMatchObject({
      data: [{ derived: true, since: null, assignment: { name: 'ra-apps' } }],
      next: null,
    });
    expect((await get('/graph/edges?kind=NONSENSE')).status).toBe(400);
    expect((await get(`/graph/paths?from=${identityId('ann')}&all=true&limit=101`)).status).toBe(400);
    expect((await get('/graph/tier-zero')).status).toBe(200);
    expect((await get('/graph/unknown-powers')).body).toMatchObject({
      data: [{ type: 'QUANTUM_ADMIN', source: SRC, remedy: expect.stringContaining('Okta'), grants: [] }],
      next: null,
    });
  });
});
