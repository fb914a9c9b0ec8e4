import { z } from '@hono/zod-openapi';
import { nodeCriticalitySchema } from '../criticality/criticality.schemas.ts';
import { listQuery } from '../platform/http/router.ts';
import { asOfQuery } from './as-of.param.ts';
import { IDENTITY_KINDS } from './kinds/rules.ts';
import { LINK_WAYS } from './links/links.store.ts';
import { NODE_SORTS } from './merge.ts';
import { NODE_KINDS } from './model.ts';
import { CORE_NEEDS, INVENTORY_NEEDS } from './port.ts';

const time = z.string().datetime();

export const tierSchema = z.enum(['global_admin', 'admin', 'none']);
export const nodeKindSchema = z.enum(NODE_KINDS);

export const nodeRefSchema = z.object({ id: z.string(), kind: nodeKindSchema, name: z.string() }).openapi('NodeRef');

const namedSchema = z.object({ id: z.string(), name: z.string() });

export const pathStepSchema = z
  .object({
    node: nodeRefSchema,
    edge: z.string().nullable().openapi({ description: 'How it leads to the next step; null on the last' }),
    explanation: z.string().nullish().openapi({ description: 'What an attacker does with the edge' }),
    remediation: z.string().nullish().openapi({ description: 'What takes the edge away' }),
  })
  .openapi('PathStep');

export const reachSchema = z
  .object({
    apps: z.number().int(),
    groups: z.number().int(),
    roles: z.number().int(),
    pathToTierZero: z.array(pathStepSchema).nullable(),
    crownJewels: z
      .object({ count: z.number().int(), first: z.array(namedSchema) })
      .optional()
      .openapi({ description: 'Opened, belonged to or held; absent: none' }),
  })
  .openapi('Reach');

export const nodeSchema = z
  .object({
    id: z.string(),
    kind: nodeKindSchema,
    name: z.string(),
    source: z.string(),
    nativeId: z.string(),
    tier: tierSchema.optional(),
    since: time.openapi({ description: 'When it was first seen' }),
    criticality: nodeCriticalitySchema.optional().openapi({
      description: 'Of apps, groups and roles; of one account, device, credential or org, too',
    }),
    attributes: z.record(z.string(), z.unknown()),
  })
  .openapi('Node');

const neighbourSchema = z.object({
  kind: z.string().openapi({ description: 'Kind of the edge' }),
  node: nodeRefSchema,
  since: time,
  by: z.object({ kind: z.enum(['sync', 'event']), id: z.string() }).openapi({ description: 'What it was seen by' }),
  attributes: z.record(z.string(), z.unknown()),
});

const namedOrnSchema = z.object({ orn: z.string(), text: z.string(), node: nodeRefSchema.nullable() });

export const nodeDetailSchema = z
  .object({
    node: nodeSchema,
    out: z.array(neighbourSchema),
    in: z.array(neighbourSchema),
    usage: z
      .object({ lastUsedAt: time.nullable(), users30d: z.number().int(), signOns30d: z.number().int() })
      .optional()
      .openapi({ description: 'Of apps: sign-ons of the last 30 UTC days, today included' }),
    exclusions: z
      .array(z.object({ row: namedOrnSchema, excluded: z.array(namedOrnSchema) }))
      .optional()
      .openapi({ description: 'Of resource sets: rows that leave something out, and what' }),
  })
  .openapi('NodeDetail');

export const identityKindSchema = z.enum(IDENTITY_KINDS).openapi('IdentityKind');

export const identitySchema = z
  .object({
    id: z.string(),
    name: z.string(),
    login: z.string().nullable(),
    email: z.string().nullable(),
    status: z.string(),
    tier: tierSchema,
    department: z.string().nullable(),
    title: z.string().nullable(),
    lastLoginAt: time.nullable(),
    source: z.string(),
    nativeId: z.string(),
    openIssues: z.number().int(),
    accounts: z.number().int(),
    kind: identityKindSchema,
    kindReasons: z.array(z.string()).openapi({ description: 'Why it is taken for that; empty for people' }),
    kindSetBy: z.string().nullable().openapi({ description: 'Who set the kind by hand; null: the rules' }),
  })
  .openapi('Identity');

const factorsSchema = z.union([
  z.object({
    known: z.literal(true),
    factors: z.array(z.object({ id: z.string(), type: z.string(), provider: z.string(), status: z.string() })),
  }),
  z.object({ known: z.literal(false), reason: z.string() }),
]);

export const identityDetailSchema = z
  .object({
    identity: identitySchema,
    criticality: nodeCriticalitySchema.optional(),
    accounts: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        source: z.string(),
        nativeId: z.string(),
        status: z.string(),
        login: z.string().nullable(),
        lastLoginAt: time.nullable(),
        passwordChangedAt: time.nullable(),
        provider: z.string().nullable(),
        factors: factorsSchema,
        directories: z.array(namedSchema.extend({ externalId: z.string() })).openapi({
          description:
            'Directories that know the account, as apps, and its id there (of Active Directory the objectGUID)',
        }),
        joined: z
          .object({
            how: z.enum(LINK_WAYS),
            reason: z.string(),
            by: z.string().nullable().openapi({ description: 'Who joined it by hand; null: the rules' }),
            at: time,
          })
          .nullable()
          .openapi({ description: 'Why it belongs to this identity; null: the identity is made of it' }),
      }),
    ),
    groups: z.array(namedSchema.extend({ since: time })),
    apps: z.array(
      namedSchema.extend({
        status: z.string(),
        via: namedSchema.nullable().openapi({ description: 'The group it comes through; null when direct' }),
        accountStatus: z.string().nullable(),
        userName: z.string().nullable(),
        since: time,
        lastUsedAt: time.nullable().openapi({ description: 'Last sign-on that is known of' }),
        signOns30d: z.number().int().openapi({ description: 'Sign-ons of the last 30 UTC days, today included' }),
      }),
    ),
    roles: z.array(namedSchema.extend({ type: z.string(), via: namedSchema.nullable(), since: time })),
    reach: reachSchema,
    verdicts: z.array(
      z.object({
        detection: z.string(),
        status: z.enum(['pass', 'fail', 'unknown']),
        reason: z.string().optional(),
      }),
    ),
  })
  .openapi('IdentityDetail');

const text = (max: number) => z.string().min(1).max(max).optional();

/** Tier and last sign-in belong to identities and accounts: other lists refuse to sort by it. */
export const nodeListQuery = listQuery.extend({
  q: text(200).openapi({ description: 'Part of the name or login' }),
  source: text(80),
  status: text(60),
  tier: tierSchema.optional(),
  sort: z.enum(NODE_SORTS).optional(),
  ...asOfQuery.shape,
});

export const grantsSchema = z.array(z.object({ scope: z.string(), role: z.string() }));

export const coverageSchema = z
  .object({
    source: z.string(),
    need: z.enum([...CORE_NEEDS, ...INVENTORY_NEEDS]),
    name: z.string(),
    grants: grantsSchema.openapi({
      description: 'What to grant a service app for it, each with the least standard role that may read it',
    }),
    complete: z.boolean(),
    reason: z.string().nullable(),
    note: z
      .string()
      .nullable()
      .openapi({ description: 'What is left out by design or by a bound; it makes nothing unknown' }),
    at: time.openapi({ description: 'When that last changed' }),
    progress: z.object({ known: z.number().int(), total: z.number().int(), readyAt: time }).nullable().openapi({
      description:
        'Of factors and owners, while those of a large org are read for the first time: accounts or groups asked about, of about so many, and when the rest will have been',
    }),
  })
  .openapi('Coverage');
