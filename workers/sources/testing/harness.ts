import { apiUnderTest } from '../../api/test-api.ts';
import { seedTenant } from '../../auth/test-app.ts';
import { createFakeOkta, smallOrg } from '../../sync/testing/fake-okta.ts';

/** A body for POST /sources. */
export const NEW = {
  kind: 'okta',
  name: 'Acme',
  baseUrl: 'https://acme.okta.com/',
  mode: 'hybrid',
  auth: { type: 'ssws', token: 'secret-token' },
};

/** Tests only: the API, an Okta org in memory at https://acme.okta.com, and a tenant with tokens. */
export async function setUp(org = smallOrg(3)) {
  let now = () => 0;
  const okta = createFakeOkta(org, () => now());
  const api = apiUnderTest({ fetch: okta.fetch });
  now = () => api.clock.now();
  const { tenantId, tokens } = await seedTenant(api.deps, ['super_admin', 'viewer']);
  const call = async (method: string, path: string, body?: unknown, token = tokens.super_admin) => {
    const response = await api.call(method, `/api/v1${path}`, { token, ...(body === undefined ? {} : { body }) });
    const text = await response.text();
    return { status: response.status, text, json: text ? JSON.parse(text) : null };
  };
  return { ...api, okta, tenantId, tokens, call };
}

export type Api = Awaited<ReturnType<typeof setUp>>;

export const create = async (api: Api, more: Record<string, unknown> = {}) =>
  (await api.call('POST', '/sources', { ...NEW, ...more })).json;

export const actions = async (api: Api) =>
  (await api.call('GET', '/audit')).json.data.map((entry: { action: string }) => entry.action).sort();
