import { z } from '@hono/zod-openapi';
import { type Clock, type Millis, parseTime } from '../platform/clock.ts';
import { invalidRequest } from '../platform/errors.ts';

/** An ISO 8601 time in the query, as milliseconds. */
export const timeParam = z
  .string()
  .max(40)
  .transform((text, ctx) => {
    const at = parseTime(text);
    if (at !== null) return at;
    ctx.addIssue({ code: 'custom', message: 'must be an ISO 8601 time' });
    return z.NEVER;
  })
  .openapi({ type: 'string', format: 'date-time' });

export const asOfQuery = z.object({
  asOf: timeParam.optional().openapi({ description: 'The graph as it was at this moment; now unless told' }),
});

/** Throws `invalid_request` for a moment that is still to come: nobody knows the graph of then. */
export function momentOf(clock: Clock, asOf: Millis | undefined): Millis | undefined {
  if (asOf !== undefined && asOf > clock.now()) throw invalidRequest({ detail: 'asOf must not lie in the future.' });
  return asOf;
}
