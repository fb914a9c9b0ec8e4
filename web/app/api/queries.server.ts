import { z } from 'zod';
import type { Api, Query } from './client.server';
import { anything, count, maybe } from './shapes.server';

const column = z.object({ id: z.string(), title: z.string(), type: z.string() });
export type QueryColumn = z.output<typeof column>;

const about = z.object({
  id: z.string(),
  theme: z.string(),
  title: z.string(),
  description: z.string(),
  columns: z.array(column),
  unknown: z.array(z.object({ source: z.string(), need: z.string(), reason: z.string() })).default([]),
});

const listed = about.extend({ rows: maybe(z.object({ count, more: z.boolean() })) });
export type SavedQuery = z.output<typeof listed>;
export type UnknownNeed = SavedQuery['unknown'][number];

const nodeCell = z.object({ id: z.string(), kind: maybe(z.string()), name: maybe(z.string()) });
const cell = z.union([z.string(), z.number(), z.boolean(), z.null(), nodeCell]);
export type QueryCell = z.output<typeof cell>;

const result = about.extend({
  undetermined: count,
  truncated: z.boolean().default(false),
  data: z.array(z.record(z.string(), cell)),
  next: maybe(z.string()),
});

export const askSavedQueries = (api: Api, asOf: string | null) =>
  api.ask('GET', '/graph/queries', z.object({ data: z.array(listed) }), { query: { counts: 'true', asOf } });

export const runSavedQuery = (api: Api, id: string, query: Query) =>
  api.get(`/graph/queries/${encodeURIComponent(id)}`, result, query);

/** `path`: the place of the node in the API, such as `/apps/app_…`. A null level takes back what was said. */
export const setCriticality = (api: Api, path: string, level: string | null, note: string | null) =>
  level === null
    ? api.ask('DELETE', `${path}/criticality`, anything)
    : api.ask('PUT', `${path}/criticality`, anything, { body: { level, note } });
