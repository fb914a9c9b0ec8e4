import { exportJWK, generateKeyPair } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import { users } from '../../db/control/schema.ts';
import { graphOf } from '../graph/directory.ts';
import { privateJwkSchema } from '../sources/okta/credential.ts';
import { oktaError } from '../sync/testing/fake-okta.ts';
import { type Harness, setUp } from './testing/harness.ts';

let h: Harness;
beforeEach(async () => {
  h = await setUp();
});

const account = (name: string) => h.id('account', name);
const suspend = (name: string) => ({ action: 'suspend', account: account(name) });
const removeRole = (name: string, role: string) => ({
  action: 'remove_role',
  account: account(name),
  role: h.id('role', role),
});

/** What the source says of `dan` from now on. */
const patchDan = (patch: Record<string, unknown>) =>
  graphOf(h.deps, h.tenantId).applyDelta({
    changes: [
      {
        op: 'patchAccount',
        accountId: account('dan'),
        patch,
        at: h.clock.now() + 1,
        by: { kind: 'sync', id: 'x' },
      },
    ],
    signals: [],
  });

/** Codes of the refusals of a plan, which then cannot be confirmed. */
async function refused(body: unknown) {
  const { status, json } = await h.plan(body);
  expect(status).toBe(200);
  expect(json).toMatchObject({ possible: false, planId: null, expiresAt: null });
  expect(h.okta.writes).toEqual([]);
  return json.refusals as { code: string; text: string; instead: { label: string; request: unknown }[] }[];
}
const codes = async (body: unknown) => (await refused(body)).map(({ code }) => code);

describe('a plan refuses', () => {
  it('to suspend whom Okta would not, and says what to do', async () => {
    for (const status of ['LOCKED_OUT', 'STAGED', 'PASSWORD_EXPIRED']) {
      const user = h.okta.org.users.get('dan');
      if (user) user.status = status;
      const [why] = await refused(suspend('dan'));
      expect(why?.code).toBe('not_active');
      expect(why?.text).toContain(status);
    }
  });

  it('groups that nobody can change by hand', async () => {
    const leave = (group: string) => ({
      action: 'remove_from_group',
      account: account('dan'),
      group: h.id('group', group),
    });
    const [fromApp] = await refused(leave('fromApp'));
    expect(fromApp).toMatchObject({ code: 'group_from_app', text: expect.stringContaining('managed by mail') });
    expect(await codes(leave('everyone'))).toEqual(['group_built_in']);
  });

  it('an app that a group gives, and offers to leave the group', async () => {
    const [why] = await refused({ action: 'unassign_app', account: account('dan'), app: h.id('app', 'mail') });
    expect(why?.code).toBe('assigned_through_group');
    expect(why?.instead).toEqual([
      {
        label: 'Remove dan from staff',
        request: { action: 'remove_from_group', account: account('dan'), group: h.id('group', 'staff') },
      },
    ]);
    expect((await h.plan(why?.instead[0]?.request)).json.possible).toBe(true);
  });

  it('a role that comes through a group, and offers both ways out', async () => {
    const [why] = await refused(removeRole('bob', 'SUPER_ADMIN'));
    expect(why?.code).toBe('role_through_group');
    expect(why?.instead.map(({ label }) => label)).toEqual([
      'Remove bob from admins',
      'Take SUPER_ADMIN from the whole group admins',
    ]);
  });

  it('what is gone or was never there', async () => {
    h.okta.org.users.delete('dan');
    expect(await codes(suspend('dan'))).toEqual(['gone']);
    expect(await codes(removeRole('cat', 'ORG_ADMIN'))).toEqual(['nothing_to_do']);
    expect(await codes({ action: 'reset_factors', account: account('bob') })).toEqual(['nothing_to_do']);
    expect(await codes({ action: 'revoke_api_token', source: h.sourceId, tokenId: 'none' })).toEqual(['nothing_to_do']);
    expect(await codes({ action: 'revoke_grant', app: h.id('app', 'mail'), grantId: 'none' })).toEqual([
      'nothing_to_do',
    ]);
    h.okta.org.groups.delete('staff');
    const leave = { action: 'remove_from_group', account: account('cat'), group: h.id('group', 'staff') };
    expect(await codes(leave)).toEqual(['gone']);
  });

  it('what may not be looked at', async () => {
    h.okta.faults.push((_, path) => (path.endsWith('/groups/rules') ? oktaError(403, 'E0000006') : undefined));
    const leave = { action: 'remove_from_group', account: account('cat'), group: h.id('group', 'staff') };
    expect(await codes(leave)).toEqual(['may_not_read']);
  });
});

