import { invalidRequest } from '../platform/errors.ts';
import { decodeCursor } from '../platform/pagination.ts';

export interface PageQuery {
  limit: number;
  cursor?: string | undefined;
}

/** The sort key and id of the last row before a page. Throws `invalid_request` for the cursor of another list. */
export function afterOf(cursor: string | undefined, first: 'number' | 'string'): [string | number, string] | null {
  if (cursor === undefined) return null;
  const [key, id] = decodeCursor(cursor, 2);
  if ((typeof key !== 'string' && typeof key !== 'number') || typeof key !== first || typeof id !== 'string') {
    throw invalidRequest({ detail: 'The cursor belongs to another list. Start again without it.' });
  }
  return [key, id];
}
