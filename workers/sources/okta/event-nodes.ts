import { type AccountAttributes, type GraphNode, nodeId } from '../../graph/model.ts';
import type { EventParty } from '../../inbox/event.ts';

/** Status of an account that only an event has named so far. */
const UNREAD_STATUS = 'UNKNOWN';

function nameOf(party: EventParty): string {
  return party.name ?? party.alternateId ?? party.id;
}

export function groupNode(sourceId: string, group: EventParty): GraphNode {
  const id = nodeId('group', sourceId, group.id);
  return { id, kind: 'group', sourceId, nativeId: group.id, name: nameOf(group), attributes: { stub: true } };
}

export function appNode(sourceId: string, app: EventParty): GraphNode {
  const id = nodeId('app', sourceId, app.id);
  return { id, kind: 'app', sourceId, nativeId: app.id, name: nameOf(app), attributes: { stub: true } };
}

/** The account as far as an event knows it, and the identity that has it. A refresh brings the rest. */
export function accountNodes(
  sourceId: string,
  user: EventParty,
  status: string | undefined,
): { account: GraphNode; identity: GraphNode } {
  const attributes: AccountAttributes = {
    status: status ?? UNREAD_STATUS,
    login: user.alternateId,
    email: null,
    created: null,
    activated: null,
    statusChanged: null,
    lastLogin: null,
    passwordChanged: null,
    hasPassword: false,
    provider: null,
    department: null,
    title: null,
    managerId: null,
    userType: null,
    employeeNumber: null,
    stub: true,
  };
  const id = nodeId('account', sourceId, user.id);
  const base = { sourceId, nativeId: user.id, name: nameOf(user) };
  return {
    account: { id, kind: 'account', ...base, attributes: { ...attributes } },
    identity: {
      id: nodeId('identity', sourceId, user.id),
      kind: 'identity',
      ...base,
      attributes: { accountId: id },
    },
  };
}
