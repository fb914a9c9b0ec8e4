import { z } from 'zod';
import { invalidRequest } from './errors.ts';

export const DEFAULT_LIMIT = 50;
export const MAX_LIMIT = 200;

/** Opaque keyset cursor: the sort key of the last row, base64url JSON. */
export type CursorKey = (string | number | null)[];

const keySchema = z.array(z.union([z.string().max(500), z.number(), z.null()])).max(8);

export function encodeCursor(key: CursorKey): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify(key))))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

/** Throws `invalid_request` when the cursor was not made by `encodeCursor` with the same number of parts. */
export function decodeCursor(cursor: string, parts: number): CursorKey {
  try {
    const bytes = Uint8Array.from(atob(cursor.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
    const key = keySchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
    if (key.length === parts) return key;
  } catch {
    // answered below, the same for every malformed cursor
  }
  throw invalidCursor();
}

const invalidCursor = () => invalidRequest({ detail: 'The cursor is not valid. Start again without it.' });

/**
 * Where a list by time and id goes on, newest first: below the row of the cursor, and before `until` (not included).
 * For `(at, id) < (?, ?)` as the only upper bound of the statement: behind an `IS NULL OR`, or beside an `at < ?`, SQLite
 * reads all the pages before as well. Throws `invalid_request` as `decodeCursor` does.
 */
export function newestBelow(cursor: string | undefined, until = Number.MAX_SAFE_INTEGER): [at: number, id: string] {
  if (cursor === undefined) return [until, ''];
  const [at, id] = decodeCursor(cursor, 2);
  if (typeof at !== 'number' || typeof id !== 'string') throw invalidCursor();
  return at < until ? [at, id] : [until, ''];
}

export interface Page<T> {
  data: T[];
  next: string | null;
}

/** Builds a page from `limit + 1` rows read: the extra row only says that there is more. */
export function toPage<T>(rows: T[], limit: number, key: (row: T) => CursorKey): Page<T> {
  const data = rows.slice(0, limit);
  const last = data.at(-1);
  return { data, next: rows.length > limit && last !== undefined ? encodeCursor(key(last)) : null };
}
