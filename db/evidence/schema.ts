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

export const SYNC_STATUSES = ['queued', 'running', 'succeeded', 'partial', 'held', 'failed', 'cancelled'] as const;

export const syncRuns = sqliteTable(
  'sync_runs',
  {
    tenantId: text('tenant_id').notNull(),
    id: text('id').notNull(),
    sourceId: text('source_id').notNull(),
    kind: text('kind', { enum: ['full', 'refresh'] }).notNull(),
    status: text('status', { enum: SYNC_STATUSES }).notNull(),
    startedAt: integer('started_at').notNull(),
    endedAt: integer('ended_at'),
    calls: integer('calls').notNull().default(0),
    rowsWritten: integer('rows_written').notNull().default(0),
    /** {phase, done, total, failedScopes:[{scope, reason}], held:[{scope, existing, removing}]} */
    progress: text('progress', { mode: 'json' }).$type<unknown>(),
    error: text('error'),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] })],
);

export const SEVERITIES = ['low', 'medium', 'high', 'critical'] as const;
export const ISSUE_STATUSES = ['open', 'resolved', 'dismissed'] as const;

export const issues = sqliteTable(
  'issues',
  {
    tenantId: text('tenant_id').notNull(),
    /** Derived from (tenant, detection, subject kind, subject id): re-detection never duplicates. */
    id: text('id').notNull(),
    detection: text('detection').notNull(),
    title: text('title').notNull(),
    severity: text('severity', { enum: SEVERITIES }).notNull(),
    status: text('status', { enum: ISSUE_STATUSES }).notNull(),
    /** 0 to 100. */
    priority: integer('priority').notNull(),
    /** JSON array of {factor, points, detail}: how the priority came about. */
    priorityFactors: text('priority_factors').notNull(),
    subjectKind: text('subject_kind').notNull(),
    subjectId: text('subject_id').notNull(),
    subjectSource: text('subject_source').notNull(),
    subjectNativeId: text('subject_native_id').notNull(),
    subjectName: text('subject_name').notNull(),
    identityId: text('identity_id'),
    /** JSON: {facts, events, path} that made it. */
    evidence: text('evidence').notNull(),
    assignee: text('assignee'),
    dismissReason: text('dismiss_reason'),
    dismissNote: text('dismiss_note'),
    openedAt: integer('opened_at').notNull(),
    resolvedAt: integer('resolved_at'),
    updatedAt: integer('updated_at').notNull(),
    /** Sequence of the shard's verdict change last applied: older ones are ignored. */
    changeSeq: integer('change_seq').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] })],
);

export const issueHistory = sqliteTable(
  'issue_history',
  {
    tenantId: text('tenant_id').notNull(),
    issueId: text('issue_id').notNull(),
    id: text('id').notNull(),
    at: integer('at').notNull(),
    /** opened, reopened, resolved, dismissed, assigned, sent, severity_changed, noted */
    change: text('change').notNull(),
    /** Who: a user id, a token id, or `postern`. */
    by: text('by').notNull(),
    detail: text('detail'),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.issueId, t.at, t.id] })],
);

export const deliveries = sqliteTable(
  'deliveries',
  {
    tenantId: text('tenant_id').notNull(),
    /** Derived from (tenant, integration, issue, change time): the same change is delivered once. */
    id: text('id').notNull(),
    integrationId: text('integration_id').notNull(),
    automationId: text('automation_id'),
    issueId: text('issue_id'),
    change: text('change').notNull(),
    status: text('status', { enum: ['pending', 'delivered', 'failed', 'dead'] }).notNull(),
    attempts: integer('attempts').notNull().default(0),
    createdAt: integer('created_at').notNull(),
    deliveredAt: integer('delivered_at'),
    nextAttemptAt: integer('next_attempt_at'),
    responseStatus: integer('response_status'),
    error: text('error'),
    /** The body that was or will be sent, JSON. */
    body: text('body').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] })],
);

export const audit = sqliteTable(
  'audit',
  {
    tenantId: text('tenant_id').notNull(),
    id: text('id').notNull(),
    at: integer('at').notNull(),
    actorKind: text('actor_kind', { enum: ['user', 'token', 'system'] }).notNull(),
    actorId: text('actor_id').notNull(),
    actorName: text('actor_name').notNull(),
    /** `issue.dismiss`, `source.create`, `session.create`, … */
    action: text('action').notNull(),
    targetKind: text('target_kind'),
    targetId: text('target_id'),
    /** JSON without secrets. */
    detail: text('detail'),
    ip: text('ip'),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.at, t.id] })],
);
