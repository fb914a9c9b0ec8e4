import { z } from 'zod';
import type { InventoryNeed } from '../graph/port.ts';
import type { Millis } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import { MAX_AGAIN } from './again.ts';

/** How far the slow reading of what Okta tells one object a call has come, where that is too much to be read at once. */
const trickleSchema = z.object({
  /** Place in the graph's list of these objects by name; null at its beginning. */
  cursor: z.string().nullable(),
  /** Times that the list has been gone through; 0 while some were never asked about. */
  round: z.number().int().nonnegative(),
  /** Objects asked about in this round, of about so many. */
  read: z.number().int().nonnegative(),
  total: z.number().int().nonnegative(),
  at: z.number(),
});
export type Trickle = z.infer<typeof trickleSchema>;

const stateSchema = z.object({
  /** The org that it is about: another address has another past. */
  origin: z.string(),
  /** What changed at the source before this moment is known. By the source's own clock; null: nothing was read yet. */
  since: z.number().nullable(),
  /** Scopes that could not be read since they changed. */
  again: z.array(z.string()).max(MAX_AGAIN),
  /** Scopes that the last run could not read: a quiet delta tells of others only. */
  failing: z.array(z.string()),
  /** When each part of the inventory was last listed as a whole. */
  read: z.record(z.string(), z.number()).default({}),
  /** Factors of accounts; null where all are read at once. */
  trickle: trickleSchema.nullable(),
  /** Owners of groups; likewise. */
  owners: trickleSchema.nullable().default(null),
  /** Calls that the last full sync made; null before the first. */
  calls: z.number().int().nullable().default(null),
  /** What the coverage says beside, by need. */
  notes: z.record(z.string(), z.string()).default({}),
});
export type SyncState = z.infer<typeof stateSchema>;

type Evidence = Pick<Deps, 'evidence'>;

/** What the last syncs of a source leave to the next. Empty for a new source, and for one that moved to another org. */
export async function readSyncState(
  deps: Evidence,
  source: { tenantId: string; id: string; baseUrl: string },
): Promise<SyncState> {
  const row = await deps
    .evidence(source.tenantId)
    .prepare('SELECT state FROM sync_state WHERE tenant_id = ?1 AND source_id = ?2')
    .bind(source.tenantId, source.id)
    .first<{ state: string }>();
  const known = row ? stateSchema.parse(JSON.parse(row.state)) : null;
  if (known?.origin === source.baseUrl) return known;
  return {
    origin: source.baseUrl,
    since: null,
    again: [],
    failing: [],
    read: {},
    trickle: null,
    owners: null,
    calls: null,
    notes: {},
  };
}

/** By source of a tenant, whatever org each is of. */
export async function readSyncStates(deps: Evidence, tenantId: string): Promise<Map<string, SyncState>> {
  const { results } = await deps
    .evidence(tenantId)
    .prepare('SELECT source_id, state FROM sync_state WHERE tenant_id = ?1')
    .bind(tenantId)
    .all<{ source_id: string; state: string }>();
  return new Map(results.map((row) => [row.source_id, stateSchema.parse(JSON.parse(row.state))]));
}

/** Writes nothing when it is so already. */
export async function saveSyncState(
  deps: Evidence,
  tenantId: string,
  sourceId: string,
  state: SyncState,
): Promise<void> {
  await deps
    .evidence(tenantId)
    .prepare(
      `INSERT INTO sync_state (tenant_id, source_id, state) VALUES (?1, ?2, ?3)
       ON CONFLICT (tenant_id, source_id) DO UPDATE SET state = excluded.state WHERE state <> excluded.state`,
    )
    .bind(tenantId, sourceId, JSON.stringify(state))
    .run();
}

/**
 * Notes that a part of the inventory was listed as a whole, for the next delta not to list it again. A sync that ends at
 * the same time may overwrite it: the part is then listed once more.
 */
export async function noteInventoryRead(
  deps: Evidence,
  tenantId: string,
  sourceId: string,
  need: InventoryNeed,
  at: Millis,
): Promise<void> {
  await deps
    .evidence(tenantId)
    .prepare(
      `UPDATE sync_state SET state = json_set(state, ?3, ?4)
       WHERE tenant_id = ?1 AND source_id = ?2 AND coalesce(state->>?3, 0) < ?4`,
    )
    .bind(tenantId, sourceId, `$.read.${need}`, at)
    .run();
}
