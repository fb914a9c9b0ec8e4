import { z } from 'zod';
import { backfillState } from './backfills.server';
import type { Api } from './client.server';
import { anything, count, maybe, pageOf } from './shapes.server';

const testResult = z.object({
  at: maybe(z.string()),
  ok: z.boolean(),
  checks: z
    .array(
      z.object({
        name: z.string(),
        ok: z.boolean(),
        needs: maybe(z.string()),
        role: maybe(z.string()),
        required: z.boolean().default(true),
        detail: maybe(z.string()),
      }),
    )
    .default([]),
});
export type TestResult = z.output<typeof testResult>;

const publicJwk = z.record(z.string(), z.string());

const secretState = maybe(z.object({ createdAt: maybe(z.string()), previousExpiresAt: maybe(z.string()) }));

const source = z.object({
  id: z.string(),
  kind: z.string(),
  name: z.string(),
  baseUrl: z.string(),
  mode: z.string(),
  status: z.string(),
  authType: z.string(),
  clientId: maybe(z.string()),
  publicJwk: maybe(publicJwk),
  keyId: maybe(z.string()),
  nextKey: maybe(z.object({ id: z.string(), publicJwk, createdAt: z.string(), expiresAt: maybe(z.string()) })),
  createdAt: z.string(),
  lastTest: maybe(testResult),
  removalLimitPercent: z.number().default(10),
  secrets: maybe(z.object({ event_hook: secretState, eventbridge: secretState })),
  ingest: maybe(z.object({ eventHookUrlPath: maybe(z.string()), eventBridgeUrlPath: maybe(z.string()) })),
});
export type Source = z.output<typeof source>;

const created = source.extend({ eventHookSecret: maybe(z.string()), eventBridgeSecret: maybe(z.string()) });
export type CreatedSource = z.output<typeof created>;

const run = z.object({
  id: z.string(),
  kind: maybe(z.string()),
  status: z.string(),
  startedAt: maybe(z.string()),
  endedAt: maybe(z.string()),
  calls: count,
  rowsWritten: count,
  progress: maybe(
    z.object({
      phase: z.string(),
      done: count,
      total: count,
      failedScopes: z.array(z.object({ scope: z.string(), reason: z.string() })).default([]),
      failedMore: count,
      held: z.array(z.object({ scope: z.string(), existing: count, removing: count })).default([]),
      heldMore: count,
    }),
  ),
  estimate: maybe(z.object({ calls: z.number(), of: z.number(), readyAt: z.string() })),
  error: maybe(z.string()),
});
export type SyncRun = z.output<typeof run>;

const rate = z.object({ received: z.number(), accepted: z.number(), stored: z.number() });

const health = z.object({
  received: count,
  accepted: count,
  ignored: count,
  duplicate: count,
  processed: count,
  pending: count,
  dead: count,
  lagSeconds: maybe(z.number()),
  oldestPendingSeconds: maybe(z.number()),
  tail: maybe(
    z.object({
      cursor: maybe(z.string()),
      lastEventAt: maybe(z.string()),
      lastPollAt: maybe(z.string()),
      state: maybe(z.string()),
      error: maybe(z.string()),
      caughtUpAt: maybe(z.string()),
    }),
  ),
  rates: maybe(z.object({ fiveMinutes: rate, hour: rate })),
  lag: maybe(z.object({ p50: z.number(), p95: z.number(), max: z.number() })),
  hooks: z
    .array(
      z.object({
        channel: z.string(),
        inMode: z.boolean(),
        status: z.string(),
        verified: maybe(z.boolean()),
        reason: maybe(z.string()),
        lastReceivedAt: maybe(z.string()),
      }),
    )
    .default([]),
  rateLimit: z
    .array(
      z.object({
        bucket: z.string(),
        limit: z.number(),
        remaining: z.number(),
        seenAt: z.string(),
        seenBy: z.string(),
        share: z.number(),
      }),
    )
    .default([]),
  dailyCap: maybe(z.object({ events: z.number(), limit: z.number(), resetsAt: z.string() })),
  lastSync: maybe(run),
  backfill: maybe(backfillState),
});
export type SourceHealth = z.output<typeof health>;

const sourcePath = (id: string) => `/sources/${encodeURIComponent(id)}`;

/** All sources of the tenant: a page holds 200, and a tenant has a handful. */
export const listSources = async (api: Api) => (await api.get('/sources', pageOf(source), { limit: 200 })).data;
export const askSources = (api: Api) => api.ask('GET', '/sources', pageOf(source), { query: { limit: 200 } });
export const getSource = (api: Api, id: string) => api.get(sourcePath(id), source);
/** A page shows the rest of a source when its counters cannot be had. */
export const askHealth = (api: Api, id: string) => api.ask('GET', `${sourcePath(id)}/health`, health);
export const listRuns = (api: Api, id: string, limit: number) =>
  api.ask('GET', `${sourcePath(id)}/syncs`, pageOf(run), { query: { limit } });

export const createSource = (api: Api, body: unknown) => api.ask('POST', '/sources', created, { body });
export const updateSource = (api: Api, id: string, body: unknown) =>
  api.ask('PATCH', sourcePath(id), created, { body });
export const deleteSource = (api: Api, id: string) => api.ask('DELETE', sourcePath(id), anything);
export const testSource = (api: Api, id: string) => api.ask('POST', `${sourcePath(id)}/test`, testResult, { body: {} });
export const startSync = (api: Api, id: string) =>
  api.ask('POST', `${sourcePath(id)}/sync`, anything, { body: { kind: 'full' } });
export const decideRun = (api: Api, id: string, runId: string, decision: 'confirm' | 'reject' | 'cancel') =>
  api.ask('POST', `${sourcePath(id)}/syncs/${encodeURIComponent(runId)}/${decision}`, anything, { body: {} });
export const rotateSecret = (api: Api, id: string, channel: string) =>
  api.ask('POST', `${sourcePath(id)}/secrets`, z.object({ secret: z.string() }), { body: { channel } });

const oauthKey = z.object({
  id: z.string(),
  publicJwk,
  pem: maybe(z.string()),
  inUse: z.boolean(),
  expiresAt: maybe(z.string()),
  grants: z.array(z.object({ name: z.string(), scope: z.string(), role: z.string(), required: z.boolean() })),
});
export type OauthKey = z.output<typeof oauthKey>;

export const makeOauthKey = (api: Api) => api.ask('POST', '/sources/oauth-keys', oauthKey);
export const askOauthKey = (api: Api, id: string) =>
  api.ask('GET', `/sources/oauth-keys/${encodeURIComponent(id)}`, oauthKey);
export const makeNextKey = (api: Api, id: string) => api.ask('POST', `${sourcePath(id)}/oauth-keys`, oauthKey);
export const deleteOauthKey = (api: Api, id: string) =>
  api.ask('DELETE', `/sources/oauth-keys/${encodeURIComponent(id)}`, anything);
