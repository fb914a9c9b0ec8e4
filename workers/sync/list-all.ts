import { listIn } from '../sources/okta/client.ts';
import { oktaBadAnswer } from '../sources/okta/errors.ts';
import type { SyncSession } from './session.ts';

/** Pages of one list that is read within a step, of at least 20 rows each. */
const MAX_PAGES = 500;

/** All rows of a list. Throws what the client throws, and `okta.bad_answer` where the pages do not end. */
export async function listAll(
  session: Pick<SyncSession, 'okta'>,
  path: string,
): Promise<{ rows: unknown[]; date: number | null }> {
  const rows: unknown[] = [];
  const visited = new Set<string>();
  let date: number | null = null;
  for (let next: string | null = path; next !== null; ) {
    if (visited.has(next) || visited.size >= MAX_PAGES) {
      throw oktaBadAnswer({ detail: 'Okta gave the same next page twice: the list does not end.' });
    }
    visited.add(next);
    const answer = await session.okta.get(next);
    rows.push(...listIn(answer));
    date ??= answer.date;
    next = answer.next;
  }
  return { rows, date };
}
