import { describe, expect, it } from 'vitest';
import { iso, MINUTE } from '../platform/clock.ts';
import type { AuditView } from './audit.repository.ts';
import { audit } from './audit.ts';
import { POSTERN, type Principal } from './principal.ts';
import { authTestApp, seedTenant } from './test-app.ts';

const ADA: Principal = { kind: 'user', id: 'usr_ada', name: 'Ada', role: 'super_admin', sourceIds: null, ip: '::1' };

async function seeded() {
  const app = authTestApp();
  const { tenantId, tokens } = await seedTenant(app.deps, ['viewer']);
  app.clock.advance(MINUTE);
  const start = app.clock.now();
  for (let i = 0; i < 6; i++) {
    if (i % 2 === 0) app.clock.advance(MINUTE);
    const action = i % 3 === 0 ? 'issue.dismiss' : 'issues.export';
    const target = { targetKind: 'issue', targetId: `iss_${i}`, detail: { i } };
    await audit(app.deps, tenantId, i % 2 === 0 ? ADA : POSTERN, { action, ...target });
  }
  const list = async (query: string) =>
    (await app.call<{ data: AuditView[]; next: string | null }>('GET', `/audit?${query}`, { token: tokens.viewer }))
      .json;
  return { ...app, tenantId, list, start, token: tokens.viewer };
}

describe('the audit log', () => {
  it('is read newest first, page by page, without gap or repeat', async () => {
    const { list } = await seeded();
    const whole = await list('limit=200');
    expect(whole.next).toBeNull();
    expect(whole.data.map((entry) => entry.at)).toEqual(
      whole.data
        .map((entry) => entry.at)
        .sort()
        .reverse(),
    );
    const paged: AuditView[] = [];
    let next: string | null = '';
    while (next !== null) {
      const page: Awaited<ReturnType<typeof list>> = await list(`limit=2${next && `&cursor=${next}`}`);
      paged.push(...page.data);
      next = page.next;
    }
    expect(paged).toEqual(whole.data);
  });

  it('shows who did what to what, from where', async () => {
    const { list, start } = await seeded();
    const [entry] = (await list('target=iss_0')).data;
    expect(entry).toMatchObject({
      at: iso(start + MINUTE),
      actor: { kind: 'user', id: 'usr_ada', name: 'Ada' },
      action: 'issue.dismiss',
      target: { kind: 'issue', id: 'iss_0' },
      detail: { i: 0 },
      ip: '::1',
    });
  });

  it('is filtered by actor, action, kind of action and time', async () => {
    const { list, start } = await seeded();
    const targets = async (query: string) => (await list(query)).data.map((entry) => entry.target?.id).sort();
    expect(await targets('actor=usr_ada')).toEqual(['iss_0', 'iss_2', 'iss_4']);
    expect(await targets('action=issue.dismiss')).toEqual(['iss_0', 'iss_3']);
    expect(await targets('action=issue')).toEqual(['iss_0', 'iss_3']);
    expect(await targets('action=issue.dismiss&actor=usr_ada')).toEqual(['iss_0']);
    expect(await targets(`since=${iso(start + 2 * MINUTE)}&until=${iso(start + 2 * MINUTE)}`)).toEqual([
      'iss_2',
      'iss_3',
    ]);
    expect(await targets('action=%25')).toEqual([]);
  });

  it('is the tenant’s own', async () => {
    const { deps, call } = await seeded();
    const other = await seedTenant(deps, ['viewer']);
    const { json } = await call<{ data: AuditView[] }>('GET', '/audit', { token: other.tokens.viewer });
    expect(json.data.map((entry) => entry.action)).toEqual(['tenant.create']);
  });

  it.each(['since=yesterday', 'limit=0', 'limit=201', 'limit=x', 'cursor=zzz'])('refuses %s', async (query) => {
    const { call, token } = await seeded();
    expect((await call('GET', `/audit?${query}`, { token })).status).toBe(400);
  });
});
