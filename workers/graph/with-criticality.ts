import { criticalityOfNode, presentCriticality } from '../criticality/criticality.ts';
import type { Millis } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import { presentDetail } from './graph.present.ts';
import type { NodeDetail } from './port.ts';

/** A node and its neighbours, with how critical it is where its kind has that, now or then. */
export async function withCriticality(deps: Deps, tenantId: string, detail: NodeDetail, asOf: Millis | undefined) {
  const told = presentDetail(detail);
  const critical = await criticalityOfNode(deps, tenantId, detail.node, asOf);
  return critical ? { ...told, node: { ...told.node, criticality: presentCriticality(critical) } } : told;
}
