import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';

/** The tenant id of operators and their tokens, who belong to no customer. */
export const OPERATOR_TENANT = 'operator';

export const tenants = sqliteTable('tenants', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  status: text('status', { enum: ['active', 'suspended'] })
    .notNull()
    .default('active'),
  /** Number of GraphShards the tenant's identities are spread over. */
  graphShards: integer('graph_shards').notNull().default(1),
  /** Which set of shards that is: each change of their number fills a new one. */
  graphGeneration: integer('graph_generation').notNull().default(0),
  /** Days that events are kept, of sign-ons to apps (0: only counted), and of the daily usage counted from them. */
  eventRetentionDays: integer('event_retention_days').notNull().default(90),
  signOnRetentionDays: integer('sign_on_retention_days').notNull().default(90),
  usageRetentionDays: integer('usage_retention_days').notNull().default(365),
  /** Days that the graph remembers what was. */
  historyRetentionDays: integer('history_retention_days').notNull().default(365),
  createdAt: integer('created_at').notNull(),
  /** When an operator deleted it; null: not, or taken back. */
  deletedAt: integer('deleted_at'),
});

export const ROLES = ['operator', 'super_admin', 'issue_responder', 'source_admin', 'viewer'] as const;

export const users = sqliteTable(
  'users',
  {
    tenantId: text('tenant_id').notNull(),
    id: text('id').notNull(),
    /** Lower case; unique over the deployment, since the log-in form asks for no tenant. */
    email: text('email').notNull(),
    name: text('name').notNull(),
    role: text('role', { enum: ROLES }).notNull(),
    /** Sources an issue responder may work on; null means all. */
    sourceIds: text('source_ids', { mode: 'json' }).$type<string[]>(),
    /** Permissions beyond the role's own; null means none. */
    extraPermissions: text('extra_permissions', { mode: 'json' }).$type<string[]>(),
    passwordHash: text('password_hash'),
    disabledAt: integer('disabled_at'),
    createdAt: integer('created_at').notNull(),
    lastLoginAt: integer('last_login_at'),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] }), uniqueIndex('users_email').on(t.email)],
);

export const sessions = sqliteTable(
  'sessions',
  {
    /** SHA-256 of the session token, hex. */
    hash: text('hash').primaryKey(),
    tenantId: text('tenant_id').notNull(),
    userId: text('user_id').notNull(),
    createdAt: integer('created_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
  },
  (t) => [index('sessions_user').on(t.tenantId, t.userId)],
);

export const tokens = sqliteTable(
  'tokens',
  {
    tenantId: text('tenant_id').notNull(),
    id: text('id').notNull(),
    name: text('name').notNull(),
    /** SHA-256 of the API token, hex. */
    hash: text('hash').notNull(),
    role: text('role', { enum: ROLES }).notNull(),
    createdBy: text('created_by').notNull(),
    createdAt: integer('created_at').notNull(),
    expiresAt: integer('expires_at'),
    lastUsedAt: integer('last_used_at'),
    revokedAt: integer('revoked_at'),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] }), uniqueIndex('tokens_hash').on(t.hash)],
);

/** Failed log-ins of an address, for throttling. The address is hashed. */
export const loginFailures = sqliteTable('login_failures', {
  emailHash: text('email_hash').primaryKey(),
  count: integer('count').notNull(),
  windowStartedAt: integer('window_started_at').notNull(),
});

export const SOURCE_MODES = ['polling', 'event_hook', 'eventbridge', 'hybrid'] as const;

export const sources = sqliteTable(
  'sources',
  {
    tenantId: text('tenant_id').notNull(),
    id: text('id').notNull(),
    kind: text('kind', { enum: ['okta'] }).notNull(),
    name: text('name').notNull(),
    /** Origin of the source's API, for example `https://acme.okta.com`. */
    baseUrl: text('base_url').notNull(),
    mode: text('mode', { enum: SOURCE_MODES }).notNull(),
    status: text('status', { enum: ['connected', 'failed', 'untested', 'disabled'] })
      .notNull()
      .default('untested'),
    authType: text('auth_type', { enum: ['ssws', 'oauth'] }).notNull(),
    /** OAuth service app only. */
    clientId: text('client_id'),
    /** The API token or the private key (JWK), sealed. */
    sealedCredential: text('sealed_credential').notNull(),
    /** Last result of "Test connection". */
    lastTest: text('last_test', { mode: 'json' }).$type<unknown>(),
    lastTestAt: integer('last_test_at'),
    /** Partner event source that EventBridge deliveries are bound to on first use. */
    partnerSource: text('partner_source'),
    /** Largest share (percent) of a scope that one sync may remove without confirmation. */
    removalLimitPercent: integer('removal_limit_percent').notNull().default(10),
    createdAt: integer('created_at').notNull(),
    deletedAt: integer('deleted_at'),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] })],
);

