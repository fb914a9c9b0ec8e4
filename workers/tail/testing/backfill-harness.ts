import { env } from 'cloudflare:workers';
import { T0 } from '../../../test/deps.ts';
import { POSTERN } from '../../auth/principal.ts';
import { inboxUnderTest } from '../../inbox/inbox.fixtures.ts';
import { enqueueEvents } from '../../ingest/enqueue.ts';
import { DAY, HOUR, iso, type Millis } from '../../platform/clock.ts';
import { oktaClientOf } from '../../sources/okta/client.ts';
import { smallOrg } from '../../sync/testing/fake-okta.ts';
import { createHarness } from '../../sync/testing/harness.ts';
import type { BackfillParams, BackfillRun } from '../backfill.ts';
import { runBackfill } from '../backfill-run.ts';
import { startBackfill } from '../backfill-start.ts';
import type { BackfillTools } from '../backfill-step.ts';
import { getBackfill } from '../backfills.repository.ts';

export interface LogCall {
  since: string | null;
  until: string | null;
  after: string | null;
  query: URLSearchParams;
}

/**
 * Tests only: a source whose org has a log of `published` times, answered as Okta answers bounded requests: ordered by
 * publication, `next` except on the last page. Everything else of the org is the sync's fake.
 */
export async function backfillHarness(published: Millis[], options: { pageSize?: number; type?: string } = {}) {
  const h = await createHarness(smallOrg(1));
  const inbox = inboxUnderTest();
  const log = [...published].sort((a, b) => a - b);
  const asked: LogCall[] = [];
  const faults: ((call: LogCall, n: number) => Response | undefined)[] = [];
  const pageSize = options.pageSize ?? 1_000;
  h.okta.faults.push((path, url) => {
    if (path !== '/api/v1/logs') return undefined;
    const query = url.searchParams;
    const call = { since: query.get('since'), until: query.get('until'), after: query.get('after'), query };
    asked.push(call);
    const fault = faults.map((one) => one(call, asked.length)).find(Boolean);
    if (fault) return fault;
    const place = call.after === null ? null : (JSON.parse(atob(call.after)) as { s: number; u: number; n: number });
    const since = place?.s ?? Date.parse(call.since ?? '');
    const until = place?.u ?? Date.parse(call.until ?? '');
    const from = place?.n ?? 0;
    const window = log.map((at, n) => ({ at, n })).filter(({ at }) => at >= since && at < until);
    const rows = window.slice(from, from + pageSize).map(({ at, n }) => ({
      uuid: `uuid-${n}`,
      eventType: options.type ?? 'policy.rule.update',
      published: iso(at),
      actor: { id: '00u0', type: 'User', displayName: 'Ada', alternateId: 'ada@acme.test' },
      outcome: { result: 'SUCCESS' },
      target: [{ id: '00u0', type: 'User', displayName: 'Ada', alternateId: 'ada@acme.test' }],
    }));
    const after = btoa(JSON.stringify({ s: since, u: until, n: from + pageSize }));
    const link = `<${h.okta.origin}/api/v1/logs?limit=1000&sortOrder=ASCENDING&after=${after}>; rel="next"`;
    const headers: Record<string, string> = from + pageSize < window.length ? { link } : {};
    return Response.json(rows, { headers });
  });

  /** Messages of this run that the queue holds. */
  const queue: string[] = [];
  const created: { id: string; params: BackfillParams }[] = [];
  const create = (instance: { id: string; params: BackfillParams }) => {
    if (!created.some(({ id }) => id === instance.id)) created.push(instance);
    return Promise.resolve({ id: instance.id });
  };
  const bindings = {
    ...env,
    INBOX: {
      sendBatch: async (batch: Iterable<{ body: string | Uint8Array }>) => {
        for (const { body } of batch) queue.push(typeof body === 'string' ? body : new TextDecoder().decode(body));
      },
    } as unknown as Queue,
    BACKFILL: { create, createBatch: (all: Parameters<typeof create>[0][]) => Promise.all(all.map(create)) },
  };
  const deps = { ...h.deps, env: bindings as unknown as Env };
  const slept: number[] = [];
  const tools: BackfillTools = {
    deps,
    client: (tenant, source) => oktaClientOf(deps, tenant, source),
    enqueue: enqueueEvents,
    sleep: async (ms) => h.clock.advance(ms),
    random: () => 0.5,
  };
  const { tenantId, sourceId } = h;
  return {
    ...h,
    deps,
    tools,
    asked,
    faults,
    queue,
    created,
    slept,
    start: (days: number) => startBackfill(deps, tenantId, sourceId, days, POSTERN),
    params: (run: BackfillRun, instance = 1): BackfillParams => ({ tenantId, sourceId, runId: run.id, instance }),
    /** Runs it to its end, each step once; the queue delivers during each sleep and at the end. */
    async finish(run: BackfillRun, instance = 1) {
      const stepper = {
        do: async <T>(_: string, work: () => Promise<T>): Promise<T> => JSON.parse(JSON.stringify(await work())) as T,
        sleep: async (_: string, ms: number) => {
          slept.push(ms);
          h.clock.advance(ms);
          await this.deliver();
        },
      };
      await runBackfill(tools, this.params(run, instance), stepper);
      await this.deliver();
      return this.read(run);
    },
    async read(run: BackfillRun): Promise<BackfillRun> {
      const found = await getBackfill(deps, tenantId, sourceId, run.id);
      if (!found) throw new Error('the run is gone');
      return found;
    },
    /** Hands what is queued to the inbox, whose effects are only written down: see `did`. */
    async deliver(): Promise<void> {
      inbox.clock.set(h.clock.now());
      while (queue.length > 0) await inbox.consume(queue.splice(0, 100));
    },
    did: inbox.did,
    stored: async () =>
      (
        await deps
          .evidence(tenantId)
          .prepare('SELECT uuid, channels FROM events WHERE tenant_id = ?1 ORDER BY published_at')
          .bind(tenantId)
          .all<{ uuid: string; channels: number }>()
      ).results,
    actions: async () =>
      (
        await deps.evidence(tenantId).prepare('SELECT action FROM audit WHERE tenant_id = ?').bind(tenantId).all()
      ).results.map((row) => row.action),
  };
}

export type BackfillHarness = Awaited<ReturnType<typeof backfillHarness>>;

/** `count` times spread evenly over the last `days` days. */
export function spread(count: number, days: number): Millis[] {
  const length = days * DAY - HOUR;
  return Array.from({ length: count }, (_, n) => T0 - HOUR - Math.floor((n * length) / count));
}
