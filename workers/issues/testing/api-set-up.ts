import { integrations, users } from '../../../db/control/schema.ts';
import { freshTenant, manualClock, T0, testDeps } from '../../../test/deps.ts';
import type { Principal } from '../../auth/principal.ts';
import type { VerdictChange } from '../../detections/types.ts';
import { applyVerdictChanges } from '../apply-verdicts.ts';
import { issueId } from '../issue-ids.ts';
import { issueRoutes } from '../issues.routes.ts';
import { ADMIN, caller } from './api.ts';
import { fakeOutbound, verdict } from './changes.ts';

/** A tenant of its own, with callers of its issue routes. `id` is the issue of `verdict()`. */
export function setUp() {
  const tenant = freshTenant();
  const outbound = fakeOutbound();
  const clock = manualClock(T0 + 60_000);
  const deps = testDeps({ env: outbound.env, clock });
  const as = (principal: Principal) => caller(issueRoutes(), deps, tenant, principal);
  return {
    tenant,
    outbound,
    clock,
    deps,
    as,
    api: as(ADMIN),
    id: issueId(tenant, 'no-mfa-admin', verdict().subject),
    apply: (...changes: VerdictChange[]) => applyVerdictChanges(deps, tenant, changes),
    async addUser(id: string, more: Partial<typeof users.$inferInsert> = {}) {
      const email = `${id}@${tenant}.test`;
      await deps.control
        .insert(users)
        .values({ tenantId: tenant, id, email, name: id, role: 'viewer', createdAt: T0, ...more });
    },
    async addIntegration(id: string, more: Partial<typeof integrations.$inferInsert> = {}) {
      await deps.control.insert(integrations).values({
        tenantId: tenant,
        id,
        kind: 'webhook',
        name: 'Ticket desk',
        url: 'https://desk.test',
        sealedSigningSecret: 'v1.x',
        createdAt: T0,
        ...more,
      });
    },
    async auditOf() {
      const { results } = await deps
        .evidence(tenant)
        .prepare('SELECT action, actor_id AS actor, target_id AS target FROM audit WHERE tenant_id = ? ORDER BY at, id')
        .bind(tenant)
        .all();
      return results;
    },
  };
}
