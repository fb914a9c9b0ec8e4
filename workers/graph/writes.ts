import type { Millis } from '../platform/clock.ts';
import type { AccountAttributes, EdgeKind, GraphEdge, GraphNode, NodeKind, Provenance } from './model.ts';
import type { Signal } from './signal.ts';

/** One change that an event makes to the graph, last writer by `at` wins. */
export type GraphChange =
  | { op: 'upsertEdge'; edge: GraphEdge; at: Millis; by: Provenance }
  | { op: 'removeEdge'; from: string; to: string; kind: EdgeKind; at: Millis; by: Provenance }
  | { op: 'patchAccount'; accountId: string; patch: Partial<AccountAttributes>; at: Millis; by: Provenance }
  | { op: 'removeNode'; nodeId: string; at: Millis; by: Provenance }
  /** Makes the node if it is not there, from the little an event says; never overwrites. */
  | { op: 'ensureNode'; node: GraphNode; at: Millis; by: Provenance };

export interface GraphDelta {
  changes: GraphChange[];
  signals: Signal[];
}

/** A set of nodes or edges that a sync lists completely, so that what it did not see has ended. */
export type Scope =
  /** `having`: only those with this attribute, where several listings bring one kind. */
  | { of: 'nodes'; kind: NodeKind; sourceId: string; having?: { name: string; value: string } | undefined }
  | { of: 'edgesTo'; kind: EdgeKind; to: string; fromKind: NodeKind }
  | { of: 'edgesFrom'; kind: EdgeKind; from: string; toKind: NodeKind }
  /** Structure that no edge but SAME_AS leads to or from; of one kind, where `without` names it. Nothing needs to be seen. */
  | { of: 'loose'; kind: NodeKind; sourceId: string; without?: EdgeKind }
  /** Structure that names, by native id in an attribute, an object which is not here or is switched off. */
  | { of: 'orphans'; kind: NodeKind; sourceId: string; by: { name: string; kind: NodeKind } }
  /**
   * Every edge of a kind at any of these nodes. What is seen are pairs: `<from> <to>`. `having`: only those with this
   * attribute, or, where its value is null, without it: where several listings bring one kind.
   */
  | {
      of: 'edgesAt';
      kind: EdgeKind;
      end: 'from' | 'to';
      at: string[];
      having?: { name: string; value: string | null } | undefined;
    };
