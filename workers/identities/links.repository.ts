import type { LinkWay } from '../graph/links/links.store.ts';
import type { Millis } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import type { Decision } from './pairs.ts';

type Store = Pick<Deps, 'evidence'>;

/** Whose an account is, as it was decided, and how far the graph is. */
export interface LinkRow {
  accountId: string;
  /** null: it is of its own identity again. */
  homeId: string | null;
  placeId: string;
  /** Where it goes, while the graph is behind. */
  nextPlaceId: string | null;
  token: string;
  how: LinkWay | null;
  reason: string | null;
  by: string | null;
  at: Millis;
}

const COLUMNS = `l.account_id AS accountId, l.home_id AS homeId, l.place_id AS placeId, l.next_place_id AS nextPlaceId,
  l.token, l.how, l.reason, l.set_by AS "by", l.at`;

/** The links of these accounts, and of those whose home they are. */
export async function readLinkRows({ evidence }: Store, tenantId: string, accountIds: string[]): Promise<LinkRow[]> {
  const { results } = await evidence(tenantId)
    .prepare(
      `SELECT ${COLUMNS} FROM json_each(?2) j
       CROSS JOIN identity_links l ON l.tenant_id = ?1 AND l.account_id = j.value
       UNION SELECT ${COLUMNS} FROM json_each(?2) j
       CROSS JOIN identity_links l INDEXED BY identity_links_home
         ON l.tenant_id = ?1 AND l.home_id = j.value AND l.home_id IS NOT NULL`,
    )
    .bind(tenantId, JSON.stringify(accountIds))
    .all<LinkRow>();
  return results;
}

/** Links that the graph has not taken over yet, `limit` at most. */
export async function pendingLinks({ evidence }: Store, tenantId: string, limit: number): Promise<LinkRow[]> {
  const { results } = await evidence(tenantId)
    .prepare(
      `SELECT ${COLUMNS} FROM identity_links l INDEXED BY identity_links_pending
       WHERE l.tenant_id = ?1 AND l.next_place_id IS NOT NULL ORDER BY l.account_id LIMIT ?2`,
    )
    .bind(tenantId, limit)
    .all<LinkRow>();
  return results;
}

/** Tenants with links that the graph has not taken over yet. */
export async function tenantsWithPending({ evidenceShards }: Pick<Deps, 'evidenceShards'>): Promise<string[]> {
  const found = await Promise.all(
    evidenceShards.map((db) =>
      db
        .prepare(
          `SELECT DISTINCT tenant_id AS id FROM identity_links INDEXED BY identity_links_pending
           WHERE next_place_id IS NOT NULL`,
        )
        .all<{ id: string }>(),
    ),
  );
  return found.flatMap(({ results }) => results.map(({ id }) => id));
}

/** The graph has taken these over. */
export async function markPlaced({ evidence }: Store, tenantId: string, tokens: [id: string, token: string][]) {
  await evidence(tenantId)
    .prepare(
      `UPDATE identity_links AS l SET place_id = l.next_place_id, next_place_id = NULL FROM json_each(?2) j
       WHERE l.tenant_id = ?1 AND l.account_id = j.value->>0 AND l.token = j.value->>1 AND l.next_place_id IS NOT NULL`,
    )
    .bind(tenantId, JSON.stringify(tokens))
    .run();
}

export function linkStatement({ evidence }: Store, tenantId: string, rows: readonly LinkRow[]): D1PreparedStatement {
  return evidence(tenantId)
    .prepare(
      `INSERT INTO identity_links (tenant_id, account_id, home_id, place_id, next_place_id, token, how, reason, set_by, at)
       SELECT ?1, value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6, value->>7, value->>8
       FROM json_each(?2) WHERE true ON CONFLICT (tenant_id, account_id) DO UPDATE SET
         home_id = excluded.home_id, next_place_id = excluded.next_place_id, token = excluded.token,
         how = excluded.how, reason = excluded.reason, set_by = excluded.set_by, at = excluded.at`,
    )
    .bind(
      tenantId,
      JSON.stringify(
        rows.map((row) => [
          row.accountId,
          row.homeId,
          row.placeId,
          row.nextPlaceId,
          row.token,
          row.how,
          row.reason,
          row.by,
          row.at,
        ]),
      ),
    );
}

