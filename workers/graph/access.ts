import { isLiveAssignment } from './assignment.ts';
import type { AssignmentAttributes, EdgeKind, Provenance } from './model.ts';
import { parseAttributes } from './nodes.store.ts';
import { parseProvenance } from './page.ts';
import { readRefs, type WayStep } from './reachable-by.ts';
import { accountsOf } from './summaries.ts';
import { set, type Tx } from './tx.ts';

/** Ways told of one person and app. */
export const MAX_WAYS = 500;

interface Step extends WayStep {
  from: string;
  since: number;
  by: Provenance;
}

export interface AccessWay {
  how: 'direct' | 'group' | 'role';
  /** The group or role it comes through; null when direct. */
  via: WayStep['to'] | null;
  /** Whether this way opens the app now: the assignment is in a status that does. */
  live: boolean;
  /** When the last of its steps began, and what made that one. */
  since: number;
  by: Provenance;
  /** From the account to the app. */
  steps: Step[];
}

export interface Access {
  /** Whether any way opens it, and the app is active. */
  effective: boolean;
  ways: AccessWay[];
  /** The person's accounts inside the app, whichever way they came. */
  appAccounts: (Pick<AssignmentAttributes, 'status' | 'scope' | 'userName'> & {
    account: string;
    since: number;
    by: Provenance;
  })[];
  truncated: boolean;
}

interface EdgeRow {
  from: string;
  to: string;
  kind: EdgeKind;
  live: boolean;
  attributes: Partial<AssignmentAttributes>;
  since: number;
  by: Provenance;
}

/**
 * Every way an identity of this shard has an app: assigned itself, through a group, or through a role that grants it
 * (held itself or through a group). Null when the identity or the app is not here.
 */
export function readAccess(tx: Tx, identityId: string, appId: string): Access | null {
  const app = tx.first<{ status: string | null }>("SELECT status FROM node WHERE id = ? AND kind = 'app'", appId);
  if (!app || !tx.first("SELECT 1 FROM node WHERE id = ? AND kind = 'identity'", identityId)) return null;
  const into = edges(tx, 'to_id', [appId], "e.kind IN ('ASSIGNED_TO', 'GRANTS')");
  const own = edges(tx, 'from_id', accountsOf(tx, identityId), "e.kind IN ('MEMBER_OF', 'HOLDS_ROLE', 'ASSIGNED_TO')");
  const groups = own.filter((edge) => edge.kind === 'MEMBER_OF');
  const roles = own.filter((edge) => edge.kind === 'HOLDS_ROLE');
  const held = edges(
    tx,
    'from_id',
    groups.map((edge) => edge.to),
    "e.kind = 'HOLDS_ROLE'",
  );
  const intoApp = new Map(into.map((edge) => [edge.from, edge]));
  const inApp = own.filter((edge) => edge.kind === 'ASSIGNED_TO' && edge.to === appId);
  const found: { how: AccessWay['how']; edges: EdgeRow[] }[] = [
    ...inApp
      .filter((edge) => edge.attributes.scope !== 'GROUP')
      .map((edge) => ({ how: 'direct' as const, edges: [edge] })),
    ...joined(groups, intoApp).map((steps) => ({ how: 'group' as const, edges: steps })),
    ...joined(roles, intoApp).map((steps) => ({ how: 'role' as const, edges: steps })),
    ...groups.flatMap((member) =>
      joined(
        held.filter((edge) => edge.from === member.to),
        intoApp,
      ).map((steps) => ({ how: 'role' as const, edges: [member, ...steps] })),
    ),
  ];
  const shown = found.slice(0, MAX_WAYS);
  const refs = readRefs(tx, new Set(shown.flatMap((way) => way.edges.map((edge) => edge.to))));
  const ways = shown.flatMap((way) => presentWay(way, refs));
  return {
    effective: (app.status ?? 'ACTIVE') === 'ACTIVE' && opened(ways, inApp),
    ways,
    appAccounts: inApp.map(({ from, attributes, since, by }) => ({
      account: from,
      status: attributes.status ?? 'ACTIVE',
      scope: attributes.scope ?? 'USER',
      userName: attributes.userName ?? null,
      since,
      by,
    })),
    truncated: found.length > shown.length,
  };
}

/** An account inside the app that lives opens it, also where the group it came through is not known. */
function opened(ways: AccessWay[], inApp: EdgeRow[]): boolean {
  return ways.some((way) => way.live) || inApp.some((edge) => edge.live);
}

function joined(first: EdgeRow[], onward: Map<string, EdgeRow>): EdgeRow[][] {
  return first.flatMap((edge) => {
    const last = onward.get(edge.to);
    return last ? [[edge, last]] : [];
  });
}

function presentWay(way: { how: AccessWay['how']; edges: EdgeRow[] }, refs: Map<string, WayStep['to']>): AccessWay[] {
  const [first, ...more] = way.edges;
  if (!first) return [];
  const last = more.reduce((latest, edge) => (edge.since > latest.since ? edge : latest), first);
  const through = way.edges.at(-1)?.from ?? '';
  return [
    {
      how: way.how,
      via: way.how === 'direct' ? null : (refs.get(through) ?? null),
      live: way.edges.every((edge) => edge.live),
      since: last.since,
      by: last.by,
      steps: way.edges.flatMap((edge): Step[] => {
        const to = refs.get(edge.to);
        return to ? [{ edge: edge.kind, from: edge.from, to, since: edge.since, by: edge.by }] : [];
      }),
    },
  ];
}

function edges(tx: Tx, end: 'from_id' | 'to_id', ids: string[], condition: string): EdgeRow[] {
  return tx
    .raw<[string, string, EdgeKind, string, number, string]>(
      `SELECT e.from_id, e.to_id, e.kind, e.attributes, e.began_at, e.began_by FROM json_each(?) j
       CROSS JOIN ${end === 'from_id' ? 'edge' : 'edge_in'} e ON e.${end} = j.value AND ${condition} ORDER BY e.from_id, e.kind, e.to_id`,
      set(ids),
    )
    .map(([from, to, kind, text, since, by]) => {
      const attributes = parseAttributes(text) as Partial<AssignmentAttributes>;
      const live = kind !== 'ASSIGNED_TO' || isLiveAssignment(attributes.status);
      return { from, to, kind, live, attributes, since, by: parseProvenance(by) };
    });
}
