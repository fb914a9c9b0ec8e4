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
    kind: text('kind', { enum: ['full', 'delta', 'refresh'] }).notNull(),
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

export const BACKFILL_STATUSES = ['queued', 'running', 'succeeded', 'failed', 'cancelled'] as const;

/** One reading of a source's past log. */
export const backfills = sqliteTable(
  'backfills',
  {
    tenantId: text('tenant_id').notNull(),
    id: text('id').notNull(),
    sourceId: text('source_id').notNull(),
    status: text('status', { enum: BACKFILL_STATUSES }).notNull(),
    /** The range that is read: from `since` on, before `until`. */
    since: integer('since').notNull(),
    until: integer('until').notNull(),
    windowsDone: integer('windows_done').notNull().default(0),
    windowsTotal: integer('windows_total').notNull(),
    /** Events that the log gave; `accepted` of them are of a kind that is kept. */
    events: integer('events').notNull().default(0),
    accepted: integer('accepted').notNull().default(0),
    pages: integer('pages').notNull().default(0),
    /** Calls to the source, those that failed included. */
    calls: integer('calls').notNull().default(0),
    startedAt: integer('started_at').notNull(),
    endedAt: integer('ended_at'),
    /** `code: what to do`. */
    error: text('error'),
    /** JSON: the place inside the window, what is on its way to the inbox, what the run waits for. */
    checkpoint: text('checkpoint').notNull(),
    /** The workflow instance that may go on with it: a later one takes over. */
    instance: integer('instance').notNull().default(1),
    /** Without a sign of life until then the run is taken up again. */
    aliveUntil: integer('alive_until').notNull(),
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

/** What the minute's watch over a source remembers: one small row a source, see `workers/sources/watch`. */
export const sourceWatch = sqliteTable(
  'source_watch',
  {
    tenantId: text('tenant_id').notNull(),
    sourceId: text('source_id').notNull(),
    /** Grows with each write: of two ticks at once, one writes. */
    version: integer('version').notNull(),
    /** JSON. */
    state: text('state').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.sourceId] })],
);

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

export const REMEDIATION_STATUSES = ['planned', 'queued', 'running', 'done', 'failed'] as const;

/** Changes to a source: planned (a dry run was shown), then confirmed by a person and made. */
export const remediations = sqliteTable(
  'remediations',
  {
    tenantId: text('tenant_id').notNull(),
    id: text('id').notNull(),
    sourceId: text('source_id').notNull(),
    action: text('action').notNull(),
    status: text('status', { enum: REMEDIATION_STATUSES }).notNull(),
    /** JSON: what was asked for, by ids of the graph. */
    request: text('request').notNull(),
    /** What a person has to type. */
    confirm: text('confirm').notNull(),
    /** SHA-256 of what would be called, hex. */
    digest: text('digest').notNull(),
    /** JSON: the dry run as it was shown. */
    plan: text('plan').notNull(),
    /** JSON: the principal. */
    requestedBy: text('requested_by').notNull(),
    createdAt: integer('created_at').notNull(),
    /** A plan can be confirmed until then. */
    expiresAt: integer('expires_at').notNull(),
    confirmedAt: integer('confirmed_at'),
    startedAt: integer('started_at'),
    endedAt: integer('ended_at'),
    /** Calls of the plan that Okta has answered. */
    callsDone: integer('calls_done').notNull().default(0),
    attempts: integer('attempts').notNull().default(0),
    nextAttemptAt: integer('next_attempt_at'),
    /** Who works on it, until when: one run at a time. */
    lease: text('lease'),
    leaseUntil: integer('lease_until'),
    /** JSON array: what Okta answered to each call. */
    answers: text('answers').notNull().default('[]'),
    problem: text('problem'),
    /** What to do next. */
    advice: text('advice'),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] })],
);

/** What the syncs of a source remember for the next one: one small row a source, see `workers/sync/sync-state.ts`. */
export const syncState = sqliteTable(
  'sync_state',
  {
    tenantId: text('tenant_id').notNull(),
    sourceId: text('source_id').notNull(),
    /** JSON. */
    state: text('state').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.sourceId] })],
);

/** How critical people say that a node is, see `workers/criticality`. */
export const criticalities = sqliteTable(
  'criticalities',
  {
    tenantId: text('tenant_id').notNull(),
    nodeId: text('node_id').notNull(),
    level: text('level').notNull(),
    note: text('note'),
    /** Name of who said so. */
    setBy: text('set_by').notNull(),
    setAt: integer('set_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.nodeId] })],
);
