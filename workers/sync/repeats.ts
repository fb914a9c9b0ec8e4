import { sha256Hex } from '../platform/crypto.ts';
import { oktaBadAnswer } from '../sources/okta/errors.ts';

/** Pages in a row that bring nothing new, after which a listing is taken to repeat itself. */
export const MAX_STALE_PAGES = 5;
/** The same of pages without a row: Okta leaves out what may not be seen only after it cut the pages. */
const MAX_EMPTY_PAGES = 200;
/** Rows of a listing that a page is compared with: its first, where it may begin anew, and its newest. */
const FIRST = 10_000;
const NEWEST = 20_000;

/**
 * Notices a listing that goes on without end under ever new addresses. `seen`: ids that it brought before. The returned
 * function takes a page's rows, and throws `okta.bad_answer` when too many pages in a row brought nothing new.
 */
export function createRepeatGuard(seen: readonly string[]): (rows: readonly unknown[]) => void {
  const first = new Set(seen.slice(0, FIRST));
  let older = new Set<string>();
  let newest = new Set(seen.slice(-NEWEST));
  let stale = 0;
  return (rows) => {
    let isNew = false;
    for (const row of rows) {
      const key = keyOf(row);
      if (first.has(key) || older.has(key) || newest.has(key)) continue;
      isNew = true;
      if (first.size < FIRST) first.add(key);
      newest.add(key);
      if (newest.size < NEWEST) continue;
      older = newest;
      newest = new Set();
    }
    stale = isNew ? 0 : stale + 1;
    if (stale >= (rows.length === 0 ? MAX_EMPTY_PAGES : MAX_STALE_PAGES)) {
      throw oktaBadAnswer({ detail: `The list repeats: ${stale} pages in a row brought nothing new.` });
    }
  };
}

/** Rows of some lists have no id: they are what they say. */
function keyOf(row: unknown): string {
  if (typeof row === 'object' && row !== null && 'id' in row && typeof row.id === 'string') return row.id;
  return sha256Hex(JSON.stringify(row)).slice(0, 20);
}
