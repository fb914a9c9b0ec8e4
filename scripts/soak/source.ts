import { type ApiClient, createApiClient } from '../lib/api.ts';
import type { Product } from '../lib/product.ts';
import { LAB_TOKEN } from '../start/demo.ts';
import type { Org } from './events.ts';
import { type LogServer, startLogServer } from './log-server.ts';

export interface SoakSource {
  id: string;
  eventHookSecret: string;
  eventBridgeSecret: string;
  api: ApiClient;
  /** Origin of the product. */
  origin: string;
  log: LogServer;
}

/** What `GET /sources/{id}/health` says, as far as it is read here. */
export interface Health {
  received: number;
  accepted: number;
  ignored: number;
  duplicate: number;
  processed: number;
  pending: number;
  dead: number;
  lagSeconds: number | null;
  tail: { state: string };
}

/** A tenant of its own with one source that takes all channels; nothing but what is sent to it ever reaches it. */
export async function createSource(product: Product, name: string): Promise<SoakSource> {
  const log = await startLogServer(product.lab);
  const operator = createApiClient(product.api, product.operatorToken);
  const tenant = await operator.request<{ id: string }>('POST', '/tenants', { name });
  const inTenant = createApiClient(product.api, product.operatorToken, tenant.id);
  const { token } = await inTenant.request<{ token: string }>('POST', '/tokens', { name: 'soak', role: 'super_admin' });
  const api = createApiClient(product.api, token);
  const source = await api.request<Pick<SoakSource, 'id' | 'eventHookSecret' | 'eventBridgeSecret'>>(
    'POST',
    '/sources',
    {
      kind: 'okta',
      name,
      baseUrl: log.origin,
      mode: 'hybrid',
      auth: { type: 'ssws', token: LAB_TOKEN },
    },
  );
  return { ...source, api, origin: product.api, log };
}

/** Users and groups of the lab's org, for events that name them. */
export async function orgOf(lab: string): Promise<Org> {
  const ids = async (path: string) => {
    const response = await fetch(`${lab}/api/v1/${path}?limit=200`, {
      headers: { authorization: `SSWS ${LAB_TOKEN}` },
      signal: AbortSignal.timeout(20_000),
    });
    if (!response.ok) throw new Error(`the lab answered ${response.status} to ${path}`);
    return ((await response.json()) as { id: string }[]).map(({ id }) => id);
  };
  return { users: await ids('users'), groups: await ids('groups') };
}

/** Waits until everything that the source received has been worked off. Throws with the last answer after `timeoutMs`. */
export async function settled(source: SoakSource, processed: number, timeoutMs: number): Promise<Health> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const health = await source.api.request<Health>('GET', `/sources/${source.id}/health`).catch(() => null);
    if (health && health.pending === 0 && health.processed >= processed) return health;
    if (Date.now() > deadline)
      throw new Error(`not worked off within ${timeoutMs / 1_000} s: ${JSON.stringify(health)}`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
