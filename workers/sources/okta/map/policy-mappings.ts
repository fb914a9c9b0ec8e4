import { z } from 'zod';
import { nodeId } from '../../../graph/model.ts';
import { edgeOf, href, idOfHref, type Owned, sorted } from './thing.ts';

/*
 * Which apps a policy guards is told twice: by the links of an app, and by `GET /policies/{id}/mappings`. An app's own
 * word goes first; what only the policy says is marked, so that each side ends what it told itself.
 */

/** Types whose policies guard single apps: others are for people, whatever they open. */
export const MAPPED_TYPES: ReadonlySet<unknown> = new Set(['ACCESS_POLICY', 'PROFILE_ENROLLMENT']);

const TOLD = { name: 'told', value: 'mapping' } as const;

/** Edges that links of apps told, and those that only policies did. */
export const LINKED = { name: TOLD.name, value: null };
const MAPPED = { ...TOLD };

/** The path of the list. */
export function mappingsPath(policyId: string): string {
  return `/api/v1/policies/${policyId}/mappings`;
}

const mappingSchema = z.object({ _links: z.object({ application: href }) });

/** Native id of the app that a row names; null for another resource. */
export function mappedApp(row: unknown): string | null {
  const parsed = mappingSchema.safeParse(row);
  return parsed.success ? idOfHref(parsed.data._links.application) : null;
}

/** The edges to apps that a policy names and that do not name it themselves. */
export function mappingEdges(
  sourceId: string,
  policyId: string,
  appIds: readonly string[],
  linked: ReadonlySet<string>,
) {
  const policy = nodeId('policy', sourceId, policyId);
  const edges = sorted(appIds)
    .filter((id) => !linked.has(id))
    .map((id) => edgeOf(policy, 'POLICY_MAPPING', nodeId('app', sourceId, id), { [TOLD.name]: TOLD.value }));
  const owns: Owned[] = [{ kind: 'POLICY_MAPPING', end: 'from', at: policy, having: MAPPED }];
  return { edges, owns };
}
