import { invalidRequest } from '../platform/errors.ts';
import { type CursorKey, decodeCursor } from '../platform/pagination.ts';
import { hashOf } from './sharding.ts';
import { canonicalJson } from './text.ts';

export interface PageQuery {
  limit: number;
  cursor?: string | undefined;
}

/** What a list is asked for: its filters and its order. Undefined and absent are the same. */
export type Asked = Record<string, unknown>;

/** The list that a cursor is of, in short. */
export function stampOf(asked: Asked): string {
  return hashOf(canonicalJson(asked)).toString(36);
}

/**
 * The key in a cursor that begins with the stamp of its list: `parts` values beside it. With another filter or order
 * the key would lead to somewhere else, and rows would be passed over. Throws `invalid_request`.
 */
export function keyIn(cursor: string, parts: number, asked: Asked): CursorKey {
  const [stamp, ...key] = decodeCursor(cursor, parts + 1);
  if (stamp !== stampOf(asked)) throw foreignCursor();
  return key;
}

export function foreignCursor() {
  return invalidRequest({
    detail: 'The cursor belongs to another list: filters and order must stay as they were. Start again without it.',
  });
}

/** The sort key and id of the last row before a page. Throws `invalid_request` for the cursor of another list. */
export function afterOf(
  cursor: string | undefined,
  first: 'number' | 'string',
  asked: Asked,
): [string | number, string] | null {
  if (cursor === undefined) return null;
  const [key, id] = keyIn(cursor, 2, asked);
  if ((typeof key !== 'string' && typeof key !== 'number') || typeof key !== first || typeof id !== 'string') {
    throw foreignCursor();
  }
  return [key, id];
}
