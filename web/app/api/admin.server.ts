import { z } from 'zod';
import type { Api, Query } from './client.server';
import { anything, maybe, pageOf } from './shapes.server';

const user = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  role: z.string(),
  sourceIds: maybe(z.array(z.string())),
  extraPermissions: z.array(z.string()).default([]),
  disabledAt: maybe(z.string()),
  createdAt: z.string(),
  lastLoginAt: maybe(z.string()),
});
export type User = z.output<typeof user>;

const token = z.object({
  id: z.string(),
  name: z.string(),
  role: z.string(),
  createdAt: z.string(),
  createdBy: maybe(z.string()),
  expiresAt: maybe(z.string()),
  lastUsedAt: maybe(z.string()),
  revokedAt: maybe(z.string()),
});
export type ApiToken = z.output<typeof token>;

const auditEntry = z.object({
  id: z.string(),
  at: z.string(),
  actor: z.object({ kind: z.string(), id: z.string(), name: maybe(z.string()) }),
  action: z.string(),
  target: maybe(z.object({ kind: z.string(), id: maybe(z.string()) })),
  detail: maybe(z.unknown()),
  ip: maybe(z.string()),
});
export type AuditEntry = z.output<typeof auditEntry>;

export const listUsers = async (api: Api) => (await api.get('/users', pageOf(user), { limit: 200 })).data;
const person = z.object({ id: z.string(), name: z.string(), active: z.boolean() });
export type Person = z.output<typeof person>;

/** Everyone of the tenant by name, also who is not active any more: histories name them. */
export const listPeople = async (api: Api) => (await api.get('/people', pageOf(person), { limit: 200 })).data;
export const createUser = (api: Api, body: unknown) => api.ask('POST', '/users', anything, { body });
export const updateUser = (api: Api, id: string, body: unknown) =>
  api.ask('PATCH', `/users/${encodeURIComponent(id)}`, anything, { body });
export const deleteUser = (api: Api, id: string) => api.ask('DELETE', `/users/${encodeURIComponent(id)}`, anything);

export const listTokens = async (api: Api) => (await api.get('/tokens', pageOf(token), { limit: 200 })).data;
export const createToken = (api: Api, body: unknown) =>
  api.ask('POST', '/tokens', token.extend({ token: z.string() }), { body });
export const revokeToken = (api: Api, id: string) => api.ask('DELETE', `/tokens/${encodeURIComponent(id)}`, anything);

export const listAudit = (api: Api, query: Query) => api.get('/audit', pageOf(auditEntry), query);
