import type { Millis } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import { decodeCursor, type Page, toPage } from '../platform/pagination.ts';
import type { LevelByHand } from './levels.ts';

type Store = Pick<Deps, 'evidence'>;

/** What a person said of a node. */
export interface Marking {
  nodeId: string;
  level: LevelByHand;
  note: string | null;
  setBy: string;
  setAt: Millis;
}

const COLUMNS = 'node_id AS nodeId, level, note, set_by AS setBy, set_at AS setAt';

export async function getMarking({ evidence }: Store, tenantId: string, nodeId: string): Promise<Marking | null> {
  return evidence(tenantId)
    .prepare(`SELECT ${COLUMNS} FROM criticalities WHERE tenant_id = ? AND node_id = ?`)
    .bind(tenantId, nodeId)
    .first<Marking>();
}

/** The same again writes nothing and keeps who said it first. */
export async function setMarking({ evidence }: Store, tenantId: string, marking: Marking): Promise<void> {
  await evidence(tenantId)
    .prepare(
      `INSERT INTO criticalities (tenant_id, node_id, level, note, set_by, set_at) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (tenant_id, node_id) DO UPDATE SET
         level = excluded.level, note = excluded.note, set_by = excluded.set_by, set_at = excluded.set_at
       WHERE excluded.level <> criticalities.level OR excluded.note IS NOT criticalities.note`,
    )
    .bind(tenantId, marking.nodeId, marking.level, marking.note, marking.setBy, marking.setAt)
    .run();
}

export async function removeMarking({ evidence }: Store, tenantId: string, nodeId: string): Promise<void> {
  await evidence(tenantId)
    .prepare('DELETE FROM criticalities WHERE tenant_id = ? AND node_id = ?')
    .bind(tenantId, nodeId)
    .run();
}

/** By node id. Throws `invalid_request` for the cursor of another list. */
export async function listMarkings(
  { evidence }: Store,
  tenantId: string,
  { limit, cursor, level }: { limit: number; cursor?: string | undefined; level?: LevelByHand | undefined },
): Promise<Page<Marking>> {
  const after = cursor === undefined ? '' : String(decodeCursor(cursor, 1)[0]);
  const { results } = await evidence(tenantId)
    .prepare(
      `SELECT ${COLUMNS} FROM criticalities WHERE tenant_id = ?1 AND node_id > ?2 AND (?3 IS NULL OR level = ?3)
       ORDER BY node_id LIMIT ?4`,
    )
    .bind(tenantId, after, level ?? null, limit + 1)
    .all<Marking>();
  return toPage(results, limit, ({ nodeId }) => [nodeId]);
}

export async function countMarkings({ evidence }: Store, tenantId: string): Promise<number> {
  const row = await evidence(tenantId)
    .prepare('SELECT count(*) AS n FROM criticalities WHERE tenant_id = ?')
    .bind(tenantId)
    .first<{ n: number }>();
  return row?.n ?? 0;
}
