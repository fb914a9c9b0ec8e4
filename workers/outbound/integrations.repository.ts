import { and, count, desc, eq, inArray, isNull, sql } from 'drizzle-orm';
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core';
import { automations, integrations } from '../../db/control/schema.ts';
import type { Deps } from '../platform/deps.ts';
import { notFound } from '../platform/errors.ts';
import type { Automation } from './automation.ts';
import type { Integration } from './integration.ts';

type ControlDeps = Pick<Deps, 'control'>;

const own = (tenantId: string, id: string) =>
  and(eq(integrations.tenantId, tenantId), eq(integrations.id, id), isNull(integrations.deletedAt));

/** Every integration of a tenant, newest first. There are at most MAX_INTEGRATIONS. */
export async function listIntegrations(deps: ControlDeps, tenantId: string): Promise<Integration[]> {
  return deps.control
    .select()
    .from(integrations)
    .where(and(eq(integrations.tenantId, tenantId), isNull(integrations.deletedAt)))
    .orderBy(desc(integrations.createdAt), desc(integrations.id));
}

export async function countIntegrations(deps: ControlDeps, tenantId: string): Promise<number> {
  const [row] = await deps.control
    .select({ n: count() })
    .from(integrations)
    .where(and(eq(integrations.tenantId, tenantId), isNull(integrations.deletedAt)));
  return row?.n ?? 0;
}

/** Throws `not_found`. */
export async function getIntegration(deps: ControlDeps, tenantId: string, id: string): Promise<Integration> {
  const [row] = await deps.control.select().from(integrations).where(own(tenantId, id));
  if (!row) throw notFound({ detail: 'There is no such integration.' });
  return row;
}

export async function insertIntegration(deps: ControlDeps, integration: Integration): Promise<void> {
  await deps.control.insert(integrations).values(integration);
}

export async function updateIntegration(
  deps: ControlDeps,
  tenantId: string,
  id: string,
  change: Partial<Omit<Integration, 'tenantId' | 'id' | 'kind' | 'createdAt' | 'deletedAt'>>,
): Promise<void> {
  await deps.control.update(integrations).set(change).where(own(tenantId, id));
}

/** Removes an integration and its automations. Its deliveries stay as evidence; waiting ones become `failed`. */
export async function removeIntegration(
  deps: Pick<Deps, 'control' | 'clock'>,
  tenantId: string,
  id: string,
): Promise<void> {
  await deps.control.batch([
    deps.control.delete(automations).where(and(eq(automations.tenantId, tenantId), eq(automations.integrationId, id))),
    deps.control.update(integrations).set({ deletedAt: deps.clock.now() }).where(own(tenantId, id)),
  ]);
}

/** Switches integrations off. Returns those that were on. */
export async function disableIntegrations(deps: ControlDeps, tenantId: string, ids: string[]): Promise<string[]> {
  const rows = await deps.control
    .update(integrations)
    .set({ status: 'disabled' })
    .where(
      and(
        eq(integrations.tenantId, tenantId),
        inArray(integrations.id, ids),
        inArray(integrations.status, ['untested', 'connected', 'failed']),
      ),
    )
    .returning({ id: integrations.id });
  return rows.map((row) => row.id);
}

/** Where the changes of a tenant's issues go. */
export interface Routing {
  integrations: Map<string, Integration>;
  /** Enabled ones only. */
  automations: Automation[];
}

/** One JSON parameter, whatever the number of tenants: D1 binds at most 100. */
const among = (column: SQLiteColumn, values: string[]) =>
  sql`${column} IN (SELECT value FROM json_each(${JSON.stringify(values)}))`;

/** Integrations and enabled automations of some tenants, in one round trip. */
export async function routingOf(deps: ControlDeps, tenantIds: string[]): Promise<Map<string, Routing>> {
  const routing = new Map<string, Routing>(
    tenantIds.map((tenantId) => [tenantId, { integrations: new Map(), automations: [] }]),
  );
  if (tenantIds.length === 0) return routing;
  const [integrationRows, automationRows] = await deps.control.batch([
    deps.control
      .select()
      .from(integrations)
      .where(and(among(integrations.tenantId, tenantIds), isNull(integrations.deletedAt))),
    deps.control
      .select()
      .from(automations)
      .where(and(among(automations.tenantId, tenantIds), eq(automations.enabled, true))),
  ]);
  for (const row of integrationRows) routing.get(row.tenantId)?.integrations.set(row.id, row);
  for (const row of automationRows) routing.get(row.tenantId)?.automations.push(row);
  return routing;
}
