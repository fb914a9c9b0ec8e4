import { OPERATOR_TENANT } from '../../db/control/schema.ts';
import { constantTimeEqual } from '../platform/crypto.ts';
import type { Deps } from '../platform/deps.ts';
import { describeError } from '../platform/errors.ts';
import type { Principal } from './principal.ts';
import { findSession, SESSION_PREFIX } from './sessions.repository.ts';
import { findToken, noteTokenUse, TOKEN_PREFIX } from './tokens.repository.ts';
import { principalOf } from './users.repository.ts';

export interface Authenticated {
  principal: Principal;
  /** The tenant of the user or token; OPERATOR_TENANT for operators. */
  homeTenantId: string;
  suspended: boolean;
}

const MAX_CREDENTIAL = 256;

/** The token of `Authorization: Bearer …`; null when the header is absent or of another form. */
export function bearerOf(header: string | undefined): string | null {
  const token = /^bearer +([\x21-\x7e]+)$/i.exec(header ?? '')?.[1];
  return token && token.length <= MAX_CREDENTIAL ? token : null;
}

/** Who presents this session token, API token or operator token; null when nobody does. */
export async function resolveCredential(
  deps: Pick<Deps, 'control' | 'clock' | 'env' | 'log'>,
  presented: string,
): Promise<Authenticated | null> {
  // An empty OPERATOR_TOKEN switches the bootstrap operator off.
  if (deps.env.OPERATOR_TOKEN && constantTimeEqual(presented, deps.env.OPERATOR_TOKEN)) {
    const principal: Principal = {
      kind: 'token',
      id: 'operator',
      name: 'Bootstrap operator',
      role: 'operator',
      sourceIds: null,
    };
    return { principal, homeTenantId: OPERATOR_TENANT, suspended: false };
  }
  if (presented.startsWith(`${SESSION_PREFIX}_`)) return fromSession(deps, presented);
  if (presented.startsWith(`${TOKEN_PREFIX}_`)) return fromToken(deps, presented);
  return null;
}

async function fromSession(deps: Pick<Deps, 'control' | 'clock'>, presented: string): Promise<Authenticated | null> {
  const found = await findSession(deps, presented);
  // The role is read from the user on each request, so a change of it holds at once.
  if (!found || found.user.disabledAt !== null) return null;
  return accepted(principalOf(found.user), found.user.tenantId, found.tenantStatus);
}

async function fromToken(
  deps: Pick<Deps, 'control' | 'clock' | 'log'>,
  presented: string,
): Promise<Authenticated | null> {
  const found = await findToken(deps, presented);
  if (!found) return null;
  const { tenantId, id, name, role } = found.token;
  const result = accepted({ kind: 'token', id, name, role, sourceIds: null }, tenantId, found.tenantStatus);
  if (result) {
    // "Last used" is a courtesy: failing to note it must not fail the request.
    await noteTokenUse(deps, found.token).catch((error: unknown) =>
      deps.log.warn('token use not noted', { tenantId, token: id, error: describeError(error).message }),
    );
  }
  return result;
}

/** Operators live in OPERATOR_TENANT and nobody else does; a tenant that is not there has no users. */
function accepted(
  principal: Principal,
  homeTenantId: string,
  tenantStatus: 'active' | 'suspended' | null,
): Authenticated | null {
  const isOperator = principal.role === 'operator';
  if (isOperator !== (homeTenantId === OPERATOR_TENANT)) return null;
  if (!isOperator && tenantStatus === null) return null;
  return { principal, homeTenantId, suspended: tenantStatus === 'suspended' };
}
