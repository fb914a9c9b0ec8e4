import { ADMIN_QUERIES } from './admin.ts';
import { CREDENTIAL_QUERIES } from './credentials.ts';
import { FEDERATION_QUERIES } from './federation.ts';
import { HYGIENE_QUERIES } from './hygiene.ts';
import { INVENTORY_QUERIES } from './inventory.ts';
import type { SavedQuery } from './query.ts';

/** The saved queries of OktaHound (SpecterOps, `Documentation/Queries.md`, and BloodHound's `queries.mdx`), by theme. */
export const SAVED_QUERIES: readonly SavedQuery[] = [
  ...INVENTORY_QUERIES,
  ...ADMIN_QUERIES,
  ...HYGIENE_QUERIES,
  ...CREDENTIAL_QUERIES,
  ...FEDERATION_QUERIES,
];

const BY_ID = new Map(SAVED_QUERIES.map((query) => [query.id, query]));

export function savedQueryById(id: string): SavedQuery | null {
  return BY_ID.get(id) ?? null;
}
