import { and, asc, eq, gt, isNotNull, isNull, sql } from 'drizzle-orm';
import { ingestSecrets, sessions, sources, tenants, tokens, users } from '../../db/control/schema.ts';
import { DAY, type Millis } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import { decodeCursor, type Page, toPage } from '../platform/pagination.ts';

export type TenantRow = typeof tenants.$inferSelect;

/** What a tenant uses, for the operator's list. */
export interface TenantUsage {
  users: number;
  sources: number;
  openIssues: number;
}

export function findTenant({ control }: Pick<Deps, 'control'>, id: string): Promise<TenantRow | undefined> {
  return control.select().from(tenants).where(eq(tenants.id, id)).get();
}

/** Every tenant of the deployment by id. */
export async function listTenants(
  { control }: Pick<Deps, 'control'>,
  query: { limit: number; cursor?: string | undefined },
): Promise<Page<TenantRow>> {
  const after = query.cursor ? String(decodeCursor(query.cursor, 1)[0]) : undefined;
  const rows = await control
    .select()
    .from(tenants)
    .where(after === undefined ? undefined : gt(tenants.id, after))
    .orderBy(asc(tenants.id))
    .limit(query.limit + 1);
  return toPage(rows, query.limit, (row) => [row.id]);
}

export async function updateTenant(
  { control }: Pick<Deps, 'control'>,
  id: string,
  patch: Partial<Pick<TenantRow, 'name' | 'status'>>,
): Promise<TenantRow | undefined> {
  const [changed] = await control
    .update(tenants)
    .set({ ...patch, ...(patch.status === 'active' && { deletedAt: null }) })
    .where(eq(tenants.id, id))
    .returning();
  return changed;
}

/**
 * Notes that a tenant is deleted, suspends it (which also stops the polling of its sources) and takes every way in with
 * it, in one transaction: sessions, API tokens, ingest secrets. The rest goes later (`erase-tenants.ts`). Repeating it
 * changes nothing.
 */
export async function closeTenant({ control }: Pick<Deps, 'control'>, id: string, now: Millis): Promise<void> {
  await control.batch([
    control
      .update(tenants)
      .set({ status: 'suspended', deletedAt: sql`coalesce(${tenants.deletedAt}, ${now})` })
      .where(eq(tenants.id, id)),
    control.delete(sessions).where(eq(sessions.tenantId, id)),
    control
      .update(tokens)
      .set({ revokedAt: now })
      .where(and(eq(tokens.tenantId, id), isNull(tokens.revokedAt))),
    control.delete(ingestSecrets).where(eq(ingestSecrets.tenantId, id)),
  ]);
}

/** Whether a tenant was deleted so long ago that nothing of it is kept any more, nor can it be taken back. */
export function isOver({ deletedAt, eventRetentionDays }: TenantRow, now: Millis): boolean {
  return deletedAt !== null && deletedAt + eventRetentionDays * DAY <= now;
}

/** Tenants that were deleted, the earliest first. */
export function deletedTenants({ control }: Pick<Deps, 'control'>): Promise<TenantRow[]> {
  return control
    .select()
    .from(tenants)
    .where(isNotNull(tenants.deletedAt))
    .orderBy(tenants.deletedAt, tenants.id)
    .all();
}

/** The last that is left of a tenant that was deleted. */
export async function forgetTenant({ control }: Pick<Deps, 'control'>, id: string): Promise<void> {
  await control.delete(tenants).where(and(eq(tenants.id, id), isNotNull(tenants.deletedAt)));
}

/** Users, sources and open issues of up to a page of tenants, in one statement a database. */
export async function tenantUsage(
  deps: Pick<Deps, 'control' | 'evidence'>,
  tenantIds: string[],
): Promise<Map<string, TenantUsage>> {
  const ids = sql`(SELECT value FROM json_each(${JSON.stringify(tenantIds)}))`;
  const count = sql<number>`count(*)`.as('n');
  const usage = new Map(tenantIds.map((id) => [id, { users: 0, sources: 0, openIssues: 0 }]));
  const [userCounts, sourceCounts] = await deps.control.batch([
    deps.control
      .select({ id: users.tenantId, n: count })
      .from(users)
      .where(sql`${users.tenantId} IN ${ids}`)
      .groupBy(users.tenantId),
    deps.control
      .select({ id: sources.tenantId, n: count })
      .from(sources)
      .where(and(sql`${sources.tenantId} IN ${ids}`, isNull(sources.deletedAt)))
      .groupBy(sources.tenantId),
  ]);
  for (const { id, n } of userCounts) Object.assign(usage.get(id) ?? {}, { users: n });
  for (const { id, n } of sourceCounts) Object.assign(usage.get(id) ?? {}, { sources: n });

  const byDatabase = new Map<D1Database, string[]>();
  for (const id of tenantIds) byDatabase.set(deps.evidence(id), [...(byDatabase.get(deps.evidence(id)) ?? []), id]);
  for (const [database, group] of byDatabase) {
    const { results } = await database
      .prepare(
        `SELECT tenant_id AS id, count(*) AS n FROM issues
         WHERE tenant_id IN (SELECT value FROM json_each(?1)) AND status = 'open' GROUP BY tenant_id`,
      )
      .bind(JSON.stringify(group))
      .all<{ id: string; n: number }>();
    for (const { id, n } of results) Object.assign(usage.get(id) ?? {}, { openIssues: n });
  }
  return usage;
}
