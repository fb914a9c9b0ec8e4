import { env } from 'cloudflare:workers';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { type manualClock, T0 } from '../../test/deps.ts';
import { graphOf } from '../graph/directory.ts';
import { orgNode } from '../graph/model.ts';
import { startMove } from '../graph/move/moves.ts';
import { DAY } from '../platform/clock.ts';
import { eraseTenants } from './erase-tenants.ts';
import { POSTERN } from './principal.ts';
import { authTestApp, PASSWORD } from './test-app.ts';

const token = 'test-operator-token';
const DATABASES = { control: env.CONTROL, evidence: env.EVIDENCE_0 };

/** Of both databases, as they really are: every table that keeps rows of tenants. */
async function tablesOfTenants(): Promise<{ db: D1Database; name: string }[]> {
  const found = await Promise.all(
    Object.values(DATABASES).map(async (db) => {
      const { results } = await db
        .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND instr(sql, '`tenant_id`') > 0 ORDER BY 1")
        .all<{ name: string }>();
      return results.map(({ name }) => ({ db, name }));
    }),
  );
  return found.flat();
}

/** A row in a table, made of nothing but its columns. */
async function seedRow(db: D1Database, table: string, tenantId: string, n: number): Promise<void> {
  const { results } = await db.prepare(`PRAGMA table_info(${table})`).all<{ name: string; type: string; pk: number }>();
  const value = ({ name, type, pk }: (typeof results)[number]) => {
    if (name === 'tenant_id') return tenantId;
    if (type.toLowerCase() !== 'text') return n;
    return pk > 0 || /hash|email|key|id$/.test(name) ? `${tenantId}-${table}-${n}` : '[]';
  };
  await db
    .prepare(
      `INSERT OR IGNORE INTO ${table} (${results.map(({ name }) => name).join(', ')})
       SELECT ${results.map((_, place) => `?${place + 1}`).join(', ')}`,
    )
    .bind(...results.map(value))
    .run();
}

async function counts(tenantId: string): Promise<Record<string, number>> {
  const left: Record<string, number> = {};
  for (const { db, name } of await tablesOfTenants()) {
    const row = await db
      .prepare(`SELECT count(*) AS n FROM ${name} WHERE tenant_id = ?1`)
      .bind(tenantId)
      .first<{ n: number }>();
    left[name] = row?.n ?? 0;
  }
  return left;
}

const app = authTestApp();
const clock = app.deps.clock as ReturnType<typeof manualClock>;

beforeEach(() => clock.set(T0));

const made: string[] = [];
// other files go over all tenants of the same storage, and rows like these are nobody's
afterAll(async () => {
  await env.CONTROL.prepare('UPDATE graph_moves SET ended_at = 1 WHERE ended_at IS NULL').run();
  for (const id of made) await app.call('DELETE', `/tenants/${id}`, { token });
  clock.advance(900 * DAY);
  await eraseTenants(app.deps);
});

/** A tenant with rows in every table, a graph and an archived object. */
async function full(): Promise<string> {
  const email = `${crypto.randomUUID()}@example.com`;
  const body = { name: 'Gone', superAdmin: { email, name: 'First', password: PASSWORD } };
  const { json } = await app.call<{ id: string }>('POST', '/tenants', { token, body });
  made.push(json.id);
  for (const { db, name } of await tablesOfTenants()) {
    if (name !== 'graph_moves') for (const n of [1, 2]) await seedRow(db, name, json.id, n);
  }
  await graphOf(app.deps, json.id).applyPage({
    nodes: [orgNode('src_1', 'Acme')],
    edges: [],
    asOf: clock.now(),
    by: { kind: 'sync', id: 'syn_1' },
    evaluate: false,
  });
  await app.deps.archive?.put(`${json.id}/2026-06-01/arc_1.ndjson.gz`, 'x');
  return json.id;
}

const remove = (id: string) => app.call('DELETE', `/tenants/${id}`, { token });
const shown = (id: string) => app.call<{ deletedAt: string | null }>('GET', `/tenants/${id}`, { token });

