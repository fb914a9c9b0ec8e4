import { z } from 'zod';
import type { Api } from './client.server';
import { count, maybe } from './shapes.server';

const eventType = z.object({
  type: z.string(),
  hookEligible: z.boolean(),
  channels: z.array(z.string()),
  usedBy: z.array(z.object({ kind: z.string(), name: z.string() })).default([]),
});
export type EventType = z.output<typeof eventType>;

const eventTypes = z.object({ data: z.array(eventType), families: z.array(z.string()).default([]) });
export type EventTypes = z.output<typeof eventTypes>;

const hook = z.object({
  id: maybe(z.string()),
  name: z.string(),
  status: maybe(z.string()),
  verificationStatus: maybe(z.string()),
  error: maybe(z.string()),
});
export type HookState = z.output<typeof hook>;

const readyHooks = z.object({
  url: maybe(z.string()),
  bodies: z.array(z.looseObject({ name: z.string() })).default([]),
});
export type ReadyHooks = z.output<typeof readyHooks>;

const inOkta = z.object({
  okta: maybe(
    z.object({
      error: maybe(z.string()),
      hooks: z.array(hook.extend({ ours: z.boolean(), types: count })).default([]),
      missing: z.array(z.string()).default([]),
    }),
  ),
});
export type HooksInOkta = NonNullable<z.output<typeof inOkta>['okta']>;

const registration = z.object({ hooks: z.array(hook), replaced: z.array(hook).default([]) });
export type Registration = z.output<typeof registration>;

const channelCounts = z.object({
  push: count,
  tail: count,
  onlyPush: count,
  onlyTail: count,
  both: count,
  onlyBackfill: count,
  missedByPush: count,
  delay: maybe(z.object({ p50: z.number(), p95: z.number(), max: z.number() })),
});
export type ChannelCounts = z.output<typeof channelCounts>;

const completeness = z.object({
  truncated: z.boolean().default(false),
  totals: channelCounts,
  hours: z.array(channelCounts.extend({ hour: z.string() })).default([]),
});
export type Completeness = z.output<typeof completeness>;

const below = (id: string, part: string) => `/sources/${encodeURIComponent(id)}/${part}`;

export const askEventTypes = (api: Api) => api.ask('GET', '/event-types', eventTypes);
export const askCompleteness = (api: Api, id: string) => api.ask('GET', below(id, 'completeness'), completeness);
/** The bodies to make by hand. Does not ask Okta. */
export const askReadyHooks = (api: Api, id: string, publicUrl: string) =>
  api.ask('GET', below(id, 'event-hooks'), readyHooks, { query: { okta: 'false', publicUrl } });
export const lookForHooks = (api: Api, id: string) => api.ask('GET', below(id, 'event-hooks'), inOkta);
export const registerHooks = (api: Api, id: string, publicUrl: string | undefined) =>
  api.ask('POST', below(id, 'event-hooks'), registration, { body: { publicUrl } });
