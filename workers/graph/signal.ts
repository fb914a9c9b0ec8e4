import type { Millis } from '../platform/clock.ts';

/**
 * A fact that an event left on an account for stateful detections (a denied push, a factor reset, a new-device
 * sign-in, a role grant, an API token). Identified by (account, kind, eventId): storing it twice changes nothing.
 */
export interface Signal {
  accountId: string;
  kind: SignalKind;
  at: Millis;
  eventId: string;
  /** Groups signals of one thing: the transaction of a push, the native id of an API token, the role granted. */
  ref: string | null;
}

export type SignalKind =
  | 'push_denied'
  | 'factors_reset'
  | 'new_device_sign_in'
  | 'role_granted'
  | 'role_revoked'
  | 'api_token_created'
  | 'api_token_revoked';

/** How long a signal can matter: the longest window of a detection that reads it. */
export const SIGNAL_RETENTION_DAYS = 9;
