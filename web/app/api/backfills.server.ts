import { z } from 'zod';
import type { Api } from './client.server';
import { anything, count, maybe, pageOf } from './shapes.server';

const backfill = z.object({
  id: z.string(),
  status: z.string(),
  since: z.string(),
  until: z.string(),
  startedAt: z.string(),
  endedAt: maybe(z.string()),
  percent: count,
  estimateSeconds: maybe(z.number()),
  events: count,
  accepted: count,
  calls: count,
  waiting: maybe(z.object({ why: z.string(), until: z.string() })),
  note: maybe(z.string()),
  error: maybe(z.object({ code: z.string(), detail: z.string() })),
});
export type Backfill = z.output<typeof backfill>;

/** As the health of a source carries it. */
export const backfillState = z.object({
  suggested: z.boolean().default(false),
  last: maybe(backfill),
  offers: z.array(z.object({ days: z.number(), calls: count, seconds: count })).default([]),
});
export type BackfillState = z.output<typeof backfillState>;

const below = (id: string, part: string) => `/sources/${encodeURIComponent(id)}/${part}`;

export const askBackfills = (api: Api, id: string, limit: number) =>
  api.ask('GET', below(id, 'backfills'), pageOf(backfill), { query: { limit } });
export const startBackfill = (api: Api, id: string, days: number) =>
  api.ask('POST', below(id, 'backfill'), anything, { body: { days } });
export const cancelBackfill = (api: Api, id: string, backfillId: string) =>
  api.ask('POST', below(id, `backfills/${encodeURIComponent(backfillId)}/cancel`), anything, { body: {} });
