import type { Deps } from '../../platform/deps.ts';
import { chunks } from '../tx.ts';

type Store = Pick<Deps, 'evidence'>;

/** Ids of one statement. */
const AT_ONCE = 10_000;

/** Whether any account of the tenant is placed with another. */
export async function anyPlaced({ evidence }: Store, tenantId: string): Promise<boolean> {
  const row = await evidence(tenantId)
    .prepare('SELECT 1 FROM identity_links WHERE tenant_id = ? LIMIT 1')
    .bind(tenantId)
    .first();
  return row !== null;
}

/** Which accounts these are placed with; those placed by their own id are absent. */
export async function placesOf(
  { evidence }: Store,
  tenantId: string,
  accountIds: string[],
): Promise<Map<string, string>> {
  const places = new Map<string, string>();
  for (const ids of chunks(accountIds, AT_ONCE)) {
    const { results } = await evidence(tenantId)
      .prepare(
        `SELECT l.account_id AS id, l.place_id AS place FROM json_each(?2) j
         CROSS JOIN identity_links l ON l.tenant_id = ?1 AND l.account_id = j.value`,
      )
      .bind(tenantId, JSON.stringify(ids))
      .all<{ id: string; place: string }>();
    for (const { id, place } of results) if (place !== id) places.set(id, place);
  }
  return places;
}
