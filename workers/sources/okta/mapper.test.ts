import { describe, expect, it } from 'vitest';
import { nodeId } from '../../graph/model.ts';
import { mapApp, mapAppGroup, mapAppUser, mapFactors, mapGroup, mapMember, mapRole, mapUser } from './mapper.ts';

const S = 'src_1';
const SOURCE = { id: S, name: 'Acme' };

function ok<T>(mapped: { ok: T } | { bad: unknown }): T {
  if ('ok' in mapped) return mapped.ok;
  throw new Error(JSON.stringify(mapped.bad));
}

const USER = {
  id: '00u1',
  status: 'ACTIVE',
  created: '2024-06-24T16:39:18.000Z',
  activated: null,
  statusChanged: '2024-06-24T16:39:19.000Z',
  lastLogin: null,
  lastUpdated: '2026-07-02T21:36:25.344Z',
  passwordChanged: '2025-07-02T21:36:25.344Z',
  type: { id: 'oty1' },
  profile: {
    login: 'a@acme.test',
    email: 'a@acme.test',
    firstName: 'A',
    lastName: 'B',
    mobilePhone: null,
    employeeNumber: 187,
  },
  credentials: { password: {}, emails: [], provider: { type: 'OKTA', name: 'OKTA' } },
  _links: { self: { href: 'https://x' } },
  somethingNew: { a: 1 },
};

describe('users', () => {
  it('become an identity, an account and the edge between them', () => {
    const user = ok(mapUser(S, USER));
    const identity = nodeId('identity', S, '00u1');
    const account = nodeId('account', S, '00u1');
    expect(user).toMatchObject({ id: '00u1', accountId: account, canSignIn: true });
    expect(user.edges).toEqual([{ from: identity, to: account, kind: 'HAS_ACCOUNT', attributes: {} }]);
    expect(user.nodes).toEqual([
      {
        id: identity,
        kind: 'identity',
        sourceId: S,
        nativeId: '00u1',
        name: 'A B',
        attributes: { accountId: account, login: 'a@acme.test', email: 'a@acme.test' },
      },
      {
        id: account,
        kind: 'account',
        sourceId: S,
        nativeId: '00u1',
        name: 'A B',
        attributes: {
          status: 'ACTIVE',
          login: 'a@acme.test',
          email: 'a@acme.test',
          created: Date.parse(USER.created),
          activated: null,
          statusChanged: Date.parse(USER.statusChanged),
          lastLogin: null,
          passwordChanged: Date.parse(USER.passwordChanged),
          hasPassword: true,
          provider: 'OKTA',
          department: null,
          title: null,
          managerId: null,
          userType: null,
          employeeNumber: '187',
        },
      },
    ]);
  });

  it.each([
    [{ displayName: 'Dee' }, 'Dee'],
    [{ firstName: 'Only', lastName: '' }, 'Only'],
    [{ login: 'l@acme.test' }, 'l@acme.test'],
    [{}, '00u1'],
  ])('are named by what there is: %j', (profile, name) => {
    expect(ok(mapUser(S, { ...USER, profile })).nodes[0]?.name).toBe(name);
  });

  it('without a password or with odd fields are still read', () => {
    const odd = {
      id: '00u1',
      status: 'DEPROVISIONED',
      created: 'yesterday',
      profile: 'none',
      credentials: { provider: 7 },
    };
    const user = ok(mapUser(S, odd));
    expect(user.canSignIn).toBe(false);
    expect(user.nodes[1]?.attributes).toMatchObject({ hasPassword: false, provider: null, created: null, login: null });
  });

  it.each([
    ['ACTIVE', true],
    ['PASSWORD_EXPIRED', true],
    ['LOCKED_OUT', true],
    ['RECOVERY', true],
    ['STAGED', false],
    ['SUSPENDED', false],
  ])('in status %s can sign in: %s', (status, canSignIn) =>
    expect(ok(mapUser(S, { ...USER, status })).canSignIn).toBe(canSignIn),
  );

  it.each([
    [{ id: '00u1' }, '00u1'],
    [{ status: 'ACTIVE' }, null],
    ['text', null],
    [null, null],
  ])('that cannot be read are named where possible: %j', (raw, id) => {
    expect(mapUser(S, raw)).toEqual({ bad: { id, reason: expect.any(String) } });
  });
});

