import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';

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
    /** JSON: the call that is about to be made, and what a retry needs in order to see whether it was. */
    intent: text('intent'),
    problem: text('problem'),
    /** What to do next. */
    advice: text('advice'),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] })],
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
