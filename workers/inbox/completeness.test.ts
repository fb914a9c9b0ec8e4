import { describe, expect, it } from 'vitest';
import { DAY, HOUR, iso, MINUTE, SECOND } from '../platform/clock.ts';
import { create, setUp } from '../sources/testing/harness.ts';
import { completenessOf, MAX_COUNTED_EVENTS } from './completeness.repository.ts';

type Api = Awaited<ReturnType<typeof setUp>>;
/** [published, delay in ms, channels, type] */
type Stored = [number, number, number, string?];

async function store(api: Api, sourceId: string, events: Stored[]): Promise<void> {
  await api.deps
    .evidence(api.tenantId)
    .prepare(
      `INSERT INTO events (tenant_id, id, source_id, uuid, type, published_at, stored_at, channels, delivery_id, targets, body)
       SELECT ?1, 'evt_' || ?2 || key, ?2, key, coalesce(value->>3, 'user.session.start'), value->>0,
         value->>0 + (value->>1), value->>2, 'inb', '[]', '{}' FROM json_each(?3)`,
    )
    .bind(api.tenantId, sourceId, JSON.stringify(events))
    .run();
}

const none = { push: 0, tail: 0, onlyPush: 0, onlyTail: 0, both: 0, onlyBackfill: 0, missedByPush: 0, delay: null };

describe('completeness', () => {
  it('counts which channels brought the events of each hour', async () => {
    const api = await setUp();
    const { id } = await create(api);
    const other = await create(api, { name: 'Other' });
    api.clock.advance(3 * HOUR);
    const now = api.clock.now();
    const h = now - 2 * HOUR;
    await store(api, id, [
      [h, 1 * SECOND, 5],
      [h + MINUTE, 2 * SECOND, 1],
      [h + 2 * MINUTE, 30 * SECOND, 4],
      [h + 3 * MINUTE, 40 * SECOND, 4, 'zone.update'],
      [h + HOUR, 3 * SECOND, 6],
      [h + HOUR + 1, 20 * DAY, 8],
      [h + HOUR + 2, -5, 2],
      // older than the source: nobody could have pushed it, and its delay says nothing
      [h - HOUR - 1, 2 * HOUR, 4],
      [now, SECOND, 1],
      [now - DAY - 1, SECOND, 1],
    ]);
    await store(api, other.id, [[h, SECOND, 1]]);
    const { status, json } = await api.call('GET', `/sources/${id}/completeness`, undefined, api.tokens.viewer);
    expect(status).toBe(200);
    expect(json).toMatchObject({ since: iso(now - DAY), until: iso(now), truncated: false });
    expect(json.hours).toHaveLength(24);
    expect(json.hours.at(-2)).toEqual({
      hour: iso(h),
      push: 2,
      tail: 3,
      onlyPush: 1,
      onlyTail: 2,
      both: 1,
      onlyBackfill: 0,
      missedByPush: 1,
      delay: { p50: 2, p95: 40, max: 40 },
    });
    expect(json.hours.at(-1)).toEqual({
      hour: iso(h + HOUR),
      push: 2,
      tail: 1,
      onlyPush: 1,
      onlyTail: 0,
      both: 1,
      onlyBackfill: 1,
      missedByPush: 0,
      delay: { p50: 0, p95: 3, max: 3 },
    });
    expect(json.hours[0]).toEqual({ hour: iso(now - DAY), ...none });
    expect(json.totals).toEqual({
      push: 4,
      tail: 5,
      onlyPush: 2,
      onlyTail: 3,
      both: 2,
      onlyBackfill: 1,
      missedByPush: 1,
      delay: { p50: 2, p95: 40, max: 40 },
    });
  });

  it('has nothing to say of a source without events, and writes nothing', async () => {
    const api = await setUp();
    const { id } = await create(api);
    const { json } = await api.call('GET', `/sources/${id}/completeness`);
    expect(json.totals).toEqual(none);
    expect(json.hours.every((hour: { push: number }) => hour.push === 0)).toBe(true);
  });

  it('counts every type as missed by EventBridge, and none where there is no push', async () => {
    const api = await setUp();
    const { id } = await create(api, { mode: 'eventbridge' });
    api.clock.advance(HOUR);
    await store(api, id, [[api.clock.now() - MINUTE, SECOND, 4, 'zone.update']]);
    const missed = async () => (await api.call('GET', `/sources/${id}/completeness`)).json.totals.missedByPush;
    expect(await missed()).toBe(1);
    await api.call('PATCH', `/sources/${id}`, { mode: 'polling' });
    expect(await missed()).toBe(0);
  });

  it('takes a range of at most seven days', async () => {
    const api = await setUp();
    const { id } = await create(api);
    const until = api.clock.now();
    const get = (query: string) => api.call('GET', `/sources/${id}/completeness?${query}`);
    expect((await get(`since=${iso(until - 7 * DAY)}`)).json.hours).toHaveLength(168);
    expect((await get(`since=${iso(until - 90 * MINUTE)}&until=${iso(until - HOUR)}`)).json.hours).toHaveLength(1);
    for (const query of [
      `since=${iso(until - 7 * DAY - 1)}`,
      `since=${iso(until)}`,
      `since=${iso(until)}&until=${iso(until - HOUR)}`,
      'since=yesterday',
    ]) {
      expect([query, (await get(query)).status]).toEqual([query, 400]);
    }
    expect((await api.call('GET', '/sources/src_unknown/completeness')).status).toBe(404);
  });

  it('keeps to the newest when there are too many', async () => {
    const api = await setUp();
    const { id } = await create(api);
    const now = api.clock.now();
    const db = api.deps.evidence(api.tenantId);
    const extra = 3;
    await db
      .prepare(
        `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?3)
         INSERT INTO events (tenant_id, id, source_id, uuid, type, published_at, stored_at, channels, delivery_id, targets, body)
         SELECT ?1, 'evt_' || ?2 || i, ?2, i, 'user.session.start', ?4 - i * 100, ?4 - i * 100 + (i % 100) * 10, 5, 'inb', '[]', '{}' FROM n`,
      )
      .bind(api.tenantId, id, MAX_COUNTED_EVENTS + extra, now)
      .run();
    const found = await completenessOf(api.deps, api.tenantId, {
      sourceId: id,
      since: now - DAY,
      until: now,
      pushable: null,
      connectedAt: 0,
    });
    expect(found).toMatchObject({ truncated: true, since: now - (MAX_COUNTED_EVENTS + 1) * 100 + 1 });
    expect(found.totals).toMatchObject({ both: MAX_COUNTED_EVENTS, delay: { p50: 0.49, p95: 0.94, max: 0.99 } });
    expect(found.hours).toHaveLength(3);
    await db.prepare('DELETE FROM events WHERE tenant_id = ?1').bind(api.tenantId).run();
  });
});