describe('groups and apps', () => {
  it('read both spellings of the admin flag, and its absence', () => {
    const group = (stats?: unknown) =>
      ok(mapGroup(S, { id: '00g1', type: 'OKTA_GROUP', profile: { name: 'G' }, _embedded: { stats } }));
    expect(group({ usersCount: 3, appsCount: 1, hasAdminPrivlege: true })).toMatchObject({
      users: 3,
      apps: 1,
      admin: true,
    });
    expect(group({ hasAdminPrivilege: false })).toMatchObject({ users: null, admin: false });
    expect(group()).toMatchObject({ users: null, apps: null, admin: null, isEveryone: false });
    expect(ok(mapGroup(S, { id: '00g1' })).nodes[0]).toMatchObject({
      name: '00g1',
      attributes: { type: null, description: null },
    });
    expect(ok(mapGroup(S, { id: '00g1', type: 'BUILT_IN', profile: { name: 'Everyone' } })).isEveryone).toBe(true);
    expect(ok(mapGroup(S, { id: '00g1', type: 'OKTA_GROUP', profile: { name: 'Everyone' } })).isEveryone).toBe(false);
  });

  it('read apps, members and assignments', () => {
    const app = {
      id: '0oa1',
      name: 'saml',
      label: 'Mail',
      status: 'ACTIVE',
      signOnMode: 'SAML_2_0',
      features: ['B', 'A'],
      settings: {},
    };
    expect(ok(mapApp(S, app)).nodes[0]).toMatchObject({
      name: 'Mail',
      attributes: { status: 'ACTIVE', signOnMode: 'SAML_2_0', catalogName: 'saml', features: ['A', 'B'] },
    });
    const to = nodeId('app', S, '0oa1');
    expect(ok(mapMember(S, '00g1', USER)).edges[0]).toMatchObject({
      kind: 'MEMBER_OF',
      to: nodeId('group', S, '00g1'),
    });
    expect(ok(mapAppGroup(S, '0oa1', { id: '00g1', priority: 0 })).edges[0]).toMatchObject({ kind: 'ASSIGNED_TO', to });
    const appUser = {
      id: '00u1',
      externalId: 'x',
      scope: 'GROUP',
      status: 'PROVISIONED',
      credentials: { userName: 'a@acme.test' },
    };
    expect(ok(mapAppUser(S, '0oa1', appUser)).edges).toEqual([
      {
        from: nodeId('account', S, '00u1'),
        to,
        kind: 'ASSIGNED_TO',
        attributes: { status: 'PROVISIONED', scope: 'GROUP', externalId: 'x', userName: 'a@acme.test' },
      },
    ]);
  });

  it('give an unmatched account of an app to nobody', () => {
    expect(ok(mapAppUser(S, '0oa1', { id: '0ua1', status: 'IMPORTED' }))).toMatchObject({ userId: null, edges: [] });
    const linked = {
      id: '0ua1',
      status: 'ACTIVE',
      _links: { user: { href: 'https://acme.okta.com/api/v1/users/00u7' } },
    };
    expect(ok(mapAppUser(S, '0oa1', linked)).userId).toBe('00u7');
  });
});

describe('roles', () => {
  const account = { kind: 'account' as const, nativeId: '00u1' };
  const role = { id: 'ra1', label: 'Super Admin', type: 'SUPER_ADMIN', status: 'ACTIVE', assignmentType: 'USER' };

  it('that reach the whole org grant it', () => {
    const mapped = ok(mapRole(SOURCE, account, role));
    expect(mapped.nodes.map((node) => [node.kind, node.nativeId])).toEqual([
      ['role', 'SUPER_ADMIN'],
      ['role_assignment', 'ra1'],
      ['resource', 'org'],
    ]);
    expect(mapped.edges.map((edge) => edge.kind)).toEqual(['HOLDS_ROLE', 'HAS_ROLE_ASSIGNMENT', 'GRANTS']);
    expect(ok(mapRole(SOURCE, account, { ...role, type: 'APP_ADMIN' })).edges.map((edge) => edge.kind)).toEqual([
      'HOLDS_ROLE',
      'HAS_ROLE_ASSIGNMENT',
    ]);
  });

  it('that a group holds belong to the group, not to its members', () => {
    expect(ok(mapRole(SOURCE, account, { ...role, assignmentType: 'GROUP' }))).toMatchObject({
      held: false,
      nodes: [],
      edges: [],
    });
    const group = ok(mapRole(SOURCE, { kind: 'group', nativeId: '00g1' }, { ...role, assignmentType: 'GROUP' }));
    expect(group.edges[0]?.from).toBe(nodeId('group', S, '00g1'));
  });

  it('are custom ones by their own id', () => {
    const custom = {
      id: 'irb1',
      role: 'cr01',
      label: 'Creator',
      type: 'CUSTOM',
      status: 'ACTIVE',
      'resource-set': 'iam1',
    };
    expect(ok(mapRole(SOURCE, account, custom)).nodes[0]).toMatchObject({
      nativeId: 'cr01',
      name: 'Creator',
      attributes: { type: 'CUSTOM', custom: true, label: 'Creator' },
    });
  });

  it('that are inactive bring nothing', () => {
    expect(ok(mapRole(SOURCE, account, { ...role, status: 'INACTIVE' })).held).toBe(false);
  });
});

describe('factors', () => {
  it('are read in a stable order', () => {
    const raw = [
      { id: 'b', factorType: 'webauthn', provider: 'FIDO', status: 'ACTIVE', profile: { credentialId: 'x' } },
      { id: 'a', factorType: 'sms', vendorName: 'OKTA', status: 'PENDING_ACTIVATION' },
    ];
    const state = mapFactors(raw);
    expect(state).toEqual({
      known: true,
      factors: [
        { id: 'a', type: 'sms', provider: 'OKTA', status: 'PENDING_ACTIVATION' },
        { id: 'b', type: 'webauthn', provider: 'FIDO', status: 'ACTIVE' },
      ],
    });
    expect(mapFactors(raw.toReversed())).toEqual(state);
    expect(mapFactors([])).toEqual({ known: true, factors: [] });
  });

  it('are unknown when one of them cannot be read', () => {
    expect(mapFactors([{ id: 'a' }])).toEqual({ known: false, reason: expect.stringContaining('factorType') });
  });
});
