import type { Tx } from './tx.ts';

/**
 * Reads a graph other than the stored one with the queries that read the stored one: each table named in `tables` is
 * hidden by the query given for it, which names the stored table as `main.<table>`. Nothing is written through a lens.
 */
export function throughLens(tx: Tx, tables: Record<string, string>): Tx {
  const hidden = Object.entries(tables)
    .map(([table, query]) => `${table} AS (${query})`)
    .join(', ');
  const seen = (query: string) => {
    const own = query.trimStart();
    return own.startsWith('WITH ') ? `WITH ${hidden}, ${own.slice('WITH '.length)}` : `WITH ${hidden} ${own}`;
  };
  return {
    get rowsWritten() {
      return tx.rowsWritten;
    },
    all: (query, ...params) => tx.all(seen(query), ...params),
    raw: (query, ...params) => tx.raw(seen(query), ...params),
    each: (query, ...params) => tx.each(seen(query), ...params),
    first: (query, ...params) => tx.first(seen(query), ...params),
    run: () => {
      throw new Error('A lens reads; it does not write.');
    },
  };
}

const PLAIN = /^[A-Za-z0-9_:-]*$/;

/**
 * A word as an SQL literal, for the queries of a lens: parameters belong to the query that is read through it. Throws
 * on anything but letters, digits and `_:-`, which is what ids and kinds are made of.
 */
export function literal(word: string): string {
  if (!PLAIN.test(word)) throw new TypeError('Not an id.');
  return `'${word}'`;
}
