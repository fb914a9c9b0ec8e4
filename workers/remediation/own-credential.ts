import { z } from 'zod';
import type { Deps } from '../platform/deps.ts';
import type { OktaCredential } from '../sources/okta/credential.ts';
import { hasCode } from '../sources/okta/errors.ts';
import { isScopeGranted } from '../sources/okta/oauth.ts';
import type { Source } from '../sources/sources.repository.ts';
import { ACTION_INFO, type Action, CONSENT_SCOPE } from './actions.ts';
import { refusal } from './check.types.ts';
import { liveRole, type Reader, readOne, readRows, seg } from './okta-reads.ts';
import type { Refusal, RemediationRequest, Warning } from './plan.types.ts';

/** As whom Postern calls an org. */
export interface OwnCredential {
  /** Okta's id of the person whose API token it is; null when Okta does not say, or for a service app. */
  userId: string | null;
  clientId: string | null;
  /** Types of the admin roles it holds; null when Okta does not say. */
  roles: string[] | null;
}

const me = z.looseObject({ id: z.string() });

/** Never throws for what Okta refuses to tell. */
export async function readOwnCredential(okta: Reader, source: Source): Promise<OwnCredential> {
  const clientId = source.authType === 'oauth' ? source.clientId : null;
  const userId =
    source.authType === 'ssws' ? ((await unlessRefused(readOne(okta, '/api/v1/users/me', me)))?.id ?? null) : null;
  const path =
    clientId !== null
      ? `/oauth2/v1/clients/${seg(clientId)}/roles`
      : userId !== null
        ? `/api/v1/users/${seg(userId)}/roles`
        : null;
  const listed = path === null ? null : await unlessRefused(readRows(okta, path, liveRole));
  const roles = listed?.rows.filter(({ status }) => status !== 'INACTIVE').map(({ type }) => type) ?? null;
  return { userId, clientId, roles: roles !== null && roles.length > 0 ? roles : null };
}

async function unlessRefused<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if (hasCode(error, 'okta.forbidden', 'okta.bad_request', 'okta.bad_answer')) return null;
    throw error;
  }
}

/** The OAuth scope that writes what is asked for. */
export function scopeOfRequest({ action, account }: Pick<RemediationRequest, 'action' | 'account'>): string {
  return action === 'revoke_grant' && account !== undefined ? CONSENT_SCOPE : ACTION_INFO[action].scope;
}

/** What the credential lacks to do it, told before anything is tried. */
export async function checkRights(
  deps: Pick<Deps, 'env' | 'fetch' | 'clock'>,
  source: Source,
  credential: OktaCredential,
  own: OwnCredential,
  request: RemediationRequest,
  onAdmin: boolean,
): Promise<{ refusals: Refusal[]; warnings: Warning[] }> {
  const refusals: Refusal[] = [];
  const scope = scopeOfRequest(request);
  if (credential.type === 'oauth' && !(await isScopeGranted(deps, source.baseUrl, credential, scope))) {
    const text = `The scope ${scope} is not granted to the service app: Applications, the app, Okta API Scopes.`;
    refusals.push(refusal('scope_missing', text));
  }
  const byRole = checkRoles(own.roles, request.action, onAdmin, source.authType);
  return byRole === null || 'instead' in byRole
    ? { refusals: byRole === null ? refusals : [...refusals, byRole], warnings: [] }
    : { refusals, warnings: [byRole] };
}

function checkRoles(
  roles: string[] | null,
  action: Action,
  onAdmin: boolean,
  auth: Source['authType'],
): Refusal | Warning | null {
  const { roles: able, notOnAdmins } = ACTION_INFO[action];
  const whose = auth === 'oauth' ? 'The service app' : 'The owner of the API token';
  if (roles === null) {
    return { code: 'roles_unknown', text: `${whose} holds no admin role that Okta tells of: Okta may refuse this.` };
  }
  const fitting = roles.filter((role) => able.includes(role));
  if (fitting.some((role) => !onAdmin || !notOnAdmins.includes(role))) return null;
  if (roles.includes('CUSTOM')) {
    return { code: 'custom_role', text: `${whose} has a custom admin role: whether it may do this, Okta will say.` };
  }
  if (fitting.length > 0) {
    const text = `${whose} holds ${fitting.join(', ')}, which cannot act on administrators: it takes ${strongest(action)}.`;
    return refusal('target_is_admin', text);
  }
  return refusal('role_missing', `${whose} holds ${roles.join(', ')}: this takes ${strongest(action)}.`);
}

/** The least of the roles that can do it to anybody. */
function strongest(action: Action): string {
  const { roles, notOnAdmins } = ACTION_INFO[action];
  return roles.filter((role) => !notOnAdmins.includes(role)).join(' or ');
}
