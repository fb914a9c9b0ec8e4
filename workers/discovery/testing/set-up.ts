import { sources, tenants, users } from '../../../db/control/schema.ts';
import { freshTenant, manualClock, T0, testDeps } from '../../../test/deps.ts';
import type { Principal } from '../../auth/principal.ts';
import { type GraphEdge, type GraphNode, nodeId } from '../../graph/model.ts';
import type { CoverageInput, NodeDetail, NodeSummary } from '../../graph/port.ts';
import { evidenceOf } from '../evidence.ts';
import { fold } from '../fold.ts';
import { writeSightings } from '../sightings.repository.ts';
import { canonical } from './events.ts';

export const SOURCE = 'src_a';
export const ADMIN: Principal = { kind: 'user', id: 'usr_admin', name: 'Admin', role: 'super_admin', sourceIds: null };

/** Tests only: a tenant of its own, and a graph that holds what the test says. */
export function discoveryUnderTest() {
  const tenantId = freshTenant();
  const clock = manualClock(T0);
  const deps = testDeps({ clock });
  const db = deps.evidence(tenantId);
  const apps = new Map<string, NodeDetail>();
  let coverage: CoverageInput[] = [];
  const failures: Error[] = [];
  const graph = {
    node: async (id: string) => {
      const failure = failures.shift();
      if (failure) throw failure;
      return apps.get(id) ?? null;
    },
    coverage: async () => coverage,
    list: async () => ({ data: [...apps.values()].map(({ node }) => node), next: null }),
  };
  const rows = async <T = Record<string, unknown>>(sql: string) =>
    (await db.prepare(sql).bind(tenantId).all<T>()).results;
  return {
    tenantId,
    clock,
    deps,
    db,
    failures,
    rows,
    graphFor: () => graph,
    /** Writes the evidence of raw events, past the memory of what was written. Returns the rows written. */
    see: (events: unknown[], sourceId = SOURCE) =>
      writeSightings(
        db,
        fold(
          evidenceOf(
            tenantId,
            sourceId,
            events.map((event) => canonical(tenantId, sourceId, event)),
          ),
        ),
      ),
    /** An app of the source, with or without somebody assigned. */
    putApp(nativeId: string, assigned: boolean, attributes: Record<string, unknown> = { status: 'ACTIVE' }) {
      const id = nodeId('app', SOURCE, nativeId);
      const node: NodeSummary = {
        id,
        kind: 'app',
        sourceId: SOURCE,
        nativeId,
        name: `Listed ${nativeId}`,
        attributes,
        beganAt: T0,
      };
      const account: GraphNode = { ...node, id: 'acc_x', kind: 'account' };
      const edge: GraphEdge = { from: 'acc_x', to: id, kind: 'ASSIGNED_TO', attributes: {} };
      const by = { kind: 'sync' as const, id: 'syn_x' };
      apps.set(id, {
        node,
        out: [],
        in: assigned ? [{ edge: { ...edge, beganAt: T0, by }, node: account }] : [],
      });
    },
    cover(reason: string | null = null) {
      coverage = (['apps', 'assignments'] as const).map((need) => ({ sourceId: SOURCE, need, reason, at: T0 }));
    },
    async addTenant() {
      await deps.control.insert(tenants).values({ id: tenantId, name: tenantId, status: 'active', createdAt: T0 });
      await deps.control.insert(sources).values({
        tenantId,
        id: SOURCE,
        kind: 'okta',
        name: 'Acme',
        baseUrl: 'https://acme.okta.com',
        mode: 'hybrid',
        authType: 'ssws',
        sealedCredential: 'sealed',
        createdAt: T0,
      });
    },
    async addSync(id: string, at: number) {
      await db
        .prepare(
          `INSERT INTO sync_runs (tenant_id, id, source_id, kind, status, started_at, ended_at)
           VALUES (?1, ?2, ?3, 'full', 'succeeded', ?4, ?4)`,
        )
        .bind(tenantId, id, SOURCE, at)
        .run();
    },
    async addUser(id: string, more: Partial<typeof users.$inferInsert> = {}) {
      await deps.control
        .insert(users)
        .values({ tenantId, id, email: `${id}@${tenantId}.test`, name: id, role: 'viewer', createdAt: T0, ...more });
    },
    apps: () => rows('SELECT * FROM discovered_apps WHERE tenant_id = ?1 ORDER BY id'),
    /** Everything that evidence wrote, without what assessments move. */
    async state() {
      const found = await rows(
        `SELECT id, source_id, app_key, name, named_at, catalog_name, domain, domain_at, first_seen, last_seen, used_at,
           created_at, deleted_at FROM discovered_apps WHERE tenant_id = ?1 ORDER BY id`,
      );
      const people = await rows('SELECT * FROM discovered_users WHERE tenant_id = ?1 ORDER BY app_id, account_id');
      const scopes = await rows(
        'SELECT * FROM discovered_scopes WHERE tenant_id = ?1 ORDER BY app_id, account_id, scope',
      );
      return JSON.stringify([found, people, scopes], (key, value) => (key === 'tenant_id' ? undefined : value));
    },
  };
}
