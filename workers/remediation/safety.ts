import type { Principal } from '../auth/principal.ts';
import { findUser } from '../auth/users.repository.ts';
import type { TenantGraph } from '../graph/directory.ts';
import type { Deps } from '../platform/deps.ts';
import { type Checked, refusal } from './check.types.ts';
import { clientIdOf } from './check-role.ts';
import { assigneeOf, type LiveRole, liveRole, liveUser, type Reader, readOne, readRows, seg } from './okta-reads.ts';
import type { OwnCredential } from './own-credential.ts';
import type { Refusal } from './plan.types.ts';
import type { Target } from './target.ts';

/** Other super admins that are looked at in Okta until one is found who stays. */
export const MAX_SUPER_ADMINS_READ = 20;

/** Accounts for the day when nothing else works, by how they or their groups are named, unless a person said what they are. */
const BREAK_GLASS = /break[\s._-]?glass|emergency[\s._-]?(?:access|admin|account)|\bfire[\s._-]?call/i;

interface SafetyContext {
  deps: Pick<Deps, 'control'>;
  tenantId: string;
  by: Principal;
  okta: Reader;
  graph: Pick<TenantGraph, 'list'>;
  own: OwnCredential;
}

/** What Postern does not do, although Okta would: locking oneself, itself or everybody out. */
export async function checkSafety(context: SafetyContext, target: Target, checked: Checked): Promise<Refusal[]> {
  const refusals: Refusal[] = [];
  const { account } = target;
  if (account && (await isOwnAccount(context, target))) {
    refusals.push(refusal('own_account', 'This is your own account: let somebody else do it.'));
  }
  if (isOwnCredential(context.own, target, checked)) {
    const text = 'Postern reads this org with it: connect the source with another credential first.';
    refusals.push(refusal('own_credential', text));
  }
  if (account && isBreakGlass(target)) {
    const text = `${account.name} looks like a break-glass account, for the day when nothing else works. Change it in Okta, if it has to be.`;
    refusals.push(refusal('break_glass', text));
  }
  if (endsSuperAdmin(target) && !(await superAdminStays(context, target))) {
    const text = 'No other active super admin was found in Okta: the org could not be managed any more.';
    refusals.push(refusal('last_super_admin', text));
  }
  return refusals;
}

async function isOwnAccount({ deps, tenantId, by }: SafetyContext, { account }: Target): Promise<boolean> {
  if (by.kind !== 'user' || !account) return false;
  const email = (await findUser(deps, tenantId, by.id))?.email.toLowerCase();
  if (email === undefined) return false;
  const names = [account.view.attributes.login, account.view.attributes.email];
  return names.some((name) => name?.toLowerCase() === email);
}

function isOwnCredential(own: OwnCredential, { account, app, request }: Target, checked: Checked): boolean {
  if (own.userId !== null && (account?.nativeId === own.userId || checked.ownerId === own.userId)) return true;
  if (own.clientId === null || !app || (request.action !== 'remove_role' && request.action !== 'revoke_grant'))
    return false;
  return !account && (app.nativeId === own.clientId || clientIdOf(app) === own.clientId);
}

function isBreakGlass({ account }: Target): boolean {
  if (!account) return false;
  if (account.is.kind === 'break_glass') return true;
  if (account.is.setBy !== null) return false;
  return [account.name, account.login ?? '', ...account.groupNames].some((name) => BREAK_GLASS.test(name));
}

function endsSuperAdmin({ request, account, group, role }: Target): boolean {
  switch (request.action) {
    case 'suspend':
      return account?.view.tier === 'global_admin';
    case 'remove_role':
      return role?.nativeId === 'SUPER_ADMIN' && (account !== null || group !== null);
    case 'remove_from_group':
      return (account?.view.roles ?? []).some(({ type, via }) => type === 'SUPER_ADMIN' && via?.id === group?.id);
    default:
      return false;
  }
}

/** Whether Okta itself says of one of the super admins that the graph knows that it will still be one. */
async function superAdminStays({ okta, graph }: SafetyContext, target: Target): Promise<boolean> {
  const known = await graph.list({
    kind: 'account',
    sourceId: target.source.id,
    tier: 'global_admin',
    status: 'ACTIVE',
    limit: MAX_SUPER_ADMINS_READ,
  });
  for (const admin of known.data) {
    const itself = admin.id === target.account?.id;
    if (itself && target.request.action === 'suspend') continue;
    const path = `/api/v1/users/${seg(admin.nativeId)}`;
    const user = await readOne(okta, path, liveUser);
    if (user?.status !== 'ACTIVE') continue;
    const { rows } = await readRows(okta, `${path}/roles`, liveRole);
    const held = rows.filter(({ type, status }) => type === 'SUPER_ADMIN' && status !== 'INACTIVE');
    if (held.some((role) => survives(role, itself, target))) return true;
  }
  return false;
}

/** Whether a holding of the role is still there afterwards. One through a group that is not named does not count. */
function survives(role: LiveRole, itself: boolean, { request, group, account }: Target): boolean {
  const inherited = role.assignmentType === 'GROUP';
  if (request.action === 'remove_role' && account) return itself ? inherited : true;
  if (request.action === 'suspend' || !inherited) return true;
  if (request.action === 'remove_from_group' && !itself) return true;
  const through = assigneeOf(role);
  return through !== null && through !== group?.nativeId;
}
