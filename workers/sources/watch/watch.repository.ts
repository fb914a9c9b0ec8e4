import type { Deps } from '../../platform/deps.ts';
import { readWatchState, type WatchState } from './watch-state.ts';

/** A source's watch as stored; version 0 and no state before the first look. */
export interface Watch {
  tenantId: string;
  sourceId: string;
  version: number;
  state: WatchState | null;
}

interface Row {
  tenantId: string;
  sourceId: string;
  version: number;
  state: string;
}

const COLUMNS = 'tenant_id AS tenantId, source_id AS sourceId, version, state';
const toWatch = (row: Row): Watch => ({ ...row, state: readWatchState(row.state) });

/** Every watch of the deployment: one small row a source, for the minute's cron. */
export async function allWatches(deps: Pick<Deps, 'evidenceShards'>): Promise<Watch[]> {
  const found = await Promise.all(
    deps.evidenceShards.map((db) => db.prepare(`SELECT ${COLUMNS} FROM source_watch`).all<Row>()),
  );
  return found.flatMap(({ results }) => results.map(toWatch));
}

/** Null before the first look. */
export async function watchStateOf(
  deps: Pick<Deps, 'evidence'>,
  tenantId: string,
  sourceId: string,
): Promise<WatchState | null> {
  const row = await deps
    .evidence(tenantId)
    .prepare(`SELECT ${COLUMNS} FROM source_watch WHERE tenant_id = ?1 AND source_id = ?2`)
    .bind(tenantId, sourceId)
    .first<Row>();
  return row && readWatchState(row.state);
}

/** Writes what follows `watch`. Null, and nothing written, when another look was faster. */
export async function saveWatch(deps: Pick<Deps, 'evidence'>, watch: Watch, state: WatchState): Promise<Watch | null> {
  const { tenantId, sourceId, version } = watch;
  const { meta } = await deps
    .evidence(tenantId)
    .prepare(
      `INSERT INTO source_watch (tenant_id, source_id, version, state) SELECT ?1, ?2, ?3 + 1, ?4
       WHERE ?3 = 0 OR EXISTS (SELECT 1 FROM source_watch WHERE tenant_id = ?1 AND source_id = ?2)
       ON CONFLICT (tenant_id, source_id) DO UPDATE SET version = excluded.version, state = excluded.state
       WHERE version = ?3`,
    )
    .bind(tenantId, sourceId, version, JSON.stringify(state))
    .run();
  return meta.changes > 0 ? { tenantId, sourceId, version: version + 1, state } : null;
}

export async function forgetWatch(deps: Pick<Deps, 'evidence'>, { tenantId, sourceId }: Watch): Promise<void> {
  await deps
    .evidence(tenantId)
    .prepare('DELETE FROM source_watch WHERE tenant_id = ?1 AND source_id = ?2')
    .bind(tenantId, sourceId)
    .run();
}
