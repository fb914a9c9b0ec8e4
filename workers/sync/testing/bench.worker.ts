import { eq } from 'drizzle-orm';
import { z } from 'zod';
import { sources, tenants } from '../../../db/control/schema.ts';
import { graphOf, type TenantGraph } from '../../graph/directory.ts';
import { nodeId } from '../../graph/model.ts';
import product from '../../index.ts';
import { HOUR, type Millis } from '../../platform/clock.ts';
import { createDeps, type Deps } from '../../platform/deps.ts';
import { oktaClientOf } from '../../sources/okta/client.ts';
import { sealCredential } from '../../sources/okta/credential.ts';
import { ORG_SETTINGS } from '../../sources/okta/map/org.ts';
import { MAPPED_TYPES } from '../../sources/okta/map/policy-mappings.ts';
import { mapFactors } from '../../sources/okta/mapper.ts';
import { getSource } from '../../sources/sources.repository.ts';
import { runDelta } from '../delta.ts';
import { runFullSync } from '../full-sync.ts';
import { READINGS } from '../inventory-readings.ts';
import { emptyProgress } from '../run.ts';
import { getRun, insertRun } from '../runs.repository.ts';
import type { Stepper, SyncTools } from '../session.ts';
import { readSyncState, saveSyncState } from '../sync-state.ts';
import { type BenchOkta, createBenchOkta, detailsMinimum, factorsOf, listsMinimum, nameOf } from './bench.org.ts';

export * from '../../index.ts';

const inputSchema = z.object({
  tenant: z.string(),
  size: z.object({
    people: z.number(),
    groups: z.number(),
    apps: z.number(),
    members: z.number(),
    assigned: z.number(),
    admins: z.number(),
  }),
  shards: z.number().int(),
  /** `fill`: all factors are known but of the next in line; `filled`: and all owners, as after some more deltas. */
  kind: z.enum(['full', 'delta', 'fill', 'filled']),
  /** People whom Okta says changed since the run before. */
  changed: z.number().int(),
});
type Input = z.infer<typeof inputSchema>;

const FILLED_AT_ONCE = 5_000;
/** People whom the next delta reads. */
const LEFT_TO_DELTA = 1_000;

/** By tenant: the org outlives a run. */
const orgs = new Map<string, { okta: BenchOkta; clock: ReturnType<typeof movedClock>; runs: number }>();

/** The product, with a way to sync a synthetic org against Okta's limits in no time. Only the bench loads it. */
export default {
  ...product,
  async fetch(request, env, ctx) {
    if (new URL(request.url).pathname !== '/bench-sync') return product.fetch(request, env, ctx);
    const input = inputSchema.parse(await request.json());
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    const encoder = new TextEncoder();
    // a sign of life a step: who asks gives up on an answer that does not come for minutes
    const beat = () => void writer.write(encoder.encode(' ')).catch(() => {});
    const answer = runOnce(env, input, beat).then(
      (ran) => ran,
      (error: unknown) => ({ error: String(error) }),
    );
    ctx.waitUntil(answer.then((ran) => writer.write(encoder.encode(JSON.stringify(ran)))).then(() => writer.close()));
    return new Response(readable);
  },
} satisfies ExportedHandler<Env>;

function movedClock(start: Millis) {
  let now = start;
  return {
    now: () => now,
    advance: (ms: Millis) => {
      now += ms;
    },
  };
}

