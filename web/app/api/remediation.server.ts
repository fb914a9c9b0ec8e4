import { z } from 'zod';
import type { Api, Query } from './client.server';
import { count, maybe, pageOf, severity } from './shapes.server';

const ref = z.object({ id: z.string(), kind: z.string(), nativeId: z.string(), name: z.string() });
const named = z.object({ id: z.string(), name: z.string() });
const request = z.record(z.string(), z.string());
const call = z.object({ method: z.string(), path: z.string(), what: z.string() });

const planFields = {
  action: z.string(),
  title: z.string(),
  source: named,
  subject: ref,
  object: maybe(ref),
  confirm: z.string(),
  calls: z.array(call),
  refusals: z.array(
    z.object({ code: z.string(), text: z.string(), instead: z.array(z.object({ label: z.string(), request })) }),
  ),
  warnings: z.array(z.object({ code: z.string(), text: z.string() })),
  effects: z.object({
    known: z.boolean(),
    reach: maybe(z.object({ apps: count, groups: count, roles: count, tierZero: z.boolean() })),
    tierZero: z.object({ count, first: z.array(named) }),
    apps: z.object({
      identities: count,
      lost: count,
      first: z.array(named.extend({ count, apps: z.array(named) })),
    }),
    issues: z.object({
      resolved: count,
      opened: count,
      resolves: z.array(
        z.object({ id: z.string(), title: z.string(), severity, priority: z.number(), subject: z.string() }),
      ),
      opens: z.array(z.object({ detection: z.string(), title: z.string(), subject: z.string() })),
      priority: count,
    }),
    truncated: z.boolean(),
  }),
};

const plan = z.object({ planId: maybe(z.string()), digest: z.string(), expiresAt: maybe(z.string()), ...planFields });
export type Plan = z.output<typeof plan>;

const remediation = z.object({
  id: z.string(),
  action: z.string(),
  title: z.string(),
  status: z.enum(['queued', 'running', 'done', 'failed']),
  source: named,
  subject: ref,
  object: maybe(ref),
  digest: z.string(),
  requestedBy: named,
  confirmedAt: z.string(),
  endedAt: maybe(z.string()),
  nextAttemptAt: maybe(z.string()),
  problem: maybe(z.string()),
  advice: maybe(z.string()),
});
export type Remediation = z.output<typeof remediation>;

const detail = remediation.extend({
  plan: z.object(planFields),
  answers: z.array(z.object({ method: z.string(), path: z.string(), status: z.number(), note: maybe(z.string()) })),
});
export type RemediationDetail = z.output<typeof detail>;

const settings = z.object({ enabled: z.boolean(), updatedAt: maybe(z.string()), updatedBy: maybe(z.string()) });

export const planRemediation = (api: Api, body: unknown) => api.ask('POST', '/remediations/plan', plan, { body });
export const confirmRemediation = (api: Api, body: { planId: string; confirm: string }) =>
  api.ask('POST', '/remediations', remediation, { body });
export const askRemediation = (api: Api, id: string) =>
  api.ask('GET', `/remediations/${encodeURIComponent(id)}`, remediation);
export const getRemediation = (api: Api, id: string) => api.get(`/remediations/${encodeURIComponent(id)}`, detail);
export const listRemediations = (api: Api, query: Query) => api.get('/remediations', pageOf(remediation), query);
export const getRemediationSettings = (api: Api) => api.get('/remediations/settings', settings);
export const changeRemediationSettings = (api: Api, enabled: boolean) =>
  api.ask('PATCH', '/remediations/settings', settings, { body: { enabled } });
