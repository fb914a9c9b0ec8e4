import { env } from 'cloudflare:workers';
import { sources } from '../../../db/control/schema.ts';
import type { TenantGraph } from '../../graph/directory.ts';
import { nodeId } from '../../graph/model.ts';
import { oktaClientOf } from '../../sources/okta/client.ts';
import { sealCredential } from '../../sources/okta/credential.ts';
import { runFullSync } from '../../sync/full-sync.ts';
import { emptyProgress } from '../../sync/run.ts';
import { getRun, insertFullRun } from '../../sync/runs.repository.ts';
import type { Stepper, SyncTools } from '../../sync/session.ts';
import { createFakeOkta, type FakeOkta, type FakeOrg, type FakeUser } from '../../sync/testing/fake-okta.ts';
import { createHarness, type Harness, plainStepper } from '../../sync/testing/harness.ts';

export interface OrgUser {
  mail?: string;
  number?: string;
  status?: string;
  verified?: boolean;
  created?: string;
  statusChanged?: string;
}

/** A user as Okta tells it, with a verified mail unless told. */
export function orgUser(id: string, { mail, number, status = 'ACTIVE', verified = true, ...times }: OrgUser): FakeUser {
  const address = mail ?? `${id}@acme.test`;
  return {
    id,
    status,
    factors: [],
    roles: [],
    mail: address,
    body: {
      ...(number === undefined
        ? {}
        : {
            profile: { login: `${id}@acme.test`, email: address, firstName: 'A', lastName: id, employeeNumber: number },
          }),
      credentials: {
        password: {},
        provider: { type: 'OKTA', name: 'OKTA' },
        emails: [{ value: address, status: verified ? 'VERIFIED' : 'UNVERIFIED', type: 'PRIMARY' }],
      },
      ...times,
    },
  };
}

/** An org with Everyone, so that a sync takes it for one. */
export function orgOf(users: FakeUser[]): FakeOrg {
  const members = users.filter(({ status }) => status !== 'DEPROVISIONED').map(({ id }) => id);
  return {
    users,
    groups: [{ id: '00gEveryone', name: 'Everyone', type: 'BUILT_IN', members, roles: [] }],
    apps: [{ id: '0oaMail', label: 'Mail', users: [], groups: [] }],
  };
}

export interface TwoOrgs {
  first: Harness;
  second: { sourceId: string; okta: FakeOkta; tools: SyncTools };
  graph: TenantGraph;
  tenantId: string;
  /** Full syncs of one org, or of both, through to their ends. Returns the rows that were written. */
  sync(which?: 'first' | 'second' | 'both', stepper?: Stepper): Promise<number>;
  a(id: string): string;
  b(id: string): string;
  /** Native ids of each identity's accounts by its own name, sorted. */
  people(): Promise<string[][]>;
}

/** A tenant with two Okta orgs, on the real graph. `origin`: of the second. */
export async function twoOrgs(
  one: FakeUser[],
  two: FakeUser[],
  options: { shards?: number; origin?: string } = {},
): Promise<TwoOrgs> {
  const first = await createHarness(orgOf(one), options);
  const { deps: firstDeps, tenantId, clock, graph } = first;
  const sourceId = `src_zz${tenantId}`;
  const okta = createFakeOkta(orgOf(two), () => clock.now());
  okta.origin = options.origin ?? okta.origin;
  const deps = { ...firstDeps, fetch: okta.fetch };
  await deps.control.insert(sources).values({
    tenantId,
    id: sourceId,
    kind: 'okta',
    name: 'Globex',
    baseUrl: okta.origin,
    mode: 'polling',
    authType: 'ssws',
    sealedCredential: await sealCredential({ env }, tenantId, sourceId, { type: 'ssws', token: 'secret-token' }),
    createdAt: 1,
  });
  const tools: SyncTools = { ...first.tools, deps, client: (tenant, source) => oktaClientOf(deps, tenant, source) };
  let runs = 0;
  const syncSecond = async (stepper?: Stepper) => {
    clock.advance(60_000);
    const runId = `syn_b_${tenantId}_${++runs}`;
    await insertFullRun(deps, tenantId, { id: runId, sourceId, progress: emptyProgress(clock.now()) });
    await runFullSync(tools, { kind: 'full', tenantId, sourceId, runId }, stepper ?? plainStepper(first), clock.now());
    const run = await getRun(deps, tenantId, sourceId, runId);
    if (run?.status !== 'succeeded' && run?.status !== 'held')
      throw new Error(`the sync ${run?.status}: ${run?.error}`);
    return run.rowsWritten;
  };
  return {
    first,
    second: { sourceId, okta, tools },
    graph,
    tenantId,
    async sync(which = 'both', stepper) {
      let rows = 0;
      if (which !== 'second') rows += (await first.sync(stepper ? { stepper } : {})).rowsWritten;
      if (which !== 'first') rows += await syncSecond(stepper);
      return rows;
    },
    a: (id) => nodeId('account', first.sourceId, id),
    b: (id) => nodeId('account', sourceId, id),
    async people() {
      const { data } = await graph.list({ kind: 'identity', limit: 200 });
      const all = await Promise.all(data.map(({ id }) => graph.identity(id)));
      const natives = all.map((found) => (found?.accounts ?? []).map(({ node }) => node.nativeId).sort());
      return natives.sort((x, y) => ((x[0] ?? '') < (y[0] ?? '') ? -1 : 1));
    },
  };
}
