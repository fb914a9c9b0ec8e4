import { Hono } from 'hono';
import { onError } from '../../api/problem.ts';
import type { Principal, Role } from '../../auth/principal.ts';
import { nodeRoutes } from '../../graph/nodes.routes.ts';
import { pathRoutes } from '../../graph/paths.routes.ts';
import { app, edge, graphWith, group, ORG, page, role } from '../../graph/testing/fixtures.ts';
import type { ApiEnv } from '../../platform/http/router.ts';
import { criticalityRoutes } from '../criticality.routes.ts';

export const [SUPER, HELP_DESK] = [role('SUPER_ADMIN'), role('HELP_DESK_ADMIN')];
export const [ADMINS, DESK, STAFF] = [group('admins'), group('desk'), group('staff')];
export const CRM = app('crm', { status: 'ACTIVE', catalogName: 'salesforce' });
export const HR = app('hr', { status: 'ACTIVE', catalogName: 'workday' });
export const ROBOT = app('robot');

export const PAGE = page({
  nodes: [SUPER, HELP_DESK, ADMINS, DESK, STAFF, CRM, HR, ROBOT, ORG],
  edges: [
    edge(SUPER.id, 'GRANTS', ORG.id),
    edge(ADMINS.id, 'HOLDS_ROLE', SUPER.id),
    edge(DESK.id, 'HOLDS_ROLE', HELP_DESK.id),
    edge(ROBOT.id, 'HOLDS_ROLE', HELP_DESK.id),
  ],
});

/** A tenant with that graph, its API as somebody sees it, and what the audit log says. */
export async function world() {
  const made = await graphWith(2);
  await made.graph.applyPage(PAGE);
  const { deps, tenantId } = made;
  const call = async (method: string, path: string, body?: unknown, as: Role = 'source_admin') => {
    const principal: Principal = { kind: 'user', id: 'usr_1', name: 'Sam', role: as, sourceIds: null };
    const api = new Hono<ApiEnv>()
      .use(async (c, next) => {
        c.set('deps', deps);
        c.set('tenantId', tenantId);
        c.set('principal', principal);
        await next();
      })
      .route('/', criticalityRoutes())
      .route('/', pathRoutes())
      .route('/', nodeRoutes())
      .onError(onError);
    const json = { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const answer = await api.request(path, { method, ...(body === undefined ? {} : json) });
    return { status: answer.status, body: answer.status === 204 ? {} : await answer.json<Record<string, unknown>>() };
  };
  const audited = async () =>
    (
      await deps
        .evidence(tenantId)
        .prepare('SELECT action, target_id AS target FROM audit WHERE tenant_id = ? ORDER BY at, id')
        .bind(tenantId)
        .all()
    ).results;
  return { ...made, call, audited };
}

/** The route of a node's criticality. */
export const of = (node: { id: string; kind: string }) => `/${node.kind}s/${node.id}/criticality`;
