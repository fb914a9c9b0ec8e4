import { z } from '@hono/zod-openapi';
import { DEAD_LETTER_JOB_STATUSES } from '../../db/evidence/schema.ts';
import { discardBody, timeParam } from './inbox.schemas.ts';

/** Letters that can be named one by one. */
export const MAX_IDS = 200;

/** What narrows the open letters. */
export const letterFilterQuery = z.object({
  source: z.string().max(80).optional(),
  reason: z.string().max(100).optional(),
  queue: z.enum(['inbox', 'outbound']).optional(),
  since: timeParam.optional().openapi({ description: 'Became a dead letter at or after' }),
  until: timeParam.optional().openapi({ description: 'Became a dead letter before' }),
});

const filter = z
  .strictObject({ status: z.literal('open').default('open'), ...letterFilterQuery.shape })
  .openapi('DeadLetterFilter');

const which = z.strictObject({
  filter: filter.optional().openapi({ description: 'All that match; `{}` for all open ones' }),
  ids: z.array(z.string().min(1).max(80)).min(1).max(MAX_IDS).optional(),
});
const oneOf = (body: { filter?: unknown; ids?: unknown }) => (body.filter === undefined) !== (body.ids === undefined);
const message = 'give either filter or ids';

export const replayManyBody = which.refine(oneOf, { message });
export const discardManyBody = which.extend(discardBody.shape).refine(oneOf, { message });

const time = z.string().openapi({ format: 'date-time' });

export const deadLetterJobSchema = z
  .object({
    id: z.string(),
    kind: z.enum(['replay', 'discard']),
    status: z.enum(DEAD_LETTER_JOB_STATUSES),
    filter: z.record(z.string(), z.string()).nullable().openapi({ description: 'Null when ids were named' }),
    reason: z.string().nullable(),
    matched: z.number().int().openapi({ description: 'Open letters that matched when it began' }),
    done: z.number().int(),
    skipped: z.number().int().openapi({ description: 'Letters that cannot be replayed; they stay open' }),
    requestedBy: z.string(),
    error: z.string().nullable().openapi({ description: 'Why it stopped last; it goes on by itself each minute' }),
    createdAt: time,
    endedAt: time.nullable(),
  })
  .openapi('DeadLetterJob');
