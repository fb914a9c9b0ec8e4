import { z } from 'zod';
import { type GraphEdge, nodeId } from '../../../graph/model.ts';
import type { Mapped } from '../read-object.ts';
import { read } from '../read-object.ts';
import { externalId } from './externals.ts';
import { edgeOf, flag, idField, nodeOf, type Owned, type Thing, text } from './thing.ts';

const userTypeSchema = z.object({ id: idField, name: text, displayName: text, default: flag });

export function mapUserType(sourceId: string, raw: unknown): Mapped<Thing> {
  return read(userTypeSchema, raw, (type) => ({
    id: type.id,
    nodes: [
      nodeOf('user_type', sourceId, type.id, type.displayName ?? type.name, {
        name: type.name,
        default: type.default ?? false,
      }),
    ],
    edges: [],
    owns: [],
  }));
}

/** Okta's ids of users: `managerId` is such a one, or a number of somebody's payroll. */
const USER_ID = /^00u[0-9A-Za-z]{1,40}$/;

export interface UserTies {
  id: string;
  managerId: string | null;
  realmId: string | null;
  provider: { type: string | null; name: string | null } | null;
}

/**
 * Who manages the user, the realm that holds it, and the directory that its password is checked by: with delegated
 * authentication whoever rules the directory signs in as the user (OktaHound: PasswordSync).
 */
export function userTies(sourceId: string, user: UserTies): { edges: GraphEdge[]; owns: Owned[] } {
  const account = nodeId('account', sourceId, user.id);
  const edges: GraphEdge[] = [];
  const owns: Owned[] = [
    { kind: 'MANAGER_OF', end: 'to', at: account },
    { kind: 'PASSWORD_SYNC', end: 'to', at: account },
  ];
  if (user.managerId !== null && user.managerId !== user.id && USER_ID.test(user.managerId)) {
    edges.push(edgeOf(nodeId('account', sourceId, user.managerId), 'MANAGER_OF', account));
  }
  if (user.realmId !== null) {
    // a user that is in a realm stays in one: without one, there is nothing to end
    edges.push(edgeOf(nodeId('realm', sourceId, user.realmId), 'REALM_CONTAINS', account));
    owns.push({ kind: 'REALM_CONTAINS', end: 'to', at: account });
  }
  if (user.provider?.type === 'ACTIVE_DIRECTORY' && user.provider.name !== null) {
    const domain = externalId('ADDomain', user.provider.name);
    edges.push(edgeOf(nodeId('external', sourceId, domain), 'PASSWORD_SYNC', account));
  }
  return { edges, owns };
}
