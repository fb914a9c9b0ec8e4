import { env } from 'cloudflare:workers';
import { sources, tenants } from '../../../db/control/schema.ts';
import { freshTenant, manualClock, testDeps } from '../../../test/deps.ts';
import { graphOf, type TenantGraph } from '../../graph/directory.ts';
import { SECOND } from '../../platform/clock.ts';
import type { Deps } from '../../platform/deps.ts';
import { oktaClientOf } from '../../sources/okta/client.ts';
import { sealCredential } from '../../sources/okta/credential.ts';
import { runDelta } from '../delta.ts';
import { runFullSync } from '../full-sync.ts';
import { type DeltaParams, emptyProgress, type FullParams, type SyncRun } from '../run.ts';
import { getRun, insertFullRun, insertRun } from '../runs.repository.ts';
import type { Stepper, SyncTools } from '../session.ts';
import { createFakeOkta, type FakeOkta, type FakeOrg } from './fake-okta.ts';

export interface Harness {
  deps: Deps;
  clock: ReturnType<typeof manualClock>;
  tenantId: string;
  sourceId: string;
  okta: FakeOkta;
  graph: TenantGraph;
  tools: SyncTools;
  settled: number[];
  /** Milliseconds slept, in steps and between them. */
  slept: number[];
  /** A new run through to its end, a minute later than whatever was before. */
  /** A quiet delta, or one with a row, through to its end, a minute later. Null: it left no row. */
  delta(options?: { stepper?: Stepper; shown?: boolean; runId?: string }): Promise<SyncRun | null>;
  sync(options?: { stepper?: Stepper; confirmed?: FullParams['confirmed']; runId?: string }): Promise<SyncRun>;
}

/** A tenant with one source that talks to an org in memory, on the real graph. */
export async function createHarness(org: FakeOrg, options: { shards?: number } = {}): Promise<Harness> {
  const clock = manualClock();
  const okta = createFakeOkta(org, () => clock.now());
  const deps = testDeps({ clock, fetch: okta.fetch });
  const tenantId = freshTenant();
  const sourceId = `src_${tenantId}`;
  await deps.control
    .insert(tenants)
    .values({ id: tenantId, name: 'T', graphShards: options.shards ?? 1, createdAt: 0 });
  await deps.control.insert(sources).values({
    tenantId,
    id: sourceId,
    kind: 'okta',
    name: 'Acme',
    baseUrl: okta.origin,
    mode: 'polling',
    authType: 'ssws',
    sealedCredential: await sealCredential({ env }, tenantId, sourceId, { type: 'ssws', token: 'secret-token' }),
    createdAt: 0,
  });
  const graph = graphOf(deps, tenantId);
  const settled: number[] = [];
  const slept: number[] = [];
  const tools: SyncTools = {
    deps,
    graph: () => graph,
    client: (tenant, source) => oktaClientOf(deps, tenant, source),
    settle: async () => settled.push(clock.now()),
    sleep: async (ms) => {
      slept.push(ms);
      clock.advance(ms);
    },
    random: () => 0.5,
  };
  let runs = 0;
  const harness: Harness = {
    deps,
    clock,
    tenantId,
    sourceId,
    okta,
    graph,
    tools,
    settled,
    slept,
    async sync({ stepper, confirmed, runId } = {}) {
      clock.advance(60 * SECOND);
      const id = runId ?? `syn_${tenantId}_${++runs}`;
      if (!runId) await insertFullRun(deps, tenantId, { id, sourceId, progress: emptyProgress(clock.now()) });
      const params: FullParams = { kind: 'full', tenantId, sourceId, runId: id, ...(confirmed ? { confirmed } : {}) };
      await runFullSync(tools, params, stepper ?? plainStepper(harness), clock.now());
      const run = await getRun(deps, tenantId, sourceId, id);
      if (!run) throw new Error('the run is gone');
      return run;
    },
    async delta({ stepper, shown = false, runId } = {}) {
      clock.advance(60 * SECOND);
      const id = runId ?? `syn_${tenantId}_${++runs}`;
      const row = { id, sourceId, kind: 'delta' as const, progress: emptyProgress(clock.now()) };
      if (shown && !runId) await insertRun(deps, tenantId, row);
      const params: DeltaParams = { kind: 'delta', tenantId, sourceId, runId: id, quiet: !shown };
      await runDelta(tools, params, stepper ?? plainStepper(harness), clock.now());
      return getRun(deps, tenantId, sourceId, id);
    },
  };
  return harness;
}

/** Runs each step once; results go through JSON as in a workflow. */
export function plainStepper(
  harness: Pick<Harness, 'clock' | 'slept'>,
): Stepper & { names: string[]; largest: number } {
  const stepper = {
    names: [] as string[],
    largest: 0,
    async do<T>(name: string, work: () => Promise<T>): Promise<T> {
      if (stepper.names.includes(name)) throw new Error(`two steps are named ${name}`);
      stepper.names.push(name);
      const text = JSON.stringify(await work());
      stepper.largest = Math.max(stepper.largest, text.length);
      return JSON.parse(text) as T;
    },
    async sleep(name: string, ms: number): Promise<void> {
      stepper.names.push(name);
      harness.slept.push(ms);
      harness.clock.advance(ms);
    },
  };
  return stepper;
}

/**
 * A workflow engine that dies: before the step numbers in `before`, and after the work of those in `after`, when its
 * result is not yet remembered. `run` starts again after each death until the work gets through.
 */
export function crashingEngine(
  harness: Pick<Harness, 'clock' | 'slept'>,
  kill: { before: number[]; after: number[] },
): { run(work: (stepper: Stepper) => Promise<unknown>): Promise<number> } {
  const remembered = new Map<string, string>();
  let executed = 0;
  const start = (): Stepper => {
    let dead = false;
    const die = () => {
      dead = true;
      throw new Error('the engine died');
    };
    return {
      async do<T>(name: string, work: () => Promise<T>): Promise<T> {
        if (dead) die();
        const known = remembered.get(name);
        if (known !== undefined) return JSON.parse(known) as T;
        const number = ++executed;
        if (kill.before.includes(number)) die();
        const text = JSON.stringify(await work());
        if (kill.after.includes(number)) die();
        remembered.set(name, text);
        return JSON.parse(text) as T;
      },
      async sleep(name, ms) {
        if (dead) die();
        if (remembered.has(name)) return;
        remembered.set(name, 'null');
        harness.slept.push(ms);
        harness.clock.advance(ms);
      },
    };
  };
  return {
    async run(work) {
      for (let deaths = 0; ; deaths++) {
        try {
          await work(start());
          return deaths;
        } catch (error) {
          if (!(error instanceof Error) || error.message !== 'the engine died') throw error;
        }
      }
    },
  };
}
