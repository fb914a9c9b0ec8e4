import { iso, type Millis } from '../../platform/clock.ts';
import { defineError } from '../../platform/errors.ts';
import type { Tx } from '../tx.ts';

/** What a shard says of a moment that it has forgotten. */
const EXPIRED = 'The history of the graph is kept since';

export const historyExpired = defineError({
  code: 'graph.history_expired',
  status: 400,
  title: 'The history does not reach back that far',
});

/** Errors of a shard arrive without their class: the message tells. Null for any other error. */
export function expiredFrom(error: unknown) {
  if (!(error instanceof Error)) return null;
  const at = error.message.indexOf(EXPIRED);
  return at < 0 ? null : historyExpired({ detail: error.message.slice(at), cause: error });
}

/** Since when the history is whole; 0 when nothing was forgotten yet. */
export function readKeptSince(tx: Tx): Millis {
  return tx.first<{ at: number }>("SELECT at FROM kept_since WHERE name = 'history'")?.at ?? 0;
}

export function writeKeptSince(tx: Tx, at: Millis): void {
  tx.run(
    "INSERT INTO kept_since (name, at) VALUES ('history', ?) ON CONFLICT (name) DO UPDATE SET at = excluded.at",
    at,
  );
}

/** Throws `graph.history_expired` for a moment before the history that is kept. */
export function requireKept(tx: Tx, moment: Millis): void {
  const since = readKeptSince(tx);
  if (moment < since) throw historyExpired({ detail: `${EXPIRED} ${iso(since)}: ask for a later moment.` });
}
