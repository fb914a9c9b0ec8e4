import { z } from 'zod';
import type { Api, Query } from './client.server';
import { anything, count, maybe, pageOf } from './shapes.server';

const tenant = z.object({
  id: z.string(),
  name: z.string(),
  status: z.string(),
  createdAt: z.string(),
  deletedAt: maybe(z.string()),
  users: count,
  sources: count,
  openIssues: count,
});
export type Tenant = z.output<typeof tenant>;

const shards = z.object({
  shards: count,
  change: maybe(
    z.object({
      from: count,
      to: count,
      status: z.string(),
      progress: z.number(),
      rowsDone: count,
      rowsTotal: count,
      error: maybe(z.string()),
      startedAt: z.string(),
      endedAt: maybe(z.string()),
    }),
  ),
});
export type TenantShards = z.output<typeof shards>;

const pathOf = (id: string) => `/tenants/${encodeURIComponent(id)}`;

export const listTenants = (api: Api, query: Query) => api.get('/tenants', pageOf(tenant), query);
export const getTenant = (api: Api, id: string) => api.get(pathOf(id), tenant);
export const createTenant = (api: Api, body: unknown) => api.ask('POST', '/tenants', tenant, { body });
export const updateTenant = (api: Api, id: string, body: unknown) => api.ask('PATCH', pathOf(id), anything, { body });

export const getShards = (api: Api, id: string) => api.get(`${pathOf(id)}/shards`, shards);
export const askShards = (api: Api, id: string) => api.ask('GET', `${pathOf(id)}/shards`, shards);
export const changeShards = (api: Api, id: string, wanted: number) =>
  api.ask('POST', `${pathOf(id)}/shards`, anything, { body: { shards: wanted } });
export const cancelShards = (api: Api, id: string) => api.ask('DELETE', `${pathOf(id)}/shards`, anything);
