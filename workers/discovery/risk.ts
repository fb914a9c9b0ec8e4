import { DAY, type Millis } from '../platform/clock.ts';
import type { ManagedState } from './managed.ts';
import { meaningOf, WIDE } from './scopes.ts';

export type RiskLevel = 'low' | 'medium' | 'high';
export type Review = 'unreviewed' | 'approved' | 'restricted' | 'blocked';

export interface RiskReason {
  code: string;
  /** May be negative: what speaks for the app. */
  points: number;
  /** For people. */
  detail: string;
}

export interface Risk {
  level: RiskLevel;
  /** 0 to 100. */
  score: number;
  reasons: RiskReason[];
}

export interface ActiveScope {
  scope: string;
  /** Accounts it was granted for. */
  accounts: number;
  /** An administrator granted it, for everybody or for the app itself. */
  admin: boolean;
}

export interface RiskInput {
  managed: ManagedState;
  /** Granted and not revoked. */
  scopes: ActiveScope[];
  users: number;
  firstSeen: Millis;
  createdAt: Millis;
  lastSeen: Millis;
  /** Last sign-on; 0 for never. */
  usedAt: Millis;
  /** Oldest of the active grants; 0 for none. */
  grantedAt: Millis;
  /** The app's name in the provider's catalogue; null when it is in none. */
  catalogName: string | null;
  owner: string | null;
  review: Review;
  reviewedAt: Millis;
}

export const HIGH_FROM = 60;
export const MEDIUM_FROM = 30;
export const MANY_USERS = 50;
export const SOME_USERS = 10;
export const NEW_FOR: Millis = 7 * DAY;
/** A consent without a sign-on for this long is likely not needed. */
export const UNUSED_AFTER: Millis = 30 * DAY;

const POINTS = {
  unmanaged: 35,
  adminConsent: 10,
  manyUsers: 10,
  someUsers: 5,
  unusedConsent: 10,
  unknownPublisher: 5,
  isNew: 10,
  noOwner: 10,
  noOwnerOfManaged: 3,
  blockedInUse: 35,
  approved: -20,
} as const;
/** The widest scope counts whole, each further wide one this much, up to the most. */
const FURTHER_SCOPE = 5;
const MOST_FOR_SCOPES = 50;
const SCOPES_NAMED = 5;

/** Catalogue names of apps that a company builds from a template: nobody else vouches for them. */
const CUSTOM = /^(oidc_client|template_|scaleft_|dev-|.*_\d+$)/;

/** How dangerous it is that this app is let in, and why. Pure. */
export function riskOf(input: RiskInput, now: Millis): Risk {
  const reasons = [
    ...unmanaged(input),
    ...scopes(input),
    ...consent(input, now),
    ...spread(input),
    ...newness(input, now),
    ...ownership(input),
    ...review(input),
  ].sort((a, b) => b.points - a.points || (a.code < b.code ? -1 : 1));
  const sum = reasons.reduce((total, { points }) => total + points, 0);
  const score = Math.min(100, Math.max(0, sum));
  return { level: score >= HIGH_FROM ? 'high' : score >= MEDIUM_FROM ? 'medium' : 'low', score, reasons };
}

function unmanaged({ managed, usedAt, scopes: granted, users }: RiskInput): RiskReason[] {
  if (managed !== 'unmanaged' || (usedAt === 0 && granted.length === 0 && users === 0)) return [];
  const how = usedAt > 0 ? 'People sign on to it' : granted.length > 0 ? 'It was consented to' : 'People were given it';
  return [{ code: 'unmanaged', points: POINTS.unmanaged, detail: `${how}, and no assignment decides who may.` }];
}

function scopes({ scopes: granted }: RiskInput): RiskReason[] {
  const wide = granted
    .map(({ scope }) => ({ scope, ...meaningOf(scope) }))
    .filter(({ weight }) => weight >= WIDE)
    .sort((a, b) => b.weight - a.weight || (a.scope < b.scope ? -1 : 1));
  const [widest] = wide;
  if (!widest) return [];
  const points = Math.min(MOST_FOR_SCOPES, widest.weight + FURTHER_SCOPE * (wide.length - 1));
  const named = wide.slice(0, SCOPES_NAMED).map(({ scope, words }) => `${words} (${scope})`);
  const more = wide.length > named.length ? `, and ${wide.length - named.length} more` : '';
  return [{ code: 'wide_scopes', points, detail: `It may: ${named.join('; ')}${more}.` }];
}

function consent(input: RiskInput, now: Millis): RiskReason[] {
  if (input.scopes.length === 0) return [];
  const reasons: RiskReason[] = [];
  if (input.scopes.some(({ admin, scope }) => admin && meaningOf(scope).weight > 0)) {
    reasons.push({
      code: 'admin_consent',
      points: POINTS.adminConsent,
      detail: 'An administrator consented for everybody, so nobody is asked any more.',
    });
  }
  if (input.grantedAt > 0 && input.grantedAt < now - UNUSED_AFTER && input.usedAt < now - UNUSED_AFTER) {
    reasons.push({
      code: 'consent_unused',
      points: POINTS.unusedConsent,
      detail: 'The consent stands, but no sign-on to it was seen for 30 days.',
    });
  }
  if (input.catalogName === null || CUSTOM.test(input.catalogName)) {
    reasons.push({
      code: 'publisher_unknown',
      points: POINTS.unknownPublisher,
      detail: 'It is in no catalogue of the provider: whether its publisher is verified is not known.',
    });
  }
  return reasons;
}

function spread({ users }: RiskInput): RiskReason[] {
  if (users < SOME_USERS) return [];
  const many = users >= MANY_USERS;
  return [
    {
      code: many ? 'many_users' : 'some_users',
      points: many ? POINTS.manyUsers : POINTS.someUsers,
      detail: `${users} accounts were seen with it.`,
    },
  ];
}

/** An app that the source has had for long is not new because Postern is. */
function newness({ managed, firstSeen, createdAt }: RiskInput, now: Millis): RiskReason[] {
  const created = createdAt > now - NEW_FOR;
  if (!created && (managed !== 'unmanaged' || firstSeen <= now - NEW_FOR)) return [];
  return [{ code: 'new', points: POINTS.isNew, detail: 'First seen within the last 7 days.' }];
}

function ownership({ owner, managed, scopes: granted }: RiskInput): RiskReason[] {
  if (owner !== null) return [];
  const points = managed === 'managed' && granted.length === 0 ? POINTS.noOwnerOfManaged : POINTS.noOwner;
  return [{ code: 'no_owner', points, detail: 'Nobody answers for it.' }];
}

function review(input: RiskInput): RiskReason[] {
  if (input.review === 'approved') {
    return [{ code: 'approved', points: POINTS.approved, detail: 'Somebody looked at it and approved it.' }];
  }
  if (input.review === 'blocked' && input.lastSeen > input.reviewedAt) {
    return [{ code: 'blocked_in_use', points: POINTS.blockedInUse, detail: 'Blocked by review, and seen since.' }];
  }
  return [];
}
