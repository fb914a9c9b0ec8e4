/** Who is asking. Made by the authentication middleware, read by everything behind it. */
export type Role = 'operator' | 'super_admin' | 'issue_responder' | 'source_admin' | 'viewer';

export interface Principal {
  kind: 'user' | 'token' | 'system';
  /** `usr_…`, `tok_…`, or `postern`. */
  id: string;
  name: string;
  role: Role;
  /** Sources an issue responder sees and may work on; null means all. */
  sourceIds: string[] | null;
  /** What this person may do beyond the role, of what the role can be granted; absent means nothing. */
  extra?: readonly Permission[];
  /** Address the request came from, where the edge names it. Kept in the audit log only. */
  ip?: string | null;
}

export const POSTERN: Principal = {
  kind: 'system',
  id: 'postern',
  name: 'Postern',
  role: 'super_admin',
  sourceIds: null,
};

/** What a route asks for. A role holds a fixed set of these. */
export type Permission =
  | 'read' // everything but raw payloads
  | 'raw:read' // dead letters and event bodies unmasked
  | 'issues:work' // dismiss, reopen, assign, send
  | 'sources:manage' // sources, syncs, dead letters, integrations, automations
  | 'remediate' // change a source: suspend, remove from a group, revoke
  | 'tenant:manage' // users, tokens, settings
  | 'operate'; // tenants

const GRANTS: Record<Role, readonly Permission[]> = {
  operator: ['read', 'raw:read', 'issues:work', 'sources:manage', 'remediate', 'tenant:manage', 'operate'],
  super_admin: ['read', 'raw:read', 'issues:work', 'sources:manage', 'remediate', 'tenant:manage'],
  issue_responder: ['read', 'raw:read', 'issues:work'],
  source_admin: ['read', 'raw:read', 'sources:manage'],
  viewer: ['read'],
};

export function can(role: Role, permission: Permission): boolean {
  return GRANTS[role].includes(permission);
}

/** What single users of a role can be granted on top of it. API tokens never: they have their role alone. */
const GRANTABLE: Partial<Record<Role, readonly Permission[]>> = { issue_responder: ['remediate'] };

/** What can be granted to a user of this role beyond what the role holds. */
export function grantable(role: Role): readonly Permission[] {
  return GRANTABLE[role] ?? [];
}

/** What somebody may do, in the order of `Permission` and then what was granted on top. */
export function permissionsOf({ role, extra = [] }: Pick<Principal, 'role' | 'extra'>): readonly Permission[] {
  return [...GRANTS[role], ...grantable(role).filter((permission) => extra.includes(permission))];
}

/** True when the role, or a grant to this person, holds it. */
export function holds(principal: Pick<Principal, 'role' | 'extra'>, permission: Permission): boolean {
  return permissionsOf(principal).includes(permission);
}

/** True when somebody sees what is of this source. */
export function seesSource({ sourceIds }: Pick<Principal, 'sourceIds'>, sourceId: string): boolean {
  return sourceIds === null || sourceIds.includes(sourceId);
}

/** True when `holder` may hand out `role`: it holds every permission of it. */
export function mayGrant(holder: Role, role: Role): boolean {
  return GRANTS[role].every((permission) => can(holder, permission));
}
