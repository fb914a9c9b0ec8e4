import { z } from 'zod';
import type { Api } from './client.server';
import { pageOf } from './shapes.server';

const settings = z.object({ available: z.boolean(), enabled: z.boolean(), keepDays: z.number() });
export type ArchiveSettings = z.output<typeof settings>;

const day = z.object({ day: z.string(), objects: z.number(), events: z.number(), bytes: z.number() });
export type ArchivedDay = z.output<typeof day>;

export const getArchiveSettings = (api: Api) => api.get('/archive/settings', settings);
export const changeArchiveSettings = (api: Api, body: unknown) =>
  api.ask('PATCH', '/archive/settings', settings, { body });
export const askArchivedDays = (api: Api, cursor: string | null) =>
  api.ask('GET', '/archive', pageOf(day), { query: { limit: 50, cursor } });
