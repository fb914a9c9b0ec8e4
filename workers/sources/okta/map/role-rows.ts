import { type GraphEdge, type GraphNode, nodeId, orgNode } from '../../../graph/model.ts';
import type { GraphPart } from '../mapper.ts';
import { type Mapped, read } from '../read-object.ts';
import { roleSchema } from '../schemas.ts';
import { assignmentPart, type HolderKind, targetsPath } from './admin-roles.ts';

/** Roles that give the whole org: they grant its tier-zero resource. */
const ORG_WIDE_ROLES: ReadonlySet<string> = new Set(['SUPER_ADMIN', 'ORG_ADMIN']);

export interface MappedRole extends GraphPart {
  /** Role type, or the id of a custom role. */
  id: string;
  /** False for a row that brings nothing: an inactive one, or a user's that only repeats what one of its groups holds. */
  held: boolean;
  /** The assignment, and where its targets are listed; null where it has none to list. */
  assignment: { id: string; type: string; targets: string | null } | null;
}

/** A role assignment becomes the role, the assignment and the edges to them; org-wide roles grant the org. */
export function mapRole(
  source: { id: string; name: string },
  holder: { kind: HolderKind; nativeId: string; clientId?: string },
  raw: unknown,
): Mapped<MappedRole> {
  return read(roleSchema, raw, (role) => {
    const custom = role.type === 'CUSTOM';
    const id = custom ? (role.role ?? role.id ?? role.type) : role.type;
    const inherited = holder.kind === 'account' && role.assignmentType === 'GROUP';
    if (inherited || role.status === 'INACTIVE') return { id, held: false, assignment: null, nodes: [], edges: [] };
    const label = role.label ?? role.type;
    const node: GraphNode = {
      id: nodeId('role', source.id, id),
      kind: 'role',
      sourceId: source.id,
      nativeId: id,
      name: label,
      attributes: { type: role.type, custom, label },
      // its own listing tells more, and every row names it a little differently
      partial: 'mention',
    };
    const resourceSetId = role['resource-set'];
    const row = { id: role.id, type: role.type, roleId: id, label, status: role.status, created: role.created };
    const assigned = assignmentPart(source.id, holder, { ...row, resourceSetId });
    const nodes = [node, ...assigned.nodes];
    const edges: GraphEdge[] = [
      { from: nodeId(holder.kind, source.id, holder.nativeId), to: node.id, kind: 'HOLDS_ROLE', attributes: {} },
      ...assigned.edges,
    ];
    if (ORG_WIDE_ROLES.has(role.type)) {
      const org = orgNode(source.id, source.name);
      nodes.push({ ...org, partial: 'mention' });
      edges.push({ from: node.id, to: org.id, kind: 'GRANTS', attributes: {} });
    }
    const assignment = { id: assigned.id, type: role.type, targets: targetsPath(holder, row) };
    return { id, held: true, assignment, nodes, edges };
  });
}
