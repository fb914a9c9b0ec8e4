import { inject } from 'vitest';
import { createApiClient, readAll } from '../../scripts/lib/api.ts';

export const product = inject('product');
export const api = createApiClient(product.api, product.token);

/** Asks again until the answer is there. Throws with the last answer when the time is over. */
export async function eventually<T>(what: string, ask: () => Promise<T | undefined>, timeoutMs = 120_000): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`${what} did not happen within ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

export function lab<T>(method: string, path: string, body?: unknown): Promise<T> {
  return askLab(method, path, {}, body);
}

/** A call to the lab's Okta, as an administrator there makes it: it waits where the product has used up the limit. */
export function okta<T>(method: string, path: string, body?: unknown): Promise<T> {
  return askLab(method, `/api/v1${path}`, { authorization: 'SSWS lab-ssws-token' }, body);
}

async function askLab<T>(method: string, path: string, headers: Record<string, string>, body: unknown): Promise<T> {
  const response = await eventually(`lab ${method} ${path}`, async () => {
    const answer = await fetch(`${product.lab}${path}`, {
      method,
      headers: { ...headers, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return answer.status === 429 ? undefined : answer;
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`lab ${method} ${path}: ${response.status} ${text.slice(0, 300)}`);
  return (text ? JSON.parse(text) : undefined) as T;
}

/** Reads a list to its end. */
export const all = <T>(path: string): Promise<T[]> => readAll<T>(api, path);

export interface Issue {
  id: string;
  detection: string;
  title: string;
  status: string;
  priority: number;
  subject: { kind: string; id: string; nativeId: string; name: string };
}

export interface Health {
  received: number;
  accepted: number;
  ignored: number;
  duplicate: number;
  processed: number;
  pending: number;
  dead: number;
}

export interface NewSource {
  id: string;
  eventHookSecret: string;
  eventBridgeSecret: string;
}

/** A source that receives both push channels and nothing else: at its address nobody answers, so no log fills it. */
export function newSource(name: string): Promise<NewSource> {
  return api.request('POST', '/sources', {
    kind: 'okta',
    name,
    baseUrl: 'http://127.0.0.1:9',
    mode: 'hybrid',
    auth: { type: 'ssws', token: 'lab-ssws-token' },
  });
}

export async function sourceHealth(id: string): Promise<Health> {
  return api.request('GET', `/sources/${id}/health`);
}

/** Waits until everything a source received has been worked off. */
export function settled(id: string, accepted: number, timeoutMs = 120_000): Promise<Health> {
  return eventually(
    `source ${id} to store ${accepted}`,
    async () => {
      const health = await sourceHealth(id).catch(() => undefined);
      return health && health.pending === 0 && health.accepted >= accepted ? health : undefined;
    },
    timeoutMs,
  );
}

export function deliver(path: string, authorization: string | undefined, body: string): Promise<Response> {
  return fetch(`${product.api}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(authorization === undefined ? {} : { authorization }) },
    body,
  });
}

/** A sign-on as the System Log has it: accepted, and without further work at the source. */
export function signOn(n: number): Record<string, unknown> {
  return {
    uuid: crypto.randomUUID(),
    published: new Date(Date.now() - n).toISOString(),
    eventType: 'user.authentication.sso',
    version: '0',
    severity: 'INFO',
    displayMessage: 'User single sign on to app',
    actor: {
      id: `00uSIGNON${String(n % 50).padStart(11, '0')}`,
      type: 'User',
      alternateId: `person${n % 50}@acme.test`,
      displayName: `Person ${n % 50}`,
    },
    outcome: { result: 'SUCCESS', reason: null },
    target: [{ id: '0oaSIGNON0000000000a', type: 'AppInstance', alternateId: 'Wiki', displayName: 'Wiki' }],
    transaction: { type: 'WEB', id: `tx${n}`, detail: {} },
    debugContext: { debugData: {} },
  };
}
