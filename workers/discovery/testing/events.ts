import type { CanonicalEvent } from '../../inbox/event.ts';
import { iso, type Millis } from '../../platform/clock.ts';
import { toCanonicalEvent } from '../../sources/okta/log-event.ts';

/** Tests only: events as Okta writes them, read as the inbox reads them. */
let n = 0;

export const user = (id: string) => ({ id, type: 'User', displayName: `Name ${id}`, alternateId: `${id}@acme.test` });
export const app = (id: string, name = `App ${id}`) => ({
  id,
  type: 'AppInstance',
  displayName: name,
  alternateId: name,
});
const SYSTEM = { id: 'sys', type: 'SystemPrincipal', displayName: 'Okta System', alternateId: 'system@okta.com' };

export function raw(eventType: string, at: Millis, more: Record<string, unknown> = {}): Record<string, unknown> {
  return { uuid: `dsc-${++n}`, eventType, published: iso(at), outcome: { result: 'SUCCESS' }, ...more };
}

export function canonical(tenantId: string, sourceId: string, event: unknown): CanonicalEvent {
  const read = toCanonicalEvent(tenantId, sourceId, event);
  if ('bad' in read) throw new Error(read.bad.detail);
  return read.ok;
}

export const ssoRaw = (at: Millis, userId: string, appId: string, more: Record<string, unknown> = {}) =>
  raw('user.authentication.sso', at, { actor: user(userId), target: [app(appId)], ...more });

/** As Okta writes a consent: the scope is the target, which names client and user. */
export function consentRaw(
  at: Millis,
  client: string,
  userId: string | null,
  scopes: string[],
  more: Record<string, unknown> = {},
) {
  return raw('app.oauth2.as.consent.grant', at, {
    actor: SYSTEM,
    target: scopes.map((scope, index) => ({
      id: `oag${index}${client}`,
      type: 'ScopeConsentGrant',
      displayName: scope,
      alternateId: 'unknown',
      detailEntry: { publicclientapp: client, ...(userId === null ? {} : { user: userId }) },
    })),
    ...more,
  });
}

export function revokeRaw(
  at: Millis,
  suffix: string,
  client: string | null,
  userId: string | null,
  scopes: string[] = [],
) {
  return raw(`app.oauth2.as.consent.revoke${suffix}`, at, {
    actor: SYSTEM,
    target: [
      ...scopes.map((scope) => ({ id: `oag${scope}`, type: 'ScopeConsentGrant', displayName: scope })),
      ...(client === null ? [] : [{ id: client, type: 'PublicClientApp', displayName: 'Client' }]),
      ...(userId === null ? [] : [user(userId)]),
    ],
  });
}

export const membershipRaw = (at: Millis, what: 'add' | 'remove', userId: string, appId: string) =>
  raw(`application.user_membership.${what}`, at, {
    actor: user('00uadmin'),
    target: [{ id: `0ua${userId}`, type: 'AppUser', displayName: 'x', alternateId: 'x@app' }, app(appId), user(userId)],
  });