async function runOnce(env: Env, input: Input, beat: () => void) {
  const { tenant: tenantId, size, kind } = input;
  const sourceId = `src_${tenantId}`;
  let org = orgs.get(tenantId);
  if (!org) {
    const clock = movedClock(Date.now());
    org = { okta: createBenchOkta(size, clock), clock, runs: 0 };
    orgs.set(tenantId, org);
    await addSource(env, org, input, sourceId);
  }
  const { okta, clock } = org;
  const deps = createDeps(env, { clock, fetch: okta.fetch });
  const graph = graphOf(deps, tenantId);
  if (kind === 'fill') return fill(deps, graph, input, sourceId);
  if (kind === 'filled') return endLines(deps, input, sourceId);
  clock.advance(HOUR);
  if (input.changed > 0) okta.change(input.changed);
  clock.advance(HOUR);
  okta.counts.clear();
  const tools: SyncTools = {
    deps,
    graph: () => graph,
    client: (tenant, source) => oktaClientOf(deps, tenant, source),
    settle: async () => 0,
    sleep: async (ms) => clock.advance(ms),
    random: () => 0.5,
  };
  let steps = 0;
  let largestStep = 0;
  const stepper: Stepper = {
    async do<T>(_: string, work: () => Promise<T>): Promise<T> {
      steps++;
      beat();
      const result = JSON.stringify(await work());
      largestStep = Math.max(largestStep, result.length);
      return JSON.parse(result) as T;
    },
    sleep: async (_, ms) => {
      steps++;
      clock.advance(ms);
    },
  };
  const runId = `syn_${tenantId}_${++org.runs}`;
  await insertRun(deps, tenantId, { id: runId, sourceId, kind, progress: emptyProgress(clock.now()) });
  const began = clock.now();
  if (kind === 'full') await runFullSync(tools, { kind, tenantId, sourceId, runId }, stepper, began);
  else await runDelta(tools, { kind, tenantId, sourceId, runId, quiet: false }, stepper, began);
  const run = await getRun(deps, tenantId, sourceId, runId);
  return {
    status: run?.status,
    error: run?.error ?? null,
    failed: run?.progress?.failedScopes.slice(0, 5) ?? [],
    rowsWritten: run?.rowsWritten ?? -1,
    refused: okta.refused(),
    elapsed: clock.now() - began,
    steps,
    largestStep,
    minimum: {
      lists: listsMinimum(size),
      details: detailsMinimum(size),
      // what Okta lists whole, settings of the org, labels, the methods of the one authenticator, and the apps of the one
      // policy of each type that guards single apps: Okta lists those a policy a call
      once: READINGS.length + ORG_SETTINGS.length + 2 + MAPPED_TYPES.size,
    },
    counts: Object.fromEntries(summary(okta.counts)),
  };
}

/** What deltas would have read by then, handed to the graph in pages. The last of them evaluates it. */
async function fill(deps: Deps, graph: TenantGraph, { tenant: tenantId, size }: Input, sourceId: string) {
  const line = Array.from({ length: size.people }, (_, n) => ({ id: `00u${n}`, name: nameOf(n) }));
  line.sort((a, b) => (a.name < b.name ? -1 : 1));
  const read = line.slice(LEFT_TO_DELTA);
  for (let from = 0; from < read.length; from += FILLED_AT_ONCE) {
    const factors = read.slice(from, from + FILLED_AT_ONCE).map(({ id }) => ({
      accountId: nodeId('account', sourceId, id),
      state: mapFactors(factorsOf(id)),
    }));
    const by = { kind: 'sync', id: `syn_fill_${tenantId}` } as const;
    await graph.applyPage({ nodes: [], edges: [], factors, asOf: deps.clock.now(), by, evaluate: false });
  }
  return {};
}

/** Everything in both lines was read once. */
async function endLines(deps: Deps, { tenant: tenantId, size }: Input, sourceId: string) {
  const source = await getSource(deps, tenantId, sourceId);
  if (!source) throw new Error('there is no source');
  const state = await readSyncState(deps, source);
  const line = (total: number) => ({ cursor: null, round: 1, read: 0, total, at: deps.clock.now() });
  await saveSyncState(deps, tenantId, sourceId, { ...state, trickle: line(size.people), owners: line(size.groups) });
  return {};
}

/** Calls by kind of path: ids are left out. */
function summary(counts: ReadonlyMap<string, number>): Map<string, number> {
  const sums = new Map<string, number>();
  for (const [path, count] of counts) {
    const name = path.replace(/\/(00[ug]|0oa)[^/]+/, '/{id}').replace(/\/ra00u[^/]+/, '/{id}');
    sums.set(name, (sums.get(name) ?? 0) + count);
  }
  return sums;
}

async function addSource(env: Env, { okta }: { okta: BenchOkta }, input: Input, sourceId: string): Promise<void> {
  const deps = createDeps(env, { fetch: okta.fetch });
  await deps.control.update(tenants).set({ graphShards: input.shards }).where(eq(tenants.id, input.tenant));
  await deps.control.insert(sources).values({
    tenantId: input.tenant,
    id: sourceId,
    kind: 'okta',
    name: 'Bench',
    baseUrl: 'https://bench.okta.com',
    mode: 'polling',
    authType: 'ssws',
    sealedCredential: await sealCredential({ env }, input.tenant, sourceId, { type: 'ssws', token: 'bench' }),
    createdAt: 0,
  });
}
