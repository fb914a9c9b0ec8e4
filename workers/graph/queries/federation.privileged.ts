import { grouped } from '../group.ts';
import type { EdgeKind } from '../model.ts';
import type { CoverageNeed } from '../port.ts';
import { set } from '../tx.ts';
import { type Holding, namesOf } from './holdings.ts';
import { nodeColumn, type QueryContext, rowQuery, type SavedQuery, textColumn } from './query.ts';

interface Origin {
  id: string;
  title: string;
  words: string;
  kinds: EdgeKind[];
  /** What the id of the deciding end begins with. */
  prefix: string;
  needs: CoverageNeed[];
}

const WAYS = [
  { id: 'direct', title: 'Direct', words: 'hold a role themselves' },
  { id: 'indirect', title: 'Indirect', words: 'hold a role through a group' },
] as const;

/** Principals with a role over whom something else decides: an identity provider, a directory, an app. */
export function privilegedQueries(inbound: EdgeKind[]): SavedQuery[] {
  const origins: Origin[] = [
    {
      id: 'idp-privileged',
      title: 'Privileged Identity Provider Assignments',
      words: 'an identity provider signs in or puts people into',
      kinds: ['IDENTITY_PROVIDER_FOR', 'IDP_GROUP_ASSIGNMENT'],
      prefix: 'idp_',
      needs: ['idps', 'roles', 'users'],
    },
    {
      id: 'synced-privileged-hybrid',
      title: 'Synced Principals with Privileged Access, Hybrid Edges',
      words: 'an outside system decides about',
      kinds: inbound,
      prefix: 'ext_',
      needs: ['users', 'roles', 'apps'],
    },
    {
      id: 'synced-privileged-okta',
      title: 'Synced Principals with Privileged Access, Okta Edges',
      words: 'come from an app',
      kinds: ['USER_PULL', 'GROUP_PULL'],
      prefix: 'app_',
      needs: ['apps', 'assignments', 'roles'],
    },
  ];
  return origins.flatMap((origin) => WAYS.map((way) => originQuery(origin, way)));
}

function originQuery(origin: Origin, way: (typeof WAYS)[number]): SavedQuery {
  const indirect = way.id === 'indirect';
  return rowQuery({
    id: `${origin.id}-${way.id}`,
    theme: 'federation',
    title: `${origin.title} (${way.title})`,
    description: `Accounts and groups that ${origin.words} and that ${way.words}.`,
    needs: origin.needs,
    columns: [
      nodeColumn('principal', 'Who'),
      ...(indirect ? [nodeColumn('through', 'Through the group')] : []),
      nodeColumn('role', 'Role'),
      nodeColumn('origin', 'Decided by'),
      textColumn('edge', 'How'),
    ],
    rows: (context) => {
      const held = context.holdings().filter(({ via }) => (via !== null) === indirect);
      return { drafts: withOrigins(context, held, origin) };
    },
  });
}

function withOrigins({ tx }: QueryContext, held: Holding[], { kinds, prefix }: Origin) {
  const holders = new Set(held.map(({ holder }) => holder));
  const origins = grouped(
    tx
      .raw<[string, string, string]>(
        `SELECT e.to_id, e.from_id, e.kind FROM json_each(?1) j
         CROSS JOIN edge_in e ON e.to_id = j.value AND e.kind IN (SELECT value FROM json_each(?2))
         ORDER BY e.to_id, e.from_id, e.kind`,
        set(holders),
        set(kinds),
      )
      .filter(([, from]) => from.startsWith(prefix))
      .map(([to, from, kind]) => [to, { from, kind }] as const),
  );
  const names = namesOf(tx, holders);
  return held.flatMap(({ holder, via, role }) =>
    (origins.get(holder) ?? []).map(({ from, kind }) => ({
      name: names.get(holder) ?? holder,
      cells: [{ node: holder }, ...(via === null ? [] : [{ node: via }]), { node: role }, { node: from }, kind],
    })),
  );
}
