import { and, eq, getTableColumns, isNull, ne, sql } from 'drizzle-orm';
import { sources, tenants } from '../../db/control/schema.ts';
import type { Millis } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import { type StoredTest, storedTestSchema } from './stored-test.ts';

/** A source as stored. `sealedCredential` is sealed and still never leaves the Worker: the API shows `sourceView`. */
export type Source = typeof sources.$inferSelect;
export type SourceMode = Source['mode'];
export type SourceStatus = Source['status'];

type Control = Pick<Deps, 'control'>;

/** Null when there is no such source in this tenant, or it was deleted. */
export async function getSource(deps: Control, tenantId: string, id: string): Promise<Source | null> {
  const [row] = await deps.control
    .select()
    .from(sources)
    .where(and(eq(sources.tenantId, tenantId), eq(sources.id, id), isNull(sources.deletedAt)));
  return row ?? null;
}

/** The tenant's sources, oldest first, without deleted ones. A tenant has few: there is no paging. */
export async function listSources(deps: Control, tenantId: string): Promise<Source[]> {
  return deps.control
    .select()
    .from(sources)
    .where(and(eq(sources.tenantId, tenantId), isNull(sources.deletedAt)))
    .orderBy(sources.createdAt, sources.id);
}

/** Every tenant's sources that work: not deleted, not disabled, and of an active tenant. For cron. */
export async function listActiveSources(deps: Control): Promise<Source[]> {
  return deps.control
    .select(getTableColumns(sources))
    .from(sources)
    .innerJoin(tenants, and(eq(tenants.id, sources.tenantId), eq(tenants.status, 'active')))
    .where(and(isNull(sources.deletedAt), ne(sources.status, 'disabled')))
    .orderBy(sources.tenantId, sources.id);
}

export async function updateSource(
  deps: Control,
  tenantId: string,
  id: string,
  change: Partial<Omit<Source, 'tenantId' | 'id' | 'createdAt'>>,
): Promise<void> {
  await deps.control
    .update(sources)
    .set(change)
    .where(and(eq(sources.tenantId, tenantId), eq(sources.id, id), isNull(sources.deletedAt)));
}

/**
 * Notes what a sync saw of a source. "connected" does not overrule a person's "disabled" or a test that found something
 * missing. Nothing is written when it is so already.
 */
export async function noteSourceStatus(
  deps: Control,
  tenantId: string,
  id: string,
  status: 'connected' | 'failed',
): Promise<void> {
  const source = await getSource(deps, tenantId, id);
  if (!source || source.status === 'disabled' || source.status === status) return;
  const tested = storedTestSchema.safeParse(source.lastTest);
  if (status === 'connected' && tested.success && !tested.data.ok) return;
  await deps.control
    .update(sources)
    .set({ status })
    .where(and(eq(sources.tenantId, tenantId), eq(sources.id, id), ne(sources.status, 'disabled')));
}

/** Remembers a connection test. A person may have disabled the source while it ran: that stays. */
export async function noteTest(
  deps: Control,
  tenantId: string,
  id: string,
  lastTest: StoredTest,
  at: Millis,
): Promise<void> {
  const status = sql`CASE ${sources.status} WHEN 'disabled' THEN 'disabled' ELSE ${lastTest.ok ? 'connected' : 'failed'} END`;
  await deps.control
    .update(sources)
    .set({ lastTest, lastTestAt: at, status })
    .where(and(eq(sources.tenantId, tenantId), eq(sources.id, id), isNull(sources.deletedAt)));
}

/**
 * Binds EventBridge deliveries of a source to the partner event source that came first. True when `partnerSource` is
 * the bound one. Two first deliveries at once bind one of them: the condition is in the statement.
 */
export async function bindPartnerSource(
  deps: Control,
  tenantId: string,
  sourceId: string,
  partnerSource: string,
): Promise<boolean> {
  const here = and(eq(sources.tenantId, tenantId), eq(sources.id, sourceId), isNull(sources.deletedAt));
  const read = async () => (await deps.control.select({ bound: sources.partnerSource }).from(sources).where(here))[0];
  const before = await read();
  if (!before) return false;
  if (before.bound !== null) return before.bound === partnerSource;
  await deps.control
    .update(sources)
    .set({ partnerSource })
    .where(and(here, isNull(sources.partnerSource)));
  return (await read())?.bound === partnerSource;
}
