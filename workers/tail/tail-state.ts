import { z } from 'zod';
import { rateSeenSchema } from '../sources/okta/rate.ts';

const millis = z.number().nullable();

/** What a source's tail remembers. Times in milliseconds. */
export const tailStateSchema = z.object({
  /** Okta's `next` address, as it was given; null before the first page and after a refused cursor. */
  cursor: z.string().nullable(),
  /** Newest `published` that the log has shown. */
  lastEventAt: millis,
  lastPollAt: millis,
  /** new: never polled; idle: at the end of the log; behind: more pages wait; limited: waits for Okta's rate limit;
   * failed: see `error`; stopped: the source is gone or disabled. */
  state: z.enum(['new', 'idle', 'behind', 'limited', 'failed', 'stopped']),
  /** What went wrong last, or what was done about it; for people. */
  error: z.string().nullable(),
  /** While a poll runs, the time at which it counts as dead. */
  leaseUntil: millis,
  /** No poll before this. */
  notBefore: millis,
  /** Failed polls in a row. */
  failures: z.number().int(),
  /** Events read from the log, and polls made. */
  events: z.number().int(),
  polls: z.number().int(),
  /** When the end of the log was reached last. */
  caughtUpAt: millis.default(null),
  /** What Okta last said of the log's own rate limit. */
  rate: rateSeenSchema.nullable().default(null),
});

export type TailState = z.infer<typeof tailStateSchema>;

export const NEW_TAIL: TailState = {
  cursor: null,
  lastEventAt: null,
  lastPollAt: null,
  state: 'new',
  error: null,
  leaseUntil: null,
  notBefore: null,
  failures: 0,
  events: 0,
  polls: 0,
  caughtUpAt: null,
  rate: null,
};
