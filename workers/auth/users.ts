import { OPERATOR_TENANT } from '../../db/control/schema.ts';
import type { Deps } from '../platform/deps.ts';
import { invalidRequest, notFound } from '../platform/errors.ts';
import { listSources } from '../sources/sources.repository.ts';
import { audit } from './audit.ts';
import { roleNotAllowed } from './auth.errors.ts';
import { checkNewPassword, hashPassword } from './passwords.ts';
import { grantable, mayGrant, type Permission, type Principal, type Role } from './principal.ts';
import { deleteUser, findUser, insertUser, type UserPatch, type UserRow, updateUser } from './users.repository.ts';

type UserDeps = Pick<Deps, 'control' | 'evidence' | 'clock' | 'ids'>;

export interface UserChange {
  name?: string | undefined;
  role?: Role | undefined;
  sourceIds?: string[] | null | undefined;
  /** What the user may do beyond the role; replaces what was granted before. */
  extraPermissions?: Permission[] | undefined;
  password?: string | undefined;
  disabled?: boolean | undefined;
}

/** Throws `role.not_allowed` for a role above the giver's, and for one that does not belong in this tenant. */
export function checkRole(tenantId: string, by: Principal, role: Role): void {
  if (!mayGrant(by.role, role)) throw roleNotAllowed({ detail: `Your role (${by.role}) cannot give "${role}".` });
  if ((role === 'operator') !== (tenantId === OPERATOR_TENANT)) {
    throw roleNotAllowed({
      detail:
        role === 'operator'
          ? `Operators belong to no tenant: make them with X-Postern-Tenant: ${OPERATOR_TENANT}.`
          : 'Here there are operators only: name a tenant in X-Postern-Tenant.',
    });
  }
}

/** Throws `user.email_taken`, `password.refused`, `role.not_allowed`, `invalid_request`. */
export async function createUser(
  deps: UserDeps,
  tenantId: string,
  by: Principal,
  input: { email: string; name: string; role: Role; password: string; sourceIds: string[] | null },
): Promise<UserRow> {
  checkRole(tenantId, by, input.role);
  checkNewPassword(input.password, input.email);
  await checkSources(deps, tenantId, input.role, input.sourceIds);
  const row = await insertUser(deps, {
    tenantId,
    id: deps.ids.next('usr'),
    email: input.email,
    name: input.name,
    role: input.role,
    sourceIds: input.sourceIds,
    passwordHash: await hashPassword(input.password),
    createdAt: deps.clock.now(),
  });
  await audit(deps, tenantId, by, {
    action: 'user.create',
    targetKind: 'user',
    targetId: row.id,
    detail: { role: row.role, sourceIds: row.sourceIds },
  });
  return row;
}

/**
 * Changes a user. A new password or a disabled user ends its sessions. Throws `not_found`, `user.last_super_admin`,
 * `role.not_allowed`, `password.refused`, `invalid_request`. Writes nothing when nothing changes.
 */
export async function changeUser(
  deps: UserDeps,
  tenantId: string,
  by: Principal,
  id: string,
  input: UserChange,
): Promise<UserRow> {
  const before = await findUser(deps, tenantId, id);
  if (!before) throw notFound();
  if (input.role !== undefined) checkRole(tenantId, by, input.role);
  const patch = await patchOf(deps, before, input);
  const changed = Object.keys(patch);
  if (changed.length === 0) return before;
  const endSessions = patch.passwordHash !== undefined || typeof patch.disabledAt === 'number';
  const after = await updateUser(deps, tenantId, id, patch, endSessions);
  if (!after) throw notFound();
  const { passwordHash, ...visible } = patch;
  await audit(deps, tenantId, by, {
    action: 'user.update',
    targetKind: 'user',
    targetId: id,
    detail: { ...visible, ...(passwordHash !== undefined && { password: 'changed' }) },
  });
  return after;
}

async function patchOf(deps: UserDeps, before: UserRow, input: UserChange): Promise<UserPatch> {
  const patch: UserPatch = {};
  if (input.name !== undefined && input.name !== before.name) patch.name = input.name;
  if (input.role !== undefined && input.role !== before.role) patch.role = input.role;
  const role = input.role ?? before.role;
  // A limit to some sources ends with the role it belongs to.
  const kept = role === 'issue_responder' ? before.sourceIds : null;
  const sourceIds = input.sourceIds === undefined ? kept : input.sourceIds;
  if (input.sourceIds) await checkSources(deps, before.tenantId, role, input.sourceIds);
  if (JSON.stringify(sourceIds) !== JSON.stringify(before.sourceIds)) patch.sourceIds = sourceIds;
  // So does what was granted on top of it.
  const granted = before.extraPermissions?.filter((permission) => grantable(role).some((one) => one === permission));
  const extra = input.extraPermissions === undefined ? (granted ?? []) : checkExtra(role, input.extraPermissions);
  if (JSON.stringify(extra) !== JSON.stringify(before.extraPermissions ?? [])) {
    patch.extraPermissions = extra.length === 0 ? null : extra;
  }
  if (input.disabled !== undefined && input.disabled !== (before.disabledAt !== null)) {
    patch.disabledAt = input.disabled ? deps.clock.now() : null;
  }
  if (input.password !== undefined) {
    checkNewPassword(input.password, before.email);
    patch.passwordHash = await hashPassword(input.password);
  }
  return patch;
}

function checkExtra(role: Role, wanted: Permission[]): Permission[] {
  const refused = wanted.filter((permission) => !grantable(role).includes(permission));
  if (refused.length > 0) {
    throw invalidRequest({ detail: `extraPermissions: a user with the role ${role} cannot be granted ${refused[0]}.` });
  }
  return [...new Set(wanted)].sort();
}

/** Removes a user and its sessions; the audit log keeps what it did. Throws `not_found`, `user.last_super_admin`. */
export async function removeUser(deps: UserDeps, tenantId: string, by: Principal, id: string): Promise<void> {
  if (!(await deleteUser(deps, tenantId, id))) throw notFound();
  await audit(deps, tenantId, by, { action: 'user.delete', targetKind: 'user', targetId: id });
}

async function checkSources(deps: UserDeps, tenantId: string, role: Role, sourceIds: string[] | null): Promise<void> {
  if (sourceIds === null) return;
  if (role !== 'issue_responder') {
    throw invalidRequest({ detail: 'sourceIds: only an issue responder can be limited to some sources.' });
  }
  // Sources of other tenants are just not there.
  const known = new Set((await listSources(deps, tenantId)).map((source) => source.id));
  const unknown = sourceIds.filter((id) => !known.has(id));
  if (unknown.length > 0) throw invalidRequest({ detail: `sourceIds: no such source: ${unknown.join(', ')}.` });
}