describe('a deleted tenant', () => {
  it('leaves nothing in any table, graph or archive but what operators logged, once its events are over', async () => {
    const [id, other] = [await full(), await full()];
    const tables = await tablesOfTenants();
    expect(tables.length).toBeGreaterThan(40);
    const before = await counts(id);
    // what could not be seeded would be no proof
    expect(Object.entries(before).filter(([name, n]) => n === 0 && name !== 'graph_moves')).toEqual([]);
    const others = await counts(other);
    expect((await graphOf(app.deps, id).counts()).resource).toBe(1);
    await remove(id);
    clock.advance(90 * DAY - 1);
    await eraseTenants(app.deps);
    expect((await counts(id)).discovered_apps).toBe(before.discovered_apps);
    expect((await shown(id)).status).toBe(200);

    clock.advance(1);
    expect(await eraseTenants(app.deps)).toBe(1);
    expect(Object.entries(await counts(id)).filter(([, n]) => n > 0)).toEqual([]);
    expect((await shown(id)).status).toBe(404);
    expect((await graphOf(app.deps, id).counts()).resource).toBe(0);
    expect((await app.deps.archive?.list({ prefix: `${id}/` }))?.objects).toEqual([]);
    const home = { token, headers: { 'X-Postern-Tenant': 'operator' } };
    const log = await app.call<{ data: { action: string }[] }>('GET', `/audit?target=${id}`, home);
    const actions = log.json.data.map(({ action }) => action);
    expect(actions.sort()).toEqual(['tenant.create', 'tenant.delete', 'tenant.erase']);
    expect(await counts(other)).toEqual(others);
    expect(await eraseTenants(app.deps)).toBe(0);
  });

  it('is erased to its end however often the run dies or has enough', async () => {
    const id = await full();
    await remove(id);
    clock.advance(90 * DAY);
    const { evidence } = app.deps;
    let statements = 0;
    const dying = () =>
      ({
        prepare: (sql: string) => {
          if (++statements % 7 === 0) throw new Error('killed');
          return evidence(id).prepare(sql);
        },
      }) as unknown as D1Database;
    for (let runs = 0; runs < 3; runs++) expect(await eraseTenants({ ...app.deps, evidence: dying })).toBe(0);
    for (const most of [0, 1, 5, 20]) expect(await eraseTenants(app.deps, most)).toBe(0);
    expect((await shown(id)).status).toBe(200);
    expect(await eraseTenants(app.deps)).toBe(1);
    expect(Object.entries(await counts(id)).filter(([, n]) => n > 0)).toEqual([]);
  });

  it('can be taken back until then, and not any more after', async () => {
    const [kept, late] = [await full(), await full()];
    for (const id of [kept, late]) await remove(id);
    expect((await shown(kept)).json.deletedAt).toBe(new Date(T0).toISOString());
    clock.advance(90 * DAY - 1);
    await remove(late);
    const resume = (id: string) => app.call('PATCH', `/tenants/${id}`, { token, body: { status: 'active' } });
    expect((await resume(kept)).json).toMatchObject({ status: 'active', deletedAt: null });
    clock.advance(1);
    expect((await resume(late)).status).toBe(404);
    expect(await eraseTenants(app.deps)).toBe(1);
    expect((await shown(kept)).status).toBe(200);
  });

  it('waits until its graph has come to rest', async () => {
    const id = await full();
    await startMove(app.deps, id, POSTERN, 2);
    await remove(id);
    clock.advance(90 * DAY);
    expect(await eraseTenants(app.deps)).toBe(0);
    await app.deps.env.CONTROL.prepare('UPDATE graph_moves SET ended_at = 1 WHERE tenant_id = ?1').bind(id).run();
    expect(await eraseTenants(app.deps)).toBe(1);
  });
});

it('a tenant that is only suspended is kept', async () => {
  const id = await full();
  await app.call('PATCH', `/tenants/${id}`, { token, body: { status: 'suspended' } });
  clock.advance(900 * DAY);
  expect(await eraseTenants(app.deps)).toBe(0);
  expect((await shown(id)).json.deletedAt).toBeNull();
});
