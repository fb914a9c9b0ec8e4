import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { OPERATOR_TENANT, tokens as tokenTable } from '../../db/control/schema.ts';
import { HOUR, iso } from '../platform/clock.ts';
import { mayGrant, type Role } from './principal.ts';
import { authTestApp, seedTenant } from './test-app.ts';

const OPERATOR = 'test-operator-token';
const HOME = { token: OPERATOR, headers: { 'X-Postern-Tenant': OPERATOR_TENANT } };
type Token = { id: string; token: string; name: string; revokedAt: string | null; createdBy: string };
type List = { data: Token[]; next: string | null };

describe('API tokens', () => {
  it('are shown once and stored as a hash', async () => {
    const { call, deps, clock } = authTestApp();
    const { tokens, tenantId } = await seedTenant(deps, ['super_admin']);
    const body = { name: 'ci', role: 'viewer', expiresAt: iso(clock.now() + HOUR) };
    const made = await call<Token>('POST', '/tokens', { token: tokens.super_admin, body });
    expect(made.status).toBe(201);
    expect(made.json).toMatchObject({ name: 'ci', role: 'viewer', expiresAt: body.expiresAt, lastUsedAt: null });
    expect(made.json.token).toMatch(/^pat_[\w-]{43}$/);
    const listed = await call<List>('GET', '/tokens', { token: tokens.super_admin });
    expect(listed.json.data).toHaveLength(2);
    const stored = await deps.control.select().from(tokenTable).where(eq(tokenTable.tenantId, tenantId));
    expect(JSON.stringify([listed.json, stored])).not.toContain(made.json.token);
    expect(JSON.stringify(listed.json)).not.toContain(stored[0]?.hash);
    expect((await call('GET', '/session', { token: made.json.token })).status).toBe(200);
  });

  it('are listed newest first, page by page', async () => {
    const { call, deps, clock } = authTestApp();
    const { tokens } = await seedTenant(deps, ['super_admin']);
    const token = tokens.super_admin;
    for (const name of ['a', 'b', 'c', 'd']) {
      clock.advance(name === 'c' ? 0 : 1);
      await call('POST', '/tokens', { token, body: { name, role: 'viewer' } });
    }
    const names: string[] = [];
    let next: string | null = '';
    while (next !== null) {
      const page: { json: List } = await call<List>('GET', `/tokens?limit=2${next && `&cursor=${next}`}`, { token });
      names.push(...page.json.data.map((one) => one.name));
      next = page.json.next;
    }
    expect(names.map((name) => (name === 'b' || name === 'c' ? 'bc' : name))).toEqual([
      'd',
      'bc',
      'bc',
      'a',
      'super_admin',
    ]);
    expect(new Set(names).size).toBe(5);
  });

  it('stop at once when revoked; revoking again changes nothing', async () => {
    const { call, deps, clock } = authTestApp();
    const { tokens } = await seedTenant(deps, ['super_admin']);
    const token = tokens.super_admin;
    const made = await call<Token>('POST', '/tokens', { token, body: { name: 'x', role: 'viewer' } });
    expect((await call('DELETE', `/tokens/${made.json.id}`, { token })).status).toBe(204);
    expect((await call('GET', '/session', { token: made.json.token })).status).toBe(401);
    const at = iso(clock.now());
    clock.advance(HOUR);
    expect((await call('DELETE', `/tokens/${made.json.id}`, { token })).status).toBe(204);
    const { json } = await call<List>('GET', '/tokens', { token });
    expect(json.data.find((one) => one.id === made.json.id)?.revokedAt).toBe(at);
    const log = await call<{ data: { action: string }[] }>('GET', '/audit?action=token', { token });
    expect(log.json.data.map((entry) => entry.action).sort()).toEqual(['token.create', 'token.revoke']);
  });

  it('of another tenant are not found and go on working', async () => {
    const { call, deps } = authTestApp();
    const a = await seedTenant(deps, ['super_admin']);
    const b = await seedTenant(deps, ['super_admin']);
    const made = await call<Token>('POST', '/tokens', {
      token: a.tokens.super_admin,
      body: { name: 'x', role: 'viewer' },
    });
    expect((await call('DELETE', `/tokens/${made.json.id}`, { token: b.tokens.super_admin })).status).toBe(404);
    expect((await call('GET', '/session', { token: made.json.token })).status).toBe(200);
  });

  it.each([
    [{ name: '', role: 'viewer' }],
    [{ name: 'x', role: 'root' }],
    [{ name: 'x', role: 'viewer', expiresAt: 'tomorrow' }],
    [{ name: 'x', role: 'viewer', expiresAt: '2020-01-01T00:00:00Z' }],
    [{ name: 'x'.repeat(121), role: 'viewer' }],
  ])('are refused: %j', async (body) => {
    const { call, deps } = authTestApp();
    const { tokens } = await seedTenant(deps, ['super_admin']);
    expect((await call('POST', '/tokens', { token: tokens.super_admin, body })).status).toBe(400);
  });

  it('cannot sign out a session that they are not', async () => {
    const { call, deps } = authTestApp();
    const { tokens } = await seedTenant(deps, ['viewer']);
    expect((await call('DELETE', '/session', { token: tokens.viewer })).status).toBe(400);
  });
});

describe('the role of a new token', () => {
  it('is operator for operators only, in their own home only', async () => {
    const { call, deps } = authTestApp();
    const { tokens, tenantId } = await seedTenant(deps, ['super_admin']);
    const body = { name: 'x', role: 'operator' };
    expect((await call('POST', '/tokens', { token: tokens.super_admin, body })).json.code).toBe('role.not_allowed');
    const named = { token: OPERATOR, headers: { 'X-Postern-Tenant': tenantId } };
    expect((await call('POST', '/tokens', { ...named, body })).json.code).toBe('role.not_allowed');
    expect((await call('POST', '/tokens', { ...named, body: { ...body, role: 'super_admin' } })).status).toBe(201);

    const made = await call<Token>('POST', '/tokens', { ...HOME, body });
    expect(made.json.createdBy).toBe('operator');
    expect((await call('GET', '/tenants', { token: made.json.token })).status).toBe(200);
    await call('DELETE', `/tokens/${made.json.id}`, HOME);
    expect((await call('GET', '/tenants', { token: made.json.token })).status).toBe(401);
  });

  it('is never above that of its maker', () => {
    const roles: Role[] = ['operator', 'super_admin', 'issue_responder', 'source_admin', 'viewer'];
    const table = roles.map((holder) => roles.filter((role) => mayGrant(holder, role)).length);
    expect(table).toEqual([5, 4, 2, 2, 1]);
    expect(mayGrant('issue_responder', 'source_admin')).toBe(false);
  });
});
