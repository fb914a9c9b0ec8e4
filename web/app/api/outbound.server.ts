import { z } from 'zod';
import type { Api, Query } from './client.server';
import { anything, count, maybe, pageOf } from './shapes.server';

export const delivery = z.object({
  id: z.string(),
  integrationId: z.string(),
  automationId: maybe(z.string()),
  issueId: maybe(z.string()),
  change: maybe(z.string()),
  status: z.string(),
  attempts: count,
  createdAt: z.string(),
  deliveredAt: maybe(z.string()),
  nextAttemptAt: maybe(z.string()),
  responseStatus: maybe(z.number()),
  error: maybe(z.string()),
});
export type Delivery = z.output<typeof delivery>;

const integration = z.object({
  id: z.string(),
  kind: z.string(),
  name: z.string(),
  url: z.string(),
  status: z.string(),
  key: maybe(z.object({ in: z.string(), name: z.string() })),
  lastTest: maybe(z.object({ at: maybe(z.string()), ok: z.boolean(), error: maybe(z.string()) })),
  createdAt: z.string(),
});
export type Integration = z.output<typeof integration>;

const automation = z.object({
  id: z.string(),
  name: z.string(),
  integrationId: z.string(),
  enabled: z.boolean(),
  detections: maybe(z.array(z.string())),
  minSeverity: maybe(z.string()),
  changes: z.array(z.string()).default([]),
  createdAt: z.string(),
});
export type Automation = z.output<typeof automation>;

const created = integration.extend({ signingSecret: maybe(z.string()) });
const tested = z.object({
  ok: z.boolean(),
  status: maybe(z.union([z.number(), z.string()])),
  error: maybe(z.string()),
  durationMs: maybe(z.number()),
});
export type IntegrationTest = z.output<typeof tested>;

const one = (collection: string, id: string) => `/${collection}/${encodeURIComponent(id)}`;

export const listIntegrations = async (api: Api) =>
  (await api.get('/integrations', pageOf(integration), { limit: 200 })).data;
/** For pages that only offer to send: none when it cannot be asked. */
export async function knownIntegrations(api: Api): Promise<Integration[]> {
  const outcome = await api.ask('GET', '/integrations', pageOf(integration), { query: { limit: 200 } });
  return outcome.ok ? outcome.value.data : [];
}
/** Those that something can be sent to. */
export const sendable = (integrations: Integration[]) => integrations.filter((each) => each.status !== 'disabled');
export const getIntegration = (api: Api, id: string) => api.get(one('integrations', id), integration);
export const createIntegration = (api: Api, body: unknown) => api.ask('POST', '/integrations', created, { body });
export const updateIntegration = (api: Api, id: string, body: unknown) =>
  api.ask('PATCH', one('integrations', id), anything, { body });
export const deleteIntegration = (api: Api, id: string) => api.ask('DELETE', one('integrations', id), anything);
export const testIntegration = (api: Api, id: string) =>
  api.ask('POST', `${one('integrations', id)}/test`, tested, { body: {} });

export const listAutomations = async (api: Api) =>
  (await api.get('/automations', pageOf(automation), { limit: 200 })).data;
export const createAutomation = (api: Api, body: unknown) => api.ask('POST', '/automations', anything, { body });
export const updateAutomation = (api: Api, id: string, body: unknown) =>
  api.ask('PATCH', one('automations', id), anything, { body });
export const deleteAutomation = (api: Api, id: string) => api.ask('DELETE', one('automations', id), anything);

export const listDeliveries = (api: Api, query: Query) => api.get('/deliveries', pageOf(delivery), query);
export const askDeliveries = (api: Api, query: Query) => api.ask('GET', '/deliveries', pageOf(delivery), { query });
export const replayDelivery = (api: Api, id: string) =>
  api.ask('POST', `${one('deliveries', id)}/replay`, anything, { body: {} });
