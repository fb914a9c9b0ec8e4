import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/**
 * Canonical events. `id` is derived from (tenant, source, uuid), so the primary key is the dedupe key.
 * The table has no rowid: one row written an event, and one for its only index (tenant_id, published_at, id).
 */
export const events = sqliteTable(
  'events',
  {
    tenantId: text('tenant_id').notNull(),
    id: text('id').notNull(),
    sourceId: text('source_id').notNull(),
    uuid: text('uuid').notNull(),
    type: text('type').notNull(),
    publishedAt: integer('published_at').notNull(),
    storedAt: integer('stored_at').notNull(),
    /** Bit set of the channels that brought it: 1 event_hook, 2 eventbridge, 4 tail, 8 backfill. */
    channels: integer('channels').notNull(),
    /** Inbox delivery that brought it first; the event's effects are done when that delivery is processed. */
    deliveryId: text('delivery_id').notNull(),
    actorId: text('actor_id'),
    actorType: text('actor_type'),
    actorName: text('actor_name'),
    outcome: text('outcome'),
    outcomeReason: text('outcome_reason'),
    severity: text('severity'),
    displayMessage: text('display_message'),
    clientIp: text('client_ip'),
    transactionId: text('transaction_id'),
    /** JSON array of {id, type, name, alternateId}. */
    targets: text('targets').notNull(),
    /** What detections read beyond the columns: the original debugData and contexts, JSON, at most 64 KB. */
    body: text('body').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] })],
);

/** "All events about this user, group or app", without a secondary index: the key is the order. */
export const eventTargets = sqliteTable(
  'event_targets',
  {
    tenantId: text('tenant_id').notNull(),
    targetId: text('target_id').notNull(),
    publishedAt: integer('published_at').notNull(),
    eventId: text('event_id').notNull(),
    targetType: text('target_type').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.targetId, t.publishedAt, t.eventId] })],
);

/** One row a queue message ("delivery"): at most 64 KB of events of one source by one channel. */
export const inbox = sqliteTable(
  'inbox',
  {
    tenantId: text('tenant_id').notNull(),
    id: text('id').notNull(),
    sourceId: text('source_id').notNull(),
    channel: text('channel', { enum: ['event_hook', 'eventbridge', 'tail', 'backfill'] }).notNull(),
    receivedAt: integer('received_at').notNull(),
    /** spooled: kept by ingest because the local queue forgets on a crash; pending: recorded, effects under way. */
    status: text('status', { enum: ['spooled', 'pending', 'processed'] }).notNull(),
    events: integer('events').notNull().default(0),
    accepted: integer('accepted').notNull().default(0),
    ignored: integer('ignored').notNull().default(0),
    duplicate: integer('duplicate').notNull().default(0),
    dead: integer('dead').notNull().default(0),
    attempts: integer('attempts').notNull().default(0),
    processedAt: integer('processed_at'),
    /** The message itself, while it may have to be taken up again. */
    payload: text('payload'),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] })],
);

/** Events too large for a queue message; the message carries a reference. Removed once processed. */
export const oversizedEvents = sqliteTable(
  'oversized_events',
  {
    tenantId: text('tenant_id').notNull(),
    id: text('id').notNull(),
    receivedAt: integer('received_at').notNull(),
    payload: text('payload').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] })],
);

export const deadLetters = sqliteTable(
  'dead_letters',
  {
    tenantId: text('tenant_id').notNull(),
    id: text('id').notNull(),
    sourceId: text('source_id'),
    queue: text('queue', { enum: ['inbox', 'outbound'] }).notNull(),
    channel: text('channel'),
    /** Stable code, for example `event.no_uuid`, `event.bad_time`, `event.too_large`, `attempts_exhausted`. */
    reason: text('reason').notNull(),
    /** What is wrong and what to do next, for people. */
    detail: text('detail').notNull(),
    payload: text('payload').notNull(),
    createdAt: integer('created_at').notNull(),
    status: text('status', { enum: ['open', 'replayed', 'discarded'] })
      .notNull()
      .default('open'),
    resolvedAt: integer('resolved_at'),
    resolvedBy: text('resolved_by'),
    note: text('note'),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] })],
);

/** Running totals of a source. `pending` is counted from the inbox, not stored. */
export const counters = sqliteTable(
  'counters',
  {
    tenantId: text('tenant_id').notNull(),
    sourceId: text('source_id').notNull(),
    received: integer('received').notNull().default(0),
    accepted: integer('accepted').notNull().default(0),
    ignored: integer('ignored').notNull().default(0),
    duplicate: integer('duplicate').notNull().default(0),
    processed: integer('processed').notNull().default(0),
    dead: integer('dead').notNull().default(0),
    lastReceivedAt: integer('last_received_at'),
    lastPublishedAt: integer('last_published_at'),
    /** Delay from published to stored of the newest pushed event, milliseconds. */
    lagMillis: integer('lag_millis'),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.sourceId] })],
);

export const DEAD_LETTER_JOB_STATUSES = ['running', 'succeeded', 'cancelled', 'failed'] as const;

/** Many dead letters replayed or discarded at once, chunk by chunk. */
export const deadLetterJobs = sqliteTable(
  'dead_letter_jobs',
  {
    tenantId: text('tenant_id').notNull(),
    id: text('id').notNull(),
    kind: text('kind', { enum: ['replay', 'discard'] }).notNull(),
    /** JSON: {source?, reason?, queue?, since?, until?}; times in milliseconds. */
    filter: text('filter').notNull(),
    /** JSON array of ids, when they were named one by one. */
    ids: text('ids'),
    /** Why they are discarded. */
    reason: text('reason'),
    status: text('status', { enum: DEAD_LETTER_JOB_STATUSES }).notNull(),
    /** Letters that were open and matched at the beginning. */
    matched: integer('matched').notNull(),
    done: integer('done').notNull().default(0),
    /** Letters that cannot be replayed: they stay open. */
    skipped: integer('skipped').notNull().default(0),
    /** Id of the last letter looked at. */
    cursor: text('cursor').notNull().default(''),
    /** JSON array of letters marked as replayed and perhaps not sent yet. */
    claimed: text('claimed'),
    /** Who works on it, until when: one run at a time. */
    lease: text('lease'),
    leaseUntil: integer('lease_until'),
    /** JSON: the principal. */
    requestedBy: text('requested_by').notNull(),
    error: text('error'),
    createdAt: integer('created_at').notNull(),
    endedAt: integer('ended_at'),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] })],
);
