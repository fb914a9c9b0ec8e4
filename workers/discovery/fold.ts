import { DAY, HOUR, type Millis } from '../platform/clock.ts';
import type { AppSeen, ConsentKind, Sighting } from './sighting.ts';

/** Times of an app move by this step, so that a busy app writes one row an hour. */
export const APP_STEP: Millis = HOUR;
/**
 * Last times of one account with one app: someone who signs on daily writes a row a month. What is shown comes from the
 * usage, which has them exactly (`users.ts`).
 */
export const USER_STEP: Millis = 30 * DAY;
/** First times of the same: a history that is read backwards moves them once a week of it. */
export const FIRST_STEP: Millis = 7 * DAY;

/** A revocation of all scopes, or for all accounts. */
export const EVERY = '*';
/** The account of what an administrator consented to. */
export const NOBODY = '';

export const stepOf = (at: Millis, step: Millis): Millis => Math.floor(at / step) * step;

interface Key {
  tenantId: string;
  appId: string;
}

export interface AppRow extends Key {
  sourceId: string;
  key: string;
  keyKind: AppSeen['keyKind'];
  nativeId: string;
  name: string;
  namedAt: Millis;
  catalogName: string;
  domain: string;
  domainAt: Millis;
  firstSeen: Millis;
  lastSeen: Millis;
  usedAt: Millis;
  createdAt: Millis;
  deletedAt: Millis;
}

export interface UserRow extends Key {
  accountId: string;
  nativeId: string;
  login: string;
  /** When this login was seen first, by `FIRST_STEP`. */
  loginAt: Millis;
  firstSeen: Millis;
  lastSeen: Millis;
  usedAt: Millis;
  assignedAt: Millis;
  unassignedAt: Millis;
}

export interface ScopeRow extends Key {
  accountId: string;
  scope: string;
  grantedAt: Millis;
  consentKind: ConsentKind | '';
  eventId: string;
  revokedAt: Millis;
}

export interface Folded {
  apps: AppRow[];
  users: UserRow[];
  scopes: ScopeRow[];
}

/**
 * Sightings as rows, one a thing. First is the least and last the greatest time; a name and a grant go by (time, value),
 * a login by when it was seen first: the newer replaces the older. All of these can be put together in any order and any
 * number of times, here and again in the database.
 */
export function fold(sightings: readonly Sighting[]): Folded {
  const apps = new Map<string, AppRow>();
  const users = new Map<string, UserRow>();
  const scopes = new Map<string, ScopeRow>();
  for (const sighting of sightings) {
    if (sighting.app !== null) mergeApp(apps, sighting, sighting.app);
    if (sighting.app !== null) mergeUser(users, sighting, sighting.app.id);
    mergeScopes(scopes, sighting);
  }
  return { apps: [...apps.values()], users: [...users.values()], scopes: [...scopes.values()] };
}

const isUse = ({ kind }: Sighting) => kind === 'sso';

function mergeApp(apps: Map<string, AppRow>, sighting: Sighting, app: AppSeen): void {
  const at = stepOf(sighting.at, APP_STEP);
  const mapKey = `${sighting.tenantId}/${app.id}`;
  let row = apps.get(mapKey);
  if (!row) {
    row = {
      tenantId: sighting.tenantId,
      appId: app.id,
      sourceId: sighting.sourceId,
      key: app.key,
      keyKind: app.keyKind,
      nativeId: app.nativeId ?? '',
      name: '',
      namedAt: 0,
      catalogName: '',
      domain: '',
      domainAt: 0,
      firstSeen: at,
      lastSeen: at,
      usedAt: 0,
      createdAt: 0,
      deletedAt: 0,
    };
    apps.set(mapKey, row);
  }
  row.firstSeen = Math.min(row.firstSeen, at);
  row.lastSeen = Math.max(row.lastSeen, at);
  if (isUse(sighting)) row.usedAt = Math.max(row.usedAt, at);
  if (sighting.kind === 'app_created') row.createdAt = Math.max(row.createdAt, at);
  if (sighting.kind === 'app_deleted') row.deletedAt = Math.max(row.deletedAt, at);
  if (app.name !== null && isNewer(at, app.name, row.namedAt, row.name)) {
    row.name = app.name;
    row.namedAt = at;
  }
  if (app.domain !== null && isNewer(at, app.domain, row.domainAt, row.domain)) {
    row.domain = app.domain;
    row.domainAt = at;
  }
  // the same for good, but for a rename by the provider
  if (app.catalogName !== null && app.catalogName > row.catalogName) row.catalogName = app.catalogName;
}

function mergeUser(users: Map<string, UserRow>, sighting: Sighting, appId: string): void {
  const { account } = sighting;
  if (account === null || account === 'everyone') return;
  const first = stepOf(sighting.at, FIRST_STEP);
  const last = stepOf(sighting.at, USER_STEP);
  const mapKey = `${sighting.tenantId}/${appId}/${account.id}`;
  let row = users.get(mapKey);
  if (!row) {
    row = {
      tenantId: sighting.tenantId,
      appId,
      accountId: account.id,
      nativeId: account.nativeId,
      login: '',
      loginAt: 0,
      firstSeen: first,
      lastSeen: last,
      usedAt: 0,
      assignedAt: 0,
      unassignedAt: 0,
    };
    users.set(mapKey, row);
  }
  row.firstSeen = Math.min(row.firstSeen, first);
  row.lastSeen = Math.max(row.lastSeen, last);
  if (isUse(sighting)) row.usedAt = Math.max(row.usedAt, last);
  if (sighting.kind === 'assignment') row.assignedAt = Math.max(row.assignedAt, sighting.at);
  if (sighting.kind === 'unassignment') row.unassignedAt = Math.max(row.unassignedAt, sighting.at);
  if (account.login === null) return;
  if (account.login === row.login) row.loginAt = Math.min(row.loginAt, first);
  else if (isNewer(first, account.login, row.loginAt, row.login)) {
    row.login = account.login;
    row.loginAt = first;
  }
}

function mergeScopes(rows: Map<string, ScopeRow>, sighting: Sighting): void {
  const { tenantId, kind, account, at } = sighting;
  const revoked = kind === 'consent_revoked';
  if (!revoked && kind !== 'consent') return;
  const appId = sighting.app?.id ?? sighting.sourceId;
  const accountId = account === 'everyone' ? EVERY : (account?.id ?? NOBODY);
  for (const scope of revoked && sighting.scopes.length === 0 ? [EVERY] : sighting.scopes) {
    const mapKey = JSON.stringify([tenantId, appId, accountId, scope]);
    const row = rows.get(mapKey) ?? {
      tenantId,
      appId,
      accountId,
      scope,
      grantedAt: 0,
      consentKind: '' as const,
      eventId: '',
      revokedAt: 0,
    };
    if (revoked) row.revokedAt = Math.max(row.revokedAt, at);
    else {
      const grant = [at, sighting.consentKind ?? 'user', sighting.eventId] as const;
      if (isLater(grant, [row.grantedAt, row.consentKind, row.eventId])) {
        [row.grantedAt, row.consentKind, row.eventId] = grant;
      }
    }
    rows.set(mapKey, row);
  }
}

function isNewer(at: Millis, value: string, thanAt: Millis, than: string): boolean {
  return at > thanAt || (at === thanAt && value > than);
}

type Grant = readonly [Millis, string, string];

/** As SQLite compares row values. */
function isLater(a: Grant, b: Grant): boolean {
  if (a[0] !== b[0]) return a[0] > b[0];
  return a[1] !== b[1] ? a[1] > b[1] : a[2] > b[2];
}
