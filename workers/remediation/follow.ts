import { graphOf } from '../graph/directory.ts';
import { nodeId } from '../graph/model.ts';
import type { InventoryNeed } from '../graph/port.ts';
import type { GraphChange, GraphDelta } from '../graph/writes.ts';
import { settleVerdicts } from '../issues/settle.ts';
import type { Deps } from '../platform/deps.ts';
import { startRefresh } from '../sync/start.ts';
import type { Plan, Ref, RemediationRequest } from './plan.types.ts';

/** Members of a group that lost an app who are read anew at once; the rest are by the next sync. */
export const MAX_MEMBERS_READ = 500;

export interface Followed {
  users: string[];
  groups: string[];
  apps: string[];
  /** Parts that are read as a whole. */
  inventory: InventoryNeed[];
  delta: GraphDelta;
}

/**
 * Lets graph and issues follow what was changed in Okta: what a scoped refresh can read is read, and what it cannot is
 * told to the graph. Doing it again changes nothing. `made`: whether every call is known to be made; where it is not, all
 * is read and nothing is told.
 */
export async function followUp(
  deps: Deps,
  row: { tenantId: string; id: string; confirmedAt: number | null },
  request: RemediationRequest,
  plan: Plan,
  made: boolean,
): Promise<void> {
  const { tenantId } = row;
  const at = deps.clock.now();
  const { users, groups, apps, inventory, delta } = made
    ? whatFollows(row.id, at, request, plan)
    : whatToRead(row.id, at, request, plan);
  const members =
    request.action === 'unassign_app' && plan.subject.kind === 'group'
      ? await membersOf(deps, tenantId, plan.subject)
      : [];
  if (delta.changes.length + delta.signals.length > 0) {
    await graphOf(deps, tenantId).applyDelta(delta);
    await settleVerdicts(deps, tenantId);
  }
  await startRefresh(deps, tenantId, plan.source.id, { users: [...users, ...members], groups, apps, inventory });
}

/** What shows whether it was done, where nobody knows. */
function whatToRead(id: string, at: number, request: RemediationRequest, plan: Plan): Followed {
  const { subject, object } = plan;
  const followed = { ...whatFollows(id, at, request, plan), delta: { changes: [], signals: [] } };
  if (request.action === 'unassign_app' && subject.kind === 'group' && object) followed.apps.push(object.nativeId);
  if (request.action === 'remove_role' && subject.kind === 'app') followed.inventory.push('clientRoles');
  if (request.action === 'revoke_grant' && subject.kind === 'account') followed.inventory.push('consents');
  if (request.action === 'revoke_api_token') followed.inventory.push('apiTokens');
  return followed;
}

export function whatFollows(id: string, at: number, request: RemediationRequest, plan: Plan): Followed {
  const { subject, object, source, ownerId } = plan;
  const by = { kind: 'sync' as const, id };
  const followed: Followed = { users: [], groups: [], apps: [], inventory: [], delta: { changes: [], signals: [] } };
  const ends = (kind: 'ASSIGNED_TO' | 'HOLDS_ROLE' | 'CONSENTED'): GraphChange[] =>
    object ? [{ op: 'removeEdge', from: subject.id, to: object.id, kind, at, by }] : [];
  if (subject.kind === 'account' && request.action !== 'revoke_sessions') followed.users.push(subject.nativeId);
  switch (request.action) {
    case 'unassign_app':
      if (subject.kind === 'group') followed.delta.changes.push(...ends('ASSIGNED_TO'));
      break;
    case 'remove_role':
      if (subject.kind === 'group') followed.groups.push(subject.nativeId);
      if (subject.kind === 'app') followed.delta.changes.push(...ends('HOLDS_ROLE'));
      break;
    case 'revoke_grant':
      if (subject.kind === 'account') followed.delta.changes.push(...ends('CONSENTED'));
      else followed.apps.push(subject.nativeId);
      break;
    case 'revoke_api_token':
      followed.delta.changes.push({ op: 'removeNode', nodeId: subject.id, at, by });
      if (ownerId !== null) {
        const accountId = nodeId('account', source.id, ownerId);
        followed.delta.signals.push({ accountId, kind: 'api_token_revoked', at, eventId: id, ref: subject.nativeId });
      }
      break;
    default:
      break;
  }
  return followed;
}

async function membersOf(deps: Deps, tenantId: string, group: Ref): Promise<string[]> {
  const found = await graphOf(deps, tenantId).node(group.id, MAX_MEMBERS_READ);
  const members = (found?.in ?? []).filter(({ edge }) => edge.kind === 'MEMBER_OF');
  return members.map(({ node }) => node.nativeId).slice(0, MAX_MEMBERS_READ);
}
