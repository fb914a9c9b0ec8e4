import { describe, expect, it } from 'vitest';
import { tenants } from '../../db/control/schema.ts';
import { graphOf } from '../graph/directory.ts';
import { nodeId } from '../graph/model.ts';
import { settleVerdicts } from '../issues/settle.ts';
import { iso, MINUTE } from '../platform/clock.ts';
import { randomIds } from '../platform/ids.ts';
import { sourceCounters } from './counters.ts';
import type { Channel } from './event.ts';
import { inboxUnderTest, rawEvent } from './inbox.fixtures.ts';

const CHANNELS: Channel[] = ['event_hook', 'eventbridge', 'tail'];

/** An inbox on the real graph and the real issues. */
async function wholeInbox() {
  const t = inboxUnderTest();
  t.deps.ids = randomIds;
  await t.deps.control.insert(tenants).values({ id: t.tenantId, name: 'T', createdAt: 0 });
  Object.assign(t.targets, { graphOf, settleVerdicts });
  return t;
}

describe('the same event by push, EventBridge and tail at once', () => {
  it('is one row with all channels, one change of the graph and one issue', async () => {
    const t = await wholeInbox();
    // the shard judges by the real time
    t.clock.set(Date.now());
    const who = { id: '00uada', type: 'User', displayName: 'Ada', alternateId: 'ada@acme.test' };
    const ago = (minutes: number) => iso(t.clock.now() - minutes * MINUTE);
    await t.consume([
      t.message([
        rawEvent({ eventType: 'user.lifecycle.activate', target: [who], published: ago(20) }),
        rawEvent({ eventType: 'user.mfa.factor.reset_all', target: [who], published: ago(10) }),
      ]),
    ]);
    const raw = rawEvent({
      eventType: 'user.session.start',
      actor: who,
      target: [],
      published: ago(1),
      debugContext: { debugData: { behaviors: '{New Device=POSITIVE}' } },
    });
    const raced = await Promise.all(CHANNELS.map((channel) => t.consume([t.message([raw], { channel })])));
    for (const { acked, retried } of raced) expect([acked, retried]).toEqual([['m0'], []]);

    const events = (await t.events()).filter((row) => row.uuid === raw.uuid);
    expect(events).toMatchObject([{ channels: 7 }]);
    expect(await sourceCounters(t.deps, t.tenantId, 'src_a')).toMatchObject({
      accepted: 5,
      duplicate: 2,
      processed: 3,
      pending: 0,
      dead: 0,
    });
    const view = await graphOf(t.deps, t.tenantId).accountView(nodeId('account', 'src_a', '00uada'));
    expect(view?.signals.filter((signal) => signal.kind === 'new_device_sign_in')).toHaveLength(1);
    const issues = await t.rows<{ id: string }>(
      `SELECT id FROM issues WHERE tenant_id = ?1 AND detection = 'mfa-reset-new-device'`,
    );
    expect(issues).toHaveLength(1);
    const history = await t.rows<{ issue_id: string }>('SELECT issue_id FROM issue_history WHERE tenant_id = ?1');
    expect(history.filter((row) => row.issue_id === issues[0]?.id)).toHaveLength(1);
  });

  it('holds for hundreds of events in deliveries of different sizes', async () => {
    const t = inboxUnderTest();
    const all = Array.from({ length: 400 }, (_, n) => rawEvent({ target: [{ id: `00u${n}`, type: 'User' }] }));
    const consumers = CHANNELS.map(async (channel, n) => {
      const size = [7, 64, 23][n] ?? 10;
      const order = n === 1 ? [...all].reverse() : all;
      for (let at = 0; at < order.length; at += size) {
        const { acked } = await t.consume([t.message(order.slice(at, at + size), { channel })]);
        expect(acked).toEqual(['m0']);
      }
    });
    await Promise.all(consumers);
    const events = await t.events();
    expect(events).toHaveLength(400);
    expect(new Set(events.map((row) => row.channels))).toEqual(new Set([7]));
    expect(await sourceCounters(t.deps, t.tenantId, 'src_a')).toMatchObject({
      accepted: 1_200,
      duplicate: 800,
      processed: 400,
      pending: 0,
    });
  });
});
