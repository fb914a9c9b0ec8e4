import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/**
 * Sign-ons that are recorded and not yet in the rollups. A recorded batch adds one row to a tenant, or its sign-ons to
 * the last row while that is small.
 */
export const usageSegments = sqliteTable(
  'usage_segments',
  {
    tenantId: text('tenant_id').notNull(),
    seq: integer('seq').notNull(),
    /** When its first sign-on was recorded. */
    at: integer('at').notNull(),
    signOns: integer('sign_ons').notNull(),
    /** The batch that wrote last, and the place in `uses` where it began: what was new in it is read from here. */
    batch: text('batch').notNull(),
    batchStart: integer('batch_start').notNull(),
    /** JSON array of event keys: sign-ons that have no event row. */
    seen: text('seen').notNull(),
    /** JSON array of [event key, bucket, account, app, published, address hash | null, source, has an event row]. */
    uses: text('uses').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.seq] })],
);

/**
 * Use of apps by accounts, by the UTC day (days since the epoch). One entry an (account, app, day), packed by the bucket
 * that the account hashes to: a row an entry would cost more rows than the sign-ons are worth.
 */
export const usageDaily = sqliteTable(
  'usage_daily',
  {
    tenantId: text('tenant_id').notNull(),
    bucket: integer('bucket').notNull(),
    day: integer('day').notNull(),
    /** JSON array of [account, app, sign-ons, first, last, [address hash, …]]. */
    uses: text('uses').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.bucket, t.day] })],
);

/** The app's side: sums by day, and the buckets that hold the accounts. */
export const usageApps = sqliteTable(
  'usage_apps',
  {
    tenantId: text('tenant_id').notNull(),
    appId: text('app_id').notNull(),
    day: integer('day').notNull(),
    signOns: integer('sign_ons').notNull(),
    lastAt: integer('last_at').notNull(),
    /** JSON array of bucket numbers. */
    buckets: text('buckets').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.appId, t.day] })],
);

/** The last use of each app by each account, packed by the account's bucket. */
export const usageLast = sqliteTable(
  'usage_last',
  {
    tenantId: text('tenant_id').notNull(),
    bucket: integer('bucket').notNull(),
    oldestAt: integer('oldest_at').notNull(),
    /** JSON array of [account, app, last]. */
    uses: text('uses').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.bucket] })],
);

/** Who used an app lately: the app's side of `usage_last`, packed by a part of the buckets. */
export const usageAppUsers = sqliteTable(
  'usage_app_users',
  {
    tenantId: text('tenant_id').notNull(),
    appId: text('app_id').notNull(),
    part: integer('part').notNull(),
    oldestDay: integer('oldest_day').notNull(),
    /** JSON array of [60 bits of the account's id, day of its last use]. */
    users: text('users').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.appId, t.part] })],
);

/** Keys of counted sign-ons that have no event row, by the hour of their publication: none counts twice. */
export const usageSeen = sqliteTable(
  'usage_seen',
  {
    tenantId: text('tenant_id').notNull(),
    sourceId: text('source_id').notNull(),
    /** Hours since the epoch. */
    hour: integer('hour').notNull(),
    seq: integer('seq').notNull(),
    /** JSON array of event keys. */
    ids: text('ids').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.sourceId, t.hour, t.seq] })],
);

/** Raw events of a delivery until they are in an object. Part 0 holds the ordinary ones, each further part a large one. */
export const archiveStaged = sqliteTable(
  'archive_staged',
  {
    tenantId: text('tenant_id').notNull(),
    deliveryId: text('delivery_id').notNull(),
    part: integer('part').notNull(),
    /** Day of receipt, UTC: `2026-06-01`. */
    day: text('day').notNull(),
    events: integer('events').notNull(),
    /** The object they go into; null until one is begun. */
    objectId: text('object_id'),
    /** JSON texts, one a line. */
    payload: text('payload').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.deliveryId, t.part] })],
);

/** Objects of the archive: `<tenant>/<day>/<id>.ndjson.gz`. */
export const archiveObjects = sqliteTable(
  'archive_objects',
  {
    tenantId: text('tenant_id').notNull(),
    day: text('day').notNull(),
    /** Derived from the deliveries in it. */
    id: text('id').notNull(),
    events: integer('events').notNull(),
    /** Compressed; null while it is being written. */
    bytes: integer('bytes'),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.day, t.id] })],
);
