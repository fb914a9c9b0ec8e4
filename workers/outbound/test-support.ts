import { createExecutionContext, createMessageBatch, getQueueResult } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { freshTenant, manualClock, T0, testDeps } from '../../test/deps.ts';
import type { Principal } from '../auth/principal.ts';
import type { Severity } from '../detections/types.ts';
import type { Deps } from '../platform/deps.ts';
import { randomIds } from '../platform/ids.ts';
import type { NewAutomation } from './automations.schemas.ts';
import { createAutomation } from './automations.usecases.ts';
import { consumeOutbound } from './consumer.ts';
import { createIntegration } from './integrations.usecases.ts';
import { type Lookups, lookupsOf } from './lookups.ts';
import type { IssueChange, OutboundMessage } from './message.ts';

/** What the tests of this feature share: a receiver, a queue that remembers, and rows to send. */

export const ADMIN: Principal = { kind: 'user', id: 'usr_1', name: 'Ada', role: 'super_admin', sourceIds: null };

export interface ReceivedRequest {
  url: string;
  headers: Record<string, string>;
  body: string;
}

export type Answer = Response | Error | ((request: ReceivedRequest) => Response | Promise<Response>);

/** Answers with each of `answers` in turn, the last one for good; 200 by default. */
export function receiver(...answers: Answer[]) {
  const requests: ReceivedRequest[] = [];
  const handler: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    const received = {
      url: request.url,
      headers: Object.fromEntries(request.headers),
      body: await request.text(),
    };
    requests.push(received);
    const answer = answers[Math.min(requests.length, answers.length) - 1];
    if (answer instanceof Error) throw answer;
    if (typeof answer === 'function') return answer(received);
    return answer?.clone() ?? new Response('ok');
  };
  return { fetch: handler, requests };
}

export interface SentMessage {
  body: unknown;
  delaySeconds: number | undefined;
}

export function rememberingQueue() {
  const sent: SentMessage[] = [];
  const batches: number[] = [];
  const queue = {
    async sendBatch(messages: Iterable<MessageSendRequest>) {
      const all = [...messages];
      batches.push(all.length);
      for (const { body, delaySeconds } of all) sent.push({ body, delaySeconds });
    },
  };
  return { queue, sent, batches };
}

export function setup(overrides: Partial<Deps> & { answers?: Answer[] } = {}) {
  const { answers = [], ...rest } = overrides;
  const clock = manualClock();
  const web = receiver(...answers);
  const outbound = rememberingQueue();
  const deps = testDeps({
    clock,
    fetch: web.fetch,
    // sequences would give two tenants the same ids
    ids: randomIds,
    env: {
      ...env,
      ENVIRONMENT: 'production',
      CONSOLE_URL: 'https://console.test',
      OUTBOUND: outbound.queue,
    } as unknown as Env,
    ...rest,
  });
  const lookups: Lookups = {
    ...lookupsOf(deps),
    entity: async (issue) => ({ username: `${issue.subjectName}@acme.test`, types: [], lastLogin: null }),
  };
  return { deps, clock, requests: web.requests, outbound, lookups };
}

let issues = 0;

export async function addIssue(
  deps: Deps,
  tenantId: string,
  fields: { detection?: string; severity?: Severity; status?: string } = {},
): Promise<string> {
  const id = `iss_${++issues}`;
  await deps
    .evidence(tenantId)
    .prepare(
      `INSERT INTO issues (tenant_id, id, detection, title, severity, status, priority, priority_factors, subject_kind,
         subject_id, subject_source, subject_native_id, subject_name, evidence, opened_at, updated_at, change_seq)
       VALUES (?, ?, ?, 'No MFA - Admin Account', ?, ?, 70, '[]', 'account', ?, 'src_1', ?, 'ann', '{}', ?, ?, 1)`,
    )
    .bind(
      tenantId,
      id,
      fields.detection ?? 'no-mfa-admin',
      fields.severity ?? 'high',
      fields.status ?? 'open',
      `acc_${issues}`,
      `00u${issues}`,
      T0,
      T0,
    )
    .run();
  return id;
}

