import { z } from 'zod';
import { defineError, type PosternError } from '../../platform/errors.ts';

/*
 * What Okta may answer, as codes. Refusals are 422 and not Okta's own 401/403: to a caller of our API those would mean
 * that the caller's own token is bad. 429 and 503 are transient (`isTransient`), the rest is permanent.
 */
export const oktaUnauthorized = defineError({
  code: 'okta.unauthorized',
  status: 422,
  title: 'Okta does not accept the credential',
});
export const oktaForbidden = defineError({ code: 'okta.forbidden', status: 422, title: 'Okta refuses access' });
export const oktaNotFound = defineError({ code: 'okta.not_found', status: 422, title: 'Okta has no such object' });
export const oktaBadRequest = defineError({
  code: 'okta.bad_request',
  status: 422,
  title: 'Okta does not accept the request',
});
export const oktaRateLimited = defineError({ code: 'okta.rate_limited', status: 429, title: 'Okta limits the rate' });
export const oktaUnavailable = defineError({ code: 'okta.unavailable', status: 503, title: 'Okta is not available' });
/** A `next` link to another host, the same link twice, a body that is not what the endpoint lists. */
export const oktaBadAnswer = defineError({
  code: 'okta.bad_answer',
  status: 422,
  title: 'Okta answered what cannot be read',
});

/** Okta's error body; the token endpoint has another. */
const errorBody = z.object({
  errorCode: z.string().optional().catch(undefined),
  errorSummary: z.string().optional().catch(undefined),
  errorCauses: z
    .array(z.object({ errorSummary: z.string() }))
    .optional()
    .catch(undefined),
  error: z.string().optional().catch(undefined),
  error_description: z.string().optional().catch(undefined),
});

