import { describe, expect, it } from 'vitest';
import { OPERATOR_TENANT, sources } from '../../db/control/schema.ts';
import type { Deps } from '../platform/deps.ts';
import { login } from './login.ts';
import { authTestApp, PASSWORD, seedTenant } from './test-app.ts';

const OPERATOR = 'test-operator-token';
type User = { id: string; email: string; role: string; sourceIds: string[] | null; disabledAt: string | null };
type List = { data: User[]; next: string | null };
type Log = { data: { action: string; detail: unknown; target: { id: string } }[] };

const newUser = (role = 'viewer') => ({
  email: `u-${crypto.randomUUID()}@example.com`,
  name: 'Uma User',
  role,
  password: PASSWORD,
});

async function seedSource(deps: Deps, tenantId: string, id: string) {
  await deps.control.insert(sources).values({
    tenantId,
    id,
    kind: 'okta',
    name: id,
    baseUrl: 'https://acme.okta.com',
    mode: 'polling',
    authType: 'ssws',
    sealedCredential: 'sealed',
    createdAt: 0,
  });
}

describe('users', () => {
  it('are added, shown, listed in order and removed; the answer never carries the password', async () => {
    const { call, deps } = authTestApp();
    const { tokens, email } = await seedTenant(deps, ['super_admin']);
    const token = tokens.super_admin;
    const made = [];
    for (let i = 0; i < 3; i++) made.push((await call<User>('POST', '/users', { token, body: newUser() })).json);
    const [first] = made;
    const shown = await call<User>('GET', `/users/${first?.id}`, { token });
    expect(shown.json).toEqual(first);
    expect(JSON.stringify(shown.json)).not.toMatch(/password|scrypt/i);

    const all: string[] = [];
    let next: string | null = '';
    while (next !== null) {
      const page: { json: List } = await call<List>('GET', `/users?limit=3${next && `&cursor=${next}`}`, { token });
      all.push(...page.json.data.map((user) => user.email));
      next = page.json.next;
    }
    expect(all).toEqual([email, ...made.map((user) => user.email)].sort());

    expect((await call('DELETE', `/users/${first?.id}`, { token })).status).toBe(204);
    expect((await call('DELETE', `/users/${first?.id}`, { token })).status).toBe(404);
    expect((await call('GET', `/users/${first?.id}`, { token })).status).toBe(404);
    const log = await call<Log>('GET', '/audit?action=user', { token });
    expect(log.json.data.map((entry) => entry.action).sort()).toEqual([
      'user.create',
      'user.create',
      'user.create',
      'user.delete',
    ]);
    expect(JSON.stringify(log.json)).not.toContain(PASSWORD);
  });

  it.each([
    ['a short password', { password: 'short' }],
    ['the e-mail as password', { password: 'somebody-else@example.com', email: 'Somebody-Else@example.com' }],
    ['no e-mail', { email: 'nobody' }],
    ['a blank name', { name: '   ' }],
    ['a name of two lines', { name: 'a\nb' }],
    ['an unknown role', { role: 'root' }],
    ['sources for a viewer', { sourceIds: ['src_1'] }],
    ['an unknown source', { role: 'issue_responder', sourceIds: ['src_1'] }],
  ])('are refused with %s', async (_, wrong) => {
    const { call, deps } = authTestApp();
    const { tokens } = await seedTenant(deps, ['super_admin']);
    const res = await call('POST', '/users', { token: tokens.super_admin, body: { ...newUser(), ...wrong } });
    expect(res.status).toBe(400);
  });

  it('cannot share an address, in whatever case, over all tenants', async () => {
    const { call, deps } = authTestApp();
    const a = await seedTenant(deps, ['super_admin']);
    const b = await seedTenant(deps, []);
    const body = { ...newUser(), email: b.email.toUpperCase() };
    const res = await call('POST', '/users', { token: a.tokens.super_admin, body });
    expect([res.status, res.json.code]).toEqual([409, 'user.email_taken']);
  });

  it('of another tenant are not found, and are not touched', async () => {
    const { call, deps } = authTestApp();
    const a = await seedTenant(deps, []);
    const b = await seedTenant(deps, ['super_admin']);
    const token = b.tokens.super_admin;
    for (const [method, body] of [['GET'], ['PATCH', { name: 'Mallory' }], ['DELETE']] as const) {
      expect((await call(method, `/users/${a.adminId}`, { token, body })).status).toBe(404);
    }
    expect((await login(deps, { email: a.email, password: PASSWORD })).user.name).toBe('Ada Admin');
  });

  it('may be limited to sources of their own tenant', async () => {
    const { call, deps } = authTestApp();
    const a = await seedTenant(deps, ['super_admin']);
    const b = await seedTenant(deps, []);
    const token = a.tokens.super_admin;
    await seedSource(deps, a.tenantId, 'src_mine');
    await seedSource(deps, b.tenantId, 'src_theirs');
    const body = { ...newUser('issue_responder'), sourceIds: ['src_theirs'] };
    expect((await call('POST', '/users', { token, body })).status).toBe(400);
    const made = await call<User>('POST', '/users', { token, body: { ...body, sourceIds: ['src_mine'] } });
    expect(made.json.sourceIds).toEqual(['src_mine']);
    const session = (await login(deps, { email: made.json.email, password: PASSWORD })).token;
    expect((await call('GET', '/session', { token: session })).json).toMatchObject({
      principal: { sourceIds: ['src_mine'] },
    });
    const promoted = await call<User>('PATCH', `/users/${made.json.id}`, { token, body: { role: 'source_admin' } });
    expect(promoted.json.sourceIds).toBeNull();
  });
});

