import { createRoute, z } from '@hono/zod-openapi';
import { completenessOf, MAX_COUNTED_EVENTS } from '../inbox/completeness.repository.ts';
import { DAY, iso, parseTime } from '../platform/clock.ts';
import { invalidRequest, notFound } from '../platform/errors.ts';
import { createRouter, jsonContent, problems, requirePermission } from '../platform/http/router.ts';
import { pushableTypes } from './pushable-types.ts';
import { getSource } from './sources.repository.ts';

/** The longest time that one answer is about. */
const MAX_RANGE = 7 * DAY;
const DEFAULT_RANGE = DAY;

const time = z.string().openapi({ format: 'date-time' });
const timeParam = z
  .string()
  .max(40)
  .transform((text, ctx) => {
    const at = parseTime(text);
    if (at !== null) return at;
    ctx.addIssue({ code: 'custom', message: 'must be an ISO 8601 time' });
    return z.NEVER;
  })
  .optional()
  .openapi({ type: 'string', format: 'date-time' });

const counts = z.object({
  push: z.number().int().openapi({ description: 'By Event Hook or EventBridge' }),
  tail: z.number().int().openapi({ description: 'By the tail of the System Log' }),
  onlyPush: z.number().int(),
  onlyTail: z.number().int(),
  both: z.number().int(),
  onlyBackfill: z.number().int().openapi({ description: 'By a backfill alone: no loss of push, and not in `tail`' }),
  missedByPush: z.number().int().openapi({ description: 'Of `onlyTail`, those that push should have brought' }),
  delay: z.object({ p50: z.number(), p95: z.number(), max: z.number() }).nullable().openapi({
    description:
      'Seconds from publication to storage, without what backfill brought alone and what is older than the source',
  }),
});

const completenessSchema = z
  .object({
    since: time,
    until: time,
    truncated: z.boolean().openapi({
      description: `More than ${MAX_COUNTED_EVENTS} events: only the newest are counted, and \`since\` says from where`,
    }),
    totals: counts,
    hours: z.array(counts.extend({ hour: time })).openapi({ description: 'By hour of publication, oldest first' }),
  })
  .openapi('Completeness');

const read = createRoute({
  method: 'get',
  path: '/sources/{id}/completeness',
  tags: ['Sources'],
  summary: 'Which channels brought the events of each hour, and how long they took',
  description: 'The last 24 hours unless asked otherwise; at most 7 days.',
  middleware: requirePermission('read', { sources: 'id' }),
  request: {
    params: z.object({ id: z.string().min(1).max(80) }),
    query: z.object({ since: timeParam, until: timeParam }),
  },
  responses: { 200: jsonContent(completenessSchema), ...problems },
});

/** `/sources/{id}/completeness`. */
export function completenessRoutes() {
  return createRouter().openapi(read, async (c) => {
    const { deps, tenantId } = c.var;
    const source = await getSource(deps, tenantId, c.req.valid('param').id);
    if (!source) throw notFound();
    const query = c.req.valid('query');
    const until = query.until ?? deps.clock.now();
    const since = query.since ?? Math.max(0, until - DEFAULT_RANGE);
    if (since >= until) throw invalidRequest({ detail: '`since` must come before `until`.' });
    if (until - since > MAX_RANGE)
      throw invalidRequest({ detail: 'At most 7 days: bring `since` and `until` closer.' });
    const found = await completenessOf(deps, tenantId, {
      sourceId: source.id,
      since,
      until,
      connectedAt: source.createdAt,
      pushable: pushableTypes(source.mode),
    });
    return c.json(
      {
        since: iso(found.since),
        until: iso(until),
        truncated: found.truncated,
        totals: found.totals,
        hours: found.hours.map(({ hour, ...counted }) => ({ hour: iso(hour), ...counted })),
      },
      200,
    );
  });
}
