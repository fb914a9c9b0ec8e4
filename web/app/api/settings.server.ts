import { z } from 'zod';
import type { Api } from './client.server';

const settings = z.object({
  eventRetentionDays: z.number(),
  signOnRetentionDays: z.number(),
  usageRetentionDays: z.number(),
  historyRetentionDays: z.number(),
});
export type Settings = z.output<typeof settings>;

export const getSettings = (api: Api) => api.get('/settings', settings);
export const updateSettings = (api: Api, body: Partial<Settings>) => api.ask('PATCH', '/settings', settings, { body });
