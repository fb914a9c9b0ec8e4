import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';

export const REVIEWS = ['unreviewed', 'approved', 'restricted', 'blocked'] as const;
export const RISKS = ['low', 'medium', 'high'] as const;
export const MANAGED_STATES = ['managed', 'unmanaged', 'unknown'] as const;

/** Apps that evidence names. Empty text and 0 mean "not known", so that the newest of two is one comparison. */
export const discoveredApps = sqliteTable(
  'discovered_apps',
  {
    tenantId: text('tenant_id').notNull(),
    /** `dap_…`, derived from (tenant, source, kind of key, key). */
    id: text('id').notNull(),
    sourceId: text('source_id').notNull(),
    appKey: text('app_key').notNull(),
    keyKind: text('key_kind', { enum: ['app', 'catalog', 'domain'] }).notNull(),
    nativeId: text('native_id').notNull().default(''),
    name: text('name').notNull().default(''),
    namedAt: integer('named_at').notNull().default(0),
    catalogName: text('catalog_name').notNull().default(''),
    domain: text('domain').notNull().default(''),
    domainAt: integer('domain_at').notNull().default(0),
    /** To the hour, like every time of sightings here. */
    firstSeen: integer('first_seen').notNull(),
    lastSeen: integer('last_seen').notNull().default(0),
    /** Last sign-on or token. */
    usedAt: integer('used_at').notNull().default(0),
    createdAt: integer('created_at').notNull().default(0),
    deletedAt: integer('deleted_at').notNull().default(0),
    /** A user of the tenant. */
    owner: text('owner'),
    review: text('review', { enum: REVIEWS }).notNull().default('unreviewed'),
    reviewNote: text('review_note'),
    reviewedBy: text('reviewed_by'),
    reviewedAt: integer('reviewed_at'),
    managed: text('managed', { enum: MANAGED_STATES }).notNull().default('unknown'),
    managedReason: text('managed_reason').notNull().default('not_assessed'),
    managedDetail: text('managed_detail').notNull().default(''),
    risk: text('risk', { enum: RISKS }).notNull().default('low'),
    riskScore: integer('risk_score').notNull().default(0),
    /** JSON array of {code, points, detail}. */
    riskReasons: text('risk_reasons').notNull().default('[]'),
    /** Accounts and active scopes when last assessed. */
    users: integer('users').notNull().default(0),
    scopes: integer('scopes').notNull().default(0),
    /** Moves with every change that an assessment depends on: one that was overtaken is not believed. */
    revision: integer('revision').notNull().default(0),
    /** When an assessment last found something else; 0 before the first. */
    assessedAt: integer('assessed_at').notNull().default(0),
    /** 1 while something has changed that no assessment has seen. */
    dirty: integer('dirty').notNull().default(1),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] })],
);

/** One row an (app, account), however often it signs on. `first_seen`, `last_seen` and `used_at` are to the day. */
export const discoveredUsers = sqliteTable(
  'discovered_users',
  {
    tenantId: text('tenant_id').notNull(),
    appId: text('app_id').notNull(),
    accountId: text('account_id').notNull(),
    nativeId: text('native_id').notNull(),
    login: text('login').notNull().default(''),
    loginAt: integer('login_at').notNull().default(0),
    firstSeen: integer('first_seen').notNull(),
    lastSeen: integer('last_seen').notNull(),
    usedAt: integer('used_at').notNull().default(0),
    assignedAt: integer('assigned_at').notNull().default(0),
    unassignedAt: integer('unassigned_at').notNull().default(0),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.appId, t.accountId] })],
);

/**
 * When a scope was last granted to an app for an account, and when it was last revoked: whichever is later counts, so
 * the order of arrival does not. Account `''` is a grant by an administrator; `*` as account or scope is a revocation
 * of all of them, the source's id as app one for all of its apps.
 */
export const discoveredScopes = sqliteTable(
  'discovered_scopes',
  {
    tenantId: text('tenant_id').notNull(),
    appId: text('app_id').notNull(),
    accountId: text('account_id').notNull(),
    scope: text('scope').notNull(),
    grantedAt: integer('granted_at').notNull().default(0),
    consentKind: text('consent_kind', { enum: ['', 'user', 'admin'] })
      .notNull()
      .default(''),
    eventId: text('event_id').notNull().default(''),
    revokedAt: integer('revoked_at').notNull().default(0),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.appId, t.accountId, t.scope] })],
);

/** The last full sync of a source whose apps discovery has taken in. */
export const discoveryImports = sqliteTable(
  'discovery_imports',
  {
    tenantId: text('tenant_id').notNull(),
    sourceId: text('source_id').notNull(),
    runId: text('run_id').notNull(),
    at: integer('at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.sourceId] })],
);
