import type { Deps } from '../platform/deps.ts';
import type { Known, MailState } from './known.ts';
import { MAX_SHARED } from './pairs.ts';

type Store = Pick<Deps, 'evidence'>;

interface Row {
  accountId: string;
  sourceId: string;
  nativeId: string;
  keys: string;
  mail: MailState;
  created: number | null;
  ended: number | null;
}

const COLUMNS = `i.account_id AS accountId, i.source_id AS sourceId, i.native_id AS nativeId, i.keys, i.mail, i.created,
  i.ended`;

const knownOf = (row: Row): Known => ({ ...row, keys: JSON.parse(row.keys) as string[] });

/** What is remembered of these accounts. */
export async function readKnown({ evidence }: Store, tenantId: string, accountIds: string[]): Promise<Known[]> {
  const { results } = await evidence(tenantId)
    .prepare(
      `SELECT ${COLUMNS} FROM json_each(?2) j
       CROSS JOIN identity_accounts i ON i.tenant_id = ?1 AND i.account_id = j.value`,
    )
    .bind(tenantId, JSON.stringify(accountIds))
    .all<Row>();
  return results.map(knownOf);
}

/** What is remembered of a source's accounts with ids after `after` up to `upTo`; null: to the end. */
export async function readKnownRange(
  { evidence }: Store,
  tenantId: string,
  sourceId: string,
  after: string,
  upTo: string | null,
): Promise<Known[]> {
  const { results } = await evidence(tenantId)
    .prepare(
      `SELECT ${COLUMNS} FROM identity_accounts i
       WHERE i.tenant_id = ?1 AND i.account_id > ?2 AND (?3 IS NULL OR i.account_id <= ?3) AND i.source_id = ?4`,
    )
    .bind(tenantId, after, upTo, sourceId)
    .all<Row>();
  return results.map(knownOf);
}

/** Who has these keys; of a key that more have than mean anything, only so many that this shows. */
export async function readSharing(
  { evidence }: Store,
  tenantId: string,
  keys: string[],
): Promise<Map<string, string[]>> {
  if (keys.length === 0) return new Map();
  const { results } = await evidence(tenantId)
    .prepare(
      `SELECT j.value AS key, (SELECT json_group_array(account_id) FROM (
         SELECT k.account_id FROM identity_keys k WHERE k.tenant_id = ?1 AND k.key = j.value LIMIT ?3)) AS ids
       FROM json_each(?2) j`,
    )
    .bind(tenantId, JSON.stringify(keys), MAX_SHARED + 1)
    .all<{ key: string; ids: string }>();
  return new Map(results.map(({ key, ids }) => [key, JSON.parse(ids) as string[]]));
}

/** Statements that remember accounts as they are now, and forget those that are gone. */
export function knownStatements(
  { evidence }: Store,
  tenantId: string,
  changed: readonly Known[],
  before: ReadonlyMap<string, Known>,
  gone: readonly string[],
): D1PreparedStatement[] {
  const db = evidence(tenantId);
  const newKeys = changed.flatMap((known) => known.keys.map((key) => [key, known.accountId]));
  const kept = new Set(newKeys.map((pair) => pair.join(' ')));
  const oldKeys = [...changed.map(({ accountId }) => accountId), ...gone].flatMap((id) =>
    (before.get(id)?.keys ?? []).map((key) => [key, id]).filter((pair) => !kept.has(pair.join(' '))),
  );
  const statements: D1PreparedStatement[] = [];
  if (changed.length > 0) {
    statements.push(
      db
        .prepare(
          `INSERT INTO identity_accounts (tenant_id, account_id, source_id, native_id, keys, mail, created, ended)
           SELECT ?1, value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6 FROM json_each(?2)
           WHERE true ON CONFLICT (tenant_id, account_id) DO UPDATE SET
             source_id = excluded.source_id, native_id = excluded.native_id, keys = excluded.keys,
             mail = excluded.mail, created = excluded.created, ended = excluded.ended`,
        )
        .bind(
          tenantId,
          JSON.stringify(
            changed.map((one) => [
              one.accountId,
              one.sourceId,
              one.nativeId,
              JSON.stringify(one.keys),
              one.mail,
              one.created,
              one.ended,
            ]),
          ),
        ),
    );
  }
  if (gone.length > 0) {
    statements.push(
      db
        .prepare(
          'DELETE FROM identity_accounts WHERE tenant_id = ?1 AND account_id IN (SELECT value FROM json_each(?2))',
        )
        .bind(tenantId, JSON.stringify(gone)),
    );
  }
  if (oldKeys.length > 0) {
    statements.push(
      db
        .prepare(
          `DELETE FROM identity_keys WHERE tenant_id = ?1
           AND (key, account_id) IN (SELECT value->>0, value->>1 FROM json_each(?2))`,
        )
        .bind(tenantId, JSON.stringify(oldKeys)),
    );
  }
  if (newKeys.length > 0) {
    statements.push(
      db
        .prepare(
          `INSERT INTO identity_keys (tenant_id, key, account_id)
           SELECT ?1, value->>0, value->>1 FROM json_each(?2) WHERE true ON CONFLICT DO NOTHING`,
        )
        .bind(tenantId, JSON.stringify(newKeys)),
    );
  }
  return statements;
}
