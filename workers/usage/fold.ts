import { DAY, type Millis } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import { DROP_SEGMENTS, FOLD_APPS, FOLD_DAILY, FOLD_LAST, FOLD_SEEN, FOLD_USERS } from './fold.sql.ts';
import { BUCKETS, firstRecentDay } from './sign-ons.ts';

/** Segments are folded once a tenant has so many sign-ons in them… */
export const FOLD_AT = 20_000;
/** …or once the oldest has waited so long. Questions look at both, so nothing is stale meanwhile. */
export const FOLD_AFTER: Millis = DAY;
/** Sign-ons of one transaction, unless one segment alone holds more. */
const FOLD_MOST = 50_000;
/** Transactions of one run and tenant; the next minute goes on. */
const MOST_FOLDS = 20;
/** Buckets of one statement, a whole number of parts: bounds what the database holds in memory. */
const SLICE = BUCKETS / 4;

export interface Folded {
  signOns: number;
  rowsWritten: number;
}

/** Folds the segments of every tenant that has enough of them. Safe to repeat and to run twice at once. */
export async function foldUsage(deps: Pick<Deps, 'evidenceShards' | 'clock' | 'log'>): Promise<Folded> {
  const total: Folded = { signOns: 0, rowsWritten: 0 };
  for (const db of deps.evidenceShards) {
    const { results } = await db
      .prepare(
        `SELECT tenant_id AS id FROM usage_segments GROUP BY tenant_id HAVING sum(sign_ons) >= ?1 OR min(at) <= ?2`,
      )
      .bind(FOLD_AT, deps.clock.now() - FOLD_AFTER)
      .all<{ id: string }>();
    for (const { id } of results) {
      const folded = await foldTenant(db, id);
      total.signOns += folded.signOns;
      total.rowsWritten += folded.rowsWritten;
    }
  }
  if (total.signOns > 0) deps.log.info('usage folded', { ...total });
  return total;
}

/** Folds all segments of a tenant. Each transaction reads what it folds itself, so a second run finds nothing. */
export async function foldTenant(db: D1Database, tenantId: string): Promise<Folded> {
  const total: Folded = { signOns: 0, rowsWritten: 0 };
  for (let n = 0; n < MOST_FOLDS; n++) {
    const next = await db.prepare(NEXT).bind(tenantId, FOLD_MOST).first<{ seq: number; signOns: number; at: Millis }>();
    if (!next) break;
    const results = await db.batch(foldStatements(db, tenantId, next.seq, firstRecentDay(next.at)));
    total.signOns += next.signOns;
    total.rowsWritten += results.reduce((sum, { meta }) => sum + meta.rows_written, 0);
  }
  return total;
}

/** The last of the oldest segments that fit one transaction. */
const NEXT = `SELECT seq, total AS signOns, at FROM (
    SELECT seq, at, sum(sign_ons) OVER (ORDER BY seq) AS total, row_number() OVER (ORDER BY seq) AS place
    FROM usage_segments WHERE tenant_id = ?1)
  WHERE total <= ?2 OR place = 1 ORDER BY seq DESC LIMIT 1`;

/** `recent`: the first day that was lately when the newest of the segments was begun. */
function foldStatements(db: D1Database, tenantId: string, seq: number, recent: number): D1PreparedStatement[] {
  const statements: D1PreparedStatement[] = [];
  for (let from = 0; from < BUCKETS; from += SLICE) {
    statements.push(db.prepare(FOLD_DAILY).bind(tenantId, seq, from, from + SLICE));
    statements.push(db.prepare(FOLD_LAST).bind(tenantId, seq, from, from + SLICE));
    statements.push(db.prepare(FOLD_USERS).bind(tenantId, seq, from, from + SLICE, recent));
  }
  for (const sql of [FOLD_APPS, FOLD_SEEN, DROP_SEGMENTS]) statements.push(db.prepare(sql).bind(tenantId, seq));
  return statements;
}
