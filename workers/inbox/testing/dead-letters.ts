import { env } from 'cloudflare:workers';
import type { Role } from '../../auth/principal.ts';
import { iso } from '../../platform/clock.ts';
import { PosternError } from '../../platform/errors.ts';
import { createRouter } from '../../platform/http/router.ts';
import type { inboxUnderTest } from '../inbox.fixtures.ts';
import { inboxRoutes } from '../inbox.routes.ts';
import { readMessage } from '../message.ts';

export type Tested = ReturnType<typeof inboxUnderTest>;

export function as(t: Tested, role: Role = 'super_admin') {
  const app = createRouter();
  app.use('*', async (c, next) => {
    c.set('deps', t.deps);
    c.set('tenantId', t.tenantId);
    c.set('principal', { kind: 'user', id: 'usr_1', name: 'Uma', role, sourceIds: null });
    await next();
  });
  app.route('/', inboxRoutes());
  app.onError((error, c) =>
    error instanceof PosternError ? c.json({ code: error.code }, error.status) : c.json({ code: String(error) }, 500),
  );
  const call = async (method: string, path: string, body?: unknown) => {
    const init =
      body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    const response = await app.request(path, { method, ...init }, env);
    // biome-ignore lint/suspicious/noExplicitAny: answers are asserted on
    return { status: response.status, body: (await response.json()) as any };
  };
  return { get: (path: string) => call('GET', path), post: (path: string, body?: unknown) => call('POST', path, body) };
}

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
