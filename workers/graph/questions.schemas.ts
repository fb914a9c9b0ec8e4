import { z } from '@hono/zod-openapi';
import { CRITICALITY_LEVELS } from '../criticality/levels.ts';
import { DETECTION_IDS } from '../detections/types.ts';
import { WHY_NOT } from './access.ts';
import { CHANGE_WORDS } from './changes.ts';
import { nodeKindSchema, nodeRefSchema, reachSchema, tierSchema } from './graph.schemas.ts';
import { type AnyEdgeKind, DERIVED_KINDS, EDGE_KINDS } from './model.ts';
import { MAX_REMOVALS } from './what-if.ts';

const count = z.number().int();
const time = z.string().datetime();

/** Node ids; what has no such form is in no graph. */
export const nodeIdSchema = z.string().min(1).max(80);

export const edgeKindSchema = z.enum(EDGE_KINDS);
/** Stored or derived. */
export const anyEdgeKindSchema = z.enum([...EDGE_KINDS, ...DERIVED_KINDS] as [AnyEdgeKind, ...AnyEdgeKind[]]);

const provenanceSchema = z
  .object({ kind: z.enum(['sync', 'event']), id: z.string() })
  .openapi({ description: 'The sync run or the event that made it' });

const namedSchema = z.object({ id: z.string(), name: z.string() });
const truncated = z.boolean().openapi({ description: 'More than one question looks at: counts are of a part' });

const formerRefSchema = z
  .object({ id: z.string(), kind: nodeKindSchema.nullable(), name: z.string().nullable() })
  .openapi('FormerNodeRef', { description: 'A node that may be gone; null: it was never read' });

export const changeSchema = z
  .object({
    at: time,
    change: z.enum(CHANGE_WORDS),
    kind: z.union([nodeKindSchema, edgeKindSchema]).openapi({ description: 'Of the node or the edge' }),
    by: provenanceSchema,
    node: formerRefSchema.nullable().openapi({ description: 'null when an edge changed' }),
    edge: z.object({ from: formerRefSchema, to: formerRefSchema }).nullable(),
  })
  .openapi('GraphChange');

const wayStepSchema = z.object({ edge: anyEdgeKindSchema, to: nodeRefSchema });

export const reachableBySchema = z
  .object({
    to: nodeRefSchema,
    counts: z.object({ total: count, global_admin: count, admin: count, none: count }),
    truncated,
    data: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        login: z.string().nullable(),
        status: z.string().nullable(),
        tier: tierSchema,
        how: z.array(wayStepSchema).openapi({ description: 'The shortest way, from the account on' }),
      }),
    ),
    next: z.string().nullable(),
  })
  .openapi('ReachableBy');

const since = { since: time, by: provenanceSchema };

export const accessSchema = z
  .object({
    identity: nodeRefSchema,
    app: nodeRefSchema,
    effective: z
      .boolean()
      .openapi({ description: 'A way opens it, of an account that can be signed in to, and the app is active' }),
    whyNot: z.array(z.enum(WHY_NOT)).openapi({ description: 'Why it is not effective; each that holds' }),
    accounts: z.array(
      z.object({ id: z.string(), name: z.string(), status: z.string().nullable(), canSignIn: z.boolean() }),
    ),
    ways: z.array(
      z.object({
        how: z.enum(['direct', 'group', 'role']),
        via: nodeRefSchema.nullable(),
        live: z.boolean().openapi({ description: 'The assignment is in a status that opens the app' }),
        canSignIn: z.boolean().openapi({ description: 'Its account can be signed in to' }),
        ...since,
        steps: z.array(
          z.object({
            edge: anyEdgeKindSchema,
            from: z.string(),
            to: nodeRefSchema,
            ...since,
            rules: z
              .array(z.object({ rule: nodeRefSchema, ...since }))
              .optional()
              .openapi({
                description:
                  'Of a membership: active group rules that assign the group and do not exclude the account. The source does not say whether somebody was put there by hand as well.',
              }),
          }),
        ),
      }),
    ),
    appAccounts: z.array(
      z.object({
        account: z.string(),
        status: z.string(),
        scope: z.enum(['USER', 'GROUP']),
        userName: z.string().nullable(),
        ...since,
      }),
    ),
    truncated,
  })
  .openapi('Access');

export const chokePointsSchema = z
  .object({
    identities: count.openapi({ description: 'Identities with a way to tier zero' }),
    truncated,
    data: z.array(
      z.object({
        from: nodeRefSchema,
        to: nodeRefSchema,
        edgeKind: edgeKindSchema,
        cuts: count.openapi({ description: 'Identities with no way to tier zero left without it' }),
      }),
    ),
  })
  .openapi('ChokePoints');

const criticality = z.enum(CRITICALITY_LEVELS);

export const blastRadiusSchema = reachSchema
  .extend({
    node: nodeRefSchema,
    kinds: z.array(
      z.object({
        kind: nodeKindSchema,
        count,
        byCriticality: z.object({ tier_zero: count, crown_jewel: count, privileged: count, ordinary: count }),
        first: z.array(namedSchema.extend({ criticality })),
      }),
    ),
    truncated,
  })
  .openapi('BlastRadius');

export const whatIfBody = z
  .object({
    remove: z
      .array(
        z.discriminatedUnion('kind', [
          z.object({
            kind: z.literal('edge'),
            from: nodeIdSchema,
            to: nodeIdSchema,
            edgeKind: edgeKindSchema,
          }),
          z.object({ kind: z.literal('node'), id: nodeIdSchema }),
        ]),
      )
      .min(1)
      .max(MAX_REMOVALS),
  })
  .openapi('WhatIfQuestion');

const verdictStatus = z.enum(['pass', 'fail', 'unknown']);

export const whatIfSchema = z
  .object({
    tierZero: z
      .object({ count, first: z.array(namedSchema) })
      .openapi({ description: 'Identities that would have no way to tier zero any more' }),
    apps: z.object({
      identities: count,
      lost: count.openapi({ description: 'Pairs of an identity and an app that it would not open any more' }),
      first: z.array(namedSchema.extend({ count, apps: z.array(namedSchema) })),
    }),
    crownJewels: z
      .array(namedSchema.extend({ count, first: z.array(namedSchema) }))
      .openapi({ description: 'Crown jewels, and the identities that would have no way to each any more' }),
    scores: z.object({
      changed: count.openapi({ description: 'Issues that would stay open with another priority' }),
      first: z.array(
        z.object({
          detection: z.enum(DETECTION_IDS),
          subject: z.object({ kind: z.enum(['account', 'identity']), id: z.string(), name: z.string() }),
          identityId: z.string(),
          before: count,
          after: count,
          issueId: z.string(),
          title: z.string().nullable().openapi({ description: 'Of the issue, once it is in the list of issues' }),
        }),
      ),
    }),
    verdicts: z.object({
      changed: count,
      resolved: count.openapi({ description: 'Issues that would resolve' }),
      opened: count.openapi({ description: 'Issues that would open' }),
      first: z.array(
        z.object({
          detection: z.enum(DETECTION_IDS),
          subject: z.object({ kind: z.enum(['account', 'identity']), id: z.string(), name: z.string() }),
          identityId: z.string(),
          before: verdictStatus,
          after: z.enum(['pass', 'fail', 'unknown', 'gone']),
          issueId: z.string().nullable().openapi({ description: 'The issue that stands on it now' }),
          issue: z
            .object({ title: z.string(), status: z.string(), priority: count })
            .nullable()
            .openapi({ description: 'What that issue is, once it is in the list of issues' }),
        }),
      ),
    }),
    truncated,
  })
  .openapi('WhatIf');
