import { describe, expect, it } from 'vitest';
import { T0 } from '../../test/deps.ts';
import type { Principal } from '../auth/principal.ts';
import { accountId, edge, page, pageOfPeople } from '../graph/testing/fixtures.ts';
import { iso } from '../platform/clock.ts';
import { markCriticality, unmarkCriticality } from './criticality.ts';
import { ADMINS, CRM, DESK, HELP_DESK, HR, of, PAGE, ROBOT, STAFF, SUPER, world } from './testing/world.ts';

describe('criticality', () => {
  it('follows from the roles that are held', async () => {
    const { call } = await world();
    for (const [node, level] of [
      [SUPER, 'tier_zero'],
      [HELP_DESK, 'privileged'],
      [ADMINS, 'tier_zero'],
      [DESK, 'privileged'],
      [ROBOT, 'privileged'],
      [STAFF, 'ordinary'],
      [CRM, 'ordinary'],
      [HR, 'ordinary'],
    ] as const) {
      expect([node.name, (await call('GET', of(node))).body]).toMatchObject([node.name, { level, source: 'rule' }]);
    }
  });

  it('is suggested by the catalogue, and no more than that', async () => {
    const { call } = await world();
    expect((await call('GET', of(HR))).body).toMatchObject({ level: 'ordinary', suggestion: expect.any(String) });
    expect((await call('GET', of(CRM))).body).toMatchObject({ suggestion: null });
    await call('PUT', of(HR), { level: 'ordinary' });
    expect((await call('GET', of(HR))).body).toMatchObject({ suggestion: null });
  });

  it('is what a person says, through syncs, until they take it back', async () => {
    const { call, graph, audited } = await world();
    const said = await call('PUT', of(CRM), { level: 'crown_jewel', note: 'Every customer' });
    const marking = { level: 'crown_jewel', note: 'Every customer', by: 'Sam', at: iso(T0) };
    expect(said).toMatchObject({ status: 200, body: { level: 'crown_jewel', source: 'person', marking } });
    // the same again changes nothing
    await call('PUT', of(CRM), { level: 'crown_jewel', note: 'Every customer' });
    await graph.applyPage({ ...PAGE, asOf: T0 + 1 });
    expect((await call('GET', of(CRM))).body).toMatchObject({ level: 'crown_jewel', rule: { level: 'ordinary' } });
    expect((await call('GET', '/criticality?level=crown_jewel')).body).toEqual({
      data: [{ id: CRM.id, node: { id: CRM.id, kind: 'app', name: 'crm' }, ...marking }],
      next: null,
    });
    for (let again = 0; again < 2; again++) expect((await call('DELETE', of(CRM))).status).toBe(204);
    expect((await call('GET', of(CRM))).body).toMatchObject({ level: 'ordinary', source: 'rule', marking: null });
    expect(await audited()).toEqual([
      { action: 'criticality.set', target: CRM.id },
      { action: 'criticality.cleared', target: CRM.id },
    ]);
  });

  it('lets nobody make less of tier zero, however it became so', async () => {
    const { call, graph } = await world();
    expect(await call('PUT', of(ADMINS), { level: 'ordinary' })).toMatchObject({
      status: 409,
      body: { code: 'criticality.tier_zero' },
    });
    await call('PUT', of(STAFF), { level: 'ordinary' });
    await graph.applyPage(page({ edges: [edge(STAFF.id, 'HOLDS_ROLE', SUPER.id)], asOf: T0 + 1 }));
    expect((await call('GET', of(STAFF))).body).toMatchObject({ level: 'tier_zero', marking: { level: 'ordinary' } });
  });

  it('is not changed when that cannot be told in the audit log, and is when asked again', async () => {
    const { deps, tenantId, call, audited } = await world();
    const said = { kind: 'app', id: CRM.id, level: 'crown_jewel', note: null } as const;
    const by: Principal = { kind: 'user', id: 'usr_1', name: 'Sam', role: 'source_admin', sourceIds: null };
    /** A database that fails at what contains this. */
    const failing = (text: string) => ({
      ...deps,
      evidence: (tenant: string) =>
        new Proxy(deps.evidence(tenant), {
          get: (db, name: keyof D1Database) => {
            if (name !== 'prepare') return db[name];
            return (sql: string) => {
              if (sql.includes(text)) throw new Error('lost');
              return db.prepare(sql);
            };
          },
        }),
    });
    for (const text of ['INSERT INTO audit', 'INSERT INTO criticalities']) {
      await expect(markCriticality(failing(text), tenantId, by, said)).rejects.toThrow('lost');
      expect((await call('GET', of(CRM))).body).toMatchObject({ marking: null });
    }
    expect((await call('PUT', of(CRM), { level: 'crown_jewel' })).body).toMatchObject({ level: 'crown_jewel' });
    for (const text of ['INSERT INTO audit', 'DELETE FROM criticalities']) {
      await expect(unmarkCriticality(failing(text), tenantId, by, said)).rejects.toThrow('lost');
      expect((await call('GET', of(CRM))).body).toMatchObject({ level: 'crown_jewel' });
    }
    await call('DELETE', of(CRM));
    expect((await audited()).map(({ action }) => action)).toContain('criticality.cleared');
    expect((await call('GET', of(CRM))).body).toMatchObject({ marking: null });
  });

  it('gives paths something to lead to', async () => {
    const { call, graph } = await world();
    await graph.applyPage(
      pageOfPeople(['ada', 'bob'], {
        edges: [
          edge(accountId('ada'), 'MEMBER_OF', STAFF.id),
          edge(STAFF.id, 'ASSIGNED_TO', CRM.id),
          edge(accountId('ada'), 'ASSIGNED_TO', HR.id),
        ],
      }),
    );
    const ask = (who: string, more = '') => call('GET', `/graph/paths?from=${accountId(who)}&to=crown_jewels${more}`);
    expect((await ask('ada')).body).toMatchObject({ to: null, path: null });
    await call('PUT', of(CRM), { level: 'crown_jewel' });
    const names = ({ body }: Awaited<ReturnType<typeof ask>>) =>
      (body.path as { node: { name: string } }[] | null)?.map(({ node }) => node.name);
    expect(names(await ask('ada'))).toEqual(['User ada', 'staff', 'crm']);
    // the nearest comes first
    await call('PUT', of(HR), { level: 'crown_jewel' });
    expect(names(await ask('ada'))).toEqual(['User ada', 'hr']);
    expect((await ask('ada', '&all=true')).body).toMatchObject({
      paths: [{ steps: { length: 2 } }, { steps: { length: 3 } }],
    });
    expect((await ask('bob', '&all=true')).body).toMatchObject({ path: null, paths: [] });
    await call('DELETE', of(HR));
    expect(names(await ask('ada'))).toEqual(['User ada', 'staff', 'crm']);
  });

  it('refuses what it does not know', async () => {
    const { call } = await world();
    const other = await world();
    for (const bad of [{}, { level: 'tier_zero' }, { level: 'x' }, { level: 'ordinary', note: 'n'.repeat(501) }]) {
      expect((await call('PUT', of(CRM), bad)).status).toBe(400);
    }
    expect((await call('PUT', of(CRM), { level: 'ordinary' }, 'viewer')).status).toBe(403);
    for (const path of ['/apps/app_none/criticality', `/groups/${CRM.id}/criticality`]) {
      for (const method of ['GET', 'DELETE']) expect((await call(method, path)).status).toBe(404);
      expect((await call('PUT', path, { level: 'ordinary' })).status).toBe(404);
    }
    await call('PUT', of(CRM), { level: 'crown_jewel' });
    expect((await other.call('GET', '/criticality')).body).toEqual({ data: [], next: null });
    expect((await other.call('GET', of(CRM))).body).toMatchObject({ marking: null });
  });
});
