import { describe, expect, it } from 'vitest';
import { apiUnderTest } from '../api/test-api.ts';
import { seedTenant } from '../auth/test-app.ts';
import { inboxUnderTest, rawEvent } from '../inbox/inbox.fixtures.ts';
import { DAY, iso } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import { purgeArchive } from './purge.ts';
import { SETTING_TTL } from './settings.ts';
import { writeArchive } from './write.ts';

/** A tenant whose archive is on, with its inbox and the API. */
async function setUp() {
  const t = inboxUnderTest();
  const api = apiUnderTest({ clock: t.clock });
  const { tenantId, tokens } = await seedTenant(api.deps, ['super_admin', 'viewer']);
  const call = (method: string, path: string, body?: unknown, token = tokens.super_admin) =>
    api.call(method, `/api/v1${path}`, { token, ...(body === undefined ? {} : { body }) });
  const message = (events: unknown[], more = {}) => t.message(events, { tenantId, ...more });
  const turn = (enabled: boolean) => call('PATCH', '/archive/settings', { enabled });
  const today = iso(t.clock.now()).slice(0, 10);
  /** The raw events of a day, as the export gives them. */
  const exported = async (day = today) => {
    const response = await call('GET', `/archive/${day}`);
    expect(response.status).toBe(200);
    return unzipped(await response.arrayBuffer());
  };
  return { ...t, api, archiveTenant: tenantId, tokens, call, message, turn, today, exported };
}

