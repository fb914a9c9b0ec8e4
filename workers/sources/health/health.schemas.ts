import { z } from '@hono/zod-openapi';

const time = z.string().openapi({ format: 'date-time' });

const rate = z.object({
  received: z.number().openapi({ description: 'Events a minute, over all channels' }),
  accepted: z.number(),
  stored: z.number().openapi({ description: 'Accepted, new, and with all effects done' }),
});

/** Fields of a source's health beyond its counters. */
export const healthSignalFields = {
  rates: z.object({ fiveMinutes: rate, hour: rate }).openapi({ description: 'Events a minute' }),
  lag: z.object({ p50: z.number(), p95: z.number(), max: z.number() }).nullable().openapi({
    description: 'Seconds from publication to storage of the last hour’s events, without those of a backfill',
  }),
  hooks: z
    .array(
      z.object({
        channel: z.enum(['event_hook', 'eventbridge']),
        inMode: z.boolean().openapi({ description: 'Whether the mode of the source accepts it' }),
        status: z
          .enum(['ok', 'unverified', 'inactive', 'missing', 'waiting', 'unknown', 'not_in_mode'])
          .openapi({ description: '`waiting`: EventBridge has sent nothing yet' }),
        verified: z.boolean().nullable().openapi({
          description: 'An Event Hook that Okta has verified; an EventBridge partner source that is bound',
        }),
        reason: z.string().nullable().openapi({ description: 'Why it is not known, or what is wrong' }),
        checkedAt: time.nullable(),
        lastReceivedAt: time.nullable(),
      }),
    )
    .openapi({ description: 'The push channels' }),
  rateLimit: z
    .array(
      z.object({
        bucket: z.string().openapi({ description: 'The endpoint that Okta counts by', example: 'logs' }),
        limit: z.number(),
        remaining: z.number(),
        resetAt: time.openapi({ description: 'By Okta’s clock' }),
        seenAt: time,
        seenBy: z.enum(['tail', 'sync']),
        share: z.number().openapi({ description: 'What Postern uses of it at most, 0 to 1' }),
      }),
    )
    .openapi({ description: 'Okta’s rate limits as they were last seen' }),
  dailyCap: z
    .object({ events: z.number().int(), limit: z.number().int(), since: time, resetsAt: time })
    .nullable()
    .openapi({ description: 'Event Hook events of Okta’s current 24 hours, as far as this source received them' }),
  lastHour: z
    .object({ hour: time, push: z.number().int(), missedByPush: z.number().int() })
    .nullable()
    .openapi({ description: 'The last full hour that push and log were compared for' }),
};
