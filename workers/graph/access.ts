import { isClosedStatus } from '../detections/account-state.ts';
import { type PlacingRule, readPlacingRules } from './access-rules.ts';
import { isLiveAssignment } from './assignment.ts';
import type { AssignmentAttributes, EdgeKind, Provenance } from './model.ts';
import { readRefs } from './named.ts';
import { parseAttributes } from './nodes.store.ts';
import { parseProvenance } from './page.ts';
import type { WayStep } from './reachable-by.ts';
import { accountsOf } from './summaries.ts';
import { set, type Tx } from './tx.ts';

/** Ways told of one person and app. */
export const MAX_WAYS = 500;

interface Step extends WayStep {
  from: string;
  since: number;
  by: Provenance;
  /** Of a membership: the rules that put the account into the group. */
  rules?: PlacingRule[];
}

/** Why somebody does not open an app; each that holds. */
export const WHY_NOT = ['no_way', 'not_live', 'app_inactive', 'cannot_sign_in'] as const;
export type WhyNot = (typeof WHY_NOT)[number];

export interface AccessWay {
  how: 'direct' | 'group' | 'role';
  /** The group or role it comes through; null when direct. */
  via: WayStep['to'] | null;
  /** Whether the assignment is in a status that opens the app. */
  live: boolean;
  /** Whether the account that the way begins with is one that can be signed in to. */
  canSignIn: boolean;
  /** When the last of its steps began, and what made that one. */
  since: number;
  by: Provenance;
  /** From the account to the app. */
  steps: Step[];
}

export interface Access {
  /** Whether any way opens it, of an account that can be signed in to, and the app is active. */
  effective: boolean;
  /** Empty when it is effective. */
  whyNot: WhyNot[];
  /** The person's accounts. */
  accounts: { id: string; name: string; status: string | null; canSignIn: boolean }[];
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
  const accounts = readAccounts(tx, accountsOf(tx, identityId));
  const open = new Set(accounts.flatMap(({ id, canSignIn }) => (canSignIn ? [id] : [])));
  const own = edges(
    tx,
    'from_id',
    accounts.map(({ id }) => id),
    "e.kind IN ('MEMBER_OF', 'HOLDS_ROLE', 'ASSIGNED_TO')",
  );
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
  const memberships = shown.flatMap((way) => way.edges.filter((edge) => edge.kind === 'MEMBER_OF'));
  const rules = readPlacingRules(tx, memberships);
  const ways = shown.flatMap((way) => presentWay(way, { refs, open, rules }));
  const whyNot = reasons((app.status ?? 'ACTIVE') === 'ACTIVE', ways, inApp, open);
  return {
    effective: whyNot.length === 0,
    whyNot,
    accounts,
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
function reasons(active: boolean, ways: AccessWay[], inApp: EdgeRow[], open: ReadonlySet<string>): WhyNot[] {
  const all = [...ways, ...inApp.map((edge) => ({ live: edge.live, canSignIn: open.has(edge.from) }))];
  const live = all.filter((way) => way.live);
  const found: WhyNot[] = active ? [] : ['app_inactive'];
  if (all.length === 0) found.push('no_way');
  else if (live.length === 0) found.push('not_live');
  else if (!live.some((way) => way.canSignIn)) found.push('cannot_sign_in');
  return found;
}

function readAccounts(tx: Tx, ids: string[]): Access['accounts'] {
  return tx
    .raw<[string, string, string | null]>(
      'SELECT n.id, n.name, n.status FROM json_each(?) j CROSS JOIN node n ON n.id = j.value ORDER BY n.id',
      set(ids),
    )
    .map(([id, name, status]) => ({ id, name, status, canSignIn: !isClosedStatus(status) }));
}

function joined(first: EdgeRow[], onward: Map<string, EdgeRow>): EdgeRow[][] {
  return first.flatMap((edge) => {
    const last = onward.get(edge.to);
    return last ? [[edge, last]] : [];
  });
}

interface Told {
  refs: Map<string, WayStep['to']>;
  /** Accounts that can be signed in to. */
  open: ReadonlySet<string>;
  rules: (account: string, group: string) => PlacingRule[];
}

function presentWay(way: { how: AccessWay['how']; edges: EdgeRow[] }, { refs, open, rules }: Told): AccessWay[] {
  const [first, ...more] = way.edges;
  if (!first) return [];
  const last = more.reduce((latest, edge) => (edge.since > latest.since ? edge : latest), first);
  const through = way.edges.at(-1)?.from ?? '';
  return [
    {
      how: way.how,
      via: way.how === 'direct' ? null : (refs.get(through) ?? null),
      live: way.edges.every((edge) => edge.live),
      canSignIn: open.has(first.from),
      since: last.since,
      by: last.by,
      steps: way.edges.flatMap((edge): Step[] => {
        const to = refs.get(edge.to);
        if (!to) return [];
        const { kind, from, since, by } = edge;
        return [{ edge: kind, from, to, since, by, ...(kind === 'MEMBER_OF' ? { rules: rules(from, edge.to) } : {}) }];
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
