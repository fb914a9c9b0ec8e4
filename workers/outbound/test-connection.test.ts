import { afterEach, describe, expect, it, vi } from 'vitest';
import { freshTenant, T0 } from '../../test/deps.ts';
import { iso } from '../platform/clock.ts';
import { api } from './test-api.ts';
import { type Answer, addIntegration, auditActions, deliveryRows, setup } from './test-support.ts';

const URL_OK = 'https://acme.workflows.okta.com/api/flo/0123/invoke';
const KEY = { in: 'query', name: 'clientToken', value: 'THE-TOKEN' };

afterEach(() => {
  vi.restoreAllMocks();
});

describe('Test connection', () => {
  async function tested(...answers: Answer[]) {
    const { deps, requests } = setup({ answers });
    const tenantId = freshTenant();
    const call = api(deps, tenantId);
    const { id } = (await call('POST', '/integrations', { kind: 'webhook', name: 'x', url: URL_OK, key: KEY })).json;
    const result = (await call('POST', `/integrations/${id}/test`)).json;
    return { result, requests, integration: (await call('GET', `/integrations/${id}`)).json, deps, tenantId };
  }

  it('sends a test event as a delivery would, and stores that it worked', async () => {
    const { result, requests, integration, deps, tenantId } = await tested();
    expect(result).toEqual({ ok: true, status: 200, error: null, durationMs: 0 });
    expect(integration).toMatchObject({ status: 'connected', lastTest: { at: iso(T0), ok: true, error: null } });
    expect(requests[0]?.url).toBe(`${URL_OK}?clientToken=THE-TOKEN`);
    expect(requests[0]?.headers['webhook-signature']).toMatch(/^v1,/);
    expect(JSON.parse(requests[0]?.body ?? '')).toMatchObject({ eventData: { title: 'Test connection' } });
    expect(await deliveryRows(deps, tenantId)).toEqual([]);
    expect(await auditActions(deps, tenantId)).toContain('integration.test');
  });

  it.each([
    ['401', new Response('bad token THE-TOKEN', { status: 401 }), 401, 'does not accept the API key'],
    ['404', new Response('', { status: 404 }), 404, 'nothing at this address'],
    ['500', new Response('', { status: 500 }), 500, 'fault of its own'],
    ['a redirect', new Response('', { status: 302, headers: { location: 'https://x.example/' } }), null, 'redirect'],
    ['DNS', new TypeError('internal error; reference = THE-TOKEN'), null, 'known to public DNS'],
  ])('says what went wrong and what to do: %s', async (_, answer, status, words) => {
    const { result, integration } = await tested(answer);
    expect(result).toMatchObject({ ok: false, status });
    expect(result.error).toContain(words);
    expect(JSON.stringify([result, integration])).not.toContain('THE-TOKEN');
    expect(integration).toMatchObject({ status: 'failed', lastTest: { ok: false, error: result.error } });
  });

  it('refuses an address that has become private', async () => {
    const { deps, requests } = setup();
    const tenantId = freshTenant();
    const { integration } = await addIntegration(deps, tenantId);
    await deps.env.CONTROL.prepare("UPDATE integrations SET url = 'https://192.168.1.1/' WHERE tenant_id = ?")
      .bind(tenantId)
      .run();
    const { json } = await api(deps, tenantId)('POST', `/integrations/${integration.id}/test`);
    expect(json).toMatchObject({ ok: false, status: null, error: expect.stringContaining('public https address') });
    expect(requests).toEqual([]);
  });

  it('gives up on a receiver that does not answer', async () => {
    vi.spyOn(AbortSignal, 'timeout').mockReturnValue(AbortSignal.abort(new DOMException('late', 'TimeoutError')));
    const { result } = await tested(() => new Promise<Response>(() => {}));
    expect(result).toMatchObject({ ok: false, status: null, error: expect.stringContaining('no answer within 10 s') });
  });

  it('refuses an answer without end', async () => {
    const endless = () => new Response('x'.repeat(300_000));
    const { result } = await tested(endless);
    expect(result).toMatchObject({ ok: false, error: expect.stringContaining('more than 256 KB') });
  });
});
