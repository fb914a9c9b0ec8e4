import type { GraphEdge, GraphNode } from '../graph/model.ts';
import { nodeId } from '../graph/model.ts';
import { hasCode } from '../sources/okta/errors.ts';
import type { HolderKind } from '../sources/okta/map/admin-roles.ts';
import { targetEdges, targetOf } from '../sources/okta/map/admin-roles.ts';
import { addendum, type Owned, sorted } from '../sources/okta/map/thing.ts';
import type { MappedRole } from '../sources/okta/mapper.ts';
import { listOf } from './graph-list.ts';
import { MAX_DETAILED_APPS } from './inventory-objects.ts';
import type { SyncSession } from './session.ts';

/** Assignments of one holder that are looked through. */
const MAX_ASSIGNMENTS = 1_000;

export interface Assignments {
  part: { nodes: GraphNode[]; edges: GraphEdge[]; owns: Owned[] };
  /** Graph ids of those that the holder has no more. */
  gone: string[];
}

/** What the role assignments of one holder are limited to, and which of those that the graph knows have ended. */
export async function assignmentsOf(
  session: SyncSession,
  holder: { kind: HolderKind; nativeId: string },
  roles: readonly MappedRole[],
  readAll: (path: string) => Promise<unknown[]>,
): Promise<Assignments> {
  const source = session.source.id;
  const part: Assignments['part'] = { nodes: [], edges: [], owns: [] };
  const held = roles.flatMap(({ assignment }) => assignment ?? []);
  for (const { id, type, targets } of held) {
    const rows = targets === null ? null : await readTargets(() => readAll(targets));
    if (rows === null) continue;
    const kept = rows.flatMap((row) => targetOf(row, type) ?? []);
    const byCatalogue = kept.some((target) => target.startsWith('catalog/'));
    const node = addendum('role_assignment', source, id, { scoped: kept.length > 0, targets: sorted(kept) });
    part.nodes.push(node);
    part.edges.push(...targetEdges(source, id, kept, byCatalogue ? await appsByName(session) : new Map()));
    part.owns.push({ kind: 'SCOPED_TO', end: 'from', at: node.id });
  }
  const known = await session.graph.node(nodeId(holder.kind, source, holder.nativeId), MAX_ASSIGNMENTS);
  const seen = new Set(held.map(({ id }) => nodeId('role_assignment', source, id)));
  const gone = (known?.out ?? [])
    .filter(({ edge, node }) => edge.kind === 'HAS_ROLE_ASSIGNMENT' && !seen.has(node.id))
    .map(({ node }) => node.id);
  return { part, gone };
}

/** Null where the targets may not be read, or the assignment went away meanwhile: what was known of them stays. */
async function readTargets(read: () => Promise<unknown[]>): Promise<unknown[] | null> {
  try {
    return await read();
  } catch (error) {
    if (hasCode(error, 'okta.forbidden', 'okta.not_found')) return null;
    throw error;
  }
}

async function appsByName(session: SyncSession): Promise<Map<string, string[]>> {
  const { nodes } = await listOf(session, 'app', MAX_DETAILED_APPS);
  const byName = new Map<string, string[]>();
  for (const { nativeId, attributes } of nodes) {
    if (typeof attributes.catalogName !== 'string') continue;
    byName.set(attributes.catalogName, [...(byName.get(attributes.catalogName) ?? []), nativeId]);
  }
  return byName;
}
