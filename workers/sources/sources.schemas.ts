import { z } from '@hono/zod-openapi';
import { SOURCE_MODES } from '../../db/control/schema.ts';
import { backfillStateSchema } from '../tail/backfills.schemas.ts';
import { healthSignalFields } from './health/health.schemas.ts';
import { privateJwkSchema } from './okta/credential.ts';
import { testCheckSchema } from './stored-test.ts';

/** One line, not blank. */
const name = z
  .string()
  .trim()
  .min(1)
  .max(120)
  .regex(/^\P{Cc}*$/u, 'must not contain control characters');
const mode = z.enum(SOURCE_MODES).openapi({
  description: 'How events come in. The System Log is read in every mode, because push has gaps.',
});
const time = z.string().openapi({ format: 'date-time' });

/** An API token is sent in a header: visible ASCII. */
const apiToken = z
  .string()
  .trim()
  .regex(/^[\x21-\x7e]{1,500}$/, 'is not an API token');

export const authSchema = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('ssws'), token: apiToken }),
    z
      .object({
        type: z.literal('oauth'),
        clientId: z
          .string()
          .trim()
          .regex(/^[\w-]{1,100}$/, 'is not a client id'),
        keyId: z.string().min(1).max(80).optional().openapi({
          description: 'A key pair made by `POST /sources/oauth-keys`: the private key never leaves Postern',
        }),
        privateKeyJwk: z
          .union([z.string().max(20_000).transform(parseJson), z.unknown()])
          .pipe(privateJwkSchema)
          .optional()
          .openapi({ type: 'object', description: 'A private key of your own as a JWK, as Okta shows it once' }),
      })
      .refine((auth) => (auth.keyId === undefined) !== (auth.privateKeyJwk === undefined), {
        message: 'give either keyId or privateKeyJwk',
      }),
  ])
  .openapi('SourceAuth');
export type AuthInput = z.infer<typeof authSchema>;

export const newSourceSchema = z
  .object({
    kind: z.literal('okta').default('okta'),
    name,
    baseUrl: z.string().max(300).openapi({ example: 'https://acme.okta.com' }),
    mode: mode.default('hybrid'),
    auth: authSchema,
    removalLimitPercent: z.number().int().min(0).max(100).default(10).openapi({
      description: 'Largest share of a scope that one sync may remove before a person confirms it',
    }),
  })
  .openapi('NewSource');
export type NewSource = z.infer<typeof newSourceSchema>;

export const sourcePatchSchema = z
  .object({
    name: name.optional(),
    baseUrl: z.string().max(300).optional(),
    mode: mode.optional(),
    auth: authSchema.optional(),
    removalLimitPercent: z.number().int().min(0).max(100).optional(),
    status: z
      .enum(['disabled', 'untested'])
      .optional()
      .openapi({ description: '`disabled` stops everything; `untested` takes a disabled source back' }),
  })
  .openapi('SourcePatch');
export type SourcePatch = z.infer<typeof sourcePatchSchema>;

export const testResultSchema = z
  .object({ at: time, ok: z.boolean(), checks: z.array(testCheckSchema) })
  .openapi('SourceTest');
const jwk = z.record(z.string(), z.string()).openapi({ description: 'A public key; never a private one' });

/** What one capability takes in Okta. */
export const grantSchema = z
  .object({
    name: z.string(),
    scope: z.string(),
    role: z.string().openapi({ description: 'The least standard administrator role that may read it' }),
    required: z.boolean().openapi({ description: 'Without it the connection test fails' }),
  })
  .openapi('OktaGrant');

export const oauthKeySchema = z
  .object({
    id: z.string(),
    publicJwk: jwk,
    jwks: z.object({ keys: z.array(jwk) }).openapi({ description: 'The same key as a key set' }),
    pem: z.string().nullable().openapi({ description: 'The same key in PEM' }),
    source: z.string().nullable().openapi({ description: 'The source it belongs to' }),
    inUse: z.boolean().openapi({ description: 'Whether a source signs with it' }),
    createdAt: time,
    expiresAt: time.nullable().openapi({ description: 'When it is forgotten unless a source signs with it by then' }),
    grants: z.array(grantSchema).openapi({ description: 'What to grant the service app in Okta' }),
  })
  .openapi('OauthKey');

