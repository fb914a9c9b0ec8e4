import type { CanonicalEvent, EventParty } from '../inbox/event.ts';
import {
  debugData,
  distinct,
  fieldsOf,
  idOf,
  scopeOf,
  scopesIn,
  targetDetails,
  targetsOfType,
  targetUser,
  textOf,
  userOf,
} from './event-fields.ts';
import type { ConsentKind } from './sighting.ts';

/**
 * User consent at a custom (`as`) and at the org's authorization server, and consent by an administrator. Okta's
 * catalogue has no revocation of consents by people at the org's own server.
 */
const GRANT = /^app\.oauth2\.(?:as\.|admin\.)?consent\.grant$/;
const REVOKE = /^app\.oauth2\.(?:as|admin)\.consent\.revoke(?:$|\.)/;
/** Prefix of the ids of Okta's scope consent grants. */
const GRANT_ID = 'oag';
/** Prefix of the ids of Okta's apps. */
const APP_ID = '0oa';

export type ConsentEvent = 'consent' | 'consent_revoked';

export function consentEventOf(type: string): ConsentEvent | null {
  if (!type.startsWith('app.oauth2.')) return null;
  if (GRANT.test(type)) return 'consent';
  return REVOKE.test(type) ? 'consent_revoked' : null;
}

export interface ConsentRead {
  client: { nativeId: string | null; party: EventParty | null };
  user: { nativeId: string; login: string | null } | null;
  scopes: string[];
  kind: ConsentKind;
}

/**
 * What a consent event says. Okta's events differ by what made them: the scope stands as a target of its own
 * whose `detailEntry` names client and user (`publicclientapp`, `user`), or in the debug data; the client is a target,
 * a detail, or the actor.
 */
export function readConsent(event: CanonicalEvent): ConsentRead {
  const data = debugData(event);
  const details = targetDetails(event);
  const scopes = scopesOf(event, data);
  const user = userIn(event, details);
  return {
    client: clientOf(event, details, data),
    user,
    scopes,
    kind: kindOf(event, details, data, scopes, user !== null),
  };
}

/** A scope that is a target: its type says so, or its id is that of a grant. */
const isScope = (party: EventParty) => /scope/i.test(party.type) || party.id.startsWith(GRANT_ID);

function scopesOf(event: CanonicalEvent, data: Record<string, unknown>): string[] {
  const named = event.targets
    .filter(isScope)
    .flatMap((party) => scopeOf(party.name) ?? (party.id.startsWith(GRANT_ID) ? [] : (scopeOf(party.id) ?? [])));
  if (named.length > 0) return distinct(named);
  for (const key of ['grantedscopes', 'requestedscopes', 'scopes', 'scope']) {
    const found = Object.entries(data).find(([name]) => name.toLowerCase() === key);
    const scopes = scopesIn(found?.[1]);
    if (scopes.length > 0) return distinct(scopes);
  }
  return [];
}

function clientOf(event: CanonicalEvent, details: Record<string, unknown>[], data: Record<string, unknown>) {
  const actor = event.actor?.type === 'PublicClientApp' ? event.actor : null;
  const targets = ['AppInstance', 'PublicClientApp', 'OAuth2Client'].flatMap((type) => targetsOfType(event, type));
  for (const party of [...targets, ...(actor === null ? [] : [actor])]) {
    const nativeId = idOf(party.id);
    if (nativeId !== null) return { nativeId, party };
  }
  const detail = details
    .map((one) => textOf(one, 'publicclientapp', 'clientid', 'client_id'))
    .find((id) => id !== null);
  const scopeOwner = event.targets.filter(isScope).find((party) => party.alternateId?.startsWith(APP_ID));
  const candidates = [
    detail,
    textOf(data, 'clientid', 'client_id'),
    scopeOwner?.alternateId,
    // of OAuth requests, `client.id` is the client that asks
    fieldsOf(event.body.client).id,
  ];
  for (const candidate of candidates) {
    const nativeId = idOf(candidate);
    if (nativeId !== null) return { nativeId, party: targets[0] ?? null };
  }
  return { nativeId: null, party: targets[0] ?? null };
}

function userIn(event: CanonicalEvent, details: Record<string, unknown>[]): ConsentRead['user'] {
  const target = targetUser(event);
  const detail = details.map((one) => idOf(textOf(one, 'user', 'userid', 'user_id'))).find((id) => id !== null);
  const actor = userOf(event.actor);
  if (detail) {
    const known = [target, actor].find((party) => party?.id === detail);
    return { nativeId: detail, login: known?.alternateId ?? null };
  }
  if (target) return { nativeId: target.id, login: target.alternateId };
  // who acts on a consent of an administrator is not whose data the app may see
  return actor && !event.type.includes('.admin.') ? { nativeId: actor.id, login: actor.alternateId } : null;
}

/** Scopes of Okta's own API are granted by administrators only. */
const OKTA_API = /^okta\./;

function kindOf(
  event: CanonicalEvent,
  details: Record<string, unknown>[],
  data: Record<string, unknown>,
  scopes: string[],
  named: boolean,
): ConsentKind {
  if (event.type.includes('.admin.')) return 'admin';
  const source = [...details, data].map((one) => textOf(one, 'source', 'consentsource')).find((text) => text !== null);
  if (source) return /admin/i.test(source) ? 'admin' : 'user';
  if (textOf(data, 'granttype') === 'client_credentials') return 'admin';
  if (scopes.length > 0 && scopes.every((scope) => OKTA_API.test(scope))) return 'admin';
  return named ? 'user' : 'admin';
}
