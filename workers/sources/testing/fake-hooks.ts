import { env } from 'cloudflare:workers';
import { oktaError } from '../../sync/testing/fake-okta.ts';
import type { HookBody } from '../okta/event-hooks-api.ts';
import type { Api } from './harness.ts';

interface FakeHook {
  id: string;
  name: string;
  status: string;
  verificationStatus: string;
  events: { type: string; items: string[] };
  channel: HookBody['channel'];
}

/**
 * Tests only: the Event Hooks of the harness's org. `verify` calls our own receiver, as Okta does; `presents` says
 * whether with the secret. The first answer of `faults` (by method and path) that is not undefined is given.
 */
export function fakeHooks(api: Api, options: { presents?: boolean } = {}) {
  const hooks = new Map<string, FakeHook>();
  const fake = {
    hooks,
    calls: [] as string[],
    faults: [] as ((method: string, path: string) => Response | undefined)[],
    /** Secrets as the hooks carry them: Okta never gives them back. */
    secretOf: (id: string) => hooks.get(id)?.channel.config.authScheme.value ?? '',
    /** A hook made by hand. */
    add(name: string, uri: string, more: Partial<FakeHook> = {}) {
      const id = `who${hooks.size + 1}`;
      const authScheme = { type: 'HEADER', key: 'Authorization', value: 'by hand' } as const;
      const channel = { type: 'HTTP', version: '1.0.0', config: { uri, headers: [], authScheme } } as const;
      const events = { type: 'EVENT_TYPE', items: ['user.session.start'] };
      const made = { id, name, status: 'ACTIVE', verificationStatus: 'VERIFIED', events, ...more };
      hooks.set(id, { ...made, channel: { ...channel, config: { ...channel.config, headers: [] } } });
      return id;
    },
  };
  const withoutSecret = (hook: FakeHook) => {
    const { authScheme, ...config } = hook.channel.config;
    return {
      ...hook,
      channel: { ...hook.channel, config: { ...config, authScheme: { ...authScheme, value: undefined } } },
    };
  };
  const echoes = async (hook: FakeHook) => {
    const { uri, authScheme } = hook.channel.config;
    const headers = { 'x-okta-verification-challenge': 'ch-1' };
    const presented: Record<string, string> = options.presents
      ? { ...headers, authorization: authScheme.value }
      : headers;
    const response = await api.app.request(new URL(uri).pathname, { headers: presented }, env);
    const body = response.ok ? await response.json<{ verification?: string }>() : {};
    return body.verification === 'ch-1';
  };
  const before = api.deps.fetch;
  api.deps.fetch = async (input, init) => {
    const { pathname } = new URL(input instanceof Request ? input.url : input);
    if (!pathname.startsWith('/api/v1/eventHooks')) return before(input, init);
    const method = init?.method ?? 'GET';
    const [, , , , id, , step] = pathname.split('/');
    fake.calls.push(`${method} ${step ?? (id ? 'one' : 'all')}`);
    const fault = fake.faults.map((one) => one(method, pathname)).find(Boolean);
    if (fault) return fault;
    if (!id && method === 'GET') return Response.json([...hooks.values()].map(withoutSecret));
    const hook = id ? hooks.get(id) : undefined;
    if (id && !hook) return oktaError(404, 'E0000007');
    if (!step) {
      const body = JSON.parse(String(init?.body)) as HookBody;
      const changed = hook?.channel.config.uri !== body.channel.config.uri;
      const saved: FakeHook = {
        id: hook?.id ?? `who${hooks.size + 1}`,
        status: hook?.status ?? 'ACTIVE',
        verificationStatus: hook && !changed ? hook.verificationStatus : 'UNVERIFIED',
        ...body,
      };
      hooks.set(saved.id, saved);
      return Response.json(withoutSecret(saved));
    }
    if (!hook) return oktaError(404, 'E0000007');
    if (step === 'verify') {
      if (!(await echoes(hook))) return oktaError(400, 'E0000001');
      hook.verificationStatus = 'VERIFIED';
    } else {
      hook.status = step === 'activate' ? 'ACTIVE' : 'INACTIVE';
    }
    return Response.json(withoutSecret(hook));
  };
  return fake;
}
