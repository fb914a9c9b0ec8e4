import { and, eq } from 'drizzle-orm';
import { describe, expect, it, vi } from 'vitest';
import { loginFailures, OPERATOR_TENANT, sessions, users } from '../../db/control/schema.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../platform/clock.ts';
import { login } from './login.ts';
import { emailHash } from './login-throttle.ts';
import { hashPassword, verifyPassword } from './passwords.ts';
import { purgeAuth, SESSION_LIFE } from './sessions.repository.ts';
import { authTestApp, PASSWORD, seedTenant } from './test-app.ts';
import { findUser, insertUser } from './users.repository.ts';

interface LoggedIn {
  token: string;
  expiresAt: string;
  user: Record<string, unknown>;
}

const wrong = async () => ({ ok: false, outdated: false });

describe('logging in', () => {
  it('opens a session that works, and keeps only its hash', async () => {
    const { call, deps, clock } = authTestApp();
    const { email, tenantId, adminId } = await seedTenant(deps, []);
    const body = { email: ` ${email.toUpperCase()} `, password: PASSWORD };
    const res = await call<LoggedIn>('POST', '/session', { body, headers: { 'cf-connecting-ip': '203.0.113.9' } });
    expect(res.status).toBe(201);
    expect(res.json.token).toMatch(/^pss_[\w-]{43}$/);
    expect(Date.parse(res.json.expiresAt)).toBe(clock.now() + SESSION_LIFE);
    expect(res.json.user).toEqual({ id: adminId, email, name: 'Ada Admin', role: 'super_admin', tenantId });

    const [row] = await deps.control.select().from(sessions).where(eq(sessions.userId, adminId));
    expect(row?.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(JSON.stringify(row)).not.toContain(res.json.token);

    const me = await call('GET', '/session', { token: res.json.token });
    expect(me.json).toMatchObject({
      principal: { kind: 'user', id: adminId, role: 'super_admin', sourceIds: null },
      tenant: { id: tenantId },
      permissions: ['read', 'raw:read', 'issues:work', 'sources:manage', 'remediate', 'tenant:manage'],
    });
    expect((await findUser(deps, tenantId, adminId))?.lastLoginAt).toBe(clock.now());
    const log = await call<{ data: unknown[] }>('GET', '/audit?action=session', { token: res.json.token });
    expect(log.json.data).toMatchObject([{ action: 'session.create', actor: { id: adminId }, ip: '203.0.113.9' }]);
  });

  it('ends after 12 hours, on log-out, and on nothing else', async () => {
    const { call, deps, clock } = authTestApp();
    const { email } = await seedTenant(deps, []);
    const open = async () =>
      (await call<LoggedIn>('POST', '/session', { body: { email, password: PASSWORD } })).json.token;
    const [first, second] = [await open(), await open()];
    expect((await call('DELETE', '/session', { token: first })).status).toBe(204);
    expect((await call('GET', '/session', { token: first })).status).toBe(401);
    clock.advance(SESSION_LIFE - 1);
    expect((await call('GET', '/session', { token: second })).status).toBe(200);
    clock.advance(1);
    expect((await call('GET', '/session', { token: second })).status).toBe(401);
  });

  it('answers an unknown address, a wrong password and a disabled user alike, at the same price', async () => {
    const { deps, clock } = authTestApp();
    const { email, tenantId } = await seedTenant(deps, []);
    const off = { tenantId, role: 'viewer' as const, name: 'x', createdAt: 0 };
    const passwordHash = await hashPassword(PASSWORD, { ln: 4, r: 8, p: 1 });
    await insertUser(deps, { ...off, id: 'usr_off', email: `off-${email}`, passwordHash, disabledAt: clock.now() });
    await insertUser(deps, { ...off, id: 'usr_sso', email: `sso-${email}` });
    for (const [address, password] of [
      [`nobody-${email}`, PASSWORD],
      [email, 'a wrong password'],
      [`off-${email}`, PASSWORD],
      [`sso-${email}`, PASSWORD],
    ] as const) {
      const verify = vi.fn(verifyPassword);
      await expect(login(deps, { email: address, password }, verify)).rejects.toMatchObject({ code: 'login.failed' });
      expect(verify).toHaveBeenCalledTimes(1);
    }
  });

  it('stores a stronger hash when the parameters were raised since', async () => {
    const { deps } = authTestApp();
    const { email, tenantId, adminId } = await seedTenant(deps, []);
    const passwordHash = await hashPassword(PASSWORD, { ln: 4, r: 8, p: 1 });
    await deps.control.update(users).set({ passwordHash }).where(eq(users.id, adminId));
    await login(deps, { email, password: PASSWORD });
    const stored = (await findUser(deps, tenantId, adminId))?.passwordHash ?? '';
    expect(stored).toContain('ln=14,r=8,p=5');
    expect((await verifyPassword(PASSWORD, stored)).ok).toBe(true);
  });

  it('is closed to a suspended tenant, but only tells those who know the password', async () => {
    const { call, deps } = authTestApp();
    const { email, tenantId } = await seedTenant(deps, []);
    const operator = { token: 'test-operator-token' };
    await call('PATCH', `/tenants/${tenantId}`, { ...operator, body: { status: 'suspended' } });
    expect((await call('POST', '/session', { body: { email, password: PASSWORD } })).json.code).toBe(
      'tenant.suspended',
    );
    expect((await call('POST', '/session', { body: { email, password: 'wrong' } })).json.code).toBe('login.failed');
  });

  it('works for operators, who belong to no tenant', async () => {
    const { call, deps } = authTestApp();
    const email = `op-${crypto.randomUUID()}@example.com`;
    await insertUser(deps, {
      tenantId: OPERATOR_TENANT,
      id: deps.ids.next('usr'),
      email,
      name: 'Op',
      role: 'operator',
      passwordHash: await hashPassword(PASSWORD),
      createdAt: 0,
    });
    const { json } = await call<LoggedIn>('POST', '/session', { body: { email, password: PASSWORD } });
    expect((await call('GET', '/session', { token: json.token })).json).toMatchObject({
      principal: { role: 'operator' },
      tenant: null,
    });
    expect((await call('GET', '/tenants', { token: json.token })).status).toBe(200);
    expect((await call('DELETE', '/session', { token: json.token })).status).toBe(204);
    expect((await call('GET', '/tenants', { token: json.token })).status).toBe(401);
  });

  it.each([
    {},
    { email: 'a@b.c' },
    { email: 5, password: 'x' },
    { email: 'a@b.c', password: 'x'.repeat(300) },
    [],
    null,
  ])('refuses %j', async (body) => {
    const { call } = authTestApp();
    expect((await call('POST', '/session', { body })).status).toBe(400);
  });
});

describe('failed log-ins', () => {
  it('close the address for the rest of 15 minutes after 10, even to the right password', async () => {
    const { call, deps, clock } = authTestApp();
    const { email } = await seedTenant(deps, []);
    for (let i = 0; i < 10; i++) {
      await expect(login(deps, { email, password: 'x' }, wrong)).rejects.toMatchObject({ code: 'login.failed' });
      clock.advance(SECOND);
    }
    const closed = await call('POST', '/session', { body: { email: email.toUpperCase(), password: PASSWORD } });
    expect(closed.status).toBe(429);
    expect(closed.json.code).toBe('login.throttled');
    expect(closed.headers.get('Retry-After')).toBe(String(15 * 60 - 10));
    clock.advance(15 * MINUTE - 10 * SECOND - 1);
    expect((await call('POST', '/session', { body: { email, password: PASSWORD } })).status).toBe(429);
    clock.advance(1);
    expect((await call('POST', '/session', { body: { email, password: PASSWORD } })).status).toBe(201);
  });

  it('sent all at once do not slip past the limit', async () => {
    const { deps } = authTestApp();
    const email = `${crypto.randomUUID()}@example.com`;
    const verify = vi.fn(wrong);
    const all = await Promise.allSettled(
      Array.from({ length: 30 }, () => login(deps, { email, password: 'x' }, verify)),
    );
    expect(all.every((one) => one.status === 'rejected')).toBe(true);
    expect(verify).toHaveBeenCalledTimes(10);
  });

  it('are forgotten by a log-in, and do not name the address', async () => {
    const { deps } = authTestApp();
    const { email } = await seedTenant(deps, []);
    for (let i = 0; i < 9; i++) await login(deps, { email, password: 'x' }, wrong).catch(() => null);
    expect(JSON.stringify(await deps.control.select().from(loginFailures))).not.toContain(email);
    await login(deps, { email, password: PASSWORD });
    const left = await deps.control
      .select()
      .from(loginFailures)
      .where(eq(loginFailures.emailHash, emailHash(email)));
    expect(left).toEqual([]);
  });
});

describe('changing one’s own password', () => {
  const next = 'a brand new password';

  it('takes the current one, and ends the other sessions', async () => {
    const { call, deps } = authTestApp();
    const { email } = await seedTenant(deps, []);
    const [mine, other] = [
      await login(deps, { email, password: PASSWORD }),
      await login(deps, { email, password: PASSWORD }),
    ];
    const change = (body: unknown) => call('POST', '/session/password', { token: mine.token, body });
    expect((await change({ current: 'wrong', password: next })).json.code).toBe('password.refused');
    expect((await change({ current: PASSWORD, password: 'short' })).json.code).toBe('password.refused');
    expect((await call('GET', '/session', { token: other.token })).status).toBe(200);
    expect((await change({ current: PASSWORD, password: next })).status).toBe(204);
    expect((await call('GET', '/session', { token: mine.token })).status).toBe(200);
    expect((await call('GET', '/session', { token: other.token })).status).toBe(401);
    await expect(login(deps, { email, password: PASSWORD })).rejects.toMatchObject({ code: 'login.failed' });
    expect((await login(deps, { email, password: next })).user.email).toBe(email);
    const log = await call<{ data: unknown[] }>('GET', '/audit?action=user', { token: mine.token });
    expect(log.json.data).toMatchObject([{ action: 'user.password' }]);
  });

  it('is no way around the throttle, and not for API tokens', async () => {
    const { call, deps } = authTestApp();
    const { email, tokens } = await seedTenant(deps, ['viewer']);
    const { token } = await login(deps, { email, password: PASSWORD });
    for (let i = 0; i < 10; i++) await login(deps, { email, password: 'x' }, wrong).catch(() => null);
    const body = { current: PASSWORD, password: next };
    expect((await call('POST', '/session/password', { token, body })).status).toBe(429);
    expect((await call('POST', '/session/password', { token: tokens.viewer, body })).status).toBe(400);
  });
});

describe('purgeAuth', () => {
  it('removes what has passed and nothing else', async () => {
    const { deps, clock } = authTestApp();
    const { email, tenantId, adminId } = await seedTenant(deps, []);
    const mine = and(eq(sessions.tenantId, tenantId), eq(sessions.userId, adminId));
    await login(deps, { email, password: PASSWORD });
    clock.advance(11 * HOUR);
    await login(deps, { email, password: PASSWORD });
    await login(deps, { email: `x-${email}`, password: 'x' }, wrong).catch(() => null);
    clock.advance(HOUR);
    await purgeAuth(deps);
    expect(await deps.control.select().from(sessions).where(mine)).toHaveLength(1);
    const key = eq(loginFailures.emailHash, emailHash(`x-${email}`));
    expect(await deps.control.select().from(loginFailures).where(key)).toEqual([]);
    clock.advance(DAY);
    await purgeAuth(deps);
    expect(await deps.control.select().from(sessions).where(mine)).toEqual([]);
  });
});
