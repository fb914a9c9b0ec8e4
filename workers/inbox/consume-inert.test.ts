import { describe, expect, it } from 'vitest';
import { T0 } from '../../test/deps.ts';
import { sourceCounters } from './counters.ts';
import { inboxUnderTest, rawEvent } from './inbox.fixtures.ts';

const signOn = (more: Record<string, unknown> = {}) =>
  rawEvent({
    eventType: 'user.authentication.sso',
    target: [{ id: '0oawiki', type: 'AppInstance', displayName: 'Wiki', alternateId: 'Wiki' }],
    ...more,
  });

describe('a delivery from which nothing follows', () => {
  it('is processed with its record: one delivery row and its index, no second write', async () => {
    const t = inboxUnderTest();
    const events = [signOn(), signOn(), signOn()];
    const { report, acked } = await t.consume([t.message(events)]);
    expect(acked).toEqual(['m0']);
    expect(await t.deliveries()).toMatchObject([{ status: 'processed', processed_at: T0, attempts: 1, accepted: 3 }]);
    expect(t.did.deltas).toEqual([]);
    expect(t.did.refreshes).toEqual([]);
    expect(t.did.woken).toEqual([`${t.tenantId}/src_a`]);
    // an event and its index each; their app and their use; the delivery and its index; the counters
    expect(report.rowsWritten).toBe(3 * 2 + 2 + 2 + 1);
    expect(await sourceCounters(t.deps, t.tenantId, 'src_a')).toMatchObject({
      processed: 3,
      pending: 0,
      lagSeconds: 1,
    });
  });

  it('changes nothing when it comes again', async () => {
    const t = inboxUnderTest();
    const message = t.message([signOn()]);
    await t.consume([message]);
    const { report, acked } = await t.consume([message, message]);
    expect(acked).toEqual(['m0', 'm1']);
    expect(report.rowsWritten).toBe(0);
    expect(await sourceCounters(t.deps, t.tenantId, 'src_a')).toMatchObject({
      received: 1,
      processed: 1,
      duplicate: 0,
    });
  });

  it('counts duplicates and dead events apart from the processed', async () => {
    const t = inboxUnderTest();
    const [first, second] = [signOn(), signOn()];
    await t.consume([t.message([first])]);
    await t.consume([t.message([first, second, second, { uuid: 'only' }])]);
    expect(await sourceCounters(t.deps, t.tenantId, 'src_a')).toMatchObject({
      accepted: 5,
      duplicate: 2,
      dead: 1,
      processed: 2,
      pending: 0,
    });
  });

  it('is finished when an earlier run left it half-way', async () => {
    const t = inboxUnderTest();
    const message = t.message([signOn(), signOn()]);
    await t.consume([message]);
    await t.db
      .prepare(`UPDATE inbox SET status = 'pending', processed_at = NULL WHERE tenant_id = ?1`)
      .bind(t.tenantId)
      .run();
    await t.db.prepare('UPDATE counters SET processed = 0 WHERE tenant_id = ?1').bind(t.tenantId).run();
    const { acked } = await t.consume([message], 2);
    expect(acked).toEqual(['m0']);
    expect(await t.deliveries()).toMatchObject([{ status: 'processed', processed_at: T0, attempts: 2 }]);
    expect(await sourceCounters(t.deps, t.tenantId, 'src_a')).toMatchObject({ received: 2, processed: 2, pending: 0 });
  });

  it('does not wait for the effects of the others of its batch', async () => {
    const t = inboxUnderTest();
    t.failures.graph.push(new Error('D1_ERROR: Network connection lost.'));
    const { acked, retried } = await t.consume([t.message([rawEvent()]), t.message([signOn()])]);
    expect(acked).toEqual(['m1']);
    expect(retried).toMatchObject([{ msgId: 'm0' }]);
  });

  it('leaves an event that others bring too to whoever brought it first', async () => {
    const t = inboxUnderTest();
    const shared = signOn();
    const change = rawEvent();
    await t.consume([t.message([shared]), t.message([shared, change], { channel: 'tail' })]);
    expect(t.did.deltas).toHaveLength(1);
    expect(await t.deliveries()).toMatchObject([{ status: 'processed' }, { status: 'processed', duplicate: 1 }]);
    expect(await sourceCounters(t.deps, t.tenantId, 'src_a')).toMatchObject({ processed: 2, duplicate: 1, pending: 0 });
  });

  it('is never one with a revoked token: whose it was is looked up', async () => {
    const t = inboxUnderTest();
    const token = [{ id: '00Ttoken', type: 'Token', displayName: 'ci' }];
    const owner = { id: '00uowner', type: 'User', displayName: 'Owner', alternateId: 'o@acme.test' };
    await t.consume([t.message([rawEvent({ eventType: 'system.api_token.create', actor: owner, target: token })])]);
    const system = { id: 'sys', type: 'SystemPrincipal', displayName: 'Okta System' };
    await t.consume([t.message([rawEvent({ eventType: 'system.api_token.revoke', actor: system, target: token })])]);
    expect(t.did.deltas.flatMap((delta) => delta.signals.map((signal) => signal.kind))).toEqual([
      'api_token_created',
      'api_token_revoked',
    ]);
  });
});
