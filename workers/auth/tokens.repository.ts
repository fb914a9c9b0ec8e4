import { and, desc, eq, isNull, lte, or, sql } from 'drizzle-orm';
import { tenants, tokens } from '../../db/control/schema.ts';
import { HOUR, type Millis } from '../platform/clock.ts';
import { randomSecret, sha256Hex } from '../platform/crypto.ts';
import type { Deps } from '../platform/deps.ts';
import { decodeCursor, type Page, toPage } from '../platform/pagination.ts';
import type { Principal, Role } from './principal.ts';

export const TOKEN_PREFIX = 'pat';
/** How exact "last used" is: one written row an hour of use, not one a request. */
export const LAST_USED_PRECISION = HOUR;

export type TokenRow = typeof tokens.$inferSelect;

/** Makes an API token. The secret is returned once; its hash is what stays. */
export async function createToken(
  deps: Pick<Deps, 'control' | 'clock' | 'ids'>,
  tenantId: string,
  by: Principal,
  input: { name: string; role: Role; expiresAt: Millis | null },
): Promise<{ row: TokenRow; token: string }> {
  const token = randomSecret(TOKEN_PREFIX);
  const row: TokenRow = {
    tenantId,
    id: deps.ids.next('tok'),
    name: input.name,
    hash: sha256Hex(token),
    role: input.role,
    createdBy: by.id,
    createdAt: deps.clock.now(),
    expiresAt: input.expiresAt,
    lastUsedAt: null,
    revokedAt: null,
  };
  await deps.control.insert(tokens).values(row);
  return { row, token };
}

/** The token presented and the state of its tenant; undefined when it is unknown, revoked or expired. */
export async function findToken(deps: Pick<Deps, 'control' | 'clock'>, presented: string) {
  const found = await deps.control
    .select({ token: tokens, tenantStatus: tenants.status })
    .from(tokens)
    .leftJoin(tenants, eq(tenants.id, tokens.tenantId))
    .where(and(eq(tokens.hash, sha256Hex(presented)), isNull(tokens.revokedAt)))
    .get();
  const expiresAt = found?.token.expiresAt ?? null;
  return expiresAt !== null && expiresAt <= deps.clock.now() ? undefined : found;
}

/** Notes the use of a token, at most once in LAST_USED_PRECISION. */
export async function noteTokenUse(deps: Pick<Deps, 'control' | 'clock'>, row: TokenRow): Promise<void> {
  const now = deps.clock.now();
  const stale = now - LAST_USED_PRECISION;
  if (row.lastUsedAt !== null && row.lastUsedAt > stale) return;
  await deps.control
    .update(tokens)
    .set({ lastUsedAt: now })
    .where(and(byId(row.tenantId, row.id), or(isNull(tokens.lastUsedAt), lte(tokens.lastUsedAt, stale))));
}

/** Tokens of a tenant, newest first, revoked and expired ones included. */
export async function listTokens(
  deps: Pick<Deps, 'control'>,
  tenantId: string,
  query: { limit: number; cursor?: string | undefined },
): Promise<Page<TokenRow>> {
  const key = query.cursor ? decodeCursor(query.cursor, 2) : null;
  const rows = await deps.control
    .select()
    .from(tokens)
    .where(
      and(
        eq(tokens.tenantId, tenantId),
        key ? sql`(${tokens.createdAt}, ${tokens.id}) < (${Number(key[0])}, ${String(key[1])})` : undefined,
      ),
    )
    .orderBy(desc(tokens.createdAt), desc(tokens.id))
    .limit(query.limit + 1);
  return toPage(rows, query.limit, (row) => [row.createdAt, row.id]);
}

/** `revoked`: whether this call did it; undefined when there is no such token. */
export async function revokeToken(
  deps: Pick<Deps, 'control' | 'clock'>,
  tenantId: string,
  id: string,
): Promise<{ revoked: boolean; name: string } | undefined> {
  const row = await deps.control.select().from(tokens).where(byId(tenantId, id)).get();
  if (!row) return undefined;
  const done = await deps.control
    .update(tokens)
    .set({ revokedAt: deps.clock.now() })
    .where(and(byId(tenantId, id), isNull(tokens.revokedAt)))
    .returning({ id: tokens.id });
  return { revoked: done.length > 0, name: row.name };
}

const byId = (tenantId: string, id: string) => and(eq(tokens.tenantId, tenantId), eq(tokens.id, id));
