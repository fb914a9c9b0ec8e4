import { z } from 'zod';
import { type GraphEdge, type GraphNode, nodeId } from '../../../graph/model.ts';
import { type Mapped, read } from '../read-object.ts';
import { edgeOf, idField, nodeOf, text } from './thing.ts';

/*
 * Entitlements of Okta Identity Governance: what somebody may do inside an app. Grants are listed an app at a time, with
 * the values that each gives (https://developer.okta.com/docs/api/iga/openapi/governance.api/tag/Grants).
 */

/** The status in which an app has its entitlements managed. */
export const MANAGED = 'ENABLED';

export function grantsPath(appId: string): string {
  const filter = `target.externalId eq ${JSON.stringify(appId)} AND target.type eq "APPLICATION"`;
  return `/governance/api/v1/grants?limit=200&include=full_entitlements&filter=${encodeURIComponent(filter)}`;
}

const valueSchema = z.object({ id: idField, name: text, externalValue: text });
const entitlementSchema = z.object({
  id: text,
  name: text,
  values: z.array(valueSchema).nullish().catch(null),
});

const grantSchema = z.object({
  id: idField,
  status: text,
  action: text,
  entitlementBundleId: text,
  targetPrincipal: z.object({ externalId: idField, type: text }),
  entitlements: z.array(entitlementSchema).nullish().catch(null),
});

/** What a grant gives: `holder` is an account; nothing where it no longer holds, denies, or is not a user's. */
export interface MappedGrant {
  id: string;
  holder: string;
  nodes: GraphNode[];
  edges: GraphEdge[];
}

export function mapEntitlementGrant(sourceId: string, appId: string, raw: unknown): Mapped<MappedGrant> {
  return read(grantSchema, raw, (grant) => {
    const { externalId, type } = grant.targetPrincipal;
    const holder = nodeId('account', sourceId, externalId);
    const holds = (grant.status ?? 'ACTIVE') === 'ACTIVE' && (grant.action ?? 'ALLOW') === 'ALLOW';
    const nodes = holds && (type ?? 'OKTA_USER') === 'OKTA_USER' ? given(sourceId, appId, grant) : [];
    const app = nodeId('app', sourceId, appId);
    const edges = nodes.flatMap(({ id }) => [
      edgeOf(holder, 'HOLDS_ENTITLEMENT', id),
      edgeOf(id, 'ENTITLEMENT_OF', app),
    ]);
    return { id: grant.id, holder, nodes, edges };
  });
}

/** The values that a grant spells out; the bundle as one thing where it does not. */
function given(sourceId: string, appId: string, grant: z.infer<typeof grantSchema>): GraphNode[] {
  const values = (grant.entitlements ?? []).flatMap((entitlement) =>
    (entitlement.values ?? []).map((value) =>
      nodeOf('entitlement', sourceId, value.id, `${entitlement.name ?? 'Entitlement'}: ${value.name ?? value.id}`, {
        type: 'value',
        appId,
        entitlement: entitlement.name,
        value: value.name,
        externalValue: value.externalValue,
      }),
    ),
  );
  const bundle = grant.entitlementBundleId;
  if (values.length > 0 || bundle === null) return values;
  return [nodeOf('entitlement', sourceId, bundle, `Bundle ${bundle}`, { type: 'bundle', appId })];
}
