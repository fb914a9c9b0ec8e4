import type { Closure } from './closure.ts';
import type { Membership } from './cluster.ts';
import { type Known, keyOf } from './known.ts';

/**
 * Marks mails that changed hands: where two accounts were joined by their mail and no longer are, the mail of the one
 * that kept it proves nothing any more, since whoever has it now is somebody else. It does again once the account's own
 * mail changes. Left alone are those that a person split, and accounts of a source that was removed. Returns whether
 * any was marked.
 */
export function hold(
  closure: Closure,
  before: ReadonlyMap<string, Known>,
  members: ReadonlyMap<string, Membership | null>,
  sources: readonly string[],
): boolean {
  const split = new Set(closure.decisions.flatMap(({ a, b, decision }) => (decision === 'split' ? [`${a} ${b}`] : [])));
  let marked = false;
  for (const { accountId, homeId, how } of closure.links.values()) {
    if (how !== 'mail' || homeId === null || together(members, accountId, homeId)) continue;
    if (split.has([accountId, homeId].sort().join(' '))) continue;
    const both = [accountId, homeId];
    if (both.some((id) => !closure.accounts.has(id) && !sources.includes(before.get(id)?.sourceId ?? ''))) continue;
    for (const id of both) {
      const now = closure.accounts.get(id);
      const was = before.get(id);
      if (now?.mail !== 'ok' || !was || keyOf(now, 'mail') !== keyOf(was, 'mail')) continue;
      closure.accounts.set(id, { ...now, mail: 'held' });
      marked = true;
    }
  }
  return marked;
}

function together(members: ReadonlyMap<string, Membership | null>, a: string, b: string): boolean {
  if (!members.has(a) || !members.has(b)) return false;
  return (members.get(a)?.homeId ?? a) === (members.get(b)?.homeId ?? b);
}
