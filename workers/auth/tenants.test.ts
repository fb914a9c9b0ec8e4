import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { ingestSecrets, tenants, users } from '../../db/control/schema.ts';
import { login } from './login.ts';
import { POSTERN } from './principal.ts';
import { createTenant } from './tenants.ts';
import { authTestApp, PASSWORD, seedTenant } from './test-app.ts';

const token = 'test-operator-token';
type Tenant = { id: string; name: string; status: string; users: number; sources: number; openIssues: number };
type List = { data: Tenant[]; next: string | null };
type Log = { data: { action: string; actor: { id: string } }[] };

describe('tenants', () => {
  it('are created with their first super admin, who can log in', async () => {
    const { call, deps } = authTestApp();
    const email = `First-${crypto.randomUUID()}@Example.com`;
    const body = { name: 'Acme', superAdmin: { email, name: 'First', password: PASSWORD } };
    const made = await call<Tenant>('POST', '/tenants', { token, body });
    expect(made.status).toBe(201);
    expect(made.json).toMatchObject({ name: 'Acme', status: 'active', users: 1, sources: 0, openIssues: 0 });
    const { user } = await login(deps, { email, password: PASSWORD });
    expect(user).toMatchObject({ tenantId: made.json.id, role: 'super_admin' });
    expect((await call('GET', `/tenants/${made.json.id}`, { token })).json).toEqual(made.json);
  });

  it('are not created when their super admin cannot be', async () => {
    const { call, deps } = authTestApp();
    const { email } = await seedTenant(deps, []);
    const name = `Half ${crypto.randomUUID()}`;
    for (const superAdmin of [
      { email, name: 'x', password: PASSWORD },
      { email: `new-${email}`, name: 'x', password: 'short' },
    ]) {
      const res = await call('POST', '/tenants', { token, body: { name, superAdmin } });
      expect(res.status).toBeGreaterThanOrEqual(400);
    }
    expect(await deps.control.select().from(tenants).where(eq(tenants.name, name))).toEqual([]);
  });

  it('are created by one of two who want the same address at once', async () => {
    const { deps } = authTestApp();
    const superAdmin = { email: `${crypto.randomUUID()}@example.com`, name: 'x', password: PASSWORD };
    const name = `Race ${crypto.randomUUID()}`;
    const results = await Promise.allSettled([1, 2].map(() => createTenant(deps, POSTERN, { name, superAdmin })));
    const refused = results.find((one) => one.status === 'rejected');
    expect(refused?.reason).toMatchObject({ code: 'user.email_taken' });
    expect(await deps.control.select().from(tenants).where(eq(tenants.name, name))).toHaveLength(1);
  });

  it('are listed with what they use', async () => {
    const { call, deps } = authTestApp();
    const { tenantId } = await seedTenant(deps, []);
    await deps
      .evidence(tenantId)
      .prepare(
        `INSERT INTO issues (tenant_id, id, detection, title, severity, status, priority, priority_factors, subject_kind,
           subject_id, subject_source, subject_native_id, subject_name, evidence, opened_at, updated_at, change_seq)
         SELECT ?1, value, 'd', 't', 'high', iif(value = 'iss_3', 'resolved', 'open'), 1, '[]', 'account',
           'a', 's', 'n', 'x', '{}', 0, 0, 0 FROM json_each('["iss_1","iss_2","iss_3"]')`,
      )
      .bind(tenantId)
      .run();
    const seen: Tenant[] = [];
    let next: string | null = '';
    while (next !== null) {
      const page: { json: List } = await call<List>('GET', `/tenants?limit=2${next && `&cursor=${next}`}`, { token });
      seen.push(...page.json.data);
      next = page.json.next;
    }
    expect(seen.find((tenant) => tenant.id === tenantId)).toMatchObject({ users: 1, sources: 0, openIssues: 2 });
    expect(new Set(seen.map((tenant) => tenant.id)).size).toBe(seen.length);
  });

  it('are deleted softly: nobody gets in any more, and what came in before stays', async () => {
    const { call, deps } = authTestApp();
    const { tenantId, tokens, email, adminId } = await seedTenant(deps, ['viewer']);
    const session = (await login(deps, { email, password: PASSWORD })).token;
    const secret = { hash: `h-${tenantId}`, tenantId, sourceId: 'src_1', channel: 'event_hook' as const, createdAt: 0 };
    await deps.control.insert(ingestSecrets).values(secret);
    for (let twice = 0; twice < 2; twice++) {
      expect((await call('DELETE', `/tenants/${tenantId}`, { token })).status).toBe(204);
    }
    expect((await call('GET', `/tenants/${tenantId}`, { token })).json).toMatchObject({
      status: 'suspended',
      users: 1,
    });
    expect(await deps.control.select().from(ingestSecrets).where(eq(ingestSecrets.tenantId, tenantId))).toEqual([]);
    await call('PATCH', `/tenants/${tenantId}`, { token, body: { status: 'active' } });
    for (const old of [session, tokens.viewer])
      expect((await call('GET', '/session', { token: old })).status).toBe(401);
    expect((await deps.control.select().from(users).where(eq(users.id, adminId)))[0]?.email).toBe(email);
    expect((await login(deps, { email, password: PASSWORD })).user.id).toBe(adminId);
  });

  it('see in their own log what operators did to them', async () => {
    const { call, deps } = authTestApp();
    const { tenantId, tokens } = await seedTenant(deps, ['viewer']);
    await call('PATCH', `/tenants/${tenantId}`, { token, body: { name: 'Renamed' } });
    await call('PATCH', `/tenants/${tenantId}`, { token, body: { name: 'Renamed' } });
    const own = await call<Log>('GET', '/audit?action=tenant.update', { token: tokens.viewer });
    expect(own.json.data).toMatchObject([{ actor: { id: 'operator' }, detail: { name: 'Renamed' } }]);
    const home = { token, headers: { 'X-Postern-Tenant': 'operator' } };
    expect((await call<Log>('GET', `/audit?target=${tenantId}`, home)).json.data.length).toBeGreaterThanOrEqual(2);
  });

  it('are the business of operators only', async () => {
    const { call, deps } = authTestApp();
    const { tenantId, tokens } = await seedTenant(deps, ['super_admin']);
    for (const [method, path] of [
      ['GET', '/tenants'],
      ['POST', '/tenants'],
      ['GET', `/tenants/${tenantId}`],
      ['PATCH', `/tenants/${tenantId}`],
      ['DELETE', `/tenants/${tenantId}`],
    ] as const) {
      expect((await call(method, path, { token: tokens.super_admin })).status).toBe(403);
    }
  });

  it.each([[{}], [{ name: '' }], [{ name: 'x', graphShards: 0 }], [{ name: 'x', superAdmin: {} }]])(
    'are refused: %j',
    async (body) => {
      const { call } = authTestApp();
      expect((await call('POST', '/tenants', { token, body })).status).toBe(400);
    },
  );

  it.each(['GET', 'PATCH', 'DELETE'])('that are not there are not found: %s', async (method) => {
    const { call } = authTestApp();
    const body = method === 'PATCH' ? { name: 'x' } : undefined;
    expect((await call(method, '/tenants/tnt_none', { token, body })).status).toBe(404);
  });
});
