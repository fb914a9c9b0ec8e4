import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { membersOf, type OrgSize, startOf } from '../../workers/graph/testing/bench.org.ts';

const ROWS = 20_000;

/**
 * Milliseconds that SQLite's recursive query takes for each of the questions of `graph.ts`, on the same memberships,
 * group assignments and roles, with whole numbers for ids and no network in between.
 */
export function nativePaths(size: OrgSize, starts: number): number[] {
  const folder = mkdtempSync(join(tmpdir(), 'postern-native-'));
  const db = new DatabaseSync(join(folder, 'graph.sqlite'));
  try {
    db.exec('PRAGMA journal_mode = WAL');
    db.exec('CREATE TABLE edge (f INTEGER, t INTEGER, PRIMARY KEY (f, t)) WITHOUT ROWID');
    fill(db, size);
    const ask = db.prepare(`
      WITH RECURSIVE walk (id, depth) AS (
        VALUES (?1, 0) UNION SELECT e.t, w.depth + 1 FROM walk w CROSS JOIN edge e ON e.f = w.id WHERE w.depth < 12
      ) SELECT min(depth) AS depth FROM walk WHERE id = ?2`);
    return Array.from({ length: starts }, (_, n) => {
      const began = performance.now();
      ask.get(startOf(n, size), orgOf(size));
      return performance.now() - began;
    });
  } finally {
    db.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const groupAt = (n: number, size: OrgSize) => size.people + n;
const appAt = (n: number, size: OrgSize) => size.people + size.groups + n;
const roleAt = (n: number, size: OrgSize) => size.people + size.groups + size.apps + n;
const orgOf = (size: OrgSize) => roleAt(5, size);

function fill(db: DatabaseSync, size: OrgSize): void {
  const edges: number[] = [];
  const add = (from: number, to: number) => edges.push(from * 2 ** 24 + to);
  for (let n = 0; n < size.groups; n++) {
    for (const member of membersOf(n, size)) add(member, groupAt(n, size));
    for (const k of [0, 1]) add(groupAt(n, size), appAt((n * 31 + k * 17) % size.apps, size));
    if (n < 40) add(groupAt(n, size), roleAt(n % 5, size));
  }
  for (let n = 0; n < size.people; n += 2) add(n, appAt(n % size.apps, size));
  add(roleAt(0, size), orgOf(size));
  add(roleAt(1, size), orgOf(size));
  const sorted = Float64Array.from(edges).sort();
  const insert = db.prepare(
    'INSERT OR IGNORE INTO edge SELECT value >> 24, value & 16777215 FROM json_each(?) ORDER BY 1, 2',
  );
  for (let at = 0; at < sorted.length; at += ROWS) insert.run(JSON.stringify([...sorted.subarray(at, at + ROWS)]));
}
