import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';

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
