import type { Millis } from '../platform/clock.ts';

/** What a piece of evidence says. */
export type SightingKind =
  | 'sso'
  | 'consent'
  | 'consent_revoked'
  | 'assignment'
  | 'unassignment'
  | 'app_created'
  | 'app_changed'
  | 'app_deleted';

/**
 * What an app is known by: `app` is the provider's own id (Okta's app instance, which is the OAuth client id too),
 * `catalog` its name in the provider's catalogue, `domain` a registrable domain. Never a display name.
 */
export type KeyKind = 'app' | 'catalog' | 'domain';

export interface AppSeen {
  /** `dap_…` */
  id: string;
  key: string;
  keyKind: KeyKind;
  nativeId: string | null;
  name: string | null;
  catalogName: string | null;
  domain: string | null;
}

export interface AccountSeen {
  /** Graph node id. */
  id: string;
  nativeId: string;
  login: string | null;
}

/** Whose consent an event speaks of. */
export type ConsentKind = 'user' | 'admin';

export interface Sighting {
  tenantId: string;
  sourceId: string;
  eventId: string;
  at: Millis;
  kind: SightingKind;
  /** Null only for a consent that was revoked for every app of the source. */
  app: AppSeen | null;
  /** Null where nobody is named; `everyone` for a consent that was revoked for all accounts. */
  account: AccountSeen | 'everyone' | null;
  /** Granted or revoked. None on a revocation means all. */
  scopes: string[];
  consentKind: ConsentKind | null;
}
