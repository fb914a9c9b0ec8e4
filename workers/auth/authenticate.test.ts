import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { OPERATOR_TENANT, tenants, tokens } from '../../db/control/schema.ts';
import { HOUR, MINUTE } from '../platform/clock.ts';
import { requirePermission } from '../platform/http/router.ts';
import { clientIp } from './authenticate.ts';
import { bearerOf, resolveCredential } from './credentials.ts';
import { login } from './login.ts';
import { type Permission, POSTERN, type Role } from './principal.ts';
import { authTestApp, PASSWORD, seedTenant } from './test-app.ts';
import { createToken } from './tokens.repository.ts';

const OPERATOR = 'test-operator-token';
const named = (tenantId: string) => ({ headers: { 'X-Postern-Tenant': tenantId } });

describe('a request without a valid token', () => {
  it.each([
    ['no header', undefined],
    ['an empty one', ''],
    ['another scheme', 'Basic dXNlcjpwYXNz'],
    ['no token', 'Bearer '],
    ['an unknown session', `Bearer pss_${'A'.repeat(43)}`],
    ['an unknown API token', `Bearer pat_${'A'.repeat(43)}`],
    ['something else', 'Bearer hello'],
    ['two tokens', `Bearer ${OPERATOR} ${OPERATOR}`],
    ['a very long one', `Bearer pat_${'A'.repeat(5_000)}`],
    ['SQL', `Bearer pat_'OR/**/1=1--`],
    ['part of the operator token', 'Bearer test-operator-toke'],
  ])('is refused: %s', async (_, authorization) => {
    const { call } = authTestApp();
    const res = await call('GET', '/session', { headers: authorization === undefined ? {} : { authorization } });
    expect(res.status).toBe(401);
    expect(res.json.code).toBe('unauthenticated');
  });

  it('is refused with the hash of a token, which is all that the store holds', async () => {
    const { call, deps } = authTestApp();
    const { tenantId } = await seedTenant(deps, ['viewer']);
    const [row] = await deps.control.select().from(tokens).where(eq(tokens.tenantId, tenantId));
    expect((await call('GET', '/session', { token: `pat_${row?.hash}` })).status).toBe(401);
    expect((await call('GET', '/session', { token: row?.hash ?? '' })).status).toBe(401);
  });
});

describe('API tokens', () => {
  it('hold the role they were made with, in their tenant', async () => {
    const { call, deps } = authTestApp();
    const { tenantId, tokens } = await seedTenant(deps, ['viewer']);
    const me = await call('GET', '/session', { token: tokens.viewer });
    expect(me.json).toMatchObject({ principal: { kind: 'token', role: 'viewer' }, tenant: { id: tenantId } });
    expect((await call('GET', '/users', { token: tokens.viewer })).json.code).toBe('forbidden');
  });

  it('expire to the millisecond', async () => {
    const { call, deps, clock } = authTestApp();
    const { tenantId } = await seedTenant(deps, []);
    const expiresAt = clock.now() + HOUR;
    const { token } = await createToken(deps, tenantId, POSTERN, { name: 'x', role: 'viewer', expiresAt });
    clock.set(expiresAt - 1);
    expect((await call('GET', '/session', { token })).status).toBe(200);
    clock.set(expiresAt);
    expect((await call('GET', '/session', { token })).status).toBe(401);
  });

  it('note their last use at most once an hour', async () => {
    const { call, deps, clock } = authTestApp();
    const { tenantId, tokens: own } = await seedTenant(deps, ['viewer']);
    const lastUsed = async () =>
      (await deps.control.select().from(tokens).where(eq(tokens.tenantId, tenantId)))[0]?.lastUsedAt;
    const first = clock.now();
    await call('GET', '/session', { token: own.viewer });
    expect(await lastUsed()).toBe(first);
    clock.advance(59 * MINUTE);
    await call('GET', '/session', { token: own.viewer });
    expect(await lastUsed()).toBe(first);
    clock.advance(MINUTE);
    await call('GET', '/session', { token: own.viewer });
    expect(await lastUsed()).toBe(first + HOUR);
  });
});