/** What people said of these accounts. */
export async function readDecisions({ evidence }: Store, tenantId: string, accountIds: string[]): Promise<Decision[]> {
  const columns = 'd.account_a AS a, d.account_b AS b, d.decision, d.set_by AS "by", d.at';
  const { results } = await evidence(tenantId)
    .prepare(
      `SELECT ${columns} FROM json_each(?2) j
       CROSS JOIN identity_decisions d ON d.tenant_id = ?1 AND d.account_a = j.value
       UNION SELECT ${columns} FROM json_each(?2) j
       CROSS JOIN identity_decisions d INDEXED BY identity_decisions_b ON d.tenant_id = ?1 AND d.account_b = j.value`,
    )
    .bind(tenantId, JSON.stringify(accountIds))
    .all<Decision>();
  return results;
}

/** What is said last of two accounts holds; `forgotten`: nothing is said of them any more. */
export function decisionStatements(
  { evidence }: Store,
  tenantId: string,
  decisions: readonly Decision[],
  forgotten: readonly Pick<Decision, 'a' | 'b'>[],
): D1PreparedStatement[] {
  const db = evidence(tenantId);
  const drop = db
    .prepare(
      `DELETE FROM identity_decisions WHERE tenant_id = ?1
       AND (account_a, account_b) IN (SELECT value->>0, value->>1 FROM json_each(?2))`,
    )
    .bind(tenantId, JSON.stringify(forgotten.map(({ a, b }) => [a, b])));
  const say = db
    .prepare(
      `INSERT INTO identity_decisions (tenant_id, account_a, account_b, decision, set_by, at)
       SELECT ?1, value->>0, value->>1, value->>2, value->>3, value->>4 FROM json_each(?2)
       WHERE true ON CONFLICT (tenant_id, account_a, account_b) DO UPDATE SET
         decision = excluded.decision, set_by = excluded.set_by, at = excluded.at
       WHERE excluded.decision <> identity_decisions.decision`,
    )
    .bind(tenantId, JSON.stringify(decisions.map(({ a, b, decision, by, at }) => [a, b, decision, by, at])));
  return [...(forgotten.length > 0 ? [drop] : []), ...(decisions.length > 0 ? [say] : [])];
}

export interface IdentityState {
  version: number;
  /** Sources whose accounts are indexed. */
  sources: string[];
}

export async function readState({ evidence }: Store, tenantId: string): Promise<IdentityState> {
  const row = await evidence(tenantId)
    .prepare('SELECT version, sources FROM identity_state WHERE tenant_id = ?')
    .bind(tenantId)
    .first<{ version: number; sources: string }>();
  return row ? { version: row.version, sources: JSON.parse(row.sources) as string[] } : { version: 0, sources: [] };
}

/** Takes the next version; the batch it is in fails as a whole when another decision came before. */
export function versionStatements({ evidence }: Store, tenantId: string, { version }: IdentityState) {
  const db = evidence(tenantId);
  const begin = db
    .prepare("INSERT INTO identity_state (tenant_id, version, sources) VALUES (?, 0, '[]') ON CONFLICT DO NOTHING")
    .bind(tenantId);
  // null where it is another by now, which the column refuses
  const next = db
    .prepare('UPDATE identity_state SET version = CASE WHEN version = ?2 THEN version + 1 END WHERE tenant_id = ?1')
    .bind(tenantId, version);
  return version === 0 ? [begin, next] : [next];
}

export function isOvertaken(error: unknown): boolean {
  return error instanceof Error && error.message.includes('identity_state.version');
}

export async function writeSources({ evidence }: Store, tenantId: string, sources: string[]): Promise<void> {
  await evidence(tenantId)
    .prepare(
      `INSERT INTO identity_state (tenant_id, version, sources) VALUES (?1, 0, ?2)
       ON CONFLICT (tenant_id) DO UPDATE SET sources = excluded.sources WHERE excluded.sources <> identity_state.sources`,
    )
    .bind(tenantId, JSON.stringify([...sources].sort()))
    .run();
}
