import { z } from 'zod';
import type { Api, Query } from './client.server';
import { event } from './evidence.server';
import { anything, count, maybe, pageOf } from './shapes.server';

const level = z.enum(['low', 'medium', 'high']);

const app = z.object({
  id: z.string(),
  source: z.string(),
  key: z.string(),
  keyKind: z.string(),
  nativeId: maybe(z.string()),
  name: z.string(),
  catalogName: maybe(z.string()),
  domain: maybe(z.string()),
  firstSeen: z.string(),
  lastSeen: maybe(z.string()),
  lastUsed: maybe(z.string()),
  users: count,
  scopes: count,
  managed: z.object({ state: z.string(), reason: z.string(), detail: z.string() }),
  risk: z.object({ level, score: z.number() }),
  owner: maybe(z.string()),
  review: z.object({
    state: z.string(),
    by: maybe(z.string()),
    at: maybe(z.string()),
    note: maybe(z.string()),
  }),
});
export type DiscoveredApp = z.output<typeof app>;

const grant = z.object({
  scope: z.string(),
  meaning: z.string(),
  weight: z.number(),
  wide: z.boolean(),
  accounts: count,
  revoked: count,
  admin: z.boolean(),
  active: z.boolean(),
  firstGranted: z.string(),
  lastGranted: z.string(),
});
export type Grant = z.output<typeof grant>;

const appDetail = app.extend({
  reasons: z.array(z.object({ code: z.string(), points: z.number(), detail: z.string() })).default([]),
  grants: z.array(grant).default([]),
  events: z.array(event).default([]),
});
export type DiscoveredAppDetail = z.output<typeof appDetail>;

const appUser = z
  .object({
    accountId: z.string(),
    nativeId: z.string(),
    login: maybe(z.string()),
    firstSeen: z.string(),
    lastSeen: z.string(),
    lastUsed: maybe(z.string()),
    assigned: maybe(z.boolean()),
    scopes: z.array(z.string()).default([]),
    consent: z.string(),
    revokedAt: maybe(z.string()),
  })
  .transform((row) => ({ ...row, id: row.accountId }));
export type AppUser = z.output<typeof appUser>;

const summary = z.object({
  total: count,
  byRisk: z.object({ low: count, medium: count, high: count }),
  byManaged: z.object({ managed: count, unmanaged: count, unknown: count }),
  byReview: z.object({ unreviewed: count, approved: count, restricted: count, blocked: count }),
  newLast7d: count,
  withoutOwner: count,
});
export type DiscoverySummary = z.output<typeof summary>;

const one = (id: string) => `/discovery/apps/${encodeURIComponent(id)}`;

export const listApps = (api: Api, query: Query) => api.get('/discovery/apps', pageOf(app), query);
export const getDiscovery = (api: Api) => api.get('/discovery/summary', summary);
export const getApp = (api: Api, id: string) => api.get(one(id), appDetail);
export const listAppUsers = (api: Api, id: string, query: Query) => api.get(`${one(id)}/users`, pageOf(appUser), query);
export const decideOnApp = (api: Api, id: string, body: unknown) => api.ask('PATCH', one(id), anything, { body });
