import { jsonParameters } from '../inbox/json-parameters.ts';
import type { AppRow, Folded, ScopeRow, UserRow } from './fold.ts';
import {
  TOUCH_BY_SCOPES,
  TOUCH_BY_SOURCE,
  TOUCH_BY_USERS,
  UPSERT_APPS,
  UPSERT_SCOPES,
  UPSERT_USERS,
} from './sightings.sql.ts';

/**
 * Writes what was seen, of any number of tenants, in one transaction. What is there already is not written again.
 * Returns the rows written.
 */
export async function writeSightings(db: D1Database, { apps, users, scopes }: Folded): Promise<number> {
  const userRows = jsonParameters(users.map(userRow));
  const everyApp = scopes.filter(({ appId }) => !appId.startsWith('dap_'));
  const scopeRows = jsonParameters(scopes.map(scopeRow));
  const statements = [
    ...bound(db, UPSERT_APPS, jsonParameters(apps.map(appRow))),
    ...bound(db, TOUCH_BY_USERS, userRows),
    ...bound(db, UPSERT_USERS, userRows),
    ...bound(db, TOUCH_BY_SCOPES, scopeRows),
    ...bound(db, TOUCH_BY_SOURCE, jsonParameters(everyApp.map(scopeRow))),
    ...bound(db, UPSERT_SCOPES, scopeRows),
  ];
  if (statements.length === 0) return 0;
  const results = await db.batch(statements);
  return results.reduce((sum, { meta }) => sum + meta.rows_written, 0);
}

function bound(db: D1Database, sql: string, parameters: string[]): D1PreparedStatement[] {
  const statement = db.prepare(sql);
  return parameters.map((json) => statement.bind(json));
}

const appRow = (row: AppRow) => [
  row.tenantId,
  row.appId,
  row.sourceId,
  row.key,
  row.keyKind,
  row.nativeId,
  row.name,
  row.namedAt,
  row.catalogName,
  row.domain,
  row.domainAt,
  row.firstSeen,
  row.lastSeen,
  row.usedAt,
  row.createdAt,
  row.deletedAt,
];

const userRow = (row: UserRow) => [
  row.tenantId,
  row.appId,
  row.accountId,
  row.nativeId,
  row.login,
  row.loginAt,
  row.firstSeen,
  row.lastSeen,
  row.usedAt,
  row.assignedAt,
  row.unassignedAt,
];

const scopeRow = (row: ScopeRow) => [
  row.tenantId,
  row.appId,
  row.accountId,
  row.scope,
  row.grantedAt,
  row.consentKind,
  row.eventId,
  row.revokedAt,
];
