import { z } from 'zod';
import { type GraphEdge, nodeId } from '../../../graph/model.ts';
import type { Mapped } from '../read-object.ts';
import { read } from '../read-object.ts';
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

/**
 * Okta's ids of users. `managerId` is such a one; or a login, as directories map it; or a number of somebody's payroll.
 */
const USER_ID = /^00u[0-9A-Za-z]{1,40}$/;

export function isUserId(id: string): boolean {
  return USER_ID.test(id);
}

/** What a user object calls the domain that checks the password; null where none does. */
export function directoryNameOf(provider: { type: string | null; name: string | null } | null): string | null {
  return provider?.type === 'ACTIVE_DIRECTORY' ? provider.name : null;
}

/** Whether a profile's `managerId` is no id: who has that login is known once all accounts are (`sync/by-name.ts`). */
export function isManagerName(managerId: string | null): managerId is string {
  return managerId !== null && !isUserId(managerId);
}

export interface UserTies {
  id: string;
  managerId: string | null;
  realmId: string | null;
  /** The domain that checks the password, as the user object names it. */
  domainName: string | null;
}

/**
 * Who manages the user, and the realm that holds it. A manager told by login, and the domain that the password is
 * checked by, are named in ways of their own: `sync/by-name.ts` finds what is meant, and ends what was.
 */
export function userTies(sourceId: string, user: UserTies): { edges: GraphEdge[]; owns: Owned[] } {
  const account = nodeId('account', sourceId, user.id);
  const edges: GraphEdge[] = [];
  const owns: Owned[] = [];
  if (!isManagerName(user.managerId)) {
    owns.push({ kind: 'MANAGER_OF', end: 'to', at: account });
    if (user.managerId !== null && user.managerId !== user.id) {
      edges.push(edgeOf(nodeId('account', sourceId, user.managerId), 'MANAGER_OF', account));
    }
  }
  if (user.domainName === null) owns.push({ kind: 'PASSWORD_SYNC', end: 'to', at: account });
  if (user.realmId !== null) {
    // a user that is in a realm stays in one: without one, there is nothing to end
    edges.push(edgeOf(nodeId('realm', sourceId, user.realmId), 'REALM_CONTAINS', account));
    owns.push({ kind: 'REALM_CONTAINS', end: 'to', at: account });
  }
  return { edges, owns };
}
