import { nodeId } from '../graph/model.ts';
import type { GraphChange } from '../graph/writes.ts';
import type { Millis } from '../platform/clock.ts';
import { listOf } from './graph-list.ts';
import type { SyncSession } from './session.ts';

/** Role assignments of one source that are looked through; an org has some hundred. */
const MAX_ASSIGNMENTS = 20_000;

/**
 * Ends the role assignments of one kind of holder that a complete listing of all of them did not see. `seen`: native
 * ids. `holders`: only those of these holders (native ids), where only they were asked.
 */
export async function closeAssignments(
  session: SyncSession,
  holderKind: 'account' | 'group' | 'app',
  seen: readonly string[],
  asOf: Millis,
  holders?: ReadonlySet<string>,
): Promise<number> {
  const { nodes } = await listOf(session, 'role_assignment', MAX_ASSIGNMENTS);
  const listed = new Set(seen.map((id) => nodeId('role_assignment', session.source.id, id)));
  const gone = nodes.filter(
    ({ id, attributes }) =>
      attributes.holderKind === holderKind &&
      !listed.has(id) &&
      (!holders || (typeof attributes.holderId === 'string' && holders.has(attributes.holderId))),
  );
  if (gone.length === 0) return 0;
  const changes = gone.map(({ id }): GraphChange => ({ op: 'removeNode', nodeId: id, at: asOf, by: session.by }));
  return (await session.graph.applyDelta({ changes, signals: [] })).rowsWritten;
}
