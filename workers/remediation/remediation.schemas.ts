import { z } from '@hono/zod-openapi';
import { REMEDIATION_STATUSES } from '../../db/evidence/schema.ts';
import { nodeKindSchema } from '../graph/graph.schemas.ts';
import { ACTIONS } from './actions.ts';
import { MAX_CONFIRM } from './confirm-name.ts';

const id = z.string().min(1).max(80);
const nativeId = z.string().regex(/^[A-Za-z0-9_-]{1,200}$/, 'is not an id of Okta');
const time = z.string().openapi({ format: 'date-time' });

const ofAccount = <A extends string>(action: A) => z.strictObject({ action: z.literal(action), account: id });

/** What a plan is asked with. Ids are those of the graph, but where it says otherwise. */
export const planBody = z
  .discriminatedUnion('action', [
    ofAccount('revoke_sessions'),
    ofAccount('suspend'),
    ofAccount('unsuspend'),
    ofAccount('reset_factors'),
    z.strictObject({ action: z.literal('remove_from_group'), account: id, group: id }),
    z
      .strictObject({ action: z.literal('unassign_app'), app: id, account: id.optional(), group: id.optional() })
      .refine((body) => one(body.account, body.group), { message: 'name an account or a group' }),
    z
      .strictObject({
        action: z.literal('remove_role'),
        role: id,
        account: id.optional(),
        group: id.optional(),
        app: id.optional(),
      })
      .refine((body) => one(body.account, body.group, body.app), { message: 'name an account, a group or an app' }),
    z
      .strictObject({
        action: z.literal('revoke_api_token'),
        credential: id.optional(),
        source: id.optional(),
        tokenId: nativeId.optional().openapi({ description: 'Okta’s id of the token, with `source`' }),
      })
      .refine(
        (body) => one(body.credential, body.tokenId) && (body.tokenId === undefined) === (body.source === undefined),
        {
          message: 'name a credential, or a source and a tokenId',
        },
      ),
    z
      .strictObject({
        action: z.literal('revoke_grant'),
        app: id,
        grantId: nativeId.optional().openapi({ description: 'Okta’s id of a grant of the app' }),
        account: id.optional().openapi({ description: 'Whose consent is revoked' }),
      })
      .refine((body) => one(body.grantId, body.account), { message: 'name a grantId or an account' }),
  ])
  .openapi('RemediationRequest');

function one(...values: unknown[]): boolean {
  return values.filter((value) => value !== undefined).length === 1;
}

export const requestSchema = z.object({
  action: z.enum(ACTIONS),
  account: z.string().optional(),
  group: z.string().optional(),
  app: z.string().optional(),
  role: z.string().optional(),
  credential: z.string().optional(),
  source: z.string().optional(),
  tokenId: z.string().optional(),
  grantId: z.string().optional(),
});

const named = z.object({ id: z.string(), name: z.string() });
const ref = z.object({ id: z.string(), kind: nodeKindSchema, nativeId: z.string(), name: z.string() });
const count = z.number().int();

const effects = z.object({
  known: z.boolean().openapi({ description: 'False: the graph has not seen what would be removed' }),
  reach: z.object({ apps: count, groups: count, roles: count, tierZero: z.boolean() }).nullable(),
  tierZero: z
    .object({ count, first: z.array(named) })
    .openapi({ description: 'Identities that would have no way to tier zero any more' }),
  apps: z
    .object({ identities: count, lost: count, first: z.array(named.extend({ count, apps: z.array(named) })) })
    .openapi({ description: 'Who would open which apps no more' }),
  issues: z.object({
    resolved: count,
    opened: count,
    resolves: z.array(
      z.object({
        id: z.string(),
        title: z.string(),
        severity: z.enum(['low', 'medium', 'high', 'critical']),
        priority: count,
        subject: z.string(),
      }),
    ),
    opens: z.array(z.object({ detection: z.string(), title: z.string(), subject: z.string() })),
    priority: count.openapi({ description: 'Sum of the priorities of the issues that would resolve' }),
  }),
  truncated: z.boolean(),
});

const planFields = {
  action: z.enum(ACTIONS),
  title: z.string(),
  source: named,
  subject: ref,
  object: ref.nullable(),
  ownerId: z.string().nullable().openapi({ description: 'Okta’s id of the owner of the API token' }),
  confirm: z.string().openapi({ description: 'What has to be sent as `confirm`' }),
  calls: z
    .array(z.object({ method: z.enum(['POST', 'PUT', 'DELETE']), path: z.string(), what: z.string() }))
    .openapi({ description: 'Exactly what would be called in Okta, in this order' }),
  refusals: z
    .array(
      z.object({
        code: z.string(),
        text: z.string(),
        instead: z.array(z.object({ label: z.string(), request: requestSchema })),
      }),
    )
    .openapi({ description: 'Why it cannot be done, with what would do' }),
  warnings: z.array(z.object({ code: z.string(), text: z.string() })),
  effects,
};

/** A plan as it is stored. */
export const storedPlanSchema = z.object(planFields);

export const planSchema = z
  .object({
    planId: z.string().nullable().openapi({ description: 'null when there are refusals' }),
    digest: z.string().openapi({ description: 'SHA-256 of what would be done, as the audit log names it' }),
    expiresAt: time.nullable(),
    possible: z.boolean(),
    ...planFields,
  })
  .openapi('RemediationPlan');

export const confirmBody = z.strictObject({
  planId: id,
  confirm: z
    .string()
    .min(1)
    .max(MAX_CONFIRM * 2),
});

export const remediationSchema = z
  .object({
    id: z.string(),
    action: z.enum(ACTIONS),
    title: z.string(),
    status: z.enum(REMEDIATION_STATUSES).exclude(['planned']),
    source: named,
    subject: ref,
    object: ref.nullable(),
    digest: z.string(),
    requestedBy: z.object({ id: z.string(), name: z.string() }),
    confirmedAt: time,
    endedAt: time.nullable(),
    attempts: count,
    nextAttemptAt: time.nullable(),
    problem: z.string().nullable().openapi({ description: 'What Okta said when it did not work' }),
    advice: z.string().nullable().openapi({ description: 'What to do next' }),
  })
  .openapi('Remediation');

export const remediationDetailSchema = remediationSchema
  .extend({
    request: requestSchema,
    plan: z.object(planFields),
    answers: z.array(z.object({ method: z.string(), path: z.string(), status: count, note: z.string().nullable() })),
  })
  .openapi('RemediationDetail');

export const settingsSchema = z
  .object({ enabled: z.boolean(), updatedAt: time.nullable(), updatedBy: z.string().nullable() })
  .openapi('RemediationSettings');

/** A row's intent, as stored. */
export const intentSchema = z.object({ call: count, enrolled: z.array(z.string()).nullable() }).nullable();

/** A row's answers, as stored. */
export const answersSchema = z.array(
  z.object({ method: z.string(), path: z.string(), status: z.number(), note: z.string().nullable() }),
);
