import { z } from '@hono/zod-openapi';
import { eventSchema } from '../inbox/inbox.schemas.ts';
import { listQuery } from '../platform/http/router.ts';
import { APP_SORTS } from './apps.repository.ts';

const timeSchema = z.string().openapi({ format: 'date-time' });
const riskSchema = z.enum(['low', 'medium', 'high']);
const managedSchema = z.enum(['managed', 'unmanaged', 'unknown']);
const reviewSchema = z.enum(['unreviewed', 'approved', 'restricted', 'blocked']);

const MAX_NOTE = 2_000;

export const appSchema = z
  .object({
    id: z.string(),
    source: z.string(),
    key: z.string().openapi({ description: 'What the app is known by; stable' }),
    keyKind: z.enum(['app', 'catalog', 'domain']).openapi({
      description: 'The provider’s id of the app, its name in the provider’s catalogue, or a registrable domain',
    }),
    nativeId: z.string().nullable(),
    name: z.string(),
    catalogName: z.string().nullable(),
    domain: z.string().nullable(),
    firstSeen: timeSchema,
    lastSeen: timeSchema.nullable().openapi({ description: 'Last evidence, to the hour; null: only listed' }),
    lastUsed: timeSchema.nullable().openapi({ description: 'Last sign-on, to the hour' }),
    users: z.number().int().openapi({ description: 'Accounts seen with it' }),
    scopes: z.number().int().openapi({ description: 'Scopes that are granted and not revoked' }),
    managed: z.object({ state: managedSchema, reason: z.string(), detail: z.string() }),
    risk: z.object({ level: riskSchema, score: z.number().int().min(0).max(100) }),
    owner: z.string().nullable(),
    review: z.object({
      state: reviewSchema,
      by: z.string().nullable(),
      at: timeSchema.nullable(),
      note: z.string().nullable(),
    }),
    assessedAt: timeSchema.nullable().openapi({ description: 'When an assessment last came out differently' }),
  })
  .openapi('DiscoveredApp');

const scopeSchema = z.object({
  scope: z.string(),
  meaning: z.string(),
  weight: z.number().int().openapi({ description: '0 to 40; wide from 15' }),
  wide: z.boolean(),
  accounts: z.number().int().openapi({ description: 'Accounts it stands for' }),
  revoked: z.number().int().openapi({ description: 'Accounts it stood for' }),
  admin: z.boolean().openapi({ description: 'An administrator consented' }),
  active: z.boolean(),
  firstGranted: timeSchema,
  lastGranted: timeSchema,
});

export const appUserSchema = z
  .object({
    accountId: z.string(),
    nativeId: z.string(),
    login: z.string().nullable(),
    firstSeen: timeSchema.openapi({ description: 'To the week' }),
    lastSeen: timeSchema.openapi({ description: 'The last use, assignment or consent' }),
    lastUsed: timeSchema.nullable().openapi({
      description: 'By the usage; to 30 days where that knows nothing of the app, or no longer',
    }),
    assigned: z.boolean().nullable().openapi({ description: 'By events; null when none spoke of it' }),
    scopes: z.array(z.string()),
    consent: z.enum(['active', 'revoked', 'none']),
    revokedAt: timeSchema.nullable(),
  })
  .openapi('DiscoveredAppUser');

export const appDetailSchema = appSchema
  .extend({
    reasons: z.array(z.object({ code: z.string(), points: z.number().int(), detail: z.string() })),
    grants: z.array(scopeSchema),
    firstUsers: z.array(appUserSchema).openapi({ description: 'Those seen last; all under `/users`' }),
    events: z.array(eventSchema).openapi({ description: 'Evidence that is still stored, newest first' }),
  })
  .openapi('DiscoveredAppDetail');

export const appListQuery = listQuery.extend({
  q: z.string().trim().max(200).optional().openapi({ description: 'Part of the name, domain, catalogue name or key' }),
  risk: riskSchema.optional(),
  managed: managedSchema.optional(),
  review: reviewSchema.optional(),
  source: z.string().max(80).optional(),
  owner: z.string().max(80).optional().openapi({ description: 'A user id, or `none`' }),
  sort: z.enum(APP_SORTS).default('-risk'),
});

export const decisionBody = z
  .object({
    owner: z.string().min(1).max(80).nullable().optional(),
    review: reviewSchema.optional(),
    note: z.string().trim().max(MAX_NOTE).nullable().optional(),
  })
  .strict();
export type DecisionInput = z.output<typeof decisionBody>;

const counts = z.number().int();
export const discoverySummarySchema = z
  .object({
    total: counts,
    byRisk: z.object({ low: counts, medium: counts, high: counts }),
    byManaged: z.object({ managed: counts, unmanaged: counts, unknown: counts }),
    byReview: z.object({ unreviewed: counts, approved: counts, restricted: counts, blocked: counts }),
    newLast7d: counts,
    withoutOwner: counts,
  })
  .openapi('DiscoverySummary');
