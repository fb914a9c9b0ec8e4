import type { MiddlewareHandler } from 'hono';
import { OPERATOR_TENANT } from '../../db/control/schema.ts';
import type { Deps } from '../platform/deps.ts';
import { forbidden, unauthenticated } from '../platform/errors.ts';
import type { ApiEnv } from '../platform/http/router.ts';
import { NO_TENANT, tenantNotFound, tenantSuspended } from './auth.errors.ts';
import { type Authenticated, bearerOf, resolveCredential } from './credentials.ts';
import { findTenant } from './tenants.repository.ts';

export const TENANT_HEADER = 'x-postern-tenant';

/**
 * Stands before every route that is not public. Sets `principal` and `tenantId`; expects `deps`. Throws
 * `unauthenticated`, `forbidden` (another tenant named), `tenant.suspended`, `tenant.not_found`.
 */
export const authenticate: MiddlewareHandler<ApiEnv> = async (c, next) => {
  const deps = c.get('deps');
  const presented = bearerOf(c.req.header('authorization'));
  const found = presented ? await resolveCredential(deps, presented) : null;
  if (!found) throw unauthenticated({ detail: 'Send an API token or a session token: Authorization: Bearer …' });
  const tenantId = await tenantOf(deps, found, c.req.header(TENANT_HEADER));
  c.set('principal', { ...found.principal, ip: clientIp(c.req.header('cf-connecting-ip')) });
  c.set('tenantId', tenantId);
  await next();
};

/** The tenant a request is about: one's own, or for an operator the one named (NO_TENANT when none is). */
async function tenantOf(
  deps: Pick<Deps, 'control'>,
  { principal, homeTenantId, suspended }: Authenticated,
  named: string | undefined,
): Promise<string> {
  if (principal.role !== 'operator') {
    if (named && named !== homeTenantId) throw forbidden({ detail: 'This token belongs to another tenant.' });
    if (suspended) throw tenantSuspended();
    return homeTenantId;
  }
  if (!named) return NO_TENANT;
  if (named === OPERATOR_TENANT) return OPERATOR_TENANT;
  if (!(await findTenant(deps, named))) throw tenantNotFound();
  return named;
}

/** The caller's address as Cloudflare's edge names it; null when absent or not an address. */
export function clientIp(header: string | undefined): string | null {
  return header && /^[\da-f.:]{2,45}$/i.test(header) ? header : null;
}
