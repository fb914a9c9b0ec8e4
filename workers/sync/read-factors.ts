import { nodeId } from '../graph/model.ts';
import { canSignIn } from '../sources/okta/mapper.ts';
import { factorsPath, factorsPhase } from './phases.ts';
import type { Runner } from './runner.ts';
import type { SyncSession } from './session.ts';
import type { Trickle } from './sync-state.ts';
import { type Line, readInTurn } from './trickle.ts';

/*
 * Okta lists factors by the user only: one call each. Events tell of changes as they happen; what is read here begins
 * the picture and mends it. In a small org a full sync reads everybody's; in a larger one it reads those of admins and
 * of who changed, and everybody else's follow in the deltas.
 */

/** Accounts whose factors one full sync reads at once: 17 minutes at half of Okta's 600 calls a minute. */
export const ALL_AT_ONCE = 5_000;
/** Accounts looked up in the graph at once. */
const LOOKED_UP_AT_ONCE = 50;

const FACTORS: Line = { step: 'trickle', kind: 'account', isIn: ({ status }) => canSignIn(status) };

/**
 * Reads the factors of the users in `first`, in that order, and in a delta of the next in line where there is a line.
 * Returns the line as it is then; as it was when the source lets nobody's factors be read.
 */
export async function readFactors(
  run: Runner,
  first: string[],
  trickle: Trickle | null,
  moves: boolean,
): Promise<Trickle | null> {
  return readInTurn(run, FACTORS, { first, trickle, moves }, async (ids) => {
    const listings = ids.map((id) => ({ scope: `factors:${id}`, path: factorsPath(id) }));
    const { failed } = await run.sweep('factors', listings, factorsPhase);
    return !failed.some(({ scope }) => scope === 'factors');
  });
}

/** Those of the users (native ids) who can sign in by the graph: only their factors matter. */
export async function whoCanSignIn(session: SyncSession, ids: string[]): Promise<string[]> {
  const found: string[] = [];
  for (let from = 0; from < ids.length; from += LOOKED_UP_AT_ONCE) {
    const some = ids.slice(from, from + LOOKED_UP_AT_ONCE);
    const details = await Promise.all(
      some.map((id) => session.graph.node(nodeId('account', session.source.id, id), 1)),
    );
    found.push(...some.filter((_, n) => canSignIn(details[n]?.node.attributes.status)));
  }
  return found;
}
