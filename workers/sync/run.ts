import { z } from 'zod';
import type { SYNC_STATUSES } from '../../db/evidence/schema.ts';
import type { InventoryNeed } from '../graph/port.ts';
import { MINUTE, type Millis } from '../platform/clock.ts';
import type { RateSeen } from '../sources/okta/rate.ts';

export type SyncStatus = (typeof SYNC_STATUSES)[number];
export type SyncKind = 'full' | 'delta' | 'refresh';

/** How often a source is asked what changed, beside the events that it sends. */
export const DELTA_EVERY: Millis = 15 * MINUTE;

/** Needs whose details have a phase of their own, in this order. Roles of apps come before their targets. */
export const DETAIL_NEEDS = [
  'clientRoles',
  'resourceSets',
  'appCredentials',
  'grants',
  'consents',
  'groupPush',
  'policies',
  'authenticators',
  'idps',
  'authorizationServers',
  'aiAgents',
  'entitlements',
] as const satisfies readonly InventoryNeed[];

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
  'inventory',
  ...DETAIL_NEEDS,
  'owners',
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
  /** A gap in what is known, and no failure: a right that was not given, or a bound of ours. */
  optional?: 'right' | 'bound' | undefined;
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
  /** Calls that the run is expected to make, over all phases; absent while nothing tells. */
  expectedCalls?: number | undefined;
  /** Last sign of life. */
  at: Millis;
  decision?: 'confirmed' | 'rejected' | undefined;
  /** Okta's rate limits as the run last saw them. */
  rates?: RateSeen[] | undefined;
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
    kind: z.literal('delta'),
    tenantId: z.string(),
    sourceId: z.string(),
    runId: z.string(),
    /** Begun by the clock: it has no row before it changes something. */
    quiet: z.boolean(),
  }),
  z.object({ kind: z.literal('forget'), tenantId: z.string(), sourceId: z.string(), runId: z.string() }),
]);
export type SyncParams = z.infer<typeof syncParamsSchema>;
export type FullParams = Extract<SyncParams, { kind: 'full' }>;
export type DeltaParams = Extract<SyncParams, { kind: 'delta' }>;
export type ForgetParams = Extract<SyncParams, { kind: 'forget' }>;
