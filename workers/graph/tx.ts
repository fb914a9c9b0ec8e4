import type { WalkIndex } from './walk-index.ts';

/**
 * SQL within one `transactionSync`, counting the rows it writes (index entries included, as they are billed).
 * Sets go in as one JSON parameter and through `json_each`: a statement takes at most 100 parameters.
 */
export interface Tx {
  /** The live edges in memory, where this reads the present and they are at hand. */
  readonly index?: WalkIndex | undefined;
  readonly rowsWritten: number;
  /** Rows as objects. */
  all<T extends Record<string, SqlStorageValue>>(query: string, ...params: SqlStorageValue[]): T[];
  /** Rows as arrays: cheaper where there are many. */
  raw<T extends SqlStorageValue[]>(query: string, ...params: SqlStorageValue[]): T[];
  /** Rows as arrays, one after the other: for what should not be in memory at once. */
  each<T extends SqlStorageValue[]>(query: string, ...params: SqlStorageValue[]): Iterable<T>;
  /** First row, or null. */
  first<T extends Record<string, SqlStorageValue>>(query: string, ...params: SqlStorageValue[]): T | null;
  /** Returns the rows written. */
  run(query: string, ...params: SqlStorageValue[]): number;
}

export function openTx(sql: SqlStorage, index?: WalkIndex | null): Tx {
  let written = 0;
  return {
    index: index ?? undefined,
    get rowsWritten() {
      return written;
    },
    all<T extends Record<string, SqlStorageValue>>(query: string, ...params: SqlStorageValue[]) {
      const cursor = sql.exec<T>(query, ...params);
      const rows = cursor.toArray();
      written += cursor.rowsWritten;
      return rows;
    },
    raw<T extends SqlStorageValue[]>(query: string, ...params: SqlStorageValue[]) {
      const cursor = sql.exec(query, ...params);
      const rows = [...cursor.raw<T>()];
      written += cursor.rowsWritten;
      return rows;
    },
    each<T extends SqlStorageValue[]>(query: string, ...params: SqlStorageValue[]) {
      return sql.exec(query, ...params).raw<T>();
    },
    first<T extends Record<string, SqlStorageValue>>(query: string, ...params: SqlStorageValue[]) {
      return this.all<T>(query, ...params)[0] ?? null;
    },
    run(query, ...params) {
      const cursor = sql.exec(query, ...params);
      cursor.toArray();
      written += cursor.rowsWritten;
      return cursor.rowsWritten;
    },
  };
}

/** A set as the JSON parameter of `json_each(?)`. */
export function set(values: Iterable<unknown>): string {
  return JSON.stringify([...values]);
}

export function* chunks<T>(items: readonly T[], size: number): Generator<T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
