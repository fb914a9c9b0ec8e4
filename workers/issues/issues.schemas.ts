import { z } from '@hono/zod-openapi';
import { ISSUE_DETECTION_IDS } from '../detections/types.ts';
import { listQuery } from '../platform/http/router.ts';
import { DISMISS_REASONS, HISTORY_CHANGES } from './issue.ts';
import { ISSUE_SORTS } from './issues.repository.ts';

const severitySchema = z.enum(['low', 'medium', 'high', 'critical']);
const timeSchema = z.string().openapi({ format: 'date-time' });

/** Issues of one bulk send. */
export const MAX_BULK = 200;
const MAX_NOTE = 2_000;

export const issueSchema = z
  .object({
    id: z.string(),
    detection: z.string(),
    title: z.string(),
    severity: severitySchema,
    status: z.enum(['open', 'resolved', 'dismissed']),
    priority: z.number().int().min(0).max(100),
    subject: z.object({
      kind: z.enum(['account', 'identity', 'source']),
      id: z.string(),
      source: z.string(),
      nativeId: z.string(),
      name: z.string(),
    }),
    identityId: z.string().nullable(),
    openedAt: timeSchema,
    resolvedAt: timeSchema.nullable(),
    updatedAt: timeSchema,
    assignee: z.string().nullable(),
    dismissReason: z.enum(DISMISS_REASONS).nullable(),
  })
  .openapi('Issue');

const partySchema = z.object({
  id: z.string(),
  type: z.string(),
  name: z.string().nullable(),
  alternateId: z.string().nullable(),
});

const evidenceEventSchema = z.object({
  id: z.string(),
  source: z.string(),
  uuid: z.string(),
  type: z.string(),
  published: timeSchema,
  storedAt: timeSchema,
  channels: z.array(z.string()),
  actor: partySchema.nullable(),
  targets: z.array(partySchema),
  outcome: z.object({ result: z.string(), reason: z.string().nullable() }).nullable(),
  severity: z.string().nullable(),
  displayMessage: z.string().nullable(),
  clientIp: z.string().nullable(),
  transactionId: z.string().nullable(),
});

const reachSchema = z.object({
  apps: z.number().int(),
  groups: z.number().int(),
  roles: z.number().int(),
  pathToTierZero: z
    .array(
      z.object({
        node: z.object({ id: z.string(), kind: z.string(), name: z.string() }),
        edge: z.string().nullable(),
      }),
    )
    .nullable(),
});

const factSchema = z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())]);

const deliverySchema = z.object({
  id: z.string(),
  integrationId: z.string(),
  automationId: z.string().nullable(),
  change: z.string(),
  status: z.enum(['pending', 'delivered', 'failed', 'dead']),
  attempts: z.number().int(),
  createdAt: timeSchema,
  deliveredAt: timeSchema.nullable(),
  nextAttemptAt: timeSchema.nullable(),
  responseStatus: z.number().int().nullable(),
  error: z.string().nullable(),
});

export const issueDetailSchema = issueSchema
  .extend({
    dismissNote: z.string().nullable(),
    category: z.string(),
    description: z.string(),
    riskAndImpact: z.string(),
    remediation: z.string(),
    priorityFactors: z.array(z.object({ factor: z.string(), points: z.number().int(), detail: z.string() })),
    evidence: z.object({
      facts: z
        .record(z.string(), factSchema)
        .openapi({ description: 'Times are epoch milliseconds, in keys ending in `At`' }),
      events: z.array(evidenceEventSchema),
      reach: reachSchema,
      unverified: z
        .object({ reason: z.string(), since: timeSchema })
        .nullable()
        .openapi({ description: 'Set while the condition cannot be checked, with the reason' }),
    }),
    history: z.array(
      z.object({
        id: z.string(),
        at: timeSchema,
        change: z.enum(HISTORY_CHANGES),
        by: z.string(),
        detail: z.string().nullable(),
      }),
    ),
    deliveries: z.array(deliverySchema),
  })
  .openapi('IssueDetail');

export const issueListQuery = listQuery.extend({
  status: z.enum(['open', 'resolved', 'dismissed', 'all']).default('open'),
  severity: severitySchema.optional(),
  detection: z.enum(ISSUE_DETECTION_IDS).optional(),
  source: z.string().max(80).optional(),
  identity: z.string().max(80).optional(),
  assignee: z.string().max(80).optional().openapi({ description: 'A user id, or `none`' }),
  q: z.string().trim().max(200).optional().openapi({ description: 'Part of the title or of the subject’s name or id' }),
  sort: z.enum(ISSUE_SORTS).default('-priority'),
});

export const dismissBody = z.object({
  reason: z.enum(DISMISS_REASONS),
  note: z.string().trim().max(MAX_NOTE).optional(),
});
export const assignBody = z.object({ assignee: z.string().min(1).max(80).nullable() });
export const sendBody = z.object({ integrationId: z.string().min(1).max(80) });
export const bulkSendBody = sendBody.extend({
  issueIds: z.array(z.string().min(1).max(80)).min(1).max(MAX_BULK),
});
export const sentSchema = z.object({ sent: z.number().int() });

export const summarySchema = z
  .object({
    open: z.object({
      critical: z.number().int(),
      high: z.number().int(),
      medium: z.number().int(),
      low: z.number().int(),
      total: z.number().int(),
    }),
    byDetection: z.array(
      z.object({ detection: z.string(), title: z.string(), open: z.number().int(), severity: severitySchema }),
    ),
    openedLast24h: z.number().int(),
    resolvedLast24h: z.number().int(),
    changedAt: timeSchema.nullable().openapi({ description: 'When any issue changed last' }),
  })
  .openapi('IssueSummary');
