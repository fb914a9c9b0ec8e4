import { GRAPH_MIGRATIONS } from './migrations.ts';

/**
 * Brings a shard's schema up to date, each migration in a transaction of its own. One read when there is nothing to
 * do: it runs whenever the object wakes. (`PRAGMA user_version` is not allowed in a Durable Object.)
 */
export function migrateGraph(
  storage: DurableObjectStorage,
  migrations: readonly { name: string; sql: string }[] = GRAPH_MIGRATIONS,
): void {
  storage.sql.exec('CREATE TABLE IF NOT EXISTS migration (name TEXT PRIMARY KEY) WITHOUT ROWID');
  const applied = new Set(
    storage.sql
      .exec<{ name: string }>('SELECT name FROM migration')
      .toArray()
      .map((row) => row.name),
  );
  for (const { name, sql } of migrations) {
    if (applied.has(name)) continue;
    storage.transactionSync(() => {
      storage.sql.exec(sql);
      storage.sql.exec('INSERT INTO migration (name) VALUES (?)', name);
    });
  }
}
