import { nodeId } from '../graph/model.ts';
import type { Scope } from '../graph/writes.ts';
import type { Millis } from '../platform/clock.ts';
import { closeAssignments } from './assignments.ts';
import { type Closed, type Confirmed, closeFreely, closeGuarded, nodesOf } from './close.ts';
import type { Holding } from './facts.ts';
import type { HeldScope } from './run.ts';
import type { SyncSession } from './session.ts';

/** Roles read at once; an org has a dozen standard ones and some hundred custom ones at most. */
const PAGE = 200;

export interface RoleListings {
  /** Null when the listing was not complete: its edges stay. */
  accounts: Holding[] | null;
  groups: Holding[] | null;
  asOf: Millis;
}

/**
 * Ends role holdings that were not seen. Admins are few and accounts many, so the edges are closed from the role's end:
 * one scope a role instead of one an account. A role that nobody holds any more ends with its last edge.
 */
export async function closeRoles(
  session: SyncSession,
  confirmed: Confirmed,
  listings: RoleListings,
): Promise<{ held: HeldScope[]; rows: number }> {
  const known = await knownRoles(session);
  const accounts = holdersByRole(session, 'account', listings.accounts);
  const groups = holdersByRole(session, 'group', listings.groups);
  for (const role of [...(accounts?.keys() ?? []), ...(groups?.keys() ?? [])]) known.add(role);
  const held: HeldScope[] = [];
  const stay = new Set<string>();
  let rows = 0;
  // an org cannot be without any administrator: that listing is not believed
  const suspicious = (listings.accounts?.length ?? 0) + (listings.groups?.length ?? 0) === 0;
  const close = async (role: string, fromKind: 'account' | 'group', holders: Map<string, string[]> | null) => {
    if (!holders) {
      stay.add(role);
      return;
    }
    const scope: Scope = { of: 'edgesTo', kind: 'HOLDS_ROLE', to: role, fromKind };
    const seen = holders.get(role) ?? [];
    const closed: Closed = await closeGuarded(session, confirmed, {
      name: 'roles',
      scope,
      seen,
      asOf: listings.asOf,
      suspicious,
    });
    rows += closed.rows;
    if (closed.held) held.push(closed.held);
    if (closed.held || seen.length > 0) stay.add(role);
  };
  for (const role of known) {
    await close(role, 'account', accounts);
    await close(role, 'group', groups);
  }
  if (stay.size < known.size) for (const role of await keptRoles(session, known, stay)) stay.add(role);
  if (stay.size < known.size) {
    rows += await closeFreely(session, nodesOf(session, 'role'), [...stay], listings.asOf);
  }
  if (held.length > 0) return { held: sum(held), rows };
  for (const [kind, holdings] of [
    ['account', listings.accounts],
    ['group', listings.groups],
  ] as const) {
    const seen = holdings?.flatMap(({ assignment }) => assignment ?? []);
    if (seen) rows += await closeAssignments(session, kind, seen, listings.asOf);
  }
  return { held: [], rows };
}

/** Roles that stay though no person and no group holds them: custom ones, which are listed, and what apps hold. */
async function keptRoles(
  session: SyncSession,
  known: ReadonlySet<string>,
  stay: ReadonlySet<string>,
): Promise<string[]> {
  const kept: string[] = [];
  for (const role of known) {
    const detail = stay.has(role) ? null : await session.graph.node(role, PAGE);
    if (!detail) continue;
    const byApp = detail.in.some(({ edge, node }) => edge.kind === 'HOLDS_ROLE' && node.kind === 'app');
    if (byApp || detail.node.attributes.custom === true) kept.push(role);
  }
  return kept;
}

/** Graph ids of the holders by graph id of the role; null where the listing was not complete. */
function holdersByRole(
  session: SyncSession,
  kind: 'account' | 'group',
  holdings: Holding[] | null,
): Map<string, string[]> | null {
  if (!holdings) return null;
  const byRole = new Map<string, string[]>();
  for (const holding of holdings) {
    const role = nodeId('role', session.source.id, holding.role);
    const holders = byRole.get(role) ?? [];
    holders.push(nodeId(kind, session.source.id, holding.holder));
    byRole.set(role, holders);
  }
  return byRole;
}

/** Graph ids of the source's roles. */
export async function knownRoles(session: SyncSession): Promise<Set<string>> {
  const roles = new Set<string>();
  let cursor: string | undefined;
  do {
    const page = await session.graph.list({ kind: 'role', sourceId: session.source.id, limit: PAGE, cursor });
    for (const role of page.data) roles.add(role.id);
    cursor = page.next ?? undefined;
  } while (cursor);
  return roles;
}

/** All role scopes are one to a person who has to decide. */
function sum(held: HeldScope[]): HeldScope[] {
  if (held.length === 0) return [];
  return [
    {
      scope: 'roles',
      existing: held.reduce((total, scope) => total + scope.existing, 0),
      removing: held.reduce((total, scope) => total + scope.removing, 0),
    },
  ];
}
