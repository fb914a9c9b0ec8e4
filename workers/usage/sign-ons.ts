import { nodeId } from '../graph/model.ts';
import type { CanonicalEvent } from '../inbox/event.ts';
import { DAY, type Millis } from '../platform/clock.ts';
import { sha256Hex } from '../platform/crypto.ts';
import { knownUser, succeeded } from '../sources/okta/event-changes.ts';

/** A sign-on to an app: by Okta's own federation, or through OpenID Connect as EventBridge and the log tell it. */
export const SIGN_ON_TYPES = ['user.authentication.sso', 'app.oauth2.signon'] as const;
const TYPES: ReadonlySet<string> = new Set(SIGN_ON_TYPES);

/** As SQL: `type IN (…)`. */
export const SIGN_ON_TYPES_SQL = SIGN_ON_TYPES.map((type) => `'${type}'`).join(', ');

/**
 * Sign-ons published longer ago than this, when they are recorded, are not counted: Okta's log keeps as long, so nothing
 * older comes by itself. Within it each is counted exactly once, however it comes and comes again.
 */
export const COUNTED_WITHIN: Millis = 90 * DAY;

/** Distinct addresses that are told apart of one account, app and day. */
export const MAX_ADDRESSES = 20;

/** Rows that the accounts of a tenant are packed into, a day. */
export const BUCKETS = 256;
/** Buckets whose accounts share a row of the users of an app. */
export const BUCKETS_PER_PART = 32;

/** "Lately" is so many UTC days, today's included. */
export const RECENT_DAYS = 30;

/** The first of the days, since the epoch, that are lately. */
export function firstRecentDay(now: Millis): number {
  return Math.floor(now / DAY) - RECENT_DAYS + 1;
}

function isSignOn(type: string): boolean {
  return TYPES.has(type);
}

/** Who used what: nodes of the graph. */
export interface Use {
  accountId: string;
  appId: string;
}

/** Reads uses from events; ids and addresses are hashes, each made once. For one batch. */
export function createUseReader() {
  const hashes = new Map<string, string>();
  const once = (key: string, make: () => string): string => {
    const known = hashes.get(key);
    if (known !== undefined) return known;
    const made = make();
    hashes.set(key, made);
    return made;
  };
  return {
    /** Null unless the event is a sign-on that succeeded and says of whom and to what: the first app it names. */
    useOf(event: CanonicalEvent): Use | null {
      if (!isSignOn(event.type) || !succeeded(event)) return null;
      const user = knownUser(event.actor);
      const app = event.targets.find((target) => target.type === 'AppInstance' && target.id !== 'unknown');
      if (!user || !app) return null;
      const { sourceId } = event;
      return {
        accountId: once(`u/${sourceId}/${user.id}`, () => nodeId('account', sourceId, user.id)),
        appId: once(`a/${sourceId}/${app.id}`, () => nodeId('app', sourceId, app.id)),
      };
    },
    /** The tenant's own hash of an address: enough to count different ones. */
    addressHash(tenantId: string, address: string | null): string | null {
      return address === null
        ? null
        : once(`i/${tenantId}/${address}`, () => sha256Hex(`${tenantId}/${address}`).slice(0, 8));
    },
  };
}

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** 0 to 255, from the hash that the account's id is. */
export function bucketOf(accountId: string): number {
  return (
    Math.max(0, ALPHABET.indexOf(accountId.charAt(4))) * 8 + (Math.max(0, ALPHABET.indexOf(accountId.charAt(5))) % 8)
  );
}

/** 60 bits of the event's id, which is itself a hash: what stands for a sign-on without an event row. */
export function eventKey(eventId: string): string {
  return eventId.slice(4, 16);
}

/** `eventKey` of a column. */
export const eventKeySql = (column: string) => `substr(${column}, 5, 12)`;

/** 60 bits of an account's id, which is a hash as well: what stands for it among the users of an app. */
export const accountKeySql = eventKeySql;
