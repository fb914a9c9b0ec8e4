import { describe, expect, it } from 'vitest';
import { nodeId } from '../model.ts';
import { type Assignment, grantsOf, keyOf, type Resources } from './rules.ts';

const BASE: Assignment = {
  id: 'ras_1',
  source: 'src_1',
  type: 'APP_ADMIN',
  scoped: false,
  groups: [],
  apps: [],
  resources: null,
  permissions: null,
};
const RESOURCES: Resources = { id: 'rst_1', all: [], membersOf: [], accounts: [], groups: [], apps: [], unknown: [] };

function given(part: Partial<Assignment>): string[] {
  return grantsOf({ ...BASE, ...part }).grants.map(({ kind, to }) => `${kind} ${keyOf(to)}`);
}

function custom(permissions: string[], resources: Partial<Resources>): string[] {
  return given({ type: 'CUSTOM', scoped: true, permissions, resources: { ...RESOURCES, ...resources } });
}

describe('standard roles', () => {
  it('without targets are about everything, with targets about these alone', () => {
    expect(given({})).toEqual([
      'APP_ADMIN set:all:app:src_1',
      'APP_ADMIN set:all:api_service:src_1',
      'READ_CLIENT_SECRET set:all:secret:src_1',
    ]);
    expect(given({ scoped: true, apps: ['app_1'] })).toEqual([
      'APP_ADMIN set:listed:app:ras_1',
      'READ_CLIENT_SECRET set:listed:secret:ras_1',
    ]);
    expect(given({ type: 'USER_ADMIN' })).toEqual([
      'GROUP_ADMIN set:all:account:src_1',
      'GROUP_ADMIN set:all:group:src_1',
    ]);
    expect(given({ type: 'USER_ADMIN', scoped: true, groups: ['grp_1', 'grp_2'] })).toEqual([
      'GROUP_ADMIN set:listed:group:ras_1',
      'GROUP_ADMIN set:members:grp_1',
      'GROUP_ADMIN set:members:grp_2',
    ]);
    expect(given({ type: 'GROUP_MEMBERSHIP_ADMIN' })).toEqual(['GROUP_MEMBERSHIP_ADMIN set:all:group:src_1']);
    expect(given({ type: 'GROUP_MEMBERSHIP_ADMIN', scoped: true, groups: ['grp_1'] })).toEqual([
      'GROUP_MEMBERSHIP_ADMIN set:listed:group:ras_1',
    ]);
    expect(given({ type: 'HELP_DESK_ADMIN' })).toEqual(['HELP_DESK_ADMIN set:all:account:src_1']);
    expect(given({ type: 'HELP_DESK_ADMIN', scoped: true, groups: ['grp_1'] })).toEqual([
      'HELP_DESK_ADMIN set:members:grp_1',
    ]);
  });

  it('of which it is not known whether, or which, targets they have give nothing, and say so', () => {
    for (const scoped of [null, true]) {
      for (const type of ['APP_ADMIN', 'USER_ADMIN', 'GROUP_MEMBERSHIP_ADMIN', 'HELP_DESK_ADMIN']) {
        const { grants, unknown } = grantsOf({ ...BASE, type, scoped });
        expect(grants).toEqual([]);
        expect(unknown).toMatchObject({ reason: expect.stringContaining('targets'), need: 'roles' });
      }
    }
  });

  it('that have no targets', () => {
    expect(given({ type: 'ORG_ADMIN', scoped: null })).toEqual([
      'ORG_ADMIN set:all:account:src_1',
      'ORG_ADMIN set:all:group:src_1',
      'ORG_ADMIN set:all:device:src_1',
    ]);
    expect(given({ type: 'MOBILE_ADMIN' })).toEqual(['MOBILE_ADMIN set:all:device:src_1']);
    expect(given({ type: 'READ_ONLY_ADMIN' })).toEqual(['READ_CLIENT_SECRET set:all:secret:src_1']);
    expect(given({ type: 'API_ACCESS_MANAGEMENT_ADMIN' })).toEqual(['READ_CLIENT_SECRET set:all:secret:src_1']);
    expect(grantsOf({ ...BASE, type: 'SUPER_ADMIN' }).grants[0]?.to).toMatchObject({
      ids: [nodeId('resource', 'src_1', 'org')],
    });
    expect(grantsOf({ ...BASE, type: 'REPORT_ADMIN' })).toEqual({ grants: [], unknown: null });
  });

  it('that nobody has seen yet are unknown', () => {
    expect(grantsOf({ ...BASE, type: 'QUANTUM_ADMIN' })).toMatchObject({
      grants: [],
      unknown: { reason: 'The role type QUANTUM_ADMIN is not known', need: null },
    });
  });
});