describe('the tenant of a request', () => {
  it('is that of the token; naming another one is refused', async () => {
    const { call, deps } = authTestApp();
    const [a, b] = [await seedTenant(deps, ['super_admin']), await seedTenant(deps, [])];
    const token = a.tokens.super_admin;
    expect((await call('GET', '/users', { token, ...named(a.tenantId) })).status).toBe(200);
    const other = await call('GET', '/users', { token, ...named(b.tenantId) });
    expect([other.status, other.json.code]).toEqual([403, 'forbidden']);
    expect((await call('GET', '/users', { token, ...named(OPERATOR_TENANT) })).status).toBe(403);
  });

  it('has to be named by an operator, except where no tenant is needed', async () => {
    const { call, deps } = authTestApp();
    const { tenantId } = await seedTenant(deps, []);
    const none = await call('GET', '/users', { token: OPERATOR });
    expect([none.status, none.json.code]).toEqual([400, 'tenant.required']);
    expect((await call('GET', '/tenants', { token: OPERATOR })).status).toBe(200);
    expect((await call('GET', '/session', { token: OPERATOR })).json.tenant).toBeNull();
    expect((await call('GET', '/users', { token: OPERATOR, ...named(tenantId) })).status).toBe(200);
    const unknown = await call('GET', '/users', { token: OPERATOR, ...named('tnt_nowhere') });
    expect([unknown.status, unknown.json.code]).toEqual([404, 'tenant.not_found']);
  });

  it('suspended, refuses its own people and tokens at once, and not the operator', async () => {
    const { call, deps } = authTestApp();
    const { tenantId, tokens, email } = await seedTenant(deps, ['super_admin']);
    const session = (await login(deps, { email, password: PASSWORD })).token;
    await call('PATCH', `/tenants/${tenantId}`, { token: OPERATOR, body: { status: 'suspended' } });
    for (const token of [session, tokens.super_admin]) {
      const res = await call('GET', '/users', { token });
      expect([res.status, res.json.code]).toEqual([403, 'tenant.suspended']);
    }
    expect((await call('GET', '/users', { token: OPERATOR, ...named(tenantId) })).status).toBe(200);
    await call('PATCH', `/tenants/${tenantId}`, { token: OPERATOR, body: { status: 'active' } });
    expect((await call('GET', '/users', { token: session })).status).toBe(200);
  });
});

describe('credentials that contradict themselves', () => {
  it('open nothing: a tenant token with the operator role, an operator token of another role, a token of no tenant', async () => {
    const { deps } = authTestApp();
    const { tenantId } = await seedTenant(deps, []);
    const make = async (tenant: string, role: Role) =>
      (await createToken(deps, tenant, POSTERN, { name: 'x', role, expiresAt: null })).token;
    const gone = await make('tnt_gone', 'viewer');
    expect(await resolveCredential(deps, await make(tenantId, 'operator'))).toBeNull();
    expect(await resolveCredential(deps, await make(OPERATOR_TENANT, 'super_admin'))).toBeNull();
    expect(await resolveCredential(deps, gone)).toBeNull();
    await deps.control.insert(tenants).values({ id: 'tnt_gone', name: 'back', createdAt: 0 });
    expect(await resolveCredential(deps, gone)).not.toBeNull();
  });
});

describe('the bootstrap operator', () => {
  it('is switched off by an empty OPERATOR_TOKEN', async () => {
    const { deps } = authTestApp();
    const off = { ...deps, env: { ...deps.env, OPERATOR_TOKEN: '' } };
    expect(await resolveCredential(deps, OPERATOR)).toMatchObject({ principal: { role: 'operator' } });
    expect(await resolveCredential(off, OPERATOR)).toBeNull();
    expect(await resolveCredential(off, '')).toBeNull();
  });
});

describe('when the store fails', () => {
  it('nobody gets in', async () => {
    const { deps } = authTestApp();
    const { tokens } = await seedTenant(deps, ['viewer']);
    const broken = { ...deps.control, select: () => { throw new Error('D1 is away'); } }; // biome-ignore format: one line
    await expect(
      resolveCredential({ ...deps, control: broken as unknown as typeof deps.control }, tokens.viewer),
    ).rejects.toThrow('D1 is away');
  });
});

describe('requirePermission', () => {
  it('says what it demands', () => {
    for (const permission of ['read', 'operate'] satisfies Permission[]) {
      expect(requirePermission(permission).permission).toBe(permission);
    }
  });
});

describe('small parts', () => {
  it('bearerOf takes the scheme in any case', () => {
    expect(bearerOf('bearer abc')).toBe('abc');
    expect(bearerOf('BEARER   abc')).toBe('abc');
    expect(bearerOf('Bearerabc')).toBeNull();
    expect(bearerOf('Bearer a\u00e9')).toBeNull();
  });

  it('clientIp takes addresses only', () => {
    expect(clientIp('203.0.113.7')).toBe('203.0.113.7');
    expect(clientIp('2001:db8::1')).toBe('2001:db8::1');
    expect(clientIp('<script>')).toBeNull();
    expect(clientIp(undefined)).toBeNull();
  });
});
