import { nodeId } from '../graph/model.ts';
import type { Millis } from '../platform/clock.ts';
import { memberOf } from '../sources/okta/mapper.ts';
import type { GroupFact, UserFact } from './facts.ts';
import { membersPath, membersPhase } from './phases.ts';
import type { Runner } from './runner.ts';
import type { SyncSession } from './session.ts';

/** Members of Everyone up to which they are listed anew when they changed; beyond it they follow from the users. */
export const EVERYONE_AT_ONCE = 10_000;
const EDGES_AT_ONCE = 5_000;

/** Members of the groups whose members changed. */
export async function readChangedMembers(
  run: Runner,
  changes: {
    groups: ReadonlyMap<string, GroupFact>;
    users: UserFact[];
    asOf: Millis;
    since: Millis;
    again: string[];
  },
): Promise<void> {
  const { groups, users, asOf, since } = changes;
  const changed = [...groups.values()].filter((group) => group.membersChanged === null || group.membersChanged > since);
  const byUsers = (group: GroupFact) => group.isEveryone && (group.users ?? 0) > EVERYONE_AT_ONCE;
  const listed = new Set([...changed.filter((group) => !byUsers(group)).map(({ id }) => id), ...changes.again]);
  const listings = [...listed].map((id) => {
    const scope = `members:${id}`;
    if (groups.get(id)?.users === 0) return { scope, known: [], asOf };
    return { scope, path: membersPath(id) };
  });
  await run.sweep('members', listings, (s) => membersPhase(s, new Map(), groups));
  const everyone = [...groups.values()].find(byUsers);
  if (everyone && users.length > 0) {
    run.note({ rows: await run.step('everyone', (session) => followEveryone(session, everyone.id, users, asOf)) });
  }
}

/** Okta keeps every user who is not deprovisioned in Everyone: its changed members are the changed users. */
async function followEveryone(session: SyncSession, id: string, users: UserFact[], at: Millis): Promise<number> {
  const { graph, by, source } = session;
  const to = nodeId('group', source.id, id);
  let rows = 0;
  for (let from = 0; from < users.length; from += EDGES_AT_ONCE) {
    const some = users.slice(from, from + EDGES_AT_ONCE);
    const edges = some.filter((user) => !user.deprovisioned).map((user) => memberOf(source.id, user.id, id));
    rows += (await graph.applyPage({ nodes: [], edges, asOf: at, by, evaluate: false })).rowsWritten;
    const changes = some
      .filter((user) => user.deprovisioned)
      .map(
        (user) =>
          ({ op: 'removeEdge', from: nodeId('account', source.id, user.id), to, kind: 'MEMBER_OF', at, by }) as const,
      );
    if (changes.length > 0) rows += (await graph.applyDelta({ changes, signals: [] })).rowsWritten;
  }
  return rows;
}
