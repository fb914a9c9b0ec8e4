import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { PATIENCE, T0 } from '../../test/deps.ts';
import { HOUR, MINUTE, SECOND } from '../platform/clock.ts';
import { deleteIntegration } from './integrations.usecases.ts';
import { retryDueDeliveries } from './retry.ts';
import {
  ADMIN,
  addAutomation,
  addIntegration,
  addIssue,
  auditActions,
  changed,
  connected,
  consume,
  deadLetterRows,
  deliveryRows,
  killedAt,
} from './test-support.ts';

/** The cron looks at all tenants: what an earlier test left waiting must not answer for this one. */
beforeEach(async () => {
  await env.EVIDENCE_0.prepare('DELETE FROM deliveries').run();
});

const ok = () => new Response(null, { status: 204 });

describe('a failed attempt', () => {
  it('is repeated later under the same id, with a new timestamp and the same body', async () => {
    const answers = [new Response('busy', { status: 503 }), ok];
    const { deps, lookups, clock, requests, outbound, tenantId, issueId } = await connected({ answers });
    await consume(deps, lookups, [changed(tenantId, issueId)]);
    const [waiting] = await deliveryRows(deps, tenantId);
    expect(waiting).toMatchObject({ status: 'pending', attempts: 1, response_status: 503 });
    expect(outbound.sent).toHaveLength(1);
    const [retry] = outbound.sent;
    expect(retry?.body).toEqual({ v: 1, tenantId, retry: [waiting?.id] });

    await consume(deps, lookups, [retry?.body]);
    expect(requests, 'not before its time').toHaveLength(1);

    clock.advance((retry?.delaySeconds ?? 0) * SECOND);
    await consume(deps, lookups, [retry?.body]);
    await consume(deps, lookups, [retry?.body]);
    expect(requests).toHaveLength(2);
    expect(requests[1]?.headers['webhook-id']).toBe(requests[0]?.headers['webhook-id']);
    expect(requests[1]?.headers['webhook-timestamp']).not.toBe(requests[0]?.headers['webhook-timestamp']);
    expect(requests[1]?.body).toBe(requests[0]?.body);
    expect(await deliveryRows(deps, tenantId)).toMatchObject([{ status: 'delivered', attempts: 2, error: null }]);
  });

  it('waits as long as the receiver asks; the cron takes up long waits', async () => {
    const busy = new Response('', { status: 429, headers: { 'retry-after': '600' } });
    const { deps, lookups, clock, requests, outbound, tenantId, issueId } = await connected({ answers: [busy, ok] });
    await consume(deps, lookups, [changed(tenantId, issueId)]);
    expect(outbound.sent).toEqual([]);
    expect(await deliveryRows(deps, tenantId)).toMatchObject([{ next_attempt_at: T0 + 10 * MINUTE }]);
    clock.advance(10 * MINUTE - 1);
    await retryDueDeliveries(deps);
    expect(requests).toHaveLength(1);
    clock.advance(1);
    await retryDueDeliveries(deps);
    expect(requests).toHaveLength(2);
    expect(await deliveryRows(deps, tenantId)).toMatchObject([{ status: 'delivered', attempts: 2 }]);
  });

  it('that the receiver refuses is dead at once, with a dead letter', async () => {
    const refusal = new Response('no', { status: 401 });
    const { deps, lookups, clock, requests, tenantId, issueId } = await connected({ answers: [refusal] });
    await consume(deps, lookups, [changed(tenantId, issueId)]);
    const [row] = await deliveryRows(deps, tenantId);
    expect(row).toMatchObject({ status: 'dead', attempts: 1, response_status: 401, next_attempt_at: null });
    expect(await deadLetterRows(deps, tenantId)).toMatchObject([
      { queue: 'outbound', reason: 'receiver.refused', status: 'open', detail: row?.error },
    ]);
    clock.advance(HOUR);
    await retryDueDeliveries(deps);
    expect(requests).toHaveLength(1);
  });

  it('is given up after ten', async () => {
    const { deps, lookups, clock, requests, tenantId, issueId } = await connected({
      answers: [new Response('', { status: 500 })],
    });
    await consume(deps, lookups, [changed(tenantId, issueId)]);
    for (let n = 0; n < 15; n++) {
      clock.advance(HOUR);
      await retryDueDeliveries(deps);
    }
    expect(requests).toHaveLength(10);
    expect(await deliveryRows(deps, tenantId)).toMatchObject([{ status: 'dead', attempts: 10, response_status: 500 }]);
    expect(await deadLetterRows(deps, tenantId)).toMatchObject([{ reason: 'attempts_exhausted' }]);
  });

  it('with 410 switches the integration off', async () => {
    const gone = new Response('', { status: 410 });
    const { deps, lookups, requests, tenantId, issueId } = await connected({ answers: [gone] });
    await consume(deps, lookups, [changed(tenantId, issueId)]);
    const later = await addIssue(deps, tenantId);
    await consume(deps, lookups, [changed(tenantId, later)]);
    expect(requests).toHaveLength(1);
    expect(await deliveryRows(deps, tenantId)).toMatchObject([{ status: 'dead' }]);
    expect(await auditActions(deps, tenantId)).toContain('integration.disable');
  });

  it('leaves a receiver that does not answer alone for the rest of the batch', async () => {
    const { deps, lookups, requests, tenantId, issueId } = await connected({ answers: [new Error('connect')] });
    const more = await Promise.all(Array.from({ length: 15 }, () => addIssue(deps, tenantId)));
    await consume(
      deps,
      lookups,
      [issueId, ...more].map((id) => changed(tenantId, id)),
    );
    expect(requests.length).toBeLessThan(10);
    const rows = await deliveryRows(deps, tenantId);
    expect(rows).toHaveLength(16);
    expect(rows.every((row) => row.status === 'pending')).toBe(true);
    expect(rows.filter((row) => row.attempts === 0)).toHaveLength(16 - requests.length);
  });

  it('a receiver that says nothing holds up no other, in this batch or the next ones', async () => {
    const { deps: plain, lookups, clock, tenantId, issueId } = await connected();
    const { integration } = await addIntegration(plain, tenantId, 'https://silent.example.com/invoke');
    await addAutomation(plain, tenantId, integration.id);
    const asked = { well: 0, silent: 0 };
    const giveUp: (() => void)[] = [];
    const fetch: typeof globalThis.fetch = async (input) => {
      if (new Request(input).url.includes('silent')) {
        asked.silent++;
        await new Promise<void>((resolve) => giveUp.push(resolve));
        throw new Error('no answer');
      }
      asked.well++;
      return ok();
    };
    const deps = { ...plain, fetch };
    const more = await Promise.all(Array.from({ length: 15 }, () => addIssue(deps, tenantId)));
    const changes = [issueId, ...more].map((id) => changed(tenantId, id));
    const first = consume(deps, lookups, changes);
    await vi.waitFor(() => expect(asked).toEqual({ well: 16, silent: 2 }), PATIENCE);
    for (const release of giveUp) release();
    await first;
    expect(asked).toEqual({ well: 16, silent: 2 });
    const later = await addIssue(deps, tenantId);
    await consume(deps, lookups, [changed(tenantId, later)]);
    expect(asked).toEqual({ well: 17, silent: 2 });
    // and then it is tried again, by the cron
    clock.advance(10 * MINUTE);
    const again = retryDueDeliveries(deps);
    await vi.waitFor(() => expect(asked.silent).toBe(4), PATIENCE);
    for (const release of giveUp) release();
    await again;
    expect((await deliveryRows(deps, tenantId)).filter(({ status }) => status === 'delivered')).toHaveLength(17);
  });

  it('for want of the sealing key waits for it', async () => {
    const { deps, lookups, clock, requests, tenantId, issueId } = await connected();
    const withoutKey = { ...deps.env, SEALING_KEYS: `k9:${Buffer.alloc(32, 1).toString('base64')}` };
    await consume({ ...deps, env: withoutKey }, lookups, [changed(tenantId, issueId)]);
    expect(await deliveryRows(deps, tenantId)).toMatchObject([
      { status: 'pending', attempts: 1, error: expect.stringContaining('cannot be opened') },
    ]);
    clock.advance(HOUR);
    await retryDueDeliveries(deps);
    expect(requests).toHaveLength(1);
  });

  it('to a removed integration is not repeated', async () => {
    const { deps, lookups, clock, requests, tenantId, integration, issueId } = await connected({
      answers: [new Response('', { status: 500 })],
    });
    await consume(deps, lookups, [changed(tenantId, issueId)]);
    await deleteIntegration(deps, tenantId, ADMIN, integration.id);
    clock.advance(HOUR);
    await retryDueDeliveries(deps);
    expect(requests).toHaveLength(1);
    expect(await deliveryRows(deps, tenantId)).toMatchObject([
      { status: 'failed', error: 'The integration was removed.' },
    ]);
  });

  it.each([
    'https://127.0.0.1/',
    'https://169.254.169.254/latest/meta-data',
    'https://[::1]/',
    'http://receiver.example.com/',
    'https://metadata.internal/',
  ])('to an address that may not be called never leaves: %s', async (url) => {
    const { deps, lookups, requests, tenantId, integration, issueId } = await connected();
    await deps.env.CONTROL.prepare('UPDATE integrations SET url = ? WHERE tenant_id = ?').bind(url, tenantId).run();
    await consume(deps, lookups, [changed(tenantId, issueId)]);
    expect(requests).toHaveLength(0);
    expect(await deliveryRows(deps, tenantId)).toMatchObject([{ status: 'dead', integration_id: integration.id }]);
    expect(await deadLetterRows(deps, tenantId)).toMatchObject([{ reason: 'address.blocked' }]);
  });
});

