import { z } from '@hono/zod-openapi';

export const eventTypeSchema = z
  .object({
    type: z.string(),
    hookEligible: z.boolean().openapi({ description: 'Whether Okta lets an Event Hook subscribe to it' }),
    channels: z
      .array(z.enum(['event_hook', 'eventbridge', 'tail']))
      .openapi({ description: 'Channels by which it can come and is kept' }),
    usedBy: z
      .array(z.object({ kind: z.enum(['graph', 'detection']), name: z.string() }))
      .openapi({ description: 'What it changes at once; empty for evidence only' }),
  })
  .openapi('EventType');

export const eventTypesSchema = z.object({
  data: z.array(eventTypeSchema),
  next: z.null(),
  hookEligible: z.number().int().openapi({ description: "Types in Okta's catalogue that an Event Hook may bring" }),
  families: z.array(z.string()).openapi({ description: 'Whatever else begins like this is kept too' }),
});

const hookBodySchema = z.object({
  name: z.string(),
  events: z.object({ type: z.literal('EVENT_TYPE'), items: z.array(z.string()) }),
  channel: z.object({
    type: z.literal('HTTP'),
    version: z.literal('1.0.0'),
    config: z.object({
      uri: z.string(),
      headers: z.array(z.object({ key: z.string(), value: z.string() })),
      authScheme: z.object({ type: z.literal('HEADER'), key: z.literal('Authorization'), value: z.string() }),
    }),
  }),
});

const inOktaSchema = z.object({
  id: z.string(),
  name: z.string(),
  status: z.string(),
  verificationStatus: z.string(),
  uri: z.string().nullable(),
  types: z.number().int(),
  ours: z.boolean().openapi({ description: 'Sends to this source' }),
});

export const eventHooksSchema = z
  .object({
    url: z.string().nullable().openapi({ description: 'Where the hooks send to; null while the origin is not known' }),
    secretPlace: z.string().openapi({ description: 'Stands in the bodies where the secret belongs' }),
    bodies: z.array(hookBodySchema).openapi({ description: 'For POST /api/v1/eventHooks of the org' }),
    okta: z
      .object({
        error: z.string().nullable().openapi({ description: 'Why the hooks could not be read' }),
        hooks: z.array(inOktaSchema),
        missing: z
          .array(z.string())
          .openapi({ description: 'Types that no active and verified hook brings to this source' }),
      })
      .nullable()
      .openapi({ description: 'Null when Okta was not asked' }),
  })
  .openapi('EventHooks');

const resultSchema = z.object({
  id: z.string().nullable(),
  name: z.string(),
  status: z.string().nullable(),
  verificationStatus: z.string().nullable(),
  error: z.string().nullable(),
});

export const registrationSchema = z
  .object({
    url: z.string(),
    hooks: z.array(resultSchema),
    replaced: z.array(resultSchema).openapi({ description: 'Hooks to the same source that were switched off' }),
  })
  .openapi('EventHookRegistration');

export const publicUrl = z
  .string()
  .max(300)
  .optional()
  .openapi({ description: 'Public origin of Postern; that of the request when absent' });
