import { NODE_KINDS, type NodeKind } from '../graph/model.ts';
import type { Graph } from '../graph/port.ts';
import { matchSource } from '../identities/match.ts';
import { tieOrgs } from './other-orgs.ts';
import type { ForgetParams } from './run.ts';
import type { Stepper, SyncTools } from './session.ts';

/** Identities go with their accounts. */
const KINDS: readonly NodeKind[] = ['account', ...NODE_KINDS.filter((kind) => kind !== 'account')];

/** Ends everything that a deleted source brought to the graph, and the issues that stood on it. */
export async function runForget(tools: SyncTools, params: ForgetParams, stepper: Stepper): Promise<void> {
  const { tenantId, sourceId, runId } = params;
  for (const kind of KINDS) {
    await stepper.do(`forget ${kind}`, async () => {
      const graph: Graph = tools.graph(tenantId);
      const { rowsWritten } = await graph.closeScope({
        scope: { of: 'nodes', kind, sourceId },
        seen: [],
        asOf: tools.deps.clock.now(),
        by: { kind: 'sync', id: runId },
        removalLimitPercent: 100,
        evaluate: true,
      });
      return rowsWritten;
    });
  }
  await stepper.do('forget labels', async () => {
    return (await tools.graph(tenantId).sayCriticality({ by: 'label', sourceId, nodes: null, said: [] })).rowsWritten;
  });
  await stepper.do('forget other orgs', () =>
    tieOrgs(tools.deps, tools.graph(tenantId), tenantId, { kind: 'sync', id: runId }, true),
  );
  const step = <T>(name: string, work: () => Promise<T>) => stepper.do(name, work);
  await matchSource(tools.deps, tools.graph(tenantId), tenantId, sourceId, step);
  await stepper.do('settle', () => tools.settle(tenantId));
}
