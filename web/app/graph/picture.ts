import type { PathStep } from '~/api/graph.server';
import type { NodeRef } from '~/api/nodes.server';

/** What is drawn: nodes in layers from left to right, and the edges among them. */
export interface Picture {
  nodes: (NodeRef & { layer: number; mark: 'end' | 'middle' | null })[];
  edges: { from: string; to: string; label: string }[];
}

/**
 * Paths as one picture. A node that several of them share stands as far right as the longest way to it puts it.
 */
export function pictureOf(paths: PathStep[][], labelOf: (edge: string) => string): Picture {
  const nodes = new Map<string, Picture['nodes'][number]>();
  const edges = new Map<string, Picture['edges'][number]>();
  for (const path of paths) {
    let layer = 0;
    path.forEach(({ node, edge }, place) => {
      const known = nodes.get(node.id);
      layer = known === undefined ? layer : Math.max(layer, known.layer);
      nodes.set(node.id, { ...node, layer, mark: place === path.length - 1 ? 'end' : null });
      const next = path[place + 1];
      if (edge !== null && next !== undefined) {
        edges.set(`${node.id} ${edge} ${next.node.id}`, { from: node.id, to: next.node.id, label: labelOf(edge) });
      }
      layer += 1;
    });
  }
  return { nodes: [...nodes.values()], edges: [...edges.values()] };
}

/** Room between the middles of two nodes, pixels. */
export const ROOM = { along: 290, across: 84 } as const;

/** On narrow screens layers stand one below the other, each in rows of so many. */
const NARROW = { along: 196, across: 112, row: 2 } as const;

/** Where each node stands; `down`: for narrow screens. */
export function positionsOf(picture: Picture, down: boolean): Map<string, { x: number; y: number }> {
  const layers = new Map<number, string[]>();
  for (const { id, layer } of picture.nodes) layers.set(layer, [...(layers.get(layer) ?? []), id]);
  const places = new Map<string, { x: number; y: number }>();
  let rows = 0;
  for (const [layer, ids] of [...layers].sort(([a], [b]) => a - b)) {
    ids.forEach((id, place) => {
      if (!down) {
        places.set(id, { x: layer * ROOM.along, y: (place - (ids.length - 1) / 2) * ROOM.across });
        return;
      }
      const row = Math.floor(place / NARROW.row);
      const beside = Math.min(NARROW.row, ids.length - row * NARROW.row);
      const x = ((place % NARROW.row) - (beside - 1) / 2) * NARROW.along;
      places.set(id, { x, y: (rows + row) * NARROW.across });
    });
    rows += Math.ceil(ids.length / NARROW.row);
  }
  return places;
}
