import { nodeId } from '../graph/model.ts';
import type { SyncSession } from './session.ts';

/** Administrators whose consents are read. */
export const MAX_CONSENTING = 1_000;

/** Native ids of those who hold a role. */
export interface Holders {
  people: ReadonlySet<string>;
  groups: ReadonlySet<string>;
}

/**
 * The administrators whose consents are read, by native id: who holds a role directly comes before the members of groups
 * that hold one. `more`: some had to be left out.
 */
export async function consenting(
  session: SyncSession,
  { people, groups }: Holders,
): Promise<{ ids: string[]; more: boolean }> {
  const ids = new Set([...people].sort());
  let more = false;
  for (const group of [...groups].sort()) {
    if (ids.size > MAX_CONSENTING) break;
    const detail = await session.graph.node(nodeId('group', session.source.id, group), MAX_CONSENTING + 1);
    const around = detail?.in ?? [];
    if (around.length > MAX_CONSENTING) more = true;
    for (const { edge, node } of around) {
      if (edge.kind === 'MEMBER_OF' && node.kind === 'account') ids.add(node.nativeId);
    }
  }
  return { ids: [...ids].slice(0, MAX_CONSENTING), more: more || ids.size > MAX_CONSENTING };
}
