import { z } from 'zod';
import type { Api, Query } from './client.server';
import { anything, maybe, pageOf } from './shapes.server';

const party = z.object({
  id: maybe(z.string()),
  type: maybe(z.string()),
  name: maybe(z.string()),
  alternateId: maybe(z.string()),
});

export const event = z.object({
  id: z.string(),
  source: z.string(),
  uuid: maybe(z.string()),
  type: z.string(),
  published: z.string(),
  storedAt: maybe(z.string()),
  channels: z.array(z.string()).default([]),
  actor: maybe(party),
  targets: z
    .array(party)
    .nullish()
    .transform((list) => list ?? []),
  outcome: maybe(z.object({ result: maybe(z.string()), reason: maybe(z.string()) })),
  severity: maybe(z.string()),
  displayMessage: maybe(z.string()),
  clientIp: maybe(z.string()),
  transactionId: maybe(z.string()),
  body: z.unknown().optional(),
});
export type SystemEvent = z.output<typeof event>;

const deadLetter = z.object({
  id: z.string(),
  queue: maybe(z.string()),
  source: maybe(z.string()),
  channel: maybe(z.string()),
  reason: z.string(),
  detail: maybe(z.string()),
  createdAt: z.string(),
  status: z.string(),
  resolvedAt: maybe(z.string()),
  resolvedBy: maybe(z.string()),
  note: maybe(z.string()),
  payload: z.unknown().optional(),
});
export type DeadLetter = z.output<typeof deadLetter>;

export const listEvents = (api: Api, query: Query) => api.get('/events', pageOf(event), query);
export const getEvent = (api: Api, id: string) => api.get(`/events/${encodeURIComponent(id)}`, event);

export const listDeadLetters = (api: Api, query: Query) => api.get('/dead-letters', pageOf(deadLetter), query);
export const replayDeadLetter = (api: Api, id: string) =>
  api.ask('POST', `/dead-letters/${encodeURIComponent(id)}/replay`, anything, { body: {} });
export const discardDeadLetter = (api: Api, id: string, reason: string) =>
  api.ask('POST', `/dead-letters/${encodeURIComponent(id)}/discard`, anything, { body: { reason } });

const deadLetterJob = z.object({
  id: z.string(),
  kind: z.string(),
  status: z.string(),
  matched: z.number(),
  done: z.number(),
  skipped: z.number(),
  requestedBy: maybe(z.string()),
  error: maybe(z.string()),
  createdAt: z.string(),
  endedAt: maybe(z.string()),
});
export type DeadLetterJob = z.output<typeof deadLetterJob>;

export const askDeadLetterJobs = (api: Api, limit: number) =>
  api.ask('GET', '/dead-letters/jobs', pageOf(deadLetterJob), { query: { limit } });
export const askOpenLetters = (api: Api, query: Query) =>
  api.ask('GET', '/dead-letters/count', z.object({ open: z.number() }), {
    query: { source: query.source, reason: query.reason },
  });
export const resolveMatching = (
  api: Api,
  kind: 'replay' | 'discard',
  filter: Record<string, string>,
  reason: string | null,
) =>
  api.ask('POST', `/dead-letters/${kind}`, deadLetterJob, {
    body: { filter, ...(reason === null ? {} : { reason }) },
  });
export const cancelDeadLetterJob = (api: Api, id: string) =>
  api.ask('POST', `/dead-letters/jobs/${encodeURIComponent(id)}/cancel`, anything, { body: {} });
