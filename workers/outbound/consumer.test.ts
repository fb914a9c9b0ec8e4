import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { T0 } from '../../test/deps.ts';
import { SECOND } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import { consumeOutboundDead } from './consumer.ts';
import { deliveriesOfIssue } from './deliveries.repository.ts';
import { changeIntegration } from './integrations.usecases.ts';
import {
  ADMIN,
  addAutomation,
  addIntegration,
  addIssue,
  changed,
  connected,
  consume,
  deadLetterRows,
  deliveryRows,
} from './test-support.ts';
import { countRows } from './testing/count-rows.ts';

describe('a change of an issue', () => {
  it('is POSTed once, signed, under the id of the delivery', async () => {
    const { deps, lookups, requests, tenantId, signingSecret, issueId } = await connected();
    const result = await consume(deps, lookups, [changed(tenantId, issueId)]);
    expect(result.explicitAcks).toHaveLength(1);

    const [row] = await deliveryRows(deps, tenantId);
    expect(row).toMatchObject({ status: 'delivered', attempts: 1, next_attempt_at: null, response_status: 200 });
    expect(requests).toHaveLength(1);
    const [request] = requests;
    expect(request?.url).toBe('https://receiver.example.com/invoke');
    expect(request?.body).toBe(row?.body);
    expect(request?.headers).toMatchObject({
      'content-type': 'application/json',
      'webhook-id': row?.id,
      'webhook-timestamp': String(T0 / SECOND),
    });
    const expected = new Webhook(signingSecret).sign(row?.id ?? '', new Date(T0), request?.body ?? '');
    expect(request?.headers['webhook-signature']).toBe(expected);
    expect(JSON.parse(request?.body ?? '')).toMatchObject({
      eventId: row?.id,
      eventType: 'issue.created',
      eventData: { title: 'No MFA - Admin Account', category: 'MFA' },
      issueLink: `https://console.test/issues/${issueId}`,
    });
    expect(await deliveriesOfIssue(deps, tenantId, issueId)).toMatchObject([{ id: row?.id, status: 'delivered' }]);
  });

  it('that comes twice is sent once, in one batch or in two', async () => {
    const { deps, lookups, requests, tenantId, issueId } = await connected();
    const message = changed(tenantId, issueId);
    await consume(deps, lookups, [message, message]);
    const again = await consume(deps, lookups, [message]);
    expect(again.explicitAcks).toHaveLength(1);
    expect(requests).toHaveLength(1);
    expect(await deliveryRows(deps, tenantId)).toHaveLength(1);
  });

  it('at another time is another delivery', async () => {
    const { deps, lookups, requests, tenantId, issueId } = await connected();
    await consume(deps, lookups, [
      changed(tenantId, issueId),
      changed(tenantId, issueId, 'reopened', { at: T0 + 1 }),
      changed(tenantId, issueId, 'reopened', { at: T0 + 2 }),
    ]);
    expect(requests).toHaveLength(3);
    expect(new Set(requests.map((r) => r.headers['webhook-id'])).size).toBe(3);
  });

  it('goes to every integration that an automation names, once each', async () => {
    const { deps, lookups, requests, tenantId, integration, issueId } = await connected();
    const second = await addIntegration(deps, tenantId, 'https://other.example.com/');
    await addAutomation(deps, tenantId, integration.id);
    await addAutomation(deps, tenantId, second.integration.id);
    await consume(deps, lookups, [changed(tenantId, issueId)]);
    expect(requests.map((r) => r.url).sort()).toEqual([
      'https://other.example.com/',
      'https://receiver.example.com/invoke',
    ]);
  });

  it('that no automation wants makes nothing', async () => {
    const { deps, lookups, requests, tenantId, issueId } = await connected();
    await consume(deps, lookups, [changed(tenantId, issueId, 'resolved'), changed(tenantId, 'iss_gone')]);
    expect(requests).toHaveLength(0);
    expect(await deliveryRows(deps, tenantId)).toEqual([]);
  });

  it('of one tenant never reaches another', async () => {
    const a = await connected();
    const b = await connected();
    await consume(a.deps, a.lookups, [
      changed(a.tenantId, b.issueId),
      changed(a.tenantId, a.issueId, 'manual', { integrationId: b.integration.id }),
    ]);
    expect(a.requests).toHaveLength(0);
    expect(await deliveriesOfIssue(a.deps, a.tenantId, b.issueId)).toEqual([]);
  });

  it('is sent by hand to the one integration named, whatever the automations say', async () => {
    const { deps, lookups, requests, tenantId, issueId } = await connected();
    const second = await addIntegration(deps, tenantId, 'https://other.example.com/');
    const manual = changed(tenantId, issueId, 'manual', { integrationId: second.integration.id });
    await consume(deps, lookups, [manual]);
    expect(requests.map((r) => r.url)).toEqual(['https://other.example.com/']);
    expect(JSON.parse(requests[0]?.body ?? '')).toMatchObject({ eventType: 'issue.sent' });
  });

  it('is not sent where the integration is switched off, and says so when it was sent by hand', async () => {
    const { deps, lookups, requests, tenantId, integration, issueId } = await connected();
    await changeIntegration(deps, tenantId, ADMIN, integration.id, { enabled: false });
    await consume(deps, lookups, [
      changed(tenantId, issueId),
      changed(tenantId, issueId, 'manual', { integrationId: integration.id }),
    ]);
    expect(requests).toHaveLength(0);
    const rows = await deliveryRows(deps, tenantId);
    expect(rows).toMatchObject([{ status: 'failed', attempts: 0, error: expect.stringContaining('switched off') }]);
  });
});

