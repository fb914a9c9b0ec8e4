import type { AccountView, PathStep } from '../detections/types.ts';
import type { Beyond } from './beyond.ts';
import { named } from './named.ts';
import { continued } from './portals.ts';
import { MAX_PATH_EDGES, piecesFrom, type Trails } from './trails.ts';
import type { Tx } from './tx.ts';

/** Paths to tier zero of the identities of accounts, through these accounts, by account. */
export type ZeroPaths = (views: AccountView[]) => Map<string, PathStep[]>;

/** Nothing is walked before somebody asks: most accounts that are looked at fail nothing. */
export function zeroPaths(tx: Tx, walk: () => { trails: Trails; beyond: Beyond[] }): ZeroPaths {
  let known: ReturnType<typeof walk> | null = null;
  return (views) => {
    if (views.length === 0) return new Map();
    known ??= walk();
    return pathsAlong(tx, known.trails, known.beyond, views);
  };
}

/** One look-up an account in what one walk back from tier zero found. */
function pathsAlong(tx: Tx, trails: Trails, beyond: Beyond[], views: AccountView[]): Map<string, PathStep[]> {
  const seeds = beyond.map(({ id, distance }): [string, number] => [id, distance]);
  const rests = new Map(beyond.map(({ id, way }) => [id, way]));
  const near = views.filter(({ accountId }) => (trails.distanceOf(accountId) ?? MAX_PATH_EDGES) < MAX_PATH_EDGES);
  const pieces = named(
    tx,
    near.map(({ accountId }) => piecesFrom(trails, accountId, 1, seeds)[0] ?? { steps: [], onward: null }),
  );
  return new Map(
    near.flatMap((view, place): [string, PathStep[]][] => {
      const piece = pieces[place];
      const rest = piece && (piece.onward === null ? [] : rests.get(piece.onward));
      if (!piece || !rest || piece.steps.length === 0) return [];
      const person: PathStep = {
        node: { id: view.identityId, kind: 'identity', name: view.name },
        edge: 'HAS_ACCOUNT',
      };
      return [[view.accountId, [person, ...continued(piece, rest)]]];
    }),
  );
}
