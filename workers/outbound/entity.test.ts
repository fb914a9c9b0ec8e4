import { describe, expect, it } from 'vitest';
import { T0 } from '../../test/deps.ts';
import type { AccountView, AppAssignment } from '../detections/types.ts';
import type { NodeDetail } from '../graph/port.ts';
import { entityOf, factsFromIssue } from './entity.ts';

function view(more: Partial<AccountView> = {}): AccountView {
  return {
    accountId: 'acc_1',
    identityId: 'idn_1',
    sourceId: 'src_1',
    nativeId: '00u1',
    name: 'Ann Admin',
    attributes: {
      status: 'ACTIVE',
      login: 'ann@acme.test',
      email: null,
      created: T0,
      activated: T0,
      statusChanged: T0,
      lastLogin: T0,
      passwordChanged: T0,
      hasPassword: true,
      provider: 'OKTA',
      department: null,
      title: null,
      managerId: null,
      userType: null,
      employeeNumber: null,
    },
    tier: 'none',
    roles: [],
    factors: { known: true, factors: [] },
    assignments: [],
    groupCount: 0,
    signals: [],
    missing: {},
    ...more,
  };
}

function assignment(appName: string, more: Partial<AppAssignment> = {}): AppAssignment {
  return {
    appId: `app_${appName}`,
    appNativeId: appName,
    appName,
    appStatus: 'ACTIVE',
    signOnMode: 'SAML_2_0',
    status: 'ACTIVE',
    scope: 'USER',
    externalId: `ext_${appName}`,
    userName: 'ann',
    ...more,
  };
}

function graph(views: AccountView[]) {
  const out = views.map((one) => ({
    edge: {
      from: 'idn_1',
      to: one.accountId,
      kind: 'HAS_ACCOUNT',
      attributes: {},
      beganAt: T0,
      by: { kind: 'sync', id: 's' },
    },
    node: { id: one.accountId, kind: 'account', sourceId: 'src_1', nativeId: 'x', name: 'x', attributes: {} },
  }));
  return {
    accountView: async (id: string) => views.find((one) => one.accountId === id) ?? null,
    node: async () => ({ out, in: [] }) as unknown as NodeDetail,
  };
}

const tenantOf = (sourceId: string) => (sourceId === 'src_1' ? 'acme' : '');
const account = { kind: 'account', id: 'acc_1' };
const person = { kind: 'identity', id: 'idn_1' };

describe('what a delivery tells of an account', () => {
  it('is its login, its privileges with their reasons, and its last sign-in', async () => {
    const roles = [
      { roleId: 'rol_1', type: 'SUPER_ADMIN', name: 'Super Administrator', via: { id: 'grp_1', name: 'Ops' } },
      { roleId: 'rol_2', type: 'APP_ADMIN', name: 'Application Administrator', via: null },
    ];
    expect(await entityOf(graph([view({ roles })]), account, tenantOf)).toEqual({
      username: 'ann@acme.test',
      types: [
        { type: 'Global Admin', reasons: ['Super Administrator through the group Ops'] },
        { type: 'Admin', reasons: ['Application Administrator, directly'] },
      ],
      lastLogin: T0,
    });
  });

  it('names API tokens that are not revoked', async () => {
    const signal = (kind: 'api_token_created' | 'api_token_revoked', ref: string) => ({
      accountId: 'acc_1',
      kind,
      at: T0,
      eventId: `evt_${kind}_${ref}`,
      ref,
    });
    const signals = [
      signal('api_token_created', 'kept'),
      signal('api_token_created', 'gone'),
      signal('api_token_revoked', 'gone'),
    ];
    const facts = await entityOf(graph([view({ signals })]), account, tenantOf);
    expect(facts?.unrotatedTokens).toEqual([{ name: 'kept', createdAt: T0 }]);
  });

  it('is unknown when the graph does not have it', async () => {
    expect(await entityOf(graph([]), account, tenantOf)).toBeNull();
    expect(await entityOf(graph([]), person, tenantOf)).toBeNull();
  });
});

describe('what a delivery tells of a person', () => {
  it('is every account that still works, in Okta and in its apps', async () => {
    const leaver = view({
      assignments: [
        assignment('Salesforce'),
        assignment('Old', { status: 'DEPROVISIONED' }),
        assignment('Off', { appStatus: 'INACTIVE' }),
        assignment('Link', { signOnMode: 'BOOKMARK' }),
      ],
    });
    leaver.attributes.status = 'DEPROVISIONED';
    const second = view({ accountId: 'acc_2', nativeId: '00u2' });
    const facts = await entityOf(graph([leaver, second]), person, tenantOf);
    expect(
      facts?.activeAccounts?.map((one) => [one.sourceProductName, one.idInService, one.sourceProductTenant]),
    ).toEqual([
      ['Salesforce', 'ext_Salesforce', null],
      ['Okta', '00u2', 'acme'],
    ]);
  });
});

describe('without the graph', () => {
  it.each([
    ['No MFA - Global Admin Account', ['Global Admin']],
    ['No MFA - Admin Account', ['Admin']],
    ['No MFA - Account', []],
  ])('the title says the privilege: %s', (title, types) => {
    expect(factsFromIssue({ title, subjectName: 'ann' }).types.map(({ type }) => type)).toEqual(types);
  });
});
