import { createRoute } from '@hono/zod-openapi';
import { criticalityOfNode, presentCriticality } from '../criticality/criticality.ts';
import { openIssueCounts } from '../issues/issues.repository.ts';
import { notFound } from '../platform/errors.ts';
import { createRouter, idParam, jsonContent, pageOf, problems, requirePermission } from '../platform/http/router.ts';
import { appsUsedBy } from '../usage/last-use.repository.ts';
import { asOfQuery, momentOf } from './as-of.param.ts';
import { graphOf } from './directory.ts';
import { presentHoldings, presentIdentity, presentVerdicts } from './graph.present.ts';
import { identityDetailSchema, identityKindSchema, identitySchema, nodeListQuery } from './graph.schemas.ts';
import { NO_REACH } from './reach.ts';
import { visibleIdentity } from './visible.ts';

const tags = ['Identities'];
const read = requirePermission('read', { sources: 'own' });

const list = createRoute({
  method: 'get',
  path: '/identities',
  tags,
  summary: 'List people and machines',
  description: 'With `asOf`, open issues and kinds are those of today.',
  middleware: read,
  request: { query: nodeListQuery.extend({ kind: identityKindSchema.optional() }) },
  responses: { 200: jsonContent(pageOf(identitySchema)), ...problems },
});

const detail = createRoute({
  method: 'get',
  path: '/identities/{id}',
  tags,
  summary: 'Read an identity with everything it holds and can reach',
  description:
    'With `asOf`, open issues and the use of apps are those of today and verdicts, which have no history, are left out.',
  middleware: read,
  request: { params: idParam(), query: asOfQuery },
  responses: { 200: jsonContent(identityDetailSchema), ...problems },
});

export function identityRoutes() {
  return createRouter()
    .openapi(list, async (c) => {
      const { source, kind, ...query } = c.req.valid('query');
      const [deps, tenantId] = [c.get('deps'), c.get('tenantId')];
      const asOf = momentOf(deps.clock, query.asOf);
      const page = await graphOf(deps, tenantId).list({
        kind: 'identity',
        sourceId: source,
        within: c.get('principal').sourceIds,
        identityKind: kind,
        ...query,
        asOf,
      });
      const issues = await openIssueCounts(
        deps,
        tenantId,
        page.data.map((node) => node.id),
      );
      return c.json(
        {
          data: page.data.map((node) => presentIdentity(node, issues.get(node.id) ?? 0, node.accounts ?? 1)),
          next: page.next,
        },
        200,
      );
    })
    .openapi(detail, async (c) => {
      const id = c.req.valid('param').id ?? '';
      const [deps, tenantId] = [c.get('deps'), c.get('tenantId')];
      const graph = graphOf(deps, tenantId);
      const asOf = momentOf(deps.clock, c.req.valid('query').asOf);
      const found = visibleIdentity(c.get('principal'), await graph.identity(id, asOf));
      if (!found) throw notFound({ detail: 'There is no such identity.' });
      const accountIds = found.accounts.map(({ node }) => node.id);
      const [reach, verdicts, issues, uses, critical] = await Promise.all([
        graph.reach(id, asOf),
        asOf === undefined ? graph.verdicts(id) : [],
        openIssueCounts(deps, tenantId, [id]),
        appsUsedBy(deps, tenantId, accountIds),
        criticalityOfNode(deps, tenantId, found.identity, asOf),
      ]);
      return c.json(
        {
          identity: presentIdentity(found.identity, issues.get(id) ?? 0, found.accounts.length),
          ...(critical ? { criticality: presentCriticality(critical) } : {}),
          ...presentHoldings(found, uses),
          reach: reach ?? NO_REACH,
          verdicts: presentVerdicts(verdicts),
        },
        200,
      );
    });
}
