import type { PathStep } from '../detections/types.ts';
import type { NodeKind } from './model.ts';
import type { Piece } from './trails.ts';
import { set, type Tx } from './tx.ts';

/** A piece of a way with the names of its nodes. */
export interface NamedPiece {
  steps: PathStep[];
  onward: string | null;
}

/** Gives the nodes of pieces their names. */
export function named(tx: Tx, pieces: Piece[]): NamedPiece[] {
  const refs = readRefs(tx, new Set(pieces.flatMap(({ steps }) => steps.map(({ id }) => id))));
  return pieces.map(({ steps, onward }) => ({
    steps: steps.flatMap(({ id, edge }) => {
      const node = refs.get(id);
      return node ? [{ node, edge }] : [];
    }),
    onward,
  }));
}

/** What nodes are called; those that are not here are left out. */
export function readRefs(tx: Tx, ids: Iterable<string>): Map<string, PathStep['node']> {
  return new Map(
    tx
      .raw<[string, NodeKind, string]>(
        'SELECT n.id, n.kind, n.name FROM json_each(?) j CROSS JOIN node n ON n.id = j.value',
        set(ids),
      )
      .map(([id, kind, name]) => [id, { id, kind, name }]),
  );
}
