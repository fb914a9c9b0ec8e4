import type { AccountView, AppAssignment, RoleHolding } from '../detections/types.ts';
import type { Graph } from '../graph/port.ts';
import type { Millis } from '../platform/clock.ts';

/** A privilege that an account holds, and through what. The names are those of Okta ISPM. */
export interface EntityType {
  type: 'Global Admin' | 'Admin';
  reasons: string[];
}

export interface ActiveAccount {
  displayName: string;
  idInService: string | null;
  identifierInService: string | null;
  username: string | null;
  sourceProductName: string;
  sourceProductTenant: string | null;
  lastLogin: Millis | null;
}

/** What a delivery tells of the affected account or person beyond its name. */
export interface EntityFacts {
  username: string;
  types: EntityType[];
  lastLogin: Millis | null;
  /** People only: the accounts that still work, in Okta and in its apps. */
  activeAccounts?: ActiveAccount[];
  /** Accounts that made API tokens which are still alive. */
  unrotatedTokens?: { name: string; createdAt: Millis | null }[];
}

/** Okta AppUser statuses in which the app's account is there and usable, or about to be. */
const LIVE_ASSIGNMENTS = new Set(['ACTIVE', 'PROVISIONED', 'IMPORTED', 'MATCHED', 'APPROVED']);
/** Okta user status in which nobody can sign in. */
const DEAD_ACCOUNTS = new Set(['STAGED', 'SUSPENDED', 'DEPROVISIONED']);

/** Accounts of one person that are looked at for a delivery. */
const MAX_ACCOUNTS = 10;
/** Active accounts told in one delivery: keeps a body under 128 KB. */
export const MAX_ACTIVE_ACCOUNTS = 200;

/** What is told when the graph does not know the subject any more: the issue's own words. */
export function factsFromIssue(issue: { title: string; subjectName: string }): EntityFacts {
  const type = issue.title.includes('Global Admin') ? 'Global Admin' : issue.title.includes('Admin') ? 'Admin' : null;
  return { username: issue.subjectName, types: type ? [{ type, reasons: [] }] : [], lastLogin: null };
}

/** The facts of an account, from the graph's own view of it. */
export function factsFromAccount(view: AccountView): EntityFacts {
  const facts: EntityFacts = {
    username: view.attributes.login ?? view.attributes.email ?? view.name,
    types: typesOf(view.roles),
    lastLogin: view.attributes.lastLogin,
  };
  const tokens = liveTokens(view);
  return tokens.length > 0 ? { ...facts, unrotatedTokens: tokens } : facts;
}

/** The facts of a person: those of the first account, and every account of theirs that still works. */
export function factsFromAccounts(views: AccountView[], tenantOf: (sourceId: string) => string): EntityFacts | null {
  const [first] = views;
  if (!first) return null;
  const active = views.flatMap((view) => [
    ...(DEAD_ACCOUNTS.has(view.attributes.status) ? [] : [oktaAccount(view, tenantOf(view.sourceId))]),
    ...view.assignments.filter(isLive).map((assignment) => appAccount(view, assignment)),
  ]);
  return { ...factsFromAccount(first), activeAccounts: active.slice(0, MAX_ACTIVE_ACCOUNTS) };
}

/** Reads the subject of an issue from the graph. Null when it is not there. */
export async function entityOf(
  graph: Pick<Graph, 'accountView' | 'node'>,
  subject: { kind: string; id: string },
  tenantOf: (sourceId: string) => string,
): Promise<EntityFacts | null> {
  if (subject.kind !== 'identity') {
    const view = await graph.accountView(subject.id);
    return view && factsFromAccount(view);
  }
  const detail = await graph.node(subject.id, MAX_ACCOUNTS);
  const accounts = (detail?.out ?? []).filter((neighbour) => neighbour.edge.kind === 'HAS_ACCOUNT');
  const views = await Promise.all(accounts.slice(0, MAX_ACCOUNTS).map(({ node }) => graph.accountView(node.id)));
  return factsFromAccounts(
    views.filter((view) => view !== null),
    tenantOf,
  );
}

function typesOf(roles: RoleHolding[]): EntityType[] {
  const reasons = (wanted: RoleHolding[]) =>
    wanted.map((role) => (role.via ? `${role.name} through the group ${role.via.name}` : `${role.name}, directly`));
  const global = roles.filter((role) => role.type === 'SUPER_ADMIN');
  const others = roles.filter((role) => role.type !== 'SUPER_ADMIN');
  return [
    ...(global.length > 0 ? [{ type: 'Global Admin' as const, reasons: reasons(global) }] : []),
    ...(others.length > 0 ? [{ type: 'Admin' as const, reasons: reasons(others) }] : []),
  ];
}

function liveTokens(view: AccountView) {
  const revoked = new Set(view.signals.filter((s) => s.kind === 'api_token_revoked').map((s) => s.ref));
  return view.signals
    .filter((signal) => signal.kind === 'api_token_created' && (signal.ref === null || !revoked.has(signal.ref)))
    .map((signal) => ({ name: signal.ref ?? 'API token', createdAt: signal.at }));
}

function isLive(assignment: AppAssignment): boolean {
  // a bookmark is a link: there is no account behind it
  if (assignment.appStatus !== 'ACTIVE' || assignment.signOnMode === 'BOOKMARK') return false;
  return LIVE_ASSIGNMENTS.has(assignment.status);
}

function oktaAccount(view: AccountView, tenant: string): ActiveAccount {
  return {
    displayName: view.name,
    idInService: view.nativeId,
    identifierInService: view.attributes.login,
    username: view.attributes.login,
    sourceProductName: 'Okta',
    sourceProductTenant: tenant,
    lastLogin: view.attributes.lastLogin,
  };
}

function appAccount(view: AccountView, assignment: AppAssignment): ActiveAccount {
  return {
    displayName: view.name,
    idInService: assignment.externalId,
    identifierInService: assignment.userName,
    username: assignment.userName,
    sourceProductName: assignment.appName,
    sourceProductTenant: null,
    lastLogin: null,
  };
}
