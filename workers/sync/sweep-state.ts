import type { Millis } from '../platform/clock.ts';
import type { FailedScope, HeldScope } from './run.ts';

/** A part of the source that is read to its end: a path to page through, or ids that are known without a call. */
export type Listing = { scope: string; path: string } | { scope: string; known: string[]; asOf: Millis };

/** A listing between two steps. */
export interface OpenListing {
  scope: string;
  next: string;
  /** Answer time of its first page: what began later is not judged by it. */
  asOf: Millis | null;
  seen: string[];
  /** Short hashes of the links followed, to notice a loop. */
  visited: string[];
  strikes: number;
}

export interface SweepState {
  /** Listings begun. */
  at: number;
  open: OpenListing[];
  ok: number;
  refused: number;
  strikes: number;
}

export const SWEEP_START: SweepState = { at: 0, open: [], ok: 0, refused: 0, strikes: 0 };

/** What a step brought. `open` carries only what is new in it; `mergeOpen` puts it together. */
export interface SweepResult extends SweepState {
  facts: string[];
  failed: FailedScope[];
  held: HeldScope[];
  calls: number;
  rows: number;
  /** The oldest answer that a listing completed in this step began with. */
  asOf: Millis | null;
  /** Set when Okta wants a pause before the next step. */
  waitMs: number | null;
}

export function isDone(listings: readonly Listing[], state: SweepState): boolean {
  return state.at >= listings.length && state.open.length === 0;
}

/** The state for the next step: what open listings saw before, and what the last step added. */
export function mergeOpen(before: SweepState, result: SweepResult): SweepState {
  const earlier = new Map(before.open.map((open) => [open.scope, open]));
  const open = result.open.map((now) => {
    const was = earlier.get(now.scope);
    return was ? { ...now, seen: [...was.seen, ...now.seen], visited: [...was.visited, ...now.visited] } : now;
  });
  return { at: result.at, open, ok: result.ok, refused: result.refused, strikes: result.strikes };
}

/** An open listing without what the step before handed on already. */
export function onlyNew(open: OpenListing, before: OpenListing | undefined): OpenListing {
  if (!before) return open;
  return { ...open, seen: open.seen.slice(before.seen.length), visited: open.visited.slice(before.visited.length) };
}
