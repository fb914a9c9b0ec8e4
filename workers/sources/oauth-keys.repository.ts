import { and, count, eq, isNotNull, isNull, lt, ne } from 'drizzle-orm';
import { oauthKeys, sources } from '../../db/control/schema.ts';
import type { Millis } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import type { PublicJwk } from './okta/key-pair.ts';
import type { Source } from './sources.repository.ts';

/** A stored key pair. `sealedPrivateJwk` never leaves the Worker. */
export type OauthKey = typeof oauthKeys.$inferSelect;

/** The keys of one source: the one it signs with, and the one that follows once it passes the connection test. */
export interface SourceKeys {
  current?: OauthKey;
  next?: OauthKey;
}

type Control = Pick<Deps, 'control'>;

const own = (tenantId: string, id: string) => and(eq(oauthKeys.tenantId, tenantId), eq(oauthKeys.id, id));
const ofSource = (tenantId: string, sourceId: string) =>
  and(eq(oauthKeys.tenantId, tenantId), eq(oauthKeys.sourceId, sourceId));

export async function insertOauthKey(deps: Control, key: OauthKey): Promise<void> {
  await deps.control.insert(oauthKeys).values(key);
}

/** Null when there is none, or its time is over. */
export async function getOauthKey(deps: Control, tenantId: string, id: string, now: Millis): Promise<OauthKey | null> {
  const [row] = await deps.control.select().from(oauthKeys).where(own(tenantId, id));
  return row && (row.expiresAt === null || row.expiresAt > now) ? row : null;
}

/** How many key pairs wait for a source. */
export async function countUnusedKeys(deps: Control, tenantId: string): Promise<number> {
  const [row] = await deps.control
    .select({ n: count() })
    .from(oauthKeys)
    .where(and(eq(oauthKeys.tenantId, tenantId), isNull(oauthKeys.sourceId)));
  return row?.n ?? 0;
}

/** By source id; without keys whose time is over. */
export async function keysOfSources(deps: Control, tenantId: string, now: Millis): Promise<Map<string, SourceKeys>> {
  const rows = await deps.control
    .select()
    .from(oauthKeys)
    .where(and(eq(oauthKeys.tenantId, tenantId), isNotNull(oauthKeys.sourceId)));
  const keys = new Map<string, SourceKeys>();
  for (const row of rows) {
    if (row.sourceId === null || (row.expiresAt !== null && row.expiresAt <= now)) continue;
    const known = keys.get(row.sourceId) ?? {};
    keys.set(row.sourceId, row.expiresAt === null ? { ...known, current: row } : { ...known, next: row });
  }
  return keys;
}

/** Makes `key` the one that follows the current key of its source; one that waited before is forgotten. */
export async function putNextKey(deps: Control, key: OauthKey & { sourceId: string }): Promise<void> {
  await deps.control.batch([
    deps.control.delete(oauthKeys).where(and(ofSource(key.tenantId, key.sourceId), isNotNull(oauthKeys.expiresAt))),
    deps.control.insert(oauthKeys).values(key),
  ]);
}

/** True when a key that is not in use was there. */
export async function deleteWaitingKey(deps: Control, tenantId: string, id: string): Promise<boolean> {
  const gone = await deps.control
    .delete(oauthKeys)
    .where(and(own(tenantId, id), isNotNull(oauthKeys.expiresAt)))
    .returning({ id: oauthKeys.id });
  return gone.length > 0;
}

/** What a source signs with from now on; null for an API token. */
export type UsedKey = { id: string; publicJwk: PublicJwk; createdAt: Millis } | null;

/** Stores a new source and the key that it signs with, both or none. */
export async function insertSourceWithKey(deps: Control, source: Source, key: UsedKey): Promise<void> {
  const insert = deps.control.insert(sources).values(source);
  if (key === null) await insert;
  else await deps.control.batch([insert, use(deps, source.tenantId, source.id, key)]);
}

/** Changes a source's credential and its key in one go: the keys it had before are forgotten. */
export async function updateSourceWithKey(
  deps: Control,
  tenantId: string,
  id: string,
  change: Partial<Omit<Source, 'tenantId' | 'id' | 'createdAt'>>,
  key: UsedKey,
): Promise<void> {
  const update = deps.control
    .update(sources)
    .set(change)
    .where(and(eq(sources.tenantId, tenantId), eq(sources.id, id), isNull(sources.deletedAt)));
  const forget = deps.control.delete(oauthKeys).where(and(ofSource(tenantId, id), ne(oauthKeys.id, key?.id ?? '')));
  if (key === null) await deps.control.batch([update, forget]);
  else await deps.control.batch([update, forget, use(deps, tenantId, id, key)]);
}

function use(deps: Control, tenantId: string, sourceId: string, key: NonNullable<UsedKey>) {
  const inUse = { sourceId, sealedPrivateJwk: null, expiresAt: null };
  return deps.control
    .insert(oauthKeys)
    .values({ tenantId, ...key, ...inUse })
    .onConflictDoUpdate({ target: [oauthKeys.tenantId, oauthKeys.id], set: inUse });
}

/** For a source that is deleted. */
export async function deleteKeysOfSource(deps: Control, tenantId: string, sourceId: string): Promise<void> {
  await deps.control.delete(oauthKeys).where(ofSource(tenantId, sourceId));
}

/** Removes key pairs, of all tenants, that nobody took into use in time. Returns how many. */
export async function purgeOauthKeys(deps: Pick<Deps, 'control' | 'clock'>): Promise<number> {
  const gone = await deps.control
    .delete(oauthKeys)
    .where(lt(oauthKeys.expiresAt, deps.clock.now()))
    .returning({ id: oauthKeys.id });
  return gone.length;
}
