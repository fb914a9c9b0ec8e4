import { eq, inArray } from 'drizzle-orm';
import { tenants } from '../../db/control/schema.ts';
import { createBoundedCache } from '../platform/bounded-cache.ts';
import { SECOND } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';

/** Days that evidence of a tenant is kept. */
export interface Retention {
  eventRetentionDays: number;
  /** Of sign-ons to apps; 0: they are counted and not stored. */
  signOnRetentionDays: number;
  /** Of the daily usage that is counted from sign-ons. */
  usageRetentionDays: number;
  /** Of what the graph was: ended nodes and edges, and past versions. */
  historyRetentionDays: number;
}

export const DEFAULT_RETENTION: Retention = {
  eventRetentionDays: 90,
  signOnRetentionDays: 90,
  usageRetentionDays: 365,
  historyRetentionDays: 365,
};

/** A change is obeyed everywhere after so long at the latest. */
const REMEMBERED_FOR = 30 * SECOND;
const MAX_REMEMBERED = 1_000;
/** Tenants asked for by one statement. */
const PAGE = 90;

const cache = createBoundedCache<Retention>(MAX_REMEMBERED, REMEMBERED_FOR);

const COLUMNS = {
  eventRetentionDays: tenants.eventRetentionDays,
  signOnRetentionDays: tenants.signOnRetentionDays,
  usageRetentionDays: tenants.usageRetentionDays,
  historyRetentionDays: tenants.historyRetentionDays,
};

type Store = Pick<Deps, 'control'>;

/** Read now; undefined when there is no such tenant. */
export function findRetention({ control }: Store, tenantId: string): Promise<Retention | undefined> {
  return control.select(COLUMNS).from(tenants).where(eq(tenants.id, tenantId)).get();
}

/** Of each of these tenants, read now. One that is gone has the default. */
export async function retentionOf({ control }: Store, tenantIds: string[]): Promise<Map<string, Retention>> {
  const found = new Map(tenantIds.map((id) => [id, DEFAULT_RETENTION]));
  for (let at = 0; at < tenantIds.length; at += PAGE) {
    const rows = await control
      .select({ id: tenants.id, ...COLUMNS })
      .from(tenants)
      .where(inArray(tenants.id, tenantIds.slice(at, at + PAGE)));
    for (const { id, ...retention } of rows) found.set(id, retention);
  }
  return found;
}

/** As `retentionOf`, remembered for half a minute: for what asks with every batch. */
export async function recentRetentionOf(
  deps: Pick<Deps, 'control' | 'clock'>,
  tenantIds: string[],
): Promise<Map<string, Retention>> {
  const now = deps.clock.now();
  const found = new Map<string, Retention>();
  const missing: string[] = [];
  for (const id of tenantIds) {
    const known = cache.get(id, now);
    if (known) found.set(id, known);
    else missing.push(id);
  }
  if (missing.length === 0) return found;
  for (const [id, retention] of await retentionOf(deps, missing)) {
    cache.set(id, retention, now);
    found.set(id, retention);
  }
  return found;
}

/** Undefined when there is no such tenant. */
export async function updateRetention(
  { control }: Store,
  tenantId: string,
  patch: Partial<Retention>,
): Promise<Retention | undefined> {
  const [changed] = await control.update(tenants).set(patch).where(eq(tenants.id, tenantId)).returning(COLUMNS);
  return changed;
}
