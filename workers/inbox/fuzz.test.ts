import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tenants } from '../../db/control/schema.ts';
import { graphOf } from '../graph/directory.ts';
import { settleVerdicts } from '../issues/settle.ts';
import { sourceCounters } from './counters.ts';
import { inboxUnderTest, rawEvent } from './inbox.fixtures.ts';
import { junk, mutated, mutations } from './testing/fuzz.ts';

const EVENTS = 10_000;
const PER_MESSAGE = 100;
const PER_BATCH = 20;
const TYPES = [
  'user.lifecycle.suspend',
  'user.session.start',
  'user.authentication.sso',
  'user.account.privilege.grant',
  'group.user_membership.add',
  'application.user_membership.remove',
  'user.mfa.factor.reset_all',
  'system.api_token.revoke',
  'app.oauth2.as.consent.grant',
  'group.lifecycle.delete',
];

/** A whole event of one of the types that have effects, with everything a fuzzer can break. */
const whole = (n: number) =>
  rawEvent({
    eventType: TYPES[n % TYPES.length],
    target: [
      { id: `00u${n % 50}`, type: 'User', displayName: 'U', alternateId: 'u@acme.test', detailEntry: {} },
      { id: `00g${n % 7}`, type: 'UserGroup', displayName: 'G' },
      { id: `0oa${n % 7}`, type: 'AppInstance', displayName: 'A' },
      { id: `00T${n % 7}`, type: 'Token', displayName: 'T' },
    ],
    transaction: { id: `tx${n}` },
    debugContext: { debugData: { behaviors: '{New Device=NEGATIVE}', privilegeGranted: 'Help Desk' } },
    securityContext: {},
    authenticationContext: {},
  });

describe('10,000 fuzzed events', () => {
  it('fail no message, and lose no neighbour, on the real graph and the real issues', async () => {
    const t = inboxUnderTest();
    await t.deps.control.insert(tenants).values({ id: t.tenantId, name: 'T', createdAt: 0 });
    Object.assign(t.targets, { graphOf, settleVerdicts });
    const spoilt = fc.sample(
      fc.oneof({ weight: 9, arbitrary: mutations }, { weight: 1, arbitrary: junk.map((j) => ({ junk: j })) }),
      {
        numRuns: EVENTS,
        seed: 42,
      },
    );
    const good: string[] = [];
    const events = spoilt.map((one, n) => {
      // every tenth is left whole: the neighbour that must live
      if (n % 10 === 0) {
        const event = whole(n);
        good.push(String(event.uuid));
        return event;
      }
      return Array.isArray(one) ? mutated(whole(n), one) : one.junk;
    });
    let messages = [];
    for (let at = 0; at < EVENTS; at += PER_MESSAGE) {
      messages.push(t.message(events.slice(at, at + PER_MESSAGE), { channel: at % 200 === 0 ? 'event_hook' : 'tail' }));
      if (messages.length < PER_BATCH) continue;
      const { report, acked, retried } = await t.consume(messages);
      expect([acked.length, retried, report.dead]).toEqual([PER_BATCH, [], 0]);
      messages = [];
    }
    const stored = new Set((await t.events()).map((row) => row.uuid));
    expect(good.filter((uuid) => !stored.has(uuid))).toEqual([]);
    expect(good.length).toBe(EVENTS / 10);
    const dead = await t.dead();
    expect(dead.length).toBeGreaterThan(1_000);
    expect(dead.every((row) => String(row.reason).startsWith('event.') && row.detail !== '')).toBe(true);
    // nothing vanishes: each event is stored, a duplicate of one, or a dead letter
    const counters = await sourceCounters(t.deps, t.tenantId, 'src_a');
    expect(counters).toMatchObject({ received: EVENTS, accepted: EVENTS, dead: dead.length, pending: 0 });
    expect(counters.processed).toBe(stored.size);
    expect(counters.processed + counters.duplicate + counters.dead).toBe(EVENTS);
    expect(t.did.refreshes.length).toBeGreaterThan(0);
  });
});