export async function addIntegration(deps: Deps, tenantId: string, url = 'https://receiver.example.com/invoke') {
  return createIntegration(deps, tenantId, ADMIN, { kind: 'webhook', name: 'SOAR', url });
}

export async function addAutomation(
  deps: Deps,
  tenantId: string,
  integrationId: string,
  fields: Partial<NewAutomation> = {},
) {
  return createAutomation(deps, tenantId, ADMIN, {
    name: 'Send all',
    integrationId,
    enabled: true,
    detections: null,
    minSeverity: null,
    changes: ['opened', 'reopened'],
    ...fields,
  });
}

export interface DeliveryRow {
  id: string;
  status: string;
  attempts: number;
  next_attempt_at: number | null;
  response_status: number | null;
  error: string | null;
  body: string;
  integration_id: string;
}

export async function deliveryRows(deps: Deps, tenantId: string): Promise<DeliveryRow[]> {
  const { results } = await deps
    .evidence(tenantId)
    .prepare('SELECT * FROM deliveries WHERE tenant_id = ? ORDER BY created_at, id')
    .bind(tenantId)
    .all<DeliveryRow>();
  return results;
}

export async function deadLetterRows(deps: Deps, tenantId: string) {
  const { results } = await deps
    .evidence(tenantId)
    .prepare('SELECT * FROM dead_letters WHERE tenant_id = ? ORDER BY id')
    .bind(tenantId)
    .all<{ id: string; reason: string; detail: string; payload: string; status: string; queue: string }>();
  return results;
}

export async function auditActions(deps: Deps, tenantId: string): Promise<string[]> {
  const { results } = await deps
    .evidence(tenantId)
    .prepare('SELECT action FROM audit WHERE tenant_id = ? ORDER BY at, id')
    .bind(tenantId)
    .all<{ action: string }>();
  return results.map(({ action }) => action);
}

let messages = 0;

export function changed(tenantId: string, issueId: string, change: IssueChange = 'opened', more = {}): OutboundMessage {
  return { v: 1, tenantId, issueId, change, at: T0, ...more };
}

/** Runs a consumer over a batch of these bodies; tells what was acknowledged and what is to come again. */
export async function consume(deps: Deps, lookups: Lookups, bodies: unknown[], consumer = consumeOutbound) {
  const batch = createMessageBatch(
    'postern-outbound',
    bodies.map((body) => ({ id: `msg_${++messages}`, timestamp: new Date(T0), attempts: 1, body })),
  );
  await consumer(batch, deps, lookups);
  return getQueueResult(batch, createExecutionContext());
}

/** A tenant with an integration, an automation that sends everything to it, and an issue. */
export async function connected(options: Parameters<typeof setup>[0] = {}) {
  const s = setup(options);
  const tenantId = freshTenant();
  const { integration, signingSecret } = await addIntegration(s.deps, tenantId);
  await addAutomation(s.deps, tenantId, integration.id);
  const issueId = await addIssue(s.deps, tenantId);
  return { ...s, tenantId, integration, signingSecret, issueId };
}

/** Evidence whose nth write statement matching `pattern` throws, once: as if the invocation had been killed there. */
export function killedAt(deps: Deps, pattern: RegExp): Deps {
  let armed = true;
  const wrap = (db: D1Database) =>
    new Proxy(db, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (name !== 'prepare') return typeof value === 'function' ? value.bind(target) : value;
        return (sql: string) => {
          if (armed && pattern.test(sql)) {
            armed = false;
            throw new Error('killed');
          }
          return target.prepare(sql);
        };
      },
    });
  const proxies = new Map<D1Database, D1Database>();
  return {
    ...deps,
    evidence: (tenantId) => {
      const db = deps.evidence(tenantId);
      const proxy = proxies.get(db) ?? wrap(db);
      proxies.set(db, proxy);
      return proxy;
    },
  };
}
