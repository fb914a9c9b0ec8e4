import { OPERATOR_TENANT, tenants, users } from '../../db/control/schema.ts';
import type { Deps } from '../platform/deps.ts';
import { notFound } from '../platform/errors.ts';
import { DEFAULT_RETENTION } from '../settings/retention.repository.ts';
import { type AuditEntry, audit } from './audit.ts';
import { emailTaken } from './auth.errors.ts';
import { checkNewPassword, hashPassword } from './passwords.ts';
import type { Principal } from './principal.ts';
import { closeTenant, findTenant, isOver, type TenantRow, updateTenant } from './tenants.repository.ts';
import { findUserByEmail, type NewUserRow } from './users.repository.ts';

/** Shards that a tenant's graph may be spread over. */
export const MAX_GRAPH_SHARDS = 64;

type TenantDeps = Pick<Deps, 'control' | 'evidence' | 'clock' | 'ids'>;

export interface NewTenant {
  name: string;
  /** GraphShards to spread identities over; changed by a move later. */
  graphShards?: number | undefined;
  superAdmin?: { email: string; name: string; password: string } | undefined;
}

/**
 * Makes a tenant and, if named, its first super admin: both or neither. Throws `user.email_taken`, `password.refused`.
 */
export async function createTenant(
  deps: TenantDeps,
  by: Principal,
  input: NewTenant,
): Promise<{ tenant: TenantRow; superAdmin: NewUserRow | null }> {
  const now = deps.clock.now();
  const tenant: TenantRow = {
    id: deps.ids.next('tnt'),
    name: input.name,
    status: 'active',
    graphShards: input.graphShards ?? 1,
    graphGeneration: 0,
    ...DEFAULT_RETENTION,
    createdAt: now,
    deletedAt: null,
  };
  const superAdmin = input.superAdmin ? await firstAdmin(deps, tenant.id, input.superAdmin) : null;
  const insert = deps.control.insert(tenants).values(tenant);
  if (superAdmin) {
    try {
      await deps.control.batch([insert, deps.control.insert(users).values(superAdmin)]);
    } catch (error) {
      // Somebody took the address since we looked: the transaction left nothing behind.
      throw (await findUserByEmail(deps, superAdmin.email)) ? emailTaken() : error;
    }
  } else {
    await insert;
  }
  await auditBoth(deps, tenant.id, by, { action: 'tenant.create', detail: { name: tenant.name } });
  return { tenant, superAdmin };
}

async function firstAdmin(
  deps: TenantDeps,
  tenantId: string,
  input: { email: string; name: string; password: string },
): Promise<NewUserRow> {
  const email = input.email.trim().toLowerCase();
  checkNewPassword(input.password, email);
  if (await findUserByEmail(deps, email)) throw emailTaken();
  return {
    tenantId,
    id: deps.ids.next('usr'),
    email,
    name: input.name,
    role: 'super_admin',
    sourceIds: null,
    passwordHash: await hashPassword(input.password),
    createdAt: deps.clock.now(),
  };
}

/** Renames, suspends or resumes a tenant. Throws `not_found`. Writes nothing when nothing changes. */
export async function changeTenant(
  deps: TenantDeps,
  by: Principal,
  id: string,
  input: { name?: string | undefined; status?: TenantRow['status'] | undefined },
): Promise<TenantRow> {
  const before = await findTenant(deps, id);
  if (!before || isOver(before, deps.clock.now())) throw notFound();
  const patch = {
    ...(input.name !== undefined && input.name !== before.name && { name: input.name }),
    ...(input.status !== undefined && input.status !== before.status && { status: input.status }),
  };
  if (Object.keys(patch).length === 0) return before;
  // logged first: what is done can be asked for again, a line that a crash took cannot
  await auditBoth(deps, id, by, { action: 'tenant.update', detail: patch });
  const after = await updateTenant(deps, id, patch);
  if (!after) throw notFound();
  return after;
}

/**
 * Deletes a tenant softly: it is suspended unless an operator resumes it, and its tokens, sessions and ingest secrets are
 * gone either way. The rest stays for as long as its events do, and then goes (`erase-tenants.ts`). Throws `not_found`.
 */
export async function removeTenant(deps: TenantDeps, by: Principal, id: string): Promise<void> {
  const before = await findTenant(deps, id);
  if (!before) throw notFound();
  await auditBoth(deps, id, by, { action: 'tenant.delete', detail: { name: before.name } });
  await closeTenant(deps, id, deps.clock.now());
}

/** What an operator does to a tenant stands in both logs: its super admins may see it, and so may other operators. */
export async function auditBoth(
  deps: Pick<TenantDeps, 'evidence' | 'clock' | 'ids'>,
  id: string,
  by: Principal,
  entry: AuditEntry,
): Promise<void> {
  const full = { ...entry, targetKind: 'tenant', targetId: id };
  await audit(deps, OPERATOR_TENANT, by, full);
  await audit(deps, id, by, full);
}