describe('a change of a user', () => {
  it('of role holds from the next request of an open session on', async () => {
    const { call, deps } = authTestApp();
    const { tokens } = await seedTenant(deps, ['super_admin']);
    const token = tokens.super_admin;
    const { json: user } = await call<User>('POST', '/users', { token, body: newUser('super_admin') });
    const session = (await login(deps, { email: user.email, password: PASSWORD })).token;
    expect((await call('GET', '/tokens', { token: session })).status).toBe(200);
    await call('PATCH', `/users/${user.id}`, { token, body: { role: 'viewer' } });
    expect((await call('GET', '/tokens', { token: session })).status).toBe(403);
    expect((await call('GET', '/session', { token: session })).json.permissions).toEqual(['read']);
  });

  it.each([
    ['a new password', { password: 'another long password' }],
    ['disabling', { disabled: true }],
  ])('ends its sessions: %s', async (_, body) => {
    const { call, deps } = authTestApp();
    const { tokens } = await seedTenant(deps, ['super_admin']);
    const token = tokens.super_admin;
    const { json: user } = await call<User>('POST', '/users', { token, body: newUser() });
    const session = (await login(deps, { email: user.email, password: PASSWORD })).token;
    expect((await call('PATCH', `/users/${user.id}`, { token, body })).status).toBe(200);
    expect((await call('GET', '/session', { token: session })).status).toBe(401);
    await expect(login(deps, { email: user.email, password: PASSWORD })).rejects.toThrow('wrong');
    if (!('disabled' in body)) return;
    await call('PATCH', `/users/${user.id}`, { token, body: { disabled: false } });
    expect((await call('GET', '/session', { token: session })).status).toBe(401);
    expect((await login(deps, { email: user.email, password: PASSWORD })).user.id).toBe(user.id);
  });

  it('that changes nothing leaves no line in the log', async () => {
    const { call, deps } = authTestApp();
    const { tokens, adminId } = await seedTenant(deps, ['super_admin']);
    const token = tokens.super_admin;
    const body = { name: 'Ada Admin', role: 'super_admin', sourceIds: null, disabled: false };
    expect((await call('PATCH', `/users/${adminId}`, { token, body })).status).toBe(200);
    expect((await call('PATCH', `/users/${adminId}`, { token, body: {} })).status).toBe(200);
    expect((await call<Log>('GET', '/audit?action=user.update', { token })).json.data).toEqual([]);
  });

  it('logs what changed, without the password', async () => {
    const { call, deps } = authTestApp();
    const { tokens, adminId } = await seedTenant(deps, ['super_admin']);
    const token = tokens.super_admin;
    const body = { name: 'Ada B. Admin', password: 'another long password' };
    await call('PATCH', `/users/${adminId}`, { token, body });
    const { json } = await call<Log>('GET', '/audit?action=user.update', { token });
    expect(json.data).toMatchObject([
      { target: { id: adminId }, detail: { name: 'Ada B. Admin', password: 'changed' } },
    ]);
    expect(JSON.stringify(json)).not.toMatch(/another long|scrypt/);
  });
});