const secret = z.object({ createdAt: time, previousExpiresAt: time.nullable() }).nullable();

export const sourceSchema = z
  .object({
    id: z.string(),
    kind: z.literal('okta'),
    name: z.string(),
    baseUrl: z.string(),
    mode: z.enum(SOURCE_MODES),
    status: z.enum(['connected', 'failed', 'untested', 'disabled']),
    authType: z.enum(['ssws', 'oauth']),
    clientId: z.string().nullable(),
    publicJwk: jwk.nullable().openapi({ description: 'The key that the source signs with' }),
    keyId: z.string().nullable(),
    nextKey: z
      .object({ id: z.string(), publicJwk: jwk, createdAt: time, expiresAt: time.nullable() })
      .nullable()
      .openapi({
        description: 'The key that takes over once it passes the connection test',
      }),
    createdAt: time,
    lastTest: testResultSchema.nullable(),
    removalLimitPercent: z.number().int(),
    secrets: z.object({ event_hook: secret, eventbridge: secret }),
    ingest: z.object({ eventHookUrlPath: z.string(), eventBridgeUrlPath: z.string() }),
  })
  .openapi('Source');

export const sourceWithSecretsSchema = sourceSchema
  .extend({
    eventHookSecret: z.string().optional().openapi({ description: 'Shown once' }),
    eventBridgeSecret: z.string().optional().openapi({ description: 'Shown once' }),
  })
  .openapi('SourceWithSecrets');

const run = z.object({
  id: z.string(),
  kind: z.enum(['full', 'delta', 'refresh']),
  status: z.enum(['queued', 'running', 'succeeded', 'partial', 'held', 'failed', 'cancelled']),
  startedAt: time,
  endedAt: time.nullable(),
  calls: z.number().int(),
  rowsWritten: z.number().int(),
  progress: z
    .object({
      phase: z.string(),
      done: z.number().int(),
      total: z.number().int(),
      failedScopes: z.array(z.object({ scope: z.string(), reason: z.string() })),
      failedMore: z.number().int(),
      held: z.array(z.object({ scope: z.string(), existing: z.number().int(), removing: z.number().int() })),
      heldMore: z.number().int(),
      decision: z.enum(['confirmed', 'rejected']).optional(),
    })
    .nullable(),
  estimate: z.object({ calls: z.number().int(), of: z.number().int(), readyAt: time }).nullable().openapi({
    description:
      'How far a running full sync is over all phases: calls done of about so many (as many as the last one made, or a guess from what is known so far), and about when it ends; null while that is not known',
  }),
  error: z.string().nullable(),
});
export const runSchema = run.openapi('SyncRun');

export const healthSchema = z
  .object({
    received: z.number().int(),
    accepted: z.number().int(),
    ignored: z.number().int(),
    duplicate: z.number().int(),
    processed: z.number().int(),
    pending: z.number().int(),
    dead: z.number().int(),
    lagSeconds: z.number().nullable(),
    oldestPendingSeconds: z.number().nullable(),
    tail: z.object({
      cursor: z.string().nullable(),
      lastEventAt: time.nullable(),
      lastPollAt: time.nullable(),
      state: z.string(),
      error: z.string().nullable(),
      caughtUpAt: time.nullable().openapi({ description: 'When the end of the log was reached last' }),
    }),
    ...healthSignalFields,
    lastSync: runSchema.nullable(),
    refresh: z
      .object({ waiting: z.number().int(), since: time.nullable() })
      .openapi({ description: 'Objects that events named and that wait to be read anew, and since when' }),
    backfill: backfillStateSchema,
  })
  .openapi('SourceHealth');

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
