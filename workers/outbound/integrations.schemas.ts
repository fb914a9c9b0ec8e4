import { z } from '@hono/zod-openapi';
import { signingSecretSchema } from './signing.ts';

export const MAX_INTEGRATIONS = 50;

/** Headers that belong to the request itself or to the signature. */
const RESERVED_HEADERS = [
  'accept-encoding',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'webhook-id',
  'webhook-signature',
  'webhook-timestamp',
];

function isKeyName(key: { in: 'query' | 'header'; name: string }): boolean {
  if (key.in === 'query') return /^[A-Za-z0-9._~-]+$/.test(key.name);
  return /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(key.name) && !RESERVED_HEADERS.includes(key.name.toLowerCase());
}

const keySchema = z
  .object({
    in: z.enum(['query', 'header']).openapi({ description: 'URL parameter or HTTP header' }),
    name: z.string().min(1).max(100).openapi({ description: 'Sent exactly as written', example: 'clientToken' }),
    value: z
      .string()
      .min(1)
      .max(4_000)
      .regex(/^[\x20-\x7e]+$/, 'must be printable ASCII'),
  })
  .refine(isKeyName, { path: ['name'], message: 'is not a usable name for a URL parameter or header' });

const nameSchema = z.string().trim().min(1).max(120);
const urlSchema = z.string().trim().min(1).max(2_000).openapi({
  description: 'https address without a query string: give its parameter as `key`',
  example: 'https://acme.workflows.okta.com/api/flo/0123456789abcdef/invoke',
});

export const newIntegrationSchema = z
  .object({
    kind: z.literal('webhook'),
    name: nameSchema,
    url: urlSchema,
    key: keySchema.nullish(),
    signingSecret: signingSecretSchema.optional(),
  })
  .openapi('NewIntegration');
export type NewIntegration = z.infer<typeof newIntegrationSchema>;

export const integrationPatchSchema = z
  .object({
    name: nameSchema.optional(),
    url: urlSchema.optional(),
    key: keySchema.nullable().optional().openapi({ description: 'null takes the key away' }),
    signingSecret: signingSecretSchema.optional(),
    enabled: z.boolean().optional().openapi({ description: 'false: nothing is sent until it is true again' }),
  })
  .openapi('IntegrationPatch');
export type IntegrationPatch = z.infer<typeof integrationPatchSchema>;

export const integrationSchema = z
  .object({
    id: z.string(),
    kind: z.literal('webhook'),
    name: z.string(),
    url: z.string(),
    status: z.enum(['untested', 'connected', 'failed', 'disabled']),
    key: z.object({ in: z.enum(['query', 'header']), name: z.string() }).nullable(),
    lastTest: z.object({ at: z.string(), ok: z.boolean(), error: z.string().nullable() }).nullable(),
    createdAt: z.string(),
  })
  .openapi('Integration');

export const createdIntegrationSchema = integrationSchema
  .extend({ signingSecret: z.string().openapi({ description: 'Shown this once' }) })
  .openapi('CreatedIntegration');

export const testResultSchema = z
  .object({
    ok: z.boolean(),
    status: z.number().int().nullable().openapi({ description: 'HTTP status of the answer' }),
    error: z.string().nullable().openapi({ description: 'What went wrong and what to do next' }),
    durationMs: z.number().int(),
  })
  .openapi('IntegrationTest');
