import { z } from 'zod';
import type { SYNC_STATUSES } from '../../db/evidence/schema.ts';
import type { Millis } from '../platform/clock.ts';

export type SyncStatus = (typeof SYNC_STATUSES)[number];
export type SyncKind = 'full' | 'refresh';

/** The order of a full sync. */
export const PHASES = [
  'users',
  'groups',
  'members',
  'apps',
  'appUsers',
  'appGroups',
  'admins',
  'userRoles',
  'groupRoles',
  'roles',
  'factors',
  'evaluate',
] as const;
export type Phase = (typeof PHASES)[number];

/** A part of the source that was not read completely: what the graph knew of it stays. */
export interface FailedScope {
  /** `users`, `members:00g…`, … */
  scope: string;
  reason: string;
  /** Only single objects were left out, because they could not be read: the rest of the scope is there. */
  leftOut?: true | undefined;
}

/** A part whose removals wait for a person's word. */
export interface HeldScope {
  scope: string;
  existing: number;
  removing: number;
}

/** Where a run is, and what it could not do. Stored as JSON. */
export interface SyncProgress {
  phase: Phase | 'queued' | 'done';
  done: number;
  total: number;
  /** The first ones; `failedMore` counts those beyond. */
  failedScopes: FailedScope[];
  failedMore: number;
  held: HeldScope[];
  heldMore: number;
  /** Last sign of life. */
  at: Millis;
  decision?: 'confirmed' | 'rejected' | undefined;
}

/** Scopes that a progress names; more are counted. Keeps the row small when a whole org answers with errors. */
export const MAX_NAMED_SCOPES = 50;

export function emptyProgress(at: Millis): SyncProgress {
  return { phase: 'queued', done: 0, total: 0, failedScopes: [], failedMore: 0, held: [], heldMore: 0, at };
}

export interface SyncRun {
  id: string;
  sourceId: string;
  kind: SyncKind;
  status: SyncStatus;
  startedAt: Millis;
  endedAt: Millis | null;
  calls: number;
  rowsWritten: number;
  progress: SyncProgress | null;
  error: string | null;
}

const objectIds = z.array(z.string().min(1).max(200)).max(100);

/** Parameters of a SyncWorkflow instance. Ids only: what they name is read when it is needed. */
export const syncParamsSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('full'),
    tenantId: z.string(),
    sourceId: z.string(),
    runId: z.string(),
    /** Held scopes that a person confirmed: only these are listed again, and may lose the share confirmed. */
    confirmed: z
      .array(z.object({ scope: z.string(), existing: z.number().int(), removing: z.number().int() }))
      .optional(),
  }),
  z.object({
    kind: z.literal('refresh'),
    tenantId: z.string(),
    sourceId: z.string(),
    runId: z.string(),
    users: objectIds,
    groups: objectIds,
    /** Groups whose members are listed too. */
    members: objectIds.default([]),
    apps: objectIds,
  }),
  z.object({ kind: z.literal('forget'), tenantId: z.string(), sourceId: z.string(), runId: z.string() }),
]);
export type SyncParams = z.infer<typeof syncParamsSchema>;
export type FullParams = Extract<SyncParams, { kind: 'full' }>;
export type RefreshParams = Extract<SyncParams, { kind: 'refresh' }>;
export type ForgetParams = Extract<SyncParams, { kind: 'forget' }>;
