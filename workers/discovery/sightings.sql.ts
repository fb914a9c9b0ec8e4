/** Each takes one parameter: rows as a JSON array of arrays, in the order of the columns. */

const rowsOf = (columns: readonly string[]) => columns.map((_, index) => `value->>${index}`).join(', ');

const APP_COLUMNS = [
  'tenant_id',
  'id',
  'source_id',
  'app_key',
  'key_kind',
  'native_id',
  'name',
  'named_at',
  'catalog_name',
  'domain',
  'domain_at',
  'first_seen',
  'last_seen',
  'used_at',
  'created_at',
  'deleted_at',
] as const;

/** The later of two (time, value) pairs: both columns go together. SQLite compares texts as JavaScript does for ASCII. */
const later = (at: string, value: string) => `(excluded.${at}, excluded.${value}) > (${at}, ${value})`;

/** What an assessment depends on. Times of use alone are for the daily one. */
const APP_MATTERS = `(excluded.first_seen < first_seen OR (excluded.used_at > 0 AND used_at = 0)
  OR excluded.created_at > created_at OR excluded.deleted_at > deleted_at OR excluded.catalog_name > catalog_name)`;

export const UPSERT_APPS = `INSERT INTO discovered_apps (${APP_COLUMNS.join(', ')})
SELECT ${rowsOf(APP_COLUMNS)} FROM json_each(?1) WHERE true
ON CONFLICT (tenant_id, id) DO UPDATE SET
  name = CASE WHEN ${later('named_at', 'name')} THEN excluded.name ELSE name END,
  named_at = CASE WHEN ${later('named_at', 'name')} THEN excluded.named_at ELSE named_at END,
  domain = CASE WHEN ${later('domain_at', 'domain')} THEN excluded.domain ELSE domain END,
  domain_at = CASE WHEN ${later('domain_at', 'domain')} THEN excluded.domain_at ELSE domain_at END,
  catalog_name = max(catalog_name, excluded.catalog_name),
  first_seen = min(first_seen, excluded.first_seen),
  last_seen = max(last_seen, excluded.last_seen),
  used_at = max(used_at, excluded.used_at),
  created_at = max(created_at, excluded.created_at),
  deleted_at = max(deleted_at, excluded.deleted_at),
  revision = revision + ${APP_MATTERS},
  dirty = max(dirty, ${APP_MATTERS})
WHERE ${APP_MATTERS} OR ${later('named_at', 'name')} OR ${later('domain_at', 'domain')}
  OR excluded.last_seen > last_seen OR excluded.used_at > used_at`;

const USER_COLUMNS = [
  'tenant_id',
  'app_id',
  'account_id',
  'native_id',
  'login',
  'login_at',
  'first_seen',
  'last_seen',
  'used_at',
  'assigned_at',
  'unassigned_at',
] as const;

const NEW_LOGIN = `excluded.login <> login AND ${later('login_at', 'login')}`;
const OLDER_LOGIN = 'excluded.login = login AND excluded.login_at < login_at';

export const UPSERT_USERS = `INSERT INTO discovered_users (${USER_COLUMNS.join(', ')})
SELECT ${rowsOf(USER_COLUMNS)} FROM json_each(?1) WHERE true
ON CONFLICT (tenant_id, app_id, account_id) DO UPDATE SET
  login = CASE WHEN ${NEW_LOGIN} THEN excluded.login ELSE login END,
  login_at = CASE WHEN ${NEW_LOGIN} OR ${OLDER_LOGIN} THEN excluded.login_at ELSE login_at END,
  first_seen = min(first_seen, excluded.first_seen),
  last_seen = max(last_seen, excluded.last_seen),
  used_at = max(used_at, excluded.used_at),
  assigned_at = max(assigned_at, excluded.assigned_at),
  unassigned_at = max(unassigned_at, excluded.unassigned_at)
WHERE excluded.first_seen < first_seen OR excluded.last_seen > last_seen OR excluded.used_at > used_at
  OR excluded.assigned_at > assigned_at OR excluded.unassigned_at > unassigned_at 
  OR ${NEW_LOGIN} OR ${OLDER_LOGIN}`;

const SCOPE_COLUMNS = [
  'tenant_id',
  'app_id',
  'account_id',
  'scope',
  'granted_at',
  'consent_kind',
  'event_id',
  'revoked_at',
] as const;

const NEW_GRANT = `(excluded.granted_at, excluded.consent_kind, excluded.event_id) > (granted_at, consent_kind, event_id)`;

export const UPSERT_SCOPES = `INSERT INTO discovered_scopes (${SCOPE_COLUMNS.join(', ')})
SELECT ${rowsOf(SCOPE_COLUMNS)} FROM json_each(?1) WHERE true
ON CONFLICT (tenant_id, app_id, account_id, scope) DO UPDATE SET
  granted_at = CASE WHEN ${NEW_GRANT} THEN excluded.granted_at ELSE granted_at END,
  consent_kind = CASE WHEN ${NEW_GRANT} THEN excluded.consent_kind ELSE consent_kind END,
  event_id = CASE WHEN ${NEW_GRANT} THEN excluded.event_id ELSE event_id END,
  revoked_at = max(revoked_at, excluded.revoked_at)
WHERE ${NEW_GRANT} OR excluded.revoked_at > revoked_at`;

/**
 * Calls for a new assessment of the apps that the rows of users and scopes change. Goes before the rows themselves, in
 * the same transaction.
 */
export const TOUCH_BY_USERS = `UPDATE discovered_apps SET revision = revision + 1, dirty = 1
WHERE (tenant_id, id) IN (
  SELECT value->>0, value->>1 FROM json_each(?1) WHERE NOT EXISTS (
    SELECT 1 FROM discovered_users u
    WHERE u.tenant_id = value->>0 AND u.app_id = value->>1 AND u.account_id = value->>2))`;

export const TOUCH_BY_SCOPES = `WITH changed(tenant_id, app_id) AS (
  SELECT value->>0, value->>1 FROM json_each(?1) WHERE NOT EXISTS (
    SELECT 1 FROM discovered_scopes s
    WHERE s.tenant_id = value->>0 AND s.app_id = value->>1 AND s.account_id = value->>2 AND s.scope = value->>3
      AND (s.granted_at, s.consent_kind, s.event_id) >= (value->>4, value->>5, value->>6)
      AND s.revoked_at >= value->>7))
UPDATE discovered_apps SET revision = revision + 1, dirty = 1
WHERE (tenant_id, id) IN (SELECT tenant_id, app_id FROM changed)`;

/** Takes those of the rows that speak of every app of a source. */
export const TOUCH_BY_SOURCE = `UPDATE discovered_apps SET revision = revision + 1, dirty = 1
FROM json_each(?1)
WHERE discovered_apps.tenant_id = value->>0 AND discovered_apps.source_id = value->>1 AND NOT EXISTS (
  SELECT 1 FROM discovered_scopes s
  WHERE s.tenant_id = value->>0 AND s.app_id = value->>1 AND s.account_id = value->>2 AND s.scope = value->>3
    AND s.revoked_at >= value->>7)`;