describe('the last super admin', () => {
  it.each([
    ['DELETE', undefined],
    ['PATCH', { role: 'viewer' }],
    ['PATCH', { disabled: true }],
  ])('stays: %s %j', async (method, body) => {
    const { call, deps } = authTestApp();
    const { tokens, adminId } = await seedTenant(deps, ['super_admin']);
    const token = tokens.super_admin;
    const { json: other } = await call<User>('POST', '/users', { token, body: newUser('super_admin') });
    await call('PATCH', `/users/${other.id}`, { token, body: { disabled: true } });
    const res = await call(method, `/users/${adminId}`, { token, body });
    expect([res.status, res.json.code]).toEqual([409, 'user.last_super_admin']);
    await call('PATCH', `/users/${other.id}`, { token, body: { disabled: false } });
    expect((await call(method, `/users/${adminId}`, { token, body })).status).toBeLessThan(300);
  });

  it('stays even when two remove each other at once', async () => {
    const { call, deps } = authTestApp();
    const { tokens, adminId } = await seedTenant(deps, ['super_admin']);
    const token = tokens.super_admin;
    const { json: other } = await call<User>('POST', '/users', { token, body: newUser('super_admin') });
    const results = await Promise.all([adminId, other.id].map((id) => call('DELETE', `/users/${id}`, { token })));
    expect(results.map((res) => res.status).sort()).toEqual([204, 409]);
  });
});

describe('operators', () => {
  const home = { token: OPERATOR, headers: { 'X-Postern-Tenant': OPERATOR_TENANT } };

  it('are made by operators in their own home only', async () => {
    const { call, deps } = authTestApp();
    const { tokens, tenantId } = await seedTenant(deps, ['super_admin']);
    const body = newUser('operator');
    expect((await call('POST', '/users', { token: tokens.super_admin, body })).json.code).toBe('role.not_allowed');
    const inTenant = { token: OPERATOR, headers: { 'X-Postern-Tenant': tenantId }, body };
    expect((await call('POST', '/users', inTenant)).json.code).toBe('role.not_allowed');
    expect((await call('POST', '/users', { ...home, body: newUser('super_admin') })).json.code).toBe(
      'role.not_allowed',
    );
    const made = await call<User>('POST', '/users', { ...home, body });
    expect(made.status).toBe(201);
    expect((await login(deps, { email: made.json.email, password: PASSWORD })).user.tenantId).toBe(OPERATOR_TENANT);
  });

  it('add users to a tenant that they name', async () => {
    const { call, deps } = authTestApp();
    const { tenantId } = await seedTenant(deps, []);
    const res = await call<User>('POST', '/users', {
      token: OPERATOR,
      headers: { 'X-Postern-Tenant': tenantId },
      body: newUser('viewer'),
    });
    expect((await login(deps, { email: res.json.email, password: PASSWORD })).user.tenantId).toBe(tenantId);
  });
});

describe('colleagues', () => {
  it('are told by name to every role, without address or role, and never those of another tenant', async () => {
    const { call, deps } = authTestApp();
    const { tokens, adminId } = await seedTenant(deps, ['viewer']);
    const other = await seedTenant(deps, []);
    const { status, json } = await call<{ data: { id: string }[] }>('GET', '/people', { token: tokens.viewer });
    expect(status).toBe(200);
    expect(json.data).toEqual([{ id: adminId, name: 'Ada Admin', active: true }]);
    expect(JSON.stringify(json)).not.toContain(other.adminId);
  });
});
