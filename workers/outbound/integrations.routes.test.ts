import { describe, expect, it } from 'vitest';
import { freshTenant, T0 } from '../../test/deps.ts';
import { iso } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import { api, type Json } from './test-api.ts';
import { addIntegration, auditActions, setup } from './test-support.ts';

const URL_OK = 'https://acme.workflows.okta.com/api/flo/0123/invoke';
const KEY = { in: 'query', name: 'clientToken', value: 'THE-TOKEN' };

describe('integrations', () => {
  it('are created, shown without secrets, changed and removed', async () => {
    const { deps } = setup();
    const tenantId = freshTenant();
    const call = api(deps, tenantId);
    const created = await call('POST', '/integrations', {
      kind: 'webhook',
      name: 'Okta Workflows',
      url: URL_OK,
      key: KEY,
    });
    expect(created.status).toBe(201);
    expect(created.json.signingSecret).toMatch(/^whsec_/);
    const { id } = created.json;
    const expected = {
      id,
      kind: 'webhook',
      name: 'Okta Workflows',
      url: URL_OK,
      status: 'untested',
      key: { in: 'query', name: 'clientToken' },
      lastTest: null,
      createdAt: iso(T0),
    };
    expect((await call('GET', `/integrations/${id}`)).json).toEqual(expected);
    expect((await call('GET', '/integrations')).json).toEqual({ data: [expected], next: null });

    const changed = await call('PATCH', `/integrations/${id}`, { name: 'Flow', key: null });
    expect(changed.json).toMatchObject({ name: 'Flow', key: null, url: URL_OK });
    expect((await call('PATCH', `/integrations/${id}`, { enabled: false })).json.status).toBe('disabled');
    expect((await call('PATCH', `/integrations/${id}`, { enabled: true })).json.status).toBe('untested');

    await call('POST', '/automations', { name: 'All', integrationId: id });
    expect((await call('DELETE', `/integrations/${id}`)).status).toBe(204);
    expect((await call('GET', `/integrations/${id}`)).status).toBe(404);
    expect((await call('GET', '/automations')).json.data).toEqual([]);
    expect(await auditActions(deps, tenantId)).toEqual(
      expect.arrayContaining(['integration.create', 'integration.update', 'automation.create', 'integration.delete']),
    );
  });

  it('keep secrets sealed, out of answers and out of the audit log', async () => {
    const { deps } = setup();
    const tenantId = freshTenant();
    const call = api(deps, tenantId);
    const signingSecret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    const created = await call('POST', '/integrations', {
      kind: 'webhook',
      name: 'x',
      url: URL_OK,
      key: KEY,
      signingSecret,
    });
    expect(created.json.signingSecret).toBe(signingSecret);
    const answers = [
      await call('GET', '/integrations'),
      await call('PATCH', `/integrations/${created.json.id}`, { key: KEY, signingSecret }),
      await call('GET', `/integrations/${created.json.id}`),
    ];
    const rows = await deps.env.CONTROL.prepare('SELECT * FROM integrations WHERE tenant_id = ?').bind(tenantId).all();
    const log = await deps.evidence(tenantId).prepare('SELECT * FROM audit WHERE tenant_id = ?').bind(tenantId).all();
    const everything = JSON.stringify([answers, rows.results, log.results]);
    expect(everything).not.toContain('THE-TOKEN');
    expect(everything).not.toContain(signingSecret.slice(8));
  });

  it.each([
    ['a private address', { url: 'https://10.0.0.8/hook' }, 'outbound.blocked'],
    ['plain http', { url: 'http://receiver.example.com/' }, 'outbound.blocked'],
    ['not an address', { url: 'receiver' }, 'outbound.blocked'],
    ['a password in it', { url: 'https://a:b@receiver.example.com/' }, 'outbound.blocked'],
    ['the token in the address', { url: `${URL_OK}?clientToken=abc` }, 'invalid_request'],
    [
      'a header of the request itself',
      { key: { in: 'header', name: 'Content-Length', value: '1' } },
      'invalid_request',
    ],
    ['a header of the signature', { key: { in: 'header', name: 'webhook-id', value: '1' } }, 'invalid_request'],
    ['a header with a line break', { key: { in: 'header', name: 'x-key', value: 'a\r\nb' } }, 'invalid_request'],
    ['a weak signing secret', { signingSecret: 'whsec_c2hvcnQ=' }, 'invalid_request'],
    ['an unknown kind', { kind: 'pigeon' }, 'invalid_request'],
    ['no name', { name: ' ' }, 'invalid_request'],
  ])('are refused with %s', async (_, more, code) => {
    const { deps } = setup();
    const tenantId = freshTenant();
    const answer = await api(deps, tenantId)('POST', '/integrations', {
      kind: 'webhook',
      name: 'x',
      url: URL_OK,
      ...more,
    });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.json.code).toBe(code);
  });

  it('allow loopback in development only', async () => {
    const { deps } = setup();
    const body = { kind: 'webhook', name: 'lab', url: 'http://127.0.0.1:8789/receivers/webhook' };
    expect((await api(deps, freshTenant())('POST', '/integrations', body)).status).toBe(422);
    const development = { ...deps, env: { ...deps.env, ENVIRONMENT: 'development' } } as Deps;
    expect((await api(development, freshTenant())('POST', '/integrations', body)).status).toBe(201);
  });

  it('are paged', async () => {
    const { deps, clock } = setup();
    const tenantId = freshTenant();
    const made: string[] = [];
    for (let n = 0; n < 5; n++) {
      made.unshift((await addIntegration(deps, tenantId)).integration.id);
      clock.advance(1);
    }
    const call = api(deps, tenantId);
    const seen: string[] = [];
    let next: string | null = null;
    do {
      const page: Json = (await call('GET', `/integrations?limit=2${next ? `&cursor=${next}` : ''}`)).json;
      seen.push(...page.data.map((one) => one.id));
      next = page.next;
    } while (next);
    expect(seen).toEqual(made);
  });
});
