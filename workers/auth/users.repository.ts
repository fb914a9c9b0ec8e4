import { and, asc, eq, gt, isNotNull, ne, or, type SQL, sql } from 'drizzle-orm';
import { OPERATOR_TENANT, users } from '../../db/control/schema.ts';
import type { Deps } from '../platform/deps.ts';
import { decodeCursor, type Page, toPage } from '../platform/pagination.ts';
import { emailTaken, lastAdmin } from './auth.errors.ts';
import { grantable, type Principal, type Role } from './principal.ts';
import { endUserSessions } from './sessions.repository.ts';

export type UserRow = typeof users.$inferSelect;
export type NewUserRow = typeof users.$inferInsert;
export type UserPatch = Partial<
  Pick<UserRow, 'name' | 'role' | 'sourceIds' | 'extraPermissions' | 'passwordHash' | 'disabledAt'>
>;

type Store = Pick<Deps, 'control'>;

/** Who a user is to the API: their role, their sources, and what was granted on top. */
export function principalOf({ id, name, role, sourceIds, extraPermissions }: UserRow): Principal {
  const extra = grantable(role).filter((permission) => extraPermissions?.includes(permission));
  return { kind: 'user', id, name, role, sourceIds, ...(extra.length > 0 && { extra }) };
}

/** Of any tenant: the log-in form asks for no tenant, and an address belongs to one user of the deployment. */
export function findUserByEmail({ control }: Store, email: string): Promise<UserRow | undefined> {
  return control.select().from(users).where(eq(users.email, email)).get();
}

export function findUser({ control }: Store, tenantId: string, id: string): Promise<UserRow | undefined> {
  return control.select().from(users).where(byId(tenantId, id)).get();
}

/** Users of a tenant by e-mail address. */
export async function listUsers(
  { control }: Store,
  tenantId: string,
  query: { limit: number; cursor?: string | undefined },
): Promise<Page<UserRow>> {
  const after = query.cursor ? String(decodeCursor(query.cursor, 1)[0]) : undefined;
  const rows = await control
    .select()
    .from(users)
    .where(and(eq(users.tenantId, tenantId), after === undefined ? undefined : gt(users.email, after)))
    .orderBy(asc(users.email))
    .limit(query.limit + 1);
  return toPage(rows, query.limit, (row) => [row.email]);
}

/** Throws `user.email_taken`. */
export async function insertUser({ control }: Store, row: NewUserRow): Promise<UserRow> {
  const [made] = await control.insert(users).values(row).onConflictDoNothing({ target: users.email }).returning();
  if (!made) throw emailTaken();
  return made;
}

/** The role without which nobody could manage the tenant. */
export const adminRole = (tenantId: string): Role => (tenantId === OPERATOR_TENANT ? 'operator' : 'super_admin');

/**
 * Changes a user; `endSessions` in the same transaction. Undefined when there is no such user. Throws
 * `user.last_super_admin` when nobody who can manage the tenant would be left.
 */
export async function updateUser(
  { control }: Store,
  tenantId: string,
  id: string,
  patch: UserPatch,
  endSessions: boolean,
): Promise<UserRow | undefined> {
  const losesAdmin =
    (patch.role ?? adminRole(tenantId)) !== adminRole(tenantId) || typeof patch.disabledAt === 'number';
  const allowed = losesAdmin ? anotherAdminStays(tenantId, id) : undefined;
  const change = control
    .update(users)
    .set(patch)
    .where(and(byId(tenantId, id), allowed))
    .returning();
  const [changed] = endSessions
    ? (await control.batch([change, endUserSessions(control, tenantId, id)]))[0]
    : await change;
  if (changed) return changed;
  if (await findUser({ control }, tenantId, id)) throw lastAdmin();
  return undefined;
}

/** Removes a user and its sessions. False when there is no such user. Throws `user.last_super_admin`. */
export async function deleteUser({ control }: Store, tenantId: string, id: string): Promise<boolean> {
  const [removed] = await control
    .delete(users)
    .where(and(byId(tenantId, id), anotherAdminStays(tenantId, id)))
    .returning({ id: users.id });
  if (removed) {
    // A session without its user opens nothing, so this may come second.
    await endUserSessions(control, tenantId, id);
    return true;
  }
  if (await findUser({ control }, tenantId, id)) throw lastAdmin();
  return false;
}

const byId = (tenantId: string, id: string) => and(eq(users.tenantId, tenantId), eq(users.id, id));

/** Part of the statement itself, so that two admins who remove each other at once cannot both succeed. */
function anotherAdminStays(tenantId: string, id: string): SQL | undefined {
  const admin = adminRole(tenantId);
  const others = sql`EXISTS (SELECT 1 FROM users AS other WHERE other.tenant_id = ${tenantId} AND other.id <> ${id}
    AND other.role = ${admin} AND other.disabled_at IS NULL)`;
  return or(ne(users.role, admin), isNotNull(users.disabledAt), others);
}
