import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { freshTenant } from '../../test/deps.ts';
import { MINUTE } from '../platform/clock.ts';
import { type EventQuery, listEvents } from './events.repository.ts';

const EVENTS = 3_000;
const LIMIT = 100;

/** A tenant with three events a minute, half of them of another source. */
async function tenantWithEvents(): Promise<string> {
  const tenantId = freshTenant();
  await env.EVIDENCE_0.batch([
    env.EVIDENCE_0.prepare(
      `WITH RECURSIVE n(i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?2)
       INSERT INTO events (tenant_id, id, source_id, uuid, type, published_at, stored_at, channels, delivery_id, targets, body)
       SELECT ?1, printf('evt_%05d', (i * 7919) % 100000), iif(i % 2, 'one', 'two'), 'u' || i, 'user.lifecycle.suspend',
         i / 3 * 60000, i, 1, 'dlv', '[{"id":"00uada","type":"User"}]', '{}' FROM n`,
    ).bind(tenantId, EVENTS),
    env.EVIDENCE_0.prepare(
      `INSERT INTO event_targets (tenant_id, target_id, published_at, event_id, target_type)
       SELECT tenant_id, '00uada', published_at, id, 'User' FROM events WHERE tenant_id = ?1`,
    ).bind(tenantId),
  ]);
  return tenantId;
}

/** Reads a list to its end: the ids in their order, and the most rows that a page read. */
async function readThrough(tenantId: string, query: Omit<EventQuery, 'limit' | 'cursor'>) {
  let most = 0;
  const counted: D1Database = Object.assign(Object.create(env.EVIDENCE_0) as D1Database, {
    prepare: (sql: string) => ({
      bind: (...values: unknown[]) => ({
        all: async () => {
          const result = await env.EVIDENCE_0.prepare(sql)
            .bind(...values)
            .all();
          most = Math.max(most, result.meta.rows_read);
          return result;
        },
      }),
    }),
  });
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await listEvents({ evidence: () => counted }, tenantId, { ...query, limit: LIMIT, cursor });
    ids.push(...page.data.map(({ id }) => id));
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return { ids, most };
}

describe('the list of events', () => {
  it('reads each row once however long it is', async () => {
    const tenantId = await tenantWithEvents();
    const whole = await readThrough(tenantId, {});
    expect(new Set(whole.ids).size).toBe(EVENTS);
    expect(whole.most).toBeLessThanOrEqual(3 * LIMIT);

    const ofTarget = await readThrough(tenantId, { target: '00uada' });
    expect(ofTarget.ids).toEqual(whole.ids);
    expect(ofTarget.most).toBeLessThanOrEqual(4 * LIMIT);

    const ofSource = await readThrough(tenantId, { source: 'two' });
    expect(ofSource.ids).toHaveLength(EVENTS / 2);
    expect(ofSource.most).toBeLessThanOrEqual(5 * LIMIT);
  });

  it('includes since and excludes until, on every page', async () => {
    const tenantId = await tenantWithEvents();
    const some = await readThrough(tenantId, { since: 100 * MINUTE, until: 300 * MINUTE });
    expect(some.ids).toHaveLength(600);
    expect(await readThrough(tenantId, { since: 100 * MINUTE, until: 300 * MINUTE, target: '00uada' })).toMatchObject({
      ids: some.ids,
    });
    expect((await readThrough(tenantId, { since: 100 * MINUTE, until: 100 * MINUTE + 1 })).ids).toHaveLength(3);
  });
});
