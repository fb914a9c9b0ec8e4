import { z } from 'zod';
import { version } from '../../../package.json';
import { type Millis, SECOND } from '../../platform/clock.ts';
import { sha256Hex } from '../../platform/crypto.ts';
import type { Deps } from '../../platform/deps.ts';
import { guardedFetch, type OutboundResponse } from '../../platform/http/outbound-fetch.ts';
import type { Source } from '../sources.repository.ts';
import { type OktaCredential, openCredential } from './credential.ts';
import { createDpopProof } from './dpop.ts';
import { errorOfAnswer, hasCode, oktaBadAnswer, oktaRateLimited, oktaUnavailable } from './errors.ts';
import { nextInBody, nextLink } from './links.ts';
import { type AccessToken, needsRenewal, type OauthCredential, requestAccessToken } from './oauth.ts';
import { answerTime, type RateState, rateOf, retryAfterSeconds } from './rate.ts';
import { type AllowedWrites, checkWrite, EVENT_HOOK_WRITES } from './writes.ts';

/** Okta asks integrations to name themselves. */
export const USER_AGENT = `Postern/${version}`;

/** Okta itself ends a query after 30 s. */
const TIMEOUT_MS = 35 * SECOND;
/** A page of 1,000 group members or log events stays far below. */
const MAX_BODY_BYTES = 16_000_000;
/** Sources whose access token an isolate remembers. */
const MAX_CACHED_TOKENS = 500;

export interface OktaAnswer {
  status: number;
  /** Parsed JSON; null when the answer has no body. */
  body: unknown;
  /** The next page, on the source's own origin; null on the last. */
  next: string | null;
  /** When Okta answered, by its clock. */
  date: Millis | null;
  rate: RateState | null;
}

/**
 * Calls one Okta org. Every answer but 2xx is thrown: `okta.rate_limited` (with `retryAfter`), `okta.unauthorized`,
 * `okta.forbidden` (`fields.needs`), `okta.not_found`, `okta.bad_request` (`fields.errorCode`), `okta.unavailable`,
 * `okta.bad_answer`. It does not retry: see `polite.ts`. A write that is not among those allowed is thrown as
 * `okta.write_not_allowed` and not sent.
 */
export interface OktaClient {
  get(pathOrAbsoluteUrl: string): Promise<OktaAnswer>;
  post(path: string, body: unknown): Promise<OktaAnswer>;
  put(path: string, body: unknown): Promise<OktaAnswer>;
  del(path: string): Promise<OktaAnswer>;
}

type ClientDeps = Pick<Deps, 'env' | 'fetch' | 'clock'>;

/** Access tokens by credential, as long as the isolate lives. Values only: a promise belongs to its own request. */
const tokens = new Map<string, AccessToken>();

export interface ClientOptions {
  timeoutMs?: number;
  /** What a service app's token is asked for; the read scopes when absent. An API token has its owner's rights. */
  scopes?: readonly string[];
  /** Asks for a new access token even where one is remembered: it would not hold scopes granted since. */
  freshToken?: boolean;
  /** What may be changed in Okta; Event Hooks when absent. */
  writes?: AllowedWrites;
}

/** The client of a source. Opens its credential; throws when the sealing key is gone. */
export async function oktaClientOf(
  deps: ClientDeps,
  tenantId: string,
  source: Source,
  options: ClientOptions = {},
): Promise<OktaClient> {
  const credential = await openCredential(deps, tenantId, source);
  return createOktaClient(deps, source.baseUrl, credential, tokenKey(tenantId, source, options.scopes), options);
}

/** A changed credential has another key, so its old token is not used; other scopes have a token of their own. */
function tokenKey(tenantId: string, source: Source, scopes: readonly string[] = []): string {
  const { id, baseUrl, clientId, sealedCredential } = source;
  return sha256Hex([tenantId, id, baseUrl, clientId ?? '', sealedCredential, ...scopes].join('\n'));
}