describe('a plan keeps people from', () => {
  it('changing their own account', async () => {
    await patchDan({ email: h.email.toUpperCase() });
    const login = await h.call('POST', '/session', { email: h.email, password: 'correct horse battery staple' });
    const mine = await h.plan(suspend('dan'), login.json.token);
    expect(mine.json.refusals.map(({ code }: { code: string }) => code)).toEqual(['own_account']);
  });

  it('cutting Postern off', async () => {
    expect(await codes(suspend('00uPostern'))).toEqual(['own_credential']);
    h.okta.me = 'ann';
    expect(await codes({ action: 'revoke_api_token', credential: h.id('credential', '00T1') })).toContain(
      'own_credential',
    );
  });

  it('touching a break-glass account', async () => {
    await patchDan({ login: 'break-glass-1@acme.test' });
    expect(await codes(suspend('dan'))).toEqual(['break_glass']);
  });

  it('touching what a person said is one, and not what a person said is none', async () => {
    const say = (name: string, kind: string) => h.call('PUT', `/identities/${h.id('identity', name)}/kind`, { kind });
    expect((await say('dan', 'break_glass')).status).toBe(200);
    expect(await codes(suspend('dan'))).toEqual(['break_glass']);
    expect((await say('dan', 'human')).status).toBe(200);
    await patchDan({ login: 'emergency-access@acme.test' });
    expect((await h.plan(suspend('dan'))).json).toMatchObject({ possible: true, refusals: [] });
  });

  it('taking the last super admin away, in whichever way', async () => {
    const leave = { action: 'remove_from_group', account: account('bob'), group: h.id('group', 'admins') };
    const wholeGroup = { action: 'remove_role', group: h.id('group', 'admins'), role: h.id('role', 'SUPER_ADMIN') };
    for (const body of [suspend('bob'), leave, wholeGroup]) expect((await h.plan(body)).json.possible).toBe(true);
    for (const other of ['ann', '00uPostern']) {
      const user = h.okta.org.users.get(other);
      if (user) user.status = 'SUSPENDED';
    }
    for (const body of [suspend('bob'), leave, wholeGroup]) expect(await codes(body)).toEqual(['last_super_admin']);
  });
});

describe('the rights of the credential are told before', () => {
  it('by the role of whose API token it is', async () => {
    const set = (...roles: string[]) =>
      h.okta.org.users.set('00uPostern', {
        status: 'ACTIVE',
        factors: [],
        sessions: 0,
        roles: roles.map((type) => ({ id: `ra-${type}`, type })),
      });
    set('READ_ONLY_ADMIN');
    const [why] = await refused(suspend('dan'));
    expect(why).toMatchObject({ code: 'role_missing', text: expect.stringContaining('READ_ONLY_ADMIN') });
    set('USER_ADMIN');
    expect((await h.plan(suspend('dan'))).json.possible).toBe(true);
    expect(await codes(suspend('cat'))).toEqual(['target_is_admin']);
    set('CUSTOM');
    const custom = (await h.plan(suspend('dan'))).json;
    expect([custom.possible, custom.warnings.map(({ code }: { code: string }) => code)]).toEqual([
      true,
      ['apps_stay_open', 'custom_role'],
    ]);
    set();
    expect((await h.plan(suspend('dan'))).json.warnings.at(-1).code).toBe('roles_unknown');
  });

  it('by the scopes of a service app, anew each time', async () => {
    const { privateKey } = await generateKeyPair('ES256', { extractable: true });
    const jwk = privateJwkSchema.parse({ ...(await exportJWK(privateKey)), kid: 'k1' });
    h = await setUp({ credential: { type: 'oauth', clientId: 'mail', privateKey: jwk } });
    for (const scope of ['users', 'roles', 'groups', 'apps']) h.okta.scopes.add(`okta.${scope}.read`);
    const [why] = await refused(suspend('dan'));
    expect(why).toMatchObject({ code: 'scope_missing', text: expect.stringContaining('okta.users.manage') });
    h.okta.scopes.add('okta.users.manage');
    expect((await h.plan(suspend('dan'))).json.possible).toBe(true);
    // its own role is not its to lose
    h.okta.scopes.add('okta.roles.manage');
    const own = { action: 'remove_role', app: h.id('app', 'mail'), role: h.id('role', 'ORG_ADMIN') };
    expect(await codes(own)).toContain('own_credential');
  });
});

describe('a plan tells what follows', () => {
  it('warns of what stays and of what comes back', async () => {
    h.okta.org.rules.push({ id: 'r1', name: 'All staff', groupIds: ['staff'], exclude: [] });
    const leave = { action: 'remove_from_group', account: account('cat'), group: h.id('group', 'staff') };
    const [rule] = (await h.plan(leave)).json.warnings;
    expect(rule).toMatchObject({ code: 'group_rule', text: expect.stringContaining('All staff') });
    h.okta.org.rules[0]?.exclude.push('cat');
    expect((await h.plan(leave)).json.warnings).toEqual([]);
    const app = (await h.plan({ action: 'unassign_app', account: account('cat'), app: h.id('app', 'mail') })).json;
    expect(app.warnings[0]).toMatchObject({ code: 'still_through_group' });
  });

  it('names paths, apps and issues that disappear', async () => {
    const role = (await h.plan({ action: 'remove_role', account: account('ann'), role: h.id('role', 'SUPER_ADMIN') }))
      .json;
    expect(role.effects).toMatchObject({
      known: true,
      reach: { tierZero: true, roles: 1 },
      tierZero: { count: 1, first: [{ name: 'ann' }] },
    });
    const leave = { action: 'remove_from_group', account: account('dan'), group: h.id('group', 'staff') };
    expect((await h.plan(leave)).json.effects.reach.apps).toBe(1);
    // factors that are reset leave an admin with none: an issue would open
    const reset = (await h.plan({ action: 'reset_factors', account: account('cat') })).json;
    expect(reset.effects.issues.opens.map(({ detection }: { detection: string }) => detection)).toContain(
      'no-mfa-admin',
    );
  });

  it('says so where the graph has not seen it', async () => {
    h.okta.org.groups.get('admins')?.members.add('dan');
    const leave = { action: 'remove_from_group', account: account('dan'), group: h.id('group', 'admins') };
    expect((await h.plan(leave)).json).toMatchObject({ possible: true, effects: { known: false } });
  });
});

it('a responder sees only the sources that are theirs', async () => {
  await h.deps.control
    .update(users)
    .set({ role: 'issue_responder', sourceIds: ['src_other'], extraPermissions: ['remediate'] });
  const login = await h.call('POST', '/session', { email: h.email, password: 'correct horse battery staple' });
  expect((await h.plan(suspend('dan'), login.json.token)).status).toBe(404);
});
