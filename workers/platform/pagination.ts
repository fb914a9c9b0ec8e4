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
  throw invalidRequest({ detail: 'The cursor is not valid. Start again without it.' });
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
