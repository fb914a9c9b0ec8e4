import { type EdgeKind, type GraphEdge, type GraphNode, type NodeKind, nodeId } from '../model.ts';
import { edge, SRC } from './fixtures.ts';

export function thing(kind: NodeKind, native: string, attributes: Record<string, unknown> = {}): GraphNode {
  return { id: nodeId(kind, SRC, native), kind, sourceId: SRC, nativeId: native, name: native, attributes };
}

export interface AssignmentInput {
  /** Node id of an account, a group or an app. */
  holder: string;
  type: string;
  /** Of a custom role. */
  roleId?: string;
  scoped?: boolean | null;
  targets?: string[];
  status?: string;
}

/** A role assignment as a sync brings it: the role, the assignment and what ties them to the holder and the targets. */
export function assign(native: string, input: AssignmentInput): { nodes: GraphNode[]; edges: GraphEdge[] } {
  const { holder, type, roleId = type, targets = [], scoped = targets.length > 0, status = 'ACTIVE' } = input;
  const known = scoped === null ? {} : { scoped };
  const node = thing('role_assignment', native, { type, label: type, status, roleId, ...known });
  return {
    nodes: [node],
    edges: [
      edge(holder, 'HOLDS_ROLE', nodeId('role', SRC, roleId)),
      edge(holder, 'HAS_ROLE_ASSIGNMENT', node.id),
      ...targets.map((target) => edge(node.id, 'SCOPED_TO', target)),
    ],
  };
}

export function customRole(native: string, permissions: string[]): GraphNode {
  return thing('role', native, { type: 'CUSTOM', custom: true, permissions });
}

export function tie(from: GraphNode, kind: EdgeKind, to: GraphNode | { id: string }): GraphEdge {
  return edge(from.id, kind, to.id);
}
