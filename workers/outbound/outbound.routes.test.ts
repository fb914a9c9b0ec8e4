import { describe, expect, it } from 'vitest';
import { freshTenant, T0 } from '../../test/deps.ts';
import type { Principal } from '../auth/principal.ts';
import { HOUR, iso } from '../platform/clock.ts';
import { insertClaimed } from './delivery-store.ts';
import { routingOf } from './integrations.repository.ts';
import { planDeliveries } from './plan.ts';
import { replayOutboundPayload } from './replay.ts';
import { retryDueDeliveries } from './retry.ts';
import { api, type Json } from './test-api.ts';
import {
  ADMIN,
  addAutomation,
  addIntegration,
  addIssue,
  auditActions,
  deadLetterRows,
  deliveryRows,
  setup,
} from './test-support.ts';

const VIEWER: Principal = { ...ADMIN, role: 'viewer' };
const URL_OK = 'https://acme.workflows.okta.com/api/flo/0123/invoke';

describe('automations', () => {
  it('are added, changed and removed', async () => {
    const { deps } = setup();
    const tenantId = freshTenant();
    const call = api(deps, tenantId);
    const { integration } = await addIntegration(deps, tenantId);
    const created = await call('POST', '/automations', { name: 'All', integrationId: integration.id });
    expect(created.status).toBe(201);
    expect(created.json).toMatchObject({
      enabled: true,
      detections: null,
      minSeverity: null,
      changes: ['opened', 'reopened'],
      createdAt: iso(T0),
    });
    const { id } = created.json;
    const patch = {
      enabled: false,
      detections: ['no-mfa-admin', 'no-mfa-admin'],
      minSeverity: 'high',
      changes: ['resolved'],
    };
    expect((await call('PATCH', `/automations/${id}`, patch)).json).toMatchObject({
      ...patch,
      detections: ['no-mfa-admin'],
    });
    expect((await call('PATCH', `/automations/${id}`, { enabled: true })).json).toMatchObject({
      enabled: true,
      minSeverity: 'high',
    });
    expect((await call('GET', `/automations/${id}`)).json).toMatchObject({ changes: ['resolved'] });
    expect((await call('DELETE', `/automations/${id}`)).status).toBe(204);
    expect((await call('DELETE', `/automations/${id}`)).status).toBe(404);
    expect(await auditActions(deps, tenantId)).toEqual(
      expect.arrayContaining(['automation.create', 'automation.update', 'automation.delete']),
    );
  });

  it.each([
    ['an integration that is not there', { integrationId: 'int_none' }],
    ['a detection that does not exist', { detections: ['no-such'] }],
    ['no detection at all', { detections: [] }],
    ['no change at all', { changes: [] }],
    ['an unknown severity', { minSeverity: 'awful' }],
  ])('are refused with %s', async (_, more) => {
    const { deps } = setup();
    const tenantId = freshTenant();
    const { integration } = await addIntegration(deps, tenantId);
    const body = { name: 'x', integrationId: integration.id, ...more };
    expect(await api(deps, tenantId)('POST', '/automations', body)).toMatchObject({
      status: 400,
      json: { code: 'invalid_request' },
    });
  });
});

/** An issue's delivery that is due now. */
async function withDelivery(answers: Parameters<typeof setup>[0] = {}) {
  const s = setup(answers);
  const tenantId = freshTenant();
  const { integration } = await addIntegration(s.deps, tenantId);
  await addAutomation(s.deps, tenantId, integration.id);
  const issueId = await addIssue(s.deps, tenantId);
  const routing = (await routingOf(s.deps, [tenantId])).get(tenantId);
  if (!routing) throw new Error('no routing');
  const message = { v: 1 as const, tenantId, issueId, change: 'opened' as const, at: T0 };
  const [planned] = await planDeliveries(s.deps, s.lookups, tenantId, [message], routing);
  if (!planned) throw new Error('nothing planned');
  await s.deps.env.EVIDENCE_0.prepare('DELETE FROM deliveries').run();
  await insertClaimed(s.deps.evidence(tenantId), [planned], T0, T0);
  return { ...s, tenantId, integration, issueId, id: planned.id };
}