export function createOktaClient(
  deps: ClientDeps,
  baseUrl: string,
  credential: OktaCredential,
  cacheKey: string,
  { timeoutMs = TIMEOUT_MS, scopes, freshToken = false, writes = EVENT_HOOK_WRITES }: ClientOptions = {},
): OktaClient {
  if (freshToken) tokens.delete(cacheKey);
  const call = async (method: string, address: string, body?: unknown): Promise<OktaAnswer> => {
    const url = resolveOwn(baseUrl, address);
    if (method !== 'GET') checkWrite(writes, method, `${url.pathname}${url.search}`);
    const sentAt = deps.clock.now();
    const answer = await send(method, url, body);
    // an access token may end early (keys or grants changed): one more try with a new one
    if (answer.status === 401 && credential.type === 'oauth' && tokens.delete(cacheKey)) {
      return readAnswer(await send(method, url, body), url, sentAt);
    }
    return readAnswer(answer, url, sentAt);
  };

  const send = async (method: string, url: URL, body: unknown): Promise<OutboundResponse> => {
    const headers: Record<string, string> = {
      Accept: 'application/json',
      'User-Agent': USER_AGENT,
      ...(await authorization(method, url)),
    };
    // what we do not read of users is left out: less to send and to parse (users API, "okta-response")
    headers['Content-Type'] =
      method === 'GET'
        ? 'application/json; okta-response=omitCredentialsLinks,omitTransitioningToStatus'
        : 'application/json';
    const init: RequestInit = { method, headers };
    if (body !== undefined) init.body = JSON.stringify(body);
    try {
      return await guardedFetch(deps, url.href, init, { timeoutMs, maxBytes: MAX_BODY_BYTES });
    } catch (error) {
      if (hasCode(error, 'outbound.timeout', 'outbound.failed')) {
        throw oktaUnavailable({ detail: error.detail ?? error.title, fields: { path: url.pathname }, cause: error });
      }
      throw error;
    }
  };

  const authorization = async (method: string, url: URL): Promise<Record<string, string>> => {
    if (credential.type === 'ssws') return { Authorization: `SSWS ${credential.token}` };
    const access = await accessToken(deps, baseUrl, credential, cacheKey, scopes);
    if (!access.dpop) return { Authorization: `Bearer ${access.token}` };
    const proof = await createDpopProof(access.dpop, {
      method,
      url: url.href,
      now: deps.clock.now(),
      accessToken: access.token,
    });
    return { Authorization: `DPoP ${access.token}`, DPoP: proof };
  };

  const readAnswer = (answer: OutboundResponse, url: URL, sentAt: Millis): OktaAnswer => {
    const { status, headers, text } = answer;
    if (status === 429) {
      const retryAfter = retryAfterSeconds(headers, deps.clock.now(), Math.random);
      throw oktaRateLimited({ retryAfter, fields: { path: url.pathname } });
    }
    if (status < 200 || status > 299) throw errorOfAnswer({ status, headers, text, path: url.pathname });
    const body = parseBody(text, url);
    const next = nextLink(headers.get('link')) ?? nextInBody(body);
    return {
      status,
      body,
      next: next === null ? null : resolveOwn(baseUrl, next).href,
      date: answerTime(headers, sentAt),
      rate: rateOf(headers),
    };
  };

  return {
    get: (address) => call('GET', address),
    post: (path, body) => call('POST', path, body),
    put: (path, body) => call('PUT', path, body),
    del: (path) => call('DELETE', path),
  };
}

async function accessToken(
  deps: ClientDeps,
  baseUrl: string,
  credential: OauthCredential,
  cacheKey: string,
  scopes: readonly string[] | undefined,
): Promise<AccessToken> {
  const cached = tokens.get(cacheKey);
  if (cached && !needsRenewal(cached, deps.clock.now())) return cached;
  const fresh = await requestAccessToken(deps, baseUrl, credential, scopes);
  tokens.delete(cacheKey);
  tokens.set(cacheKey, fresh);
  const oldest = tokens.keys().next();
  if (tokens.size > MAX_CACHED_TOKENS && !oldest.done) tokens.delete(oldest.value);
  return fresh;
}

/** A link to another host would be sent our credential: it is refused. */
function resolveOwn(baseUrl: string, address: string): URL {
  const base = new URL(baseUrl);
  if (!URL.canParse(address, base.href)) throw oktaBadAnswer({ detail: 'Okta gave a link that is not an address.' });
  const url = new URL(address, base);
  // lists of roles and resource sets link to the org's admin host, which takes no API credential
  if (url.host === base.host.replace('.', '-admin.')) url.host = base.host;
  if (url.origin !== base.origin) throw oktaBadAnswer({ detail: `Okta gave a link to another host (${url.host}).` });
  return url;
}

function parseBody(text: string, url: URL): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    // a gateway's page, as a rule: it goes away
    throw oktaUnavailable({ detail: 'The answer is not JSON.', fields: { path: url.pathname } });
  }
}

/** Names under which body-paged lists have their rows. */
const ENVELOPES = [
  'value',
  'data',
  'roles',
  'permissions',
  'resource-sets',
  'resources',
  'members',
  'domains',
] as const;

/** `{"jwks": {"keys": […]}}`: keys of an OAuth client. */
const jwks = z.object({ jwks: z.object({ keys: z.array(z.unknown()) }) });

/** The array that a list endpoint answers with, either bare or in a body-paged envelope (`value`, `data`, `roles`, …). */
export function listIn(answer: OktaAnswer): unknown[] {
  if (Array.isArray(answer.body)) return answer.body;
  const envelope = z.record(z.string(), z.unknown()).safeParse(answer.body);
  if (envelope.success) {
    for (const name of ENVELOPES) {
      const list = envelope.data[name];
      if (Array.isArray(list)) return list;
    }
  }
  const keys = jwks.safeParse(answer.body);
  if (keys.success) return keys.data.jwks.keys;
  throw oktaBadAnswer({ detail: 'Okta answered something else than a list.' });
}
