import { nodeId } from '../graph/model.ts';
import type { CanonicalEvent } from '../inbox/event.ts';
import { appReader, instanceOf } from './app-evidence.ts';
import { type ConsentEvent, consentEventOf, readConsent } from './consent-evidence.ts';
import { idOf, succeeded, targetsOfType, targetUser, userOf } from './event-fields.ts';
import type { AccountSeen, Sighting, SightingKind } from './sighting.ts';

const SIGN_ONS = new Set(['user.authentication.sso', 'app.oauth2.signon']);

export function isSignOn(type: string): boolean {
  return SIGN_ONS.has(type);
}

/** Whether events of this type can tell of apps at all. */
export function isEvidence(type: string): boolean {
  return (
    SIGN_ONS.has(type) ||
    type.startsWith('application.user_membership.') ||
    type.startsWith('application.lifecycle.') ||
    type.startsWith('app.lifecycle.') ||
    consentEventOf(type) !== null
  );
}

/**
 * What events of one source tell of apps: who signs on where, what was consented to, who was assigned, what came and
 * went. Pure. Failed events tell nothing; neither does one that names no app in a stable way.
 */
export function evidenceOf(tenantId: string, sourceId: string, events: readonly CanonicalEvent[]): Sighting[] {
  const readApp = appReader(tenantId, sourceId);
  const accounts = new Map<string, string>();
  const accountOf = (nativeId: string, login: string | null): AccountSeen => {
    const id = accounts.get(nativeId) ?? nodeId('account', sourceId, nativeId);
    accounts.set(nativeId, id);
    return { id, nativeId, login };
  };
  const sightings: Sighting[] = [];
  const see = (event: CanonicalEvent, more: Pick<Sighting, 'kind' | 'app' | 'account'> & Partial<Sighting>) => {
    const { id: eventId, publishedAt: at } = event;
    sightings.push({ tenantId, sourceId, eventId, at, scopes: [], consentKind: null, ...more });
  };

  /** One sighting an app instance that the event names. */
  const seeInstances = (event: CanonicalEvent, kind: SightingKind, account: AccountSeen | null) => {
    const seen = new Set<string>();
    for (const party of targetsOfType(event, 'AppInstance')) {
      const app = readApp(instanceOf(party), event);
      if (app === null || seen.has(app.id)) continue;
      seen.add(app.id);
      see(event, { kind, app, account });
    }
  };

  const onConsent = (event: CanonicalEvent, kind: ConsentEvent) => {
    const { client, user, scopes, kind: consentKind } = readConsent(event);
    const account = user === null ? null : accountOf(user.nativeId, user.login);
    const app = readApp(client, event);
    if (kind === 'consent_revoked') {
      for (const revoked of revocations(event.type, app !== null, account)) {
        see(event, { kind, scopes, consentKind, app: revoked.everyApp ? null : app, account: revoked.account });
      }
    } else if (app !== null && (kind === 'consent' || scopes.length > 0)) {
      see(event, { kind, app, account: consentKind === 'admin' ? null : account, scopes, consentKind });
    }
  };

  for (const event of events) {
    const { type } = event;
    if (!isEvidence(type) || !succeeded(event)) continue;
    const consent = consentEventOf(type);
    if (consent !== null) onConsent(event, consent);
    else if (SIGN_ONS.has(type)) {
      const user = userOf(event.actor) ?? targetUser(event);
      seeInstances(event, 'sso', user === null ? null : accountOf(user.id, user.alternateId));
    } else if (type.startsWith('application.user_membership.')) {
      const kind = membershipKind(type);
      const user = kind === null ? null : targetUser(event);
      if (kind !== null && user !== null && idOf(user.id) !== null) {
        seeInstances(event, kind, accountOf(user.id, user.alternateId));
      }
    } else seeInstances(event, lifecycleKind(type), null);
  }
  return sightings;
}

function membershipKind(type: string): SightingKind | null {
  if (type.endsWith('.add')) return 'assignment';
  return type.endsWith('.remove') ? 'unassignment' : null;
}

function lifecycleKind(type: string): SightingKind {
  if (type.endsWith('.create')) return 'app_created';
  return type.endsWith('.delete') ? 'app_deleted' : 'app_changed';
}

type Revoked = { everyApp: boolean; account: Sighting['account'] };

/**
 * For whom and for which app a revocation counts. Never more than the event says: what names neither app nor user
 * (a removed authorization server) revokes nothing here, since it would hide what apps still hold.
 */
function revocations(type: string, app: boolean, account: AccountSeen | null): Revoked[] {
  const [, rest = ''] = type.split('.revoke');
  if (rest === '.implicit.client' || rest === '.implicit.scope')
    return app ? [{ everyApp: false, account: 'everyone' }] : [];
  if (rest === '.user' || rest === '.implicit.user') return account === null ? [] : [{ everyApp: !app, account }];
  if (rest === '.user.client') return app && account !== null ? [{ everyApp: false, account }] : [];
  if (!app) return [];
  // by an administrator, or by a user for themselves: the event does not tell which, so both of theirs end
  return account === null
    ? [{ everyApp: false, account: null }]
    : [null, account].map((one) => ({ everyApp: false, account: one }));
}
