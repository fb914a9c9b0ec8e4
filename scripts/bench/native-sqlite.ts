import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { root } from '../lib/root.ts';

const TABLES = ['events', 'event_targets'];
const PAGE = 5_000;
/** Rows of a table that are enough for a rate. */
const MAX_ROWS = 60_000;
const TRANSACTION = 1_000;

/** The part of a D1 database that is read here. */
interface Readable {
  prepare(sql: string): {
    bind(...values: unknown[]): { raw(): Promise<unknown[]> };
  };
}

/**
 * Events a second that SQLite takes by itself: the rows that are in the database (the first 60,000 of a table), with the same schema and indexes, from
 * memory through prepared statements, in transactions of 1,000 events.
 */
export async function nativeInsertRate(evidence: Readable): Promise<number> {
  const [events = [], targets = []] = await Promise.all(TABLES.map((table) => rowsOf(evidence, table)));
  const folder = mkdtempSync(join(tmpdir(), 'postern-native-'));
  const db = new DatabaseSync(join(folder, 'evidence.sqlite'));
  try {
    db.exec('PRAGMA journal_mode = WAL');
    const migrations = join(root, 'db/evidence/migrations');
    for (const file of readdirSync(migrations).sort()) {
      if (file.endsWith('.sql')) db.exec(readFileSync(join(migrations, file), 'utf8'));
    }
    const began = performance.now();
    for (let at = 0; at < Math.max(events.length, targets.length); at += TRANSACTION) {
      db.exec('BEGIN');
      insert(db, 'events', events.slice(at, at + TRANSACTION));
      insert(db, 'event_targets', targets.slice(at, at + TRANSACTION));
      db.exec('COMMIT');
    }
    return events.length / ((performance.now() - began) / 1_000);
  } finally {
    db.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function insert(db: DatabaseSync, table: string, rows: SQLInputValue[][]): void {
  const [first] = rows;
  if (!first) return;
  const statement = db.prepare(`INSERT INTO ${table} VALUES (${first.map(() => '?').join(', ')})`);
  for (const row of rows) statement.run(...row);
}

async function rowsOf(evidence: Readable, table: string): Promise<SQLInputValue[][]> {
  const rows: SQLInputValue[][] = [];
  for (;;) {
    const page = await evidence.prepare(`SELECT * FROM ${table} LIMIT ?1 OFFSET ?2`).bind(PAGE, rows.length).raw();
    rows.push(...(page as SQLInputValue[][]));
    if (page.length < PAGE || rows.length >= MAX_ROWS) return rows;
  }
}
