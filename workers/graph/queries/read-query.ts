import type { Millis } from '../../platform/clock.ts';
import { isOwn } from '../trails.ts';
import type { Tx } from '../tx.ts';
import { powersOf } from '../walk-back.ts';
import { SAVED_QUERIES, savedQueryById } from './catalogue.ts';
import { readAccountFacts, readHoldings } from './holdings.ts';
import type { Found, QueryContext, Row } from './query.ts';

/** Rows of each query that a count looks at, on each shard. */
export const MAX_COUNTED = 1_000;

/** Rows that this shard alone has, and rows that every shard has. */
export interface QueryCount {
  id: string;
  own: number;
  shared: number;
  /** There are more. */
  more: boolean;
}

export interface QueryAsk {
  id: string;
  after: string | null;
  limit: number;
}

/** What is read once for all questions of one call. */
function contextOf(tx: Tx, now: Millis, past: boolean): QueryContext {
  const holdings = once(() => readHoldings(tx));
  return {
    tx,
    now,
    past,
    powers: () => powersOf(tx),
    holdings,
    accounts: once(() =>
      readAccountFacts(
        tx,
        holdings().map(({ holder }) => holder),
      ),
    ),
  };
}

function once<T extends object>(make: () => T): () => T {
  let made: T | null = null;
  return () => {
    made ??= make();
    return made;
  };
}

/** Rows of a saved query on this shard; none for one that it does not know. `now`: what ages are counted up to. */
export function readSavedQuery(tx: Tx, { id, after, limit }: QueryAsk, now: Millis, past: boolean): Found {
  return (
    savedQueryById(id)?.read(contextOf(tx, now, past), after, limit) ?? { rows: [], undetermined: 0, truncated: false }
  );
}

/** How many rows each saved query has on this shard, up to a bound. */
export function countSavedQueries(tx: Tx, now: Millis, past: boolean): QueryCount[] {
  const context = contextOf(tx, now, past);
  return SAVED_QUERIES.map((query) => {
    const { rows, truncated } = query.read(context, null, MAX_COUNTED + 1);
    const counted = rows.slice(0, MAX_COUNTED);
    const own = counted.filter(isOwnRow).length;
    return { id: query.id, own, shared: counted.length - own, more: truncated || rows.length > MAX_COUNTED };
  });
}

function isOwnRow({ cells }: Row): boolean {
  return cells.some((cell) => cell !== null && typeof cell === 'object' && isOwn(cell.node));
}
