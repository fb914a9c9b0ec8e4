import { iso } from '../../platform/clock.ts';
import { readMessage } from '../message.ts';
import type { Tested } from './caller.ts';

/** `count` open letters of single events that had no uuid. */
export async function letters(t: Tested, count: number, more: Record<string, string | number> = {}) {
  const base = {
    source_id: 'src_a',
    queue: 'inbox',
    channel: 'event_hook',
    reason: 'event.no_uuid',
    created_at: t.clock.now(),
    ...more,
  };
  await t.db
    .prepare(
      `INSERT INTO dead_letters (tenant_id, id, source_id, queue, channel, reason, detail, payload, created_at)
       SELECT ?1, 'ded_' || ?2 || substr('00000' || value, -5), ?3, ?4, ?5, ?6, 'x',
         json_object('uuid', ?1 || ?2 || value, 'eventType', 'user.lifecycle.suspend', 'published', ?7), ?8
       FROM (WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < ?9) SELECT value FROM n)`,
    )
    .bind(
      t.tenantId,
      String(base.reason).slice(-4),
      base.source_id,
      base.queue,
      base.channel,
      base.reason,
      iso(t.clock.now()),
      base.created_at,
      count,
    )
    .run();
}

export const statuses = async (t: Tested) =>
  Object.fromEntries(
    (
      await t.rows<{ status: string; n: number }>(
        'SELECT status, count(*) AS n FROM dead_letters WHERE tenant_id = ?1 GROUP BY 1',
      )
    ).map(({ status, n }) => [status, n]),
  );
export const sent = (t: Tested) =>
  t.queued.map((json) => readMessage(json)).filter((one) => one?.tenantId === t.tenantId);
export const audits = (t: Tested) =>
  t.rows<{ action: string; detail: string }>('SELECT action, detail FROM audit WHERE tenant_id = ?1 ORDER BY at, id');