/** What may be presented in `Authorization` at the ingest endpoints. Found by hash alone: the secret names its source. */
export const ingestSecrets = sqliteTable(
  'ingest_secrets',
  {
    /** SHA-256 of the secret, hex. */
    hash: text('hash').primaryKey(),
    tenantId: text('tenant_id').notNull(),
    sourceId: text('source_id').notNull(),
    channel: text('channel', { enum: ['event_hook', 'eventbridge'] }).notNull(),
    createdAt: integer('created_at').notNull(),
    /** Set on the old secret when a new one is made. */
    expiresAt: integer('expires_at'),
  },
  (t) => [index('ingest_secrets_source').on(t.tenantId, t.sourceId)],
);

export const integrations = sqliteTable(
  'integrations',
  {
    tenantId: text('tenant_id').notNull(),
    id: text('id').notNull(),
    kind: text('kind', { enum: ['webhook'] }).notNull(),
    name: text('name').notNull(),
    status: text('status', { enum: ['untested', 'connected', 'failed', 'disabled'] })
      .notNull()
      .default('untested'),
    url: text('url').notNull(),
    /** How the API key travels: a URL parameter (`clientToken` for Okta Workflows) or a header; null for none. */
    keyIn: text('key_in', { enum: ['query', 'header'] }),
    keyName: text('key_name'),
    sealedKey: text('sealed_key'),
    /** Standard Webhooks signing secret (`whsec_…`), sealed. */
    sealedSigningSecret: text('sealed_signing_secret').notNull(),
    lastTestAt: integer('last_test_at'),
    lastTestError: text('last_test_error'),
    createdAt: integer('created_at').notNull(),
    deletedAt: integer('deleted_at'),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] })],
);

export const automations = sqliteTable(
  'automations',
  {
    tenantId: text('tenant_id').notNull(),
    id: text('id').notNull(),
    integrationId: text('integration_id').notNull(),
    name: text('name').notNull(),
    /** The auto-send toggle. */
    enabled: integer('enabled', { mode: 'boolean' }).notNull().default(true),
    /** Detections whose issues are sent; null means all. */
    detections: text('detections', { mode: 'json' }).$type<string[]>(),
    /** Least severity that is sent; null means all. */
    minSeverity: text('min_severity', { enum: ['low', 'medium', 'high', 'critical'] }),
    /** Changes that are sent. */
    changes: text('changes', { mode: 'json' })
      .$type<('opened' | 'reopened' | 'resolved')[]>()
      .notNull()
      .default(sql`'["opened","reopened"]'`),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    index('automations_integration').on(t.tenantId, t.integrationId),
  ],
);

/** Key pairs of OAuth service apps: unused (no source), next (source and end), or in use (source, no end). */
export const oauthKeys = sqliteTable(
  'oauth_keys',
  {
    tenantId: text('tenant_id').notNull(),
    id: text('id').notNull(),
    sourceId: text('source_id'),
    publicJwk: text('public_jwk', { mode: 'json' }).$type<Record<string, string>>().notNull(),
    /** Null once a source holds it, and for a key that was brought along. */
    sealedPrivateJwk: text('sealed_private_jwk'),
    createdAt: integer('created_at').notNull(),
    expiresAt: integer('expires_at'),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] })],
);

/** Whether a tenant keeps its raw events in R2; absent means no. */
export const archiveSettings = sqliteTable('archive_settings', {
  tenantId: text('tenant_id').primaryKey(),
  enabled: integer('enabled', { mode: 'boolean' }).notNull(),
  /** Days that an archived day is kept. */
  keepDays: integer('keep_days').notNull(),
  updatedAt: integer('updated_at').notNull(),
});

/** Whether Postern may change a tenant's sources. No row: it may not. */
export const remediationSettings = sqliteTable('remediation_settings', {
  tenantId: text('tenant_id').primaryKey(),
  enabled: integer('enabled', { mode: 'boolean' }).notNull(),
  updatedAt: integer('updated_at').notNull(),
  updatedBy: text('updated_by').notNull(),
});

/** The change of a tenant's number of graph shards that is under way, or the last one. */
export const graphMoves = sqliteTable('graph_moves', {
  tenantId: text('tenant_id').primaryKey(),
  fromGeneration: integer('from_generation').notNull(),
  fromShards: integer('from_shards').notNull(),
  toGeneration: integer('to_generation').notNull(),
  toShards: integer('to_shards').notNull(),
  phase: text('phase', { enum: ['copying', 'switching', 'cleaning', 'cancelling', 'done', 'cancelled'] }).notNull(),
  rowsDone: integer('rows_done').notNull().default(0),
  rowsTotal: integer('rows_total').notNull().default(0),
  /** Number of the run that works on it, and until when nobody else does. */
  attempt: integer('attempt').notNull().default(0),
  leaseUntil: integer('lease_until').notNull().default(0),
  /** Why the last run stopped early; the next one tries again. */
  error: text('error'),
  startedAt: integer('started_at').notNull(),
  endedAt: integer('ended_at'),
});

/** Jobs that go over all tenants in several runs. */
export const rounds = sqliteTable('rounds', {
  name: text('name').primaryKey(),
  /** The last tenant that the round has seen, by id; null: no round is under way. */
  after: text('after'),
});