describe('killed half-way', () => {
  it('before anything is stored: the message comes again and is sent', async () => {
    const { deps, lookups, requests, tenantId, issueId } = await connected();
    const message = changed(tenantId, issueId);
    const result = await consume(killedAt(deps, /INSERT INTO deliveries/), lookups, [message]);
    expect(result.retryMessages).toHaveLength(1);
    expect(requests).toHaveLength(0);
    await consume(deps, lookups, [message]);
    expect(requests).toHaveLength(1);
  });

  it('between the POST and its mark: sent again under the same id, once its claim has run out', async () => {
    const { deps, lookups, clock, requests, tenantId, issueId } = await connected();
    const message = changed(tenantId, issueId);
    await consume(killedAt(deps, /UPDATE deliveries SET status/), lookups, [message]);
    expect(requests).toHaveLength(1);
    await consume(deps, lookups, [message]);
    await retryDueDeliveries(deps);
    expect(requests, 'still claimed').toHaveLength(1);
    clock.advance(2 * MINUTE);
    await retryDueDeliveries(deps);
    await retryDueDeliveries(deps);
    expect(requests).toHaveLength(2);
    expect(requests[1]?.headers['webhook-id']).toBe(requests[0]?.headers['webhook-id']);
    expect(await deliveryRows(deps, tenantId)).toMatchObject([{ status: 'delivered' }]);
  });

  it('while others are sent by the cron at the same time: each is sent once', async () => {
    const answers = [new Response('', { status: 500 }), ok];
    const { deps, lookups, clock, requests, outbound, tenantId, issueId } = await connected({ answers });
    await consume(deps, lookups, [changed(tenantId, issueId)]);
    clock.advance(MINUTE);
    const retry = outbound.sent[0]?.body;
    await Promise.all([consume(deps, lookups, [retry]), retryDueDeliveries(deps), consume(deps, lookups, [retry])]);
    expect(requests).toHaveLength(2);
  });
});