describe('custom roles', () => {
  it.each([
    ['okta.users.manage', ['RESET_PASSWORD', 'RESET_FACTORS']],
    ['okta.users.credentials.manage', ['RESET_PASSWORD', 'RESET_FACTORS']],
    ['okta.users.credentials.resetPassword', ['RESET_PASSWORD']],
    ['okta.users.credentials.expirePassword', ['RESET_PASSWORD']],
    ['okta.users.credentials.manageTemporaryAccessCode', ['RESET_PASSWORD']],
    ['okta.users.credentials.resetFactors', ['RESET_FACTORS']],
    ['okta.users.read', []],
    ['okta.users.userprofile.manage', []],
  ])('%s over accounts', (permission, kinds) => {
    expect(custom([permission], { accounts: ['acc_1'] })).toEqual(
      kinds.map((kind) => `${kind} set:listed:account:rst_1`),
    );
    expect(custom([permission], { groups: ['grp_1'], apps: ['app_1'] })).toEqual([]);
  });

  it.each([
    ['okta.groups.manage', ['ADD_MEMBER set:listed:group:rst_1']],
    ['okta.groups.members.manage', ['ADD_MEMBER set:listed:group:rst_1']],
    ['okta.groups.read', []],
    ['okta.apps.manage', ['MANAGE_APP set:listed:app:rst_1']],
    ['okta.apps.read', []],
    ['okta.apps.assignment.manage', []],
    ['okta.apps.clientCredentials.read', ['READ_CLIENT_SECRET set:listed:secret:rst_1']],
  ])('%s over groups and apps', (permission, expected) => {
    expect(custom([permission], { accounts: ['acc_1'], groups: ['grp_1'], apps: ['app_1'] })).toEqual(expected);
  });

  it('reach whole collections and the members of groups that their set names', () => {
    expect(custom(['okta.users.manage'], { all: ['account'], membersOf: ['grp_1'] })).toEqual([
      'RESET_PASSWORD set:all:account:src_1',
      'RESET_PASSWORD set:members:grp_1',
      'RESET_FACTORS set:all:account:src_1',
      'RESET_FACTORS set:members:grp_1',
    ]);
    expect(custom(['okta.groups.manage'], { membersOf: ['grp_1'] })).toEqual([]);
    expect(custom(['okta.apps.clientCredentials.read'], { all: ['app'] })).toEqual([
      'READ_CLIENT_SECRET set:all:secret:src_1',
    ]);
  });

  it('over a set with rows that nobody can read are told as unknown, with what is known of them', () => {
    const resources = { ...RESOURCES, apps: ['app_1'], unknown: ['orn:okta:idp:00o:planets'] };
    const one = { ...BASE, type: 'CUSTOM', resources };
    expect(grantsOf({ ...one, permissions: ['okta.apps.manage'] })).toMatchObject({
      grants: [{ kind: 'MANAGE_APP' }],
      unknown: { reason: expect.stringContaining('orn:okta:idp:00o:planets'), need: null },
    });
    // whatever the row names, to read it is no power
    expect(grantsOf({ ...one, permissions: ['okta.apps.read'] })).toEqual({ grants: [], unknown: null });
  });

  it('whose permissions or resources were not read are unknown', () => {
    expect(grantsOf({ ...BASE, type: 'CUSTOM', resources: RESOURCES }).unknown?.reason).toMatch(/permissions/);
    expect(grantsOf({ ...BASE, type: 'CUSTOM', permissions: ['okta.users.manage'] }).unknown).toMatchObject({
      reason: expect.stringContaining('resource set'),
      need: 'resourceSets',
    });
  });
});