describe('the API key', () => {
  it.each(['query', 'header'] as const)('travels as written: %s', async (place) => {
    const { deps, lookups, requests, tenantId, integration, issueId } = await connected();
    const key = { in: place, name: place === 'query' ? 'clientToken' : 'x-api-client-token', value: 'A b/&=1' };
    await changeIntegration(deps, tenantId, ADMIN, integration.id, { key });
    await consume(deps, lookups, [changed(tenantId, issueId)]);
    const [request] = requests;
    if (place === 'query') {
      expect(request?.url).toContain('?clientToken=');
      expect(new URL(request?.url ?? '').searchParams.get('clientToken')).toBe('A b/&=1');
    } else expect(request?.headers['x-api-client-token']).toBe('A b/&=1');
  });

  it('is in no error and no row', async () => {
    const failure = new Error('cannot reach https://receiver.example.com/invoke?clientToken=SECRET');
    const { deps, lookups, tenantId, integration, issueId } = await connected({ answers: [failure] });
    const key = { in: 'query' as const, name: 'clientToken', value: 'SECRET' };
    await changeIntegration(deps, tenantId, ADMIN, integration.id, { key });
    await consume(deps, lookups, [changed(tenantId, issueId)]);
    const [row] = await deliveryRows(deps, tenantId);
    expect(row?.error).toContain('No connection could be made');
    expect(JSON.stringify(row)).not.toContain('SECRET');
  });
});

describe('messages that cannot be processed', () => {
  it('become dead letters of their tenant, and do not hold up others', async () => {
    const { deps, lookups, requests, tenantId, issueId } = await connected();
    const result = await consume(deps, lookups, [{ tenantId, hello: 1 }, changed(tenantId, issueId)]);
    expect(result.explicitAcks).toHaveLength(2);
    expect(requests).toHaveLength(1);
    expect(await deadLetterRows(deps, tenantId)).toMatchObject([
      { queue: 'outbound', reason: 'message.malformed', payload: JSON.stringify({ tenantId, hello: 1 }) },
    ]);
  });

  it('and those that the queue gave up on are kept', async () => {
    const { deps, lookups, tenantId, issueId } = await connected();
    const message = changed(tenantId, issueId);
    const result = await consume(deps, lookups, [message], consumeOutboundDead);
    expect(result.explicitAcks).toHaveLength(1);
    const [letter] = await deadLetterRows(deps, tenantId);
    expect(letter).toMatchObject({ reason: 'attempts_exhausted', status: 'open' });
    expect(JSON.parse(letter?.payload ?? '')).toEqual(message);
  });
});

describe('cost', () => {
  it('a batch takes a fixed number of statements, and a delivery few rows', async () => {
    const { deps, lookups, requests, tenantId, issueId } = await connected();
    const more = await Promise.all(Array.from({ length: 19 }, () => addIssue(deps, tenantId)));
    let statements = 0;
    let rows = 0;
    const db = deps.evidence(tenantId);
    const counting: Deps = {
      ...deps,
      evidence: () =>
        countRows(db, (written) => {
          statements++;
          rows += written;
        }),
    };
    await consume(
      counting,
      lookups,
      [issueId, ...more].map((id) => changed(tenantId, id)),
    );
    expect(requests).toHaveLength(20);
    expect(statements).toBeLessThanOrEqual(3);
    expect(rows / 20).toBeLessThanOrEqual(4);
  });
});