describe('deliveries', () => {
  it('are listed by status, integration and issue, newest first', async () => {
    const { deps, tenantId, integration, issueId, id } = await withDelivery();
    const call = api(deps, tenantId);
    for (const filter of ['', '?status=pending', `?integration=${integration.id}`, `?issue=${issueId}`]) {
      expect((await call('GET', `/deliveries${filter}`)).json.data, filter).toMatchObject([{ id, status: 'pending' }]);
    }
    for (const filter of ['?status=dead', '?integration=int_x', '?issue=iss_x']) {
      expect((await call('GET', `/deliveries${filter}`)).json.data, filter).toEqual([]);
    }
    const one = await call('GET', `/deliveries/${id}`);
    expect(one.json).toMatchObject({ id, issueId, change: 'opened', body: { eventId: id, issueId } });
    expect((await call('GET', '/deliveries?cursor=nonsense')).status).toBe(400);
  });

  it('are paged', async () => {
    const { deps, tenantId } = await withDelivery();
    const more = Array.from({ length: 6 }, (_, n) => ({
      tenantId,
      id: `dlv_page${n}`,
      integrationId: 'int_1',
      automationId: null,
      issueId: 'iss_p',
      change: 'opened',
      body: '{}',
    }));
    for (const [n, row] of more.entries()) await insertClaimed(deps.evidence(tenantId), [row], T0 + (n >> 1), T0);
    const call = api(deps, tenantId);
    const seen: string[] = [];
    let next: string | null = null;
    do {
      const page: Json = (await call('GET', `/deliveries?limit=2${next ? `&cursor=${next}` : ''}`)).json;
      seen.push(...page.data.map((one) => one.id));
      next = page.next;
    } while (next);
    expect(seen).toHaveLength(7);
    expect(new Set(seen).size).toBe(7);
    expect(seen[0]).toBe('dlv_page5');
  });

  it('are replayed with the same body and id; the dead letter is closed', async () => {
    const { deps, clock, requests, outbound, tenantId, id } = await withDelivery({
      answers: [new Response('', { status: 400 }), new Response('')],
    });
    await retryDueDeliveries(deps);
    expect(await deadLetterRows(deps, tenantId)).toMatchObject([{ status: 'open' }]);
    const call = api(deps, tenantId);
    const replayed = await call('POST', `/deliveries/${id}/replay`);
    expect(replayed).toMatchObject({ status: 202, json: { id, status: 'pending', attempts: 0, error: null } });
    expect(outbound.sent.at(-1)?.body).toEqual({ v: 1, tenantId, retry: [id] });
    expect(await deadLetterRows(deps, tenantId)).toMatchObject([{ status: 'replayed' }]);
    clock.advance(1);
    await retryDueDeliveries(deps);
    expect(requests.map((r) => r.headers['webhook-id'])).toEqual([id, id]);
    expect(requests[1]?.body).toBe(requests[0]?.body);
    expect((await call('GET', `/deliveries/${id}`)).json).toMatchObject({ status: 'delivered', responseStatus: 200 });
    expect(await auditActions(deps, tenantId)).toContain('delivery.replay');
  });

  it('that die again open their dead letter again, and it can be replayed from there', async () => {
    const { deps, clock, requests, tenantId, id } = await withDelivery({
      answers: [new Response('', { status: 400 })],
    });
    await retryDueDeliveries(deps);
    const [letter] = await deadLetterRows(deps, tenantId);
    await replayOutboundPayload(deps, tenantId, ADMIN, letter?.payload ?? '');
    clock.advance(HOUR);
    await retryDueDeliveries(deps);
    expect(requests).toHaveLength(2);
    expect(await deadLetterRows(deps, tenantId)).toMatchObject([{ id: letter?.id, status: 'open' }]);
    await expect(replayOutboundPayload(deps, freshTenant(), ADMIN, letter?.payload ?? '')).rejects.toThrow('discard');
    await expect(replayOutboundPayload(deps, tenantId, ADMIN, 'nonsense')).rejects.toThrow('discard');
    expect((await deliveryRows(deps, tenantId))[0]?.id).toBe(id);
  });

  it('are not replayed to an integration that is off or gone', async () => {
    const { deps, tenantId, integration, id } = await withDelivery();
    const call = api(deps, tenantId);
    await call('PATCH', `/integrations/${integration.id}`, { enabled: false });
    expect(await call('POST', `/deliveries/${id}/replay`)).toMatchObject({ status: 409, json: { code: 'conflict' } });
    await call('DELETE', `/integrations/${integration.id}`);
    expect((await call('POST', `/deliveries/${id}/replay`)).status).toBe(409);
    expect((await call('POST', '/deliveries/dlv_none/replay')).status).toBe(404);
  });
});

describe('another tenant', () => {
  it('sees and touches nothing', async () => {
    const { deps, tenantId, integration, id } = await withDelivery();
    const automation = await addAutomation(deps, tenantId, integration.id);
    const stranger = api(deps, freshTenant());
    for (const [method, path, body] of [
      ['GET', `/integrations/${integration.id}`],
      ['PATCH', `/integrations/${integration.id}`, { name: 'mine' }],
      ['DELETE', `/integrations/${integration.id}`],
      ['POST', `/integrations/${integration.id}/test`],
      ['GET', `/automations/${automation.id}`],
      ['PATCH', `/automations/${automation.id}`, { enabled: false }],
      ['DELETE', `/automations/${automation.id}`],
      ['GET', `/deliveries/${id}`],
      ['POST', `/deliveries/${id}/replay`],
    ] as const) {
      expect((await stranger(method, path, body)).status, `${method} ${path}`).toBe(404);
    }
    for (const path of ['/integrations', '/automations', '/deliveries']) {
      expect((await stranger('GET', path)).json.data).toEqual([]);
    }
    const theirs = { name: 'x', integrationId: integration.id };
    expect((await stranger('POST', '/automations', theirs)).status).toBe(400);
  });
});

describe('a viewer', () => {
  it('reads and changes nothing', async () => {
    const { deps, tenantId, integration, id } = await withDelivery();
    const call = api(deps, tenantId, VIEWER);
    for (const path of ['/integrations', '/automations', '/deliveries', `/deliveries/${id}`]) {
      expect((await call('GET', path)).status, path).toBe(200);
    }
    for (const [method, path, body] of [
      ['POST', '/integrations', { kind: 'webhook', name: 'x', url: URL_OK }],
      ['PATCH', `/integrations/${integration.id}`, { name: 'y' }],
      ['DELETE', `/integrations/${integration.id}`],
      ['POST', `/integrations/${integration.id}/test`],
      ['POST', '/automations', { name: 'x', integrationId: integration.id }],
      ['POST', `/deliveries/${id}/replay`],
    ] as const) {
      expect((await call(method, path, body)).status, `${method} ${path}`).toBe(403);
    }
  });
});
