import { describe, expect, test } from 'vitest';
import { makeCall } from '../../workers/remediation/call.ts';
import type { CheckContext } from '../../workers/remediation/check.types.ts';
import { checkAssignment, checkMembership } from '../../workers/remediation/check-access.ts';
import { checkAccount } from '../../workers/remediation/check-account.ts';
import { checkGrant, checkToken } from '../../workers/remediation/check-credential.ts';
import { checkRole } from '../../workers/remediation/check-role.ts';
import type { OktaAccess } from '../../workers/remediation/okta-access.ts';
import { readOwnCredential } from '../../workers/remediation/own-credential.ts';
import type { AccountTarget, Node, Target } from '../../workers/remediation/target.ts';
import { oktaNotFound } from '../../workers/sources/okta/errors.ts';
import { checkWrite, REMEDIATION_WRITES } from '../../workers/sources/okta/writes.ts';
import { testLab } from '../lab/testing/lab-client.ts';

type Source = Target['source'];
const SOURCE = { id: 'src_lab', authType: 'ssws', clientId: null } as Source;

/** The lab as remediation calls it. */
function access() {
  const kit = testLab({ people: 300 });
  const call = async (method: string, path: string) => {
    if (method !== 'GET') checkWrite(REMEDIATION_WRITES, method, path);
    const response = await kit.ask(path, { method });
    const text = await response.text();
    if (response.status === 404) throw oktaNotFound({ fields: { oktaStatus: 404 } });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return { status: response.status, body: text === '' ? null : JSON.parse(text), next: null, date: null, rate: null };
  };
  const okta: OktaAccess = { get: (path) => call('GET', path), write: ({ method, path }) => call(method, path) };
  const graph = { access: async () => null, node: async () => null };
  /** Plans and makes a change. */
  const make = async (check: (context: CheckContext) => ReturnType<typeof checkAccount>, target: Partial<Target>) => {
    const nothing = { account: null, group: null, app: null, role: null, token: null, grantId: null };
    const context = { okta, graph, target: { source: SOURCE, ...nothing, ...target } as Target };
    const { refusals, calls } = await check(context);
    expect(refusals).toEqual([]);
    for (const one of calls) expect((await makeCall(okta, one)).note).toBeNull();
    // once more: what is gone counts as done
    for (const one of calls.filter(({ method }) => method === 'DELETE')) await makeCall(okta, one);
  };
  return { ...kit, okta, world: kit.lab.world, make };
}

const node = (kind: Node['kind'], nativeId: string): Node => ({
  id: `${kind}_${nativeId}`,
  kind,
  nativeId,
  name: nativeId,
  sourceId: SOURCE.id,
  attributes: {},
});
const account = (id: string) =>
  ({ ...node('account', id), view: { roles: [], identityId: 'idn' }, groupNames: [] }) as unknown as AccountTarget;
const asked = (action: Target['request']['action']) => ({ action });

describe('the lab takes every remediation', () => {
  test('of an account, and knows whose token it is', async () => {
    const { world, make, okta } = access();
    expect(await readOwnCredential(okta, SOURCE)).toMatchObject({
      userId: world.rootAdminId,
      roles: expect.arrayContaining(['SUPER_ADMIN']),
    });
    const user = [...world.users.values()].find(
      ({ id, status }) => status === 'ACTIVE' && id !== world.rootAdminId && (world.factors.get(id)?.length ?? 0) > 0,
    );
    if (!user) throw new Error('nobody fits');
    for (const action of ['revoke_sessions', 'reset_factors', 'suspend'] as const) {
      await make(checkAccount, { request: asked(action), account: account(user.id) });
    }
    expect([user.status, world.factors.get(user.id) ?? []]).toEqual(['SUSPENDED', []]);
    await make(checkAccount, { request: asked('unsuspend'), account: account(user.id) });
    expect(user.status).toBe('ACTIVE');
  });

  test('of memberships, assignments and roles', async () => {
    const { world, make } = access();
    const [group, member] = [...world.members].flatMap(([id, members]) => {
      const [first] = members;
      return world.groups.get(id)?.type === 'OKTA_GROUP' && first !== undefined ? [[id, first] as const] : [];
    })[0] ?? ['', ''];
    await make(checkMembership, {
      request: asked('remove_from_group'),
      account: account(member),
      group: node('group', group),
    });
    expect(world.members.get(group)?.has(member)).toBe(false);

    const [app, user] = [...world.appUsers].flatMap(([id, all]) => {
      const direct = [...all.values()].find(({ scope }) => scope === 'USER');
      return direct ? [[id, direct.userId] as const] : [];
    })[0] ?? ['', ''];
    await make(checkAssignment, { request: asked('unassign_app'), account: account(user), app: node('app', app) });
    expect(world.appUsers.get(app)?.has(user)).toBe(false);

    const [holder, roles] = [...world.userRoles].find(
      ([id, all]) => id !== world.rootAdminId && all.some(({ type }) => type !== 'CUSTOM'),
    ) ?? ['', []];
    const type = roles.find((role) => role.type !== 'CUSTOM')?.type ?? '';
    await make(checkRole, { request: asked('remove_role'), account: account(holder), role: node('role', type) });
    expect((world.userRoles.get(holder) ?? []).some((role) => role.type === type)).toBe(false);
  });

  test('of tokens and grants', async () => {
    const { world, make } = access();
    const own = new Set(world.tokenSecrets.values());
    const token = [...world.tokens.keys()].find((id) => !own.has(id)) ?? '';
    await make(checkToken, {
      request: asked('revoke_api_token'),
      token: { nativeId: token, nodeId: null, name: null },
    });
    expect(world.tokens.has(token)).toBe(false);
    const [grant] = world.grants.values();
    if (!grant) throw new Error('no grant');
    await make(checkGrant, { request: asked('revoke_grant'), app: node('app', grant.appId), grantId: grant.id });
    expect(world.grants.has(grant.id)).toBe(false);
  });
});