/** gzip members one after the other; `DecompressionStream` reads one, so they are told apart by their header. */
async function unzipped(bytes: ArrayBuffer): Promise<Record<string, unknown>[]> {
  const data = new Uint8Array(bytes);
  const starts = [...data.keys()].filter((i) => data[i] === 0x1f && data[i + 1] === 0x8b && data[i + 2] === 8);
  const texts: string[] = [];
  for (const [index, start] of starts.entries()) {
    const stream = new Blob([data.slice(start, starts[index + 1])])
      .stream()
      .pipeThrough(new DecompressionStream('gzip'));
    texts.push(await new Response(stream).text());
  }
  return texts
    .join('')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

const uuids = (events: Record<string, unknown>[]) => events.map((event) => event.uuid).sort();

describe('the archive', () => {
  it('is off until it is turned on, and keeps events as they were received', async () => {
    const t = await setUp();
    expect(await (await t.call('GET', '/archive/settings')).json()).toEqual({
      available: true,
      enabled: false,
      keepDays: 365,
    });
    await t.consume([t.message([rawEvent()])]);
    await writeArchive(t.deps);
    expect(await (await t.call('GET', '/archive')).json()).toEqual({ data: [], next: null });
    expect((await t.call('GET', `/archive/${t.today}`)).status).toBe(404);

    expect((await t.turn(true)).status).toBe(200);
    t.clock.advance(SETTING_TTL);
    const odd = rawEvent({ uuid: 'odd', fieldNobodyKnows: { deep: ['é', null] } });
    const bad = { eventType: 'user.lifecycle.create', note: 'without a uuid' };
    await t.consume([t.message([odd, bad]), t.message([rawEvent({ uuid: 'two' })], { channel: 'tail' })]);
    await writeArchive(t.deps);
    const days = await (await t.call('GET', '/archive')).json();
    expect(days).toEqual({
      data: [{ day: t.today, objects: 1, events: 3, bytes: expect.any(Number) }],
      next: null,
    });
    expect(await t.exported()).toEqual(expect.arrayContaining([odd, bad, expect.objectContaining({ uuid: 'two' })]));
    expect(uuids(await t.exported())).toHaveLength(3);
  });

  it('holds each delivery once: sent again, consumed twice, written twice', async () => {
    const t = await setUp();
    await t.turn(true);
    const messages = Array.from({ length: 4 }, (_, i) => t.message([rawEvent({ uuid: `n${i}` })]));
    await t.consume([...messages, ...messages]);
    await Promise.all([writeArchive(t.deps), writeArchive(t.deps)]);
    await t.consume(messages.slice(1, 3));
    await t.consume(messages);
    await writeArchive(t.deps);
    expect(uuids(await t.exported())).toEqual(['n0', 'n1', 'n2', 'n3']);
  });

  it('survives a crash at any point without losing or doubling', async () => {
    const t = await setUp();
    await t.turn(true);
    // after the staging, before the record: the delivery comes again, alone
    const first = t.message([rawEvent({ uuid: 'a' })]);
    const second = t.message([rawEvent({ uuid: 'b' })]);
    const real = t.deps.evidence;
    let batches = 0;
    t.deps.evidence = (tenantId) => {
      const db = real(tenantId);
      return new Proxy(db, {
        get: (target, name) => {
          if (name === 'batch' && ++batches > 1) throw new Error('Network connection lost');
          const value: unknown = Reflect.get(target, name);
          return typeof value === 'function' ? value.bind(target) : value;
        },
      });
    };
    await t.consume([first, second]);
    t.deps.evidence = real;
    await writeArchive(t.deps);
    expect((await t.call('GET', `/archive/${t.today}`)).status).toBe(404);
    await t.consume([first]);
    await writeArchive(t.deps);
    expect(uuids(await t.exported())).toEqual(['a']);
    await t.consume([second, first]);

    // before and after the object is put
    const bucket = t.deps.archive as R2Bucket;
    const broken = (after: boolean) =>
      ({
        put: async (key: string, body: ArrayBuffer) => {
          if (after) await bucket.put(key, body);
          throw new Error('R2 broke down');
        },
      }) as unknown as R2Bucket;
    await writeArchive({ ...t.deps, archive: broken(false) } as Deps);
    await t.consume([t.message([rawEvent({ uuid: 'c' })])]);
    await writeArchive({ ...t.deps, archive: broken(true) } as Deps);
    await writeArchive(t.deps);
    await writeArchive(t.deps);
    expect(uuids(await t.exported())).toEqual(['a', 'b', 'c']);
    const staged = await t.db
      .prepare('SELECT count(*) AS n FROM archive_staged WHERE tenant_id = ?1')
      .bind(t.archiveTenant)
      .first();
    expect(staged).toEqual({ n: 0 });
  });

  it('holds events too large for a queue message', async () => {
    const t = await setUp();
    await t.turn(true);
    const large = rawEvent({ uuid: 'large', debugContext: { debugData: { text: 'x'.repeat(70_000) } } });
    await t.db
      .prepare('INSERT INTO oversized_events (tenant_id, id, received_at, payload) VALUES (?1, ?2, 1, ?3)')
      .bind(t.archiveTenant, `evt_${t.archiveTenant}`, JSON.stringify(large))
      .run();
    await t.consume([t.message([{ $oversized: `evt_${t.archiveTenant}` }, rawEvent({ uuid: 'small' })])]);
    await writeArchive(t.deps);
    expect(await t.exported()).toEqual(expect.arrayContaining([large]));
    expect(uuids(await t.exported())).toEqual(['large', 'small']);
  });

  it('is forgotten day by day when its time is over', async () => {
    const t = await setUp();
    await t.turn(true);
    await t.call('PATCH', '/archive/settings', { keepDays: 10 });
    await t.consume([t.message([rawEvent()])]);
    await writeArchive(t.deps);
    t.clock.advance(9 * DAY);
    await purgeArchive(t.deps);
    const kept = async () => (await t.deps.archive?.list({ prefix: `${t.archiveTenant}/` }))?.objects.length;
    expect(await kept()).toBe(1);
    t.clock.advance(2 * DAY);
    await purgeArchive(t.deps);
    await purgeArchive(t.deps);
    expect(await kept()).toBe(0);
    expect((await t.call('GET', `/archive/${t.today}`)).status).toBe(404);
  });

  it('is for those who may read raw events, of one tenant, and audited', async () => {
    const [t, other] = [await setUp(), await setUp()];
    await t.turn(true);
    await t.turn(true);
    await t.consume([t.message([rawEvent()])]);
    await writeArchive(t.deps);
    expect((await t.call('GET', '/archive', undefined, t.tokens.viewer)).status).toBe(403);
    expect((await t.call('GET', `/archive/${t.today}`, undefined, t.tokens.viewer)).status).toBe(403);
    expect((await t.call('PATCH', '/archive/settings', { enabled: false }, t.tokens.viewer)).status).toBe(403);
    expect((await other.call('GET', `/archive/${t.today}`)).status).toBe(404);
    const response = await t.call('GET', `/archive/${t.today}`);
    expect(response.headers.get('content-type')).toBe('application/gzip');
    expect(response.headers.get('content-disposition')).toBe(`attachment; filename="events-${t.today}.ndjson.gz"`);
    expect(response.headers.get('link')).toBeNull();
    await response.arrayBuffer();
    const audit = (await (await t.call('GET', '/audit')).json()) as { data: { action: string }[] };
    expect(audit.data.map((entry) => entry.action)).toEqual(
      expect.arrayContaining(['archive.settings', 'archive.export']),
    );
    expect(audit.data.filter(({ action }) => action === 'archive.settings')).toHaveLength(1);
    for (const path of ['/archive/yesterday', `/archive/${t.today}?cursor=x`, '/archive?day=2026']) {
      expect((await t.call('GET', path)).status).toBe(400);
    }
  });

  it('says so where the deployment has no bucket', async () => {
    const api = apiUnderTest({ archive: null });
    const { tokens } = await seedTenant(api.deps, ['super_admin']);
    const options = { token: tokens.super_admin };
    const settings = await api.call('GET', '/api/v1/archive/settings', options);
    expect(await settings.json()).toMatchObject({ available: false, enabled: false });
    const refused = await api.call('PATCH', '/api/v1/archive/settings', { ...options, body: { enabled: true } });
    expect(refused.status).toBe(409);
    expect(await refused.json()).toMatchObject({
      code: 'archive.not_bound',
      detail: expect.stringContaining('--archive'),
    });
    expect((await api.call('GET', '/api/v1/archive/2026-01-01', options)).status).toBe(409);
  });
});