/** Scopes by path, for saying what is missing where Okta's answer does not. First match wins. */
const SCOPE_OF_PATH: readonly [RegExp, string][] = [
  [/^\/api\/v1\/iam\/|^\/(api|oauth2)\/v1\/(users|groups|clients)\/[^/]+\/roles/, 'okta.roles.read'],
  [/^\/api\/v1\/apps\/[^/]+\/grants/, 'okta.appGrants.read'],
  [/^\/api\/v1\/users/, 'okta.users.read'],
  [/^\/api\/v1\/groups/, 'okta.groups.read'],
  [/^\/api\/v1\/apps/, 'okta.apps.read'],
  [/^\/api\/v1\/logs/, 'okta.logs.read'],
  [/^\/api\/v1\/api-tokens/, 'okta.apiTokens.read'],
  [/^\/api\/v1\/eventHooks/, 'okta.eventHooks.read'],
  [/^\/api\/v1\/inlineHooks/, 'okta.inlineHooks.read'],
  [/^\/api\/v1\/meta\/types/, 'okta.userTypes.read'],
  [/^\/api\/v1\/meta\/schemas\/user\/linkedObjects/, 'okta.linkedObjects.read'],
  [/^\/api\/v1\/behaviors/, 'okta.behaviors.read'],
  [/^\/api\/v1\/device-assurances/, 'okta.deviceAssurance.read'],
  [/^\/api\/v1\/domains/, 'okta.domains.read'],
  [/^\/api\/v1\/features/, 'okta.features.read'],
  [/^\/api\/v1\/rate-limit-settings/, 'okta.rateLimits.read'],
  [/^\/api\/v1\/principal-rate-limits/, 'okta.principalRateLimits.read'],
  [/^\/api\/v1\/policies/, 'okta.policies.read'],
  [/^\/api\/v1\/zones/, 'okta.networkZones.read'],
  [/^\/api\/v1\/authenticators/, 'okta.authenticators.read'],
  [/^\/api\/v1\/devices/, 'okta.devices.read'],
  [/^\/api\/v1\/trustedOrigins/, 'okta.trustedOrigins.read'],
  [/^\/api\/v1\/idps/, 'okta.idps.read'],
  [/^\/api\/v1\/authorizationServers/, 'okta.authorizationServers.read'],
  [/^\/api\/v1\/realms/, 'okta.realms.read'],
  [/^\/api\/v1\/logStreams/, 'okta.logStreams.read'],
  [/^\/api\/v1\/agentPools/, 'okta.agentPools.read'],
  [/^\/api\/v1\/threats/, 'okta.threatInsights.read'],
  [/^\/api\/v1\/org|^\/attack-protection\//, 'okta.orgs.read'],
  [/^\/integrations\/api\/v1\/api-services/, 'okta.oauthIntegrations.read'],
  [/^\/privileged-access\/api\/v1\/okta-service-accounts/, 'okta.serviceAccounts.okta.read'],
  [/^\/privileged-access\/api\/v1\/service-accounts/, 'okta.serviceAccounts.read'],
  [/^\/workload-principals\/api\/v1\/ai-agents/, 'okta.aiAgents.read'],
  [/^\/governance\/api\/v1\/grants/, 'okta.governance.entitlements.read'],
  [/^\/governance\/api\/v1\/(labels|resource-labels)/, 'okta.governance.labels.read'],
];

/** The read scope that a path of the management API needs; null when we do not know it. */
export function scopeOf(path: string): string | null {
  return SCOPE_OF_PATH.find(([pattern]) => pattern.test(path))?.[1] ?? null;
}

export interface RefusedAnswer {
  status: number;
  headers: Headers;
  text: string;
  /** Path without the query: queries carry ids and logins. */
  path: string;
}

/**
 * The error for an answer that is neither 2xx nor 429. `fields`: Okta's status and error code, and for a refusal what
 * it misses (`needs`: a scope, or an admin role).
 */
export function errorOfAnswer(answer: RefusedAnswer): PosternError {
  const body = readErrorBody(answer.text);
  const errorCode = body.errorCode ?? body.error ?? null;
  const summary = body.errorCauses?.[0]?.errorSummary ?? body.errorSummary ?? body.error_description ?? null;
  const said = summary ? `Okta says: ${summary.slice(0, 300)}` : `Okta answered ${answer.status}.`;
  const fields = { oktaStatus: answer.status, errorCode, path: answer.path };
  if (answer.status === 401) {
    const insufficient = missingScope(answer);
    if (insufficient) return forbiddenScope(insufficient, fields);
    // Okta refuses a feature that is switched off with 401 as well as with 403: the credential is a good one
    if (errorCode === FEATURE_OFF) return forbidden(answer, errorCode, said, fields);
    return oktaUnauthorized({ detail: `${said} Make a new API token or key and save it in the source.`, fields });
  }
  if (answer.status === 403) return forbidden(answer, errorCode, said, fields);
  if (answer.status === 404 || answer.status === 410) return oktaNotFound({ detail: said, fields });
  if (answer.status >= 500 || answer.status === 408) return oktaUnavailable({ detail: said, fields });
  return oktaBadRequest({ detail: said, fields });
}

function forbidden(answer: RefusedAnswer, errorCode: string | null, said: string, fields: Record<string, unknown>) {
  const scope = missingScope(answer);
  if (scope) return forbiddenScope(scope, fields);
  if (errorCode === FEATURE_OFF) {
    return oktaForbidden({ detail: `${said} The feature is not enabled in this org.`, fields });
  }
  return oktaForbidden({
    detail: `${said} The credential lacks an admin role that may read ${answer.path.split('/')[3] ?? 'this'}.`,
    fields: { ...fields, needs: 'admin role' },
  });
}

function forbiddenScope(scope: string, fields: Record<string, unknown>): PosternError {
  return oktaForbidden({
    detail: `The scope ${scope} is not granted to the service app.`,
    fields: { ...fields, needs: scope },
  });
}

/** "You do not have permission to access the feature you are requesting". */
const FEATURE_OFF = 'E0000015';

/** Codes of "this endpoint is not there": not found, and not supported. */
const NO_ENDPOINT: ReadonlySet<unknown> = new Set(['E0000007', 'E0000022', null]);

/**
 * Whether a whole listing is refused because the org does not have what it lists: the feature is off, or the endpoint is
 * not there. Then there is none of it, and nothing is unknown.
 */
export function isAbsent(error: PosternError): boolean {
  const code = error.fields?.errorCode ?? null;
  if (error.code === 'okta.forbidden') return code === FEATURE_OFF;
  if (error.code === 'okta.not_found') return true;
  return error.code === 'okta.bad_request' && error.fields?.oktaStatus === 405 && NO_ENDPOINT.has(code);
}

/** The scope named by `WWW-Authenticate: … error="insufficient_scope"`, or the one that the path is known to need. */
function missingScope(answer: RefusedAnswer): string | null {
  const header = answer.headers.get('www-authenticate') ?? '';
  if (!/error="?insufficient_scope/.test(header)) return null;
  const named = /scope="([^"]*)"/
    .exec(header)?.[1]
    ?.split(/\s+/)
    .find((scope) => scope.endsWith('.read'));
  return named ?? scopeOf(answer.path) ?? 'of this endpoint';
}

function readErrorBody(text: string): z.infer<typeof errorBody> {
  try {
    return errorBody.parse(JSON.parse(text));
  } catch {
    return {};
  }
}

/** True for a typed error with one of these codes. */
export function hasCode(error: unknown, ...codes: string[]): error is PosternError {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && codes.includes(error.code);
}
