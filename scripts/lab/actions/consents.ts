import type { LogTarget } from '../log/log-event.ts';
import type { Consent } from '../world/estate/estate.ts';
import type { User } from '../world/model.ts';
import { byUser, emit, type Org, type Origin, userTarget } from './org.ts';

/** An OAuth client that people let in. It need not be among the apps of the org. */
export interface OAuthParty {
  id: string;
  name: string;
  redirectUri: string;
}

function clientTarget(client: Pick<OAuthParty, 'id' | 'name'>): LogTarget {
  return {
    id: client.id,
    type: 'PublicClientApp',
    alternateId: client.id,
    displayName: client.name,
    detailEntry: null,
  };
}

/** A grant as the log has it: named by its scope, with client and user in the detail. */
function grantTarget(org: Org, client: OAuthParty, user: User, scope: string): LogTarget {
  return {
    id: org.ids.next('oag'),
    type: 'ScopeConsentGrant',
    alternateId: 'unknown',
    displayName: scope,
    detailEntry: { publicclientapp: client.id, user: user.id },
  };
}

/** The user lets a client in, with these scopes. */
export function consentTo(org: Org, user: User, client: OAuthParty, scopes: readonly string[]): void {
  const grants = scopes.map((scope) => grantTarget(org, client, user, scope));
  for (const { id, displayName } of grants) {
    const what = { userId: user.id, clientId: client.id, clientName: client.name, scope: displayName ?? '' };
    org.world.estate.consents.set(id, { id, ...what, created: org.clock.now() });
  }
  emit(org, byUser(user), {
    type: 'app.oauth2.as.consent.grant',
    targets: [...grants, clientTarget(client)],
    debugData: { redirectUri: client.redirectUri, requestUri: '/oauth2/default/v1/authorize' },
  });
}

/** All of a user's consents to a client are taken back, by the user unless somebody else does it. */
export function revokeConsent(
  org: Org,
  user: User,
  client: Pick<OAuthParty, 'id' | 'name'>,
  origin: Origin = byUser(user),
): void {
  const { consents } = org.world.estate;
  for (const [id, one] of consents) if (one.userId === user.id && one.clientId === client.id) consents.delete(id);
  emit(org, origin, {
    type: 'app.oauth2.as.consent.revoke.user.client',
    targets: [clientTarget(client), userTarget(user)],
  });
}

/** The user signs on to a client; Event Hooks do not carry this one, the log does. */
export function signOnTo(org: Org, user: User, client: OAuthParty): void {
  emit(org, byUser(user), {
    type: 'app.oauth2.signon',
    targets: [{ ...clientTarget(client), type: 'AppInstance', alternateId: client.name }],
    debugData: { redirectUri: client.redirectUri, requestUri: '/oauth2/default/v1/authorize' },
  });
}

/** One consent is taken back. */
export function revokeGrant(org: Org, origin: Origin, consent: Consent): void {
  org.world.estate.consents.delete(consent.id);
  emit(org, origin, {
    type: 'app.oauth2.as.consent.revoke',
    targets: [
      {
        id: consent.id,
        type: 'ScopeConsentGrant',
        alternateId: 'unknown',
        displayName: consent.scope,
        detailEntry: { publicclientapp: consent.clientId, user: consent.userId },
      },
    ],
  });
}

/** The refresh tokens that a client holds for a user end. */
export function revokeRefreshTokens(
  org: Org,
  origin: Origin,
  user: User,
  client: Pick<OAuthParty, 'id' | 'name'>,
): void {
  const { world } = org;
  const left = world.refreshTokens.filter(({ appId, userId }) => appId !== client.id || userId !== user.id);
  if (left.length === world.refreshTokens.length) return;
  world.refreshTokens = left;
  emit(org, origin, { type: 'app.oauth2.token.revoke', targets: [clientTarget(client), userTarget(user)] });
}
