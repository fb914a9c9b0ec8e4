import { z } from 'zod';
import type { Api, Query } from './client.server';
import { event } from './evidence.server';
import { delivery } from './outbound.server';
import { anything, count, maybe, pageOf, plain, reach, severity } from './shapes.server';

const issue = z.object({
  id: z.string(),
  detection: z.string(),
  title: z.string(),
  severity,
  status: z.string(),
  priority: z.number(),
  subject: z.object({
    kind: z.string(),
    id: z.string(),
    source: z.string(),
    nativeId: z.string(),
    name: z.string(),
  }),
  identityId: maybe(z.string()),
  openedAt: z.string(),
  resolvedAt: maybe(z.string()),
  updatedAt: maybe(z.string()),
  assignee: maybe(z.string()),
  dismissReason: maybe(z.string()),
});
export type Issue = z.output<typeof issue>;

const issueDetail = issue.extend({
  dismissNote: maybe(z.string()),
  category: maybe(z.string()),
  description: maybe(z.string()),
  riskAndImpact: maybe(z.string()),
  remediation: maybe(z.string()),
  priorityFactors: z.array(z.object({ factor: z.string(), points: z.number(), detail: maybe(z.string()) })).default([]),
  evidence: z.object({
    facts: plain.default({}),
    events: z.array(event).default([]),
    reach: maybe(reach),
    unverified: maybe(z.object({ reason: z.string(), since: z.string() })),
  }),
  history: z
    .array(
      z.object({
        id: z.string(),
        at: z.string(),
        change: z.string(),
        by: z.string(),
        detail: maybe(z.string()),
      }),
    )
    .default([]),
  deliveries: z.array(delivery).default([]),
});
export type IssueDetail = z.output<typeof issueDetail>;

const summary = z.object({
  open: z.object({ critical: count, high: count, medium: count, low: count, total: count }),
  byDetection: z.array(z.object({ detection: z.string(), title: z.string(), open: count, severity })).default([]),
  openedLast24h: count,
  resolvedLast24h: count,
  changedAt: maybe(z.union([z.string(), z.number()])),
});
export type IssueSummary = z.output<typeof summary>;

const detection = z.object({
  id: z.string(),
  title: z.string(),
  category: z.string(),
  severity,
  needs: z.array(z.string()).default([]),
  description: z.string(),
  riskAndImpact: z.string(),
  remediation: z.string(),
  open: count,
  unknown: maybe(z.number()),
});
export type Detection = z.output<typeof detection>;

export const listIssues = (api: Api, query: Query) => api.get('/issues', pageOf(issue), query);
export const getIssue = (api: Api, id: string) => api.get(`/issues/${encodeURIComponent(id)}`, issueDetail);
export const getSummary = (api: Api) => api.get('/issues/summary', summary);
export const askSummary = (api: Api) => api.ask('GET', '/issues/summary', summary);

/** The whole catalogue: it is a page long. */
export const listDetections = async (api: Api) =>
  (await api.get('/detections', pageOf(detection), { limit: 200 })).data;

export function dismissIssue(api: Api, id: string, body: { reason: string; note?: string | undefined }) {
  return api.ask('POST', `/issues/${encodeURIComponent(id)}/dismiss`, anything, { body });
}
export const reopenIssue = (api: Api, id: string) =>
  api.ask('POST', `/issues/${encodeURIComponent(id)}/reopen`, anything, { body: {} });
export const assignIssue = (api: Api, id: string, assignee: string | null) =>
  api.ask('POST', `/issues/${encodeURIComponent(id)}/assign`, anything, { body: { assignee } });
export const sendIssue = (api: Api, id: string, integrationId: string) =>
  api.ask('POST', `/issues/${encodeURIComponent(id)}/send`, anything, { body: { integrationId } });
export const sendIssues = (api: Api, integrationId: string, issueIds: string[]) =>
  api.ask('POST', '/issues/send', anything, { body: { integrationId, issueIds } });
