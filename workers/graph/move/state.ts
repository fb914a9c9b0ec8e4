import { defineError } from '../../platform/errors.ts';
import { readMeta, writeMeta } from '../meta.store.ts';
import type { Tx } from '../tx.ts';
import type { Key } from './tables.ts';

/** What a shard tells whoever comes to it too late, or while its last changes are on their way. */
const MOVING = 'The graph is moving to other shards';

export const graphMoving = defineError({ code: 'graph.moving', status: 503, title: MOVING });

/** Errors of a shard arrive without their class: the message tells. */
export function isMoving(error: unknown): boolean {
  return error instanceof Error && error.message.includes(MOVING);
}

/** Whether a shard takes changes and questions: all, questions only (its last changes are being copied), or none. */
export type Fence = 'open' | 'closed' | 'moved';

/** How far the copy of a shard's tables is: the last key copied of a table. */
export interface Position {
  table: number;
  after: Key | null;
}

/** A shard whose rows are being copied to another set of shards. */
export interface MoveState {
  /** Of the shards that are filled. */
  generation: number;
  shards: number;
  /** The shard's own place among those that are left. */
  index: number;
  /** Grows with each batch handed out, so that one that comes late is told from a newer one. */
  batch: number;
  at: Position;
  done: number;
  total: number;
  /** The run that closed it last, and whether it is closed. */
  attempt: number;
  closed: boolean;
}

const MOVE = 'move';
const MOVED_TO = 'moved_to';

export function readMove(tx: Tx): MoveState | null {
  const text = readMeta(tx, MOVE);
  return text === null || text === '' ? null : (JSON.parse(text) as MoveState);
}

export function writeMove(tx: Tx, state: MoveState | null): void {
  writeMeta(tx, MOVE, state === null ? '' : JSON.stringify(state));
}

export function markMoved(tx: Tx, generation: number): void {
  writeMeta(tx, MOVED_TO, String(generation));
}

export function readFence(tx: Tx): Fence {
  if (readMeta(tx, MOVED_TO) !== null) return 'moved';
  return readMove(tx)?.closed ? 'closed' : 'open';
}
