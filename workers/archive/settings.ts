import { eq, inArray } from 'drizzle-orm';
import { archiveSettings } from '../../db/control/schema.ts';
import { audit } from '../auth/audit.ts';
import type { Principal } from '../auth/principal.ts';
import { createBoundedCache } from '../platform/bounded-cache.ts';
import { type Millis, SECOND } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import { defineError } from '../platform/errors.ts';

export const DEFAULT_KEEP_DAYS = 365;
/** A change of the setting holds everywhere after this. */
export const SETTING_TTL: Millis = 10 * SECOND;
const MAX_CACHED_TENANTS = 2_000;

export const notBound = defineError({
  code: 'archive.not_bound',
  status: 409,
  title: 'This deployment has no archive bucket',
});

/** The bucket, or a problem that says what to do. */
export function bucketOf(deps: Pick<Deps, 'archive'>): R2Bucket {
  if (deps.archive) return deps.archive;
  throw notBound({ detail: 'Bind an R2 bucket as ARCHIVE: run `npm run deploy -- --archive`.' });
}

export interface ArchiveSettings {
  enabled: boolean;
  keepDays: number;
}

export async function readSettings(deps: Pick<Deps, 'control'>, tenantId: string): Promise<ArchiveSettings> {
  const [row] = await deps.control.select().from(archiveSettings).where(eq(archiveSettings.tenantId, tenantId));
  return { enabled: row?.enabled ?? false, keepDays: row?.keepDays ?? DEFAULT_KEEP_DAYS };
}

/**
 * Writes and audits nothing when nothing changes. Throws `archive.not_bound` when it is to be on and there is no bucket.
 * What is archived stays when it is put off.
 */
export async function changeSettings(
  deps: Deps,
  tenantId: string,
  by: Principal,
  patch: { enabled?: boolean | undefined; keepDays?: number | undefined },
): Promise<ArchiveSettings> {
  if (patch.enabled) bucketOf(deps);
  const before = await readSettings(deps, tenantId);
  const after = { enabled: patch.enabled ?? before.enabled, keepDays: patch.keepDays ?? before.keepDays };
  if (after.enabled === before.enabled && after.keepDays === before.keepDays) return before;
  const row = { ...after, updatedAt: deps.clock.now() };
  await deps.control
    .insert(archiveSettings)
    .values({ tenantId, ...row })
    .onConflictDoUpdate({ target: archiveSettings.tenantId, set: row });
  known.set(tenantId, after.enabled, deps.clock.now());
  await audit(deps, tenantId, by, { action: 'archive.settings', targetKind: 'archive', detail: { ...after } });
  return after;
}

const known = createBoundedCache<boolean>(MAX_CACHED_TENANTS, SETTING_TTL);

/** Which of the tenants archive. Remembered for seconds: the inbox asks for each batch. */
export async function archivingTenants(
  deps: Pick<Deps, 'control' | 'clock'>,
  tenantIds: ReadonlySet<string>,
): Promise<Set<string>> {
  const now = deps.clock.now();
  const unknown = [...tenantIds].filter((id) => known.get(id, now) === undefined);
  if (unknown.length > 0) {
    const rows = await deps.control
      .select({ id: archiveSettings.tenantId, enabled: archiveSettings.enabled })
      .from(archiveSettings)
      .where(inArray(archiveSettings.tenantId, unknown));
    const on = new Set(rows.filter((row) => row.enabled).map((row) => row.id));
    for (const id of unknown) known.set(id, on.has(id), now);
    return new Set([...tenantIds].filter((id) => on.has(id) || known.get(id, now) === true));
  }
  return new Set([...tenantIds].filter((id) => known.get(id, now) === true));
}
