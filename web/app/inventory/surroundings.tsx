import type { Neighbour, NodeDetail } from '~/api/nodes.server';
import { GraphCanvas } from '~/graph/graph-canvas';
import { verbOf } from '~/graph/kinds';
import type { Picture } from '~/graph/picture';
import { Panel } from '~/ui/page';

/** Neighbours drawn on each side: the lists below hold all. */
const DRAWN = 8;

/** The node with what leads to it and what it leads to. */
export function Surroundings({ detail, asOf }: { detail: NodeDetail; asOf: string | null }) {
  const { node } = detail;
  const [before, after] = [drawnOf(detail.in), drawnOf(detail.out)];
  if (before.length + after.length === 0) return null;
  const known = new Set([node.id]);
  const fresh = ({ node: { id } }: Neighbour) => !known.has(id) && known.add(id).size > 0;
  const picture: Picture = {
    nodes: [
      ...before.filter(fresh).map((one) => ({ ...one.node, layer: 0, mark: null })),
      { id: node.id, kind: node.kind, name: node.name, layer: 1, mark: 'middle' },
      ...after.filter(fresh).map((one) => ({ ...one.node, layer: 2, mark: null })),
    ],
    edges: [
      ...before.map((one) => ({ from: one.node.id, to: node.id, label: verbOf(one.kind) })),
      ...after.map((one) => ({ from: node.id, to: one.node.id, label: verbOf(one.kind) })),
    ],
  };
  const left = detail.in.length + detail.out.length - before.length - after.length;
  return (
    <Panel title="Around it" hint={left > 0 ? 'A part of it: the lists below hold all that is known.' : undefined}>
      <GraphCanvas
        picture={picture}
        asOf={asOf}
        label={`What stands around ${node.name}; the lists below say the same`}
      />
    </Panel>
  );
}

/** Some of every kind of edge, so that many members do not hide the one rule. */
function drawnOf(neighbours: Neighbour[]): Neighbour[] {
  const kinds = [...new Set(neighbours.map(({ kind }) => kind))];
  const each = Math.max(1, Math.floor(DRAWN / Math.max(1, kinds.length)));
  return kinds.flatMap((kind) => neighbours.filter((one) => one.kind === kind).slice(0, each)).slice(0, DRAWN);
}
