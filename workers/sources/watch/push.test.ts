import { describe, expect, it } from 'vitest';
import { T0 } from '../../../test/deps.ts';
import { HOUR, MINUTE, SECOND } from '../../platform/clock.ts';
import { DAILY_CAP } from './push-verdicts.ts';
import { type Watched, watched } from './testing/set-up.ts';

const HOOK = 1;
const BRIDGE = 2;
const TAIL = 4;

/** A minute in which the log brings two events, and push too if it `pushes`. */
const minuteOf =
  (w: Watched, pushes: boolean, skew = 0) =>
  async () => {
    for (const ago of [10, 40]) {
      const storedAt = w.clock.now() - ago * SECOND;
      await w.event(pushes ? HOOK | TAIL : TAIL, { storedAt, publishedAt: storedAt - SECOND + skew });
    }
    await w.delivery('tail', 2);
    if (pushes) await w.delivery('event_hook', 2);
  };

describe('silence of push', () => {
  it.each([0, 10 * MINUTE, -10 * MINUTE])(
    'is raised and resolves by itself, Okta’s clock %d ms ahead',
    async (skew) => {
      const w = await watched();
      await w.run(30, minuteOf(w, true, skew));
      expect(await w.issue('push-silent')).toBeNull();
      await w.run(11, minuteOf(w, false, skew));
      expect(await w.issue('push-silent')).toBeNull();
      await w.run(3, minuteOf(w, false, skew));
      const open = await w.issue('push-silent');
      expect(open).toMatchObject({
        status: 'open',
        title: 'Push Is Silent',
        severity: 'high',
        priority: 43,
        subjectKind: 'source',
        subjectId: w.source.id,
        subjectSource: w.source.id,
        subjectNativeId: 'acme.okta.com',
        subjectName: 'Acme Okta',
        identityId: null,
      });
      expect(open?.evidence.facts).toMatchObject({ mode: 'hybrid', lastPushAt: expect.any(Number) });
      expect(open?.evidence.facts.eventsByTheLogAlone).toBeGreaterThanOrEqual(3);
      await w.run(5, minuteOf(w, false, skew));
      expect(await w.history('push-silent')).toEqual(['opened']);
      await w.run(1, minuteOf(w, true, skew));
      expect(await w.issue('push-silent')).toMatchObject({ status: 'resolved' });
      expect(w.sent().map((one) => one.split(' ')[0])).toEqual(['opened', 'resolved']);
    },
  );

  it('says when push never came at all', async () => {
    const w = await watched('event_hook');
    await w.run(35, minuteOf(w, false));
    expect(await w.issue('push-silent')).toMatchObject({ status: 'open', title: 'Push Has Never Arrived' });
  });

  it('needs evidence: a quiet org, types that hooks cannot bring, and one lost delivery are none', async () => {
    const w = await watched('event_hook');
    await w.run(60);
    await w.run(30, async () => {
      await w.event(TAIL, { type: 'zone.update' });
    });
    const at = w.clock.now();
    for (let n = 0; n < 20; n++) await w.event(TAIL, { publishedAt: at + n * SECOND });
    await w.run(20);
    expect(await w.issue('push-silent')).toBeNull();
  });

  it('an EventBridge stream brings every type', async () => {
    const w = await watched('eventbridge');
    await w.run(35, () => w.event(TAIL, { type: 'zone.update' }));
    expect(await w.issue('push-silent')).toMatchObject({ status: 'open' });
    await w.run(1, async () => {
      await w.event(BRIDGE, { type: 'zone.update' });
      await w.delivery('eventbridge');
    });
    expect(await w.issue('push-silent')).toMatchObject({ status: 'resolved' });
  });

  it('stays while the org falls quiet, and ends with the mode', async () => {
    const w = await watched();
    await w.run(35, minuteOf(w, false));
    await w.run(30);
    expect(await w.issue('push-silent')).toMatchObject({ status: 'open' });
    w.source = { ...w.source, mode: 'polling' };
    await w.run(1);
    expect(await w.issue('push-silent')).toMatchObject({ status: 'resolved' });
  });

  it('polling has no push, and after a change of mode push gets its time', async () => {
    const w = await watched('polling');
    await w.run(130, minuteOf(w, false));
    for (const id of ['push-silent', 'push-loss', 'push-cap-near', 'hook-inactive', 'hook-unverified']) {
      expect(await w.issue(id)).toBeNull();
    }
    expect(w.asked).toBe(0);
    w.source = { ...w.source, mode: 'hybrid' };
    await w.run(11, minuteOf(w, false));
    expect(await w.issue('push-silent')).toBeNull();
  });

  it('does not take what was caught up with after a pause for silence', async () => {
    const w = await watched();
    await w.run(30);
    for (let n = 0; n < 50; n++) await w.event(TAIL, { publishedAt: w.clock.now() - (30 + n) * MINUTE });
    await w.run(15);
    expect(await w.issue('push-silent')).toBeNull();
  });
});

describe('loss of push', () => {
  /** One hour of Okta's with events that push brought and some that it missed. */
  const hourOf = async (w: Watched, pushed: number, missed: number) => {
    const start = w.clock.now();
    for (let n = 0; n < pushed + missed; n++) {
      const at = start + n * SECOND;
      await w.event(n < pushed ? HOOK | TAIL : TAIL, { publishedAt: at, storedAt: at });
    }
    await w.delivery('event_hook', pushed);
  };

  it('is told with its numbers, once an hour, and ends with the first whole hour', async () => {
    const w = await watched();
    await w.run(60);
    await hourOf(w, 90, 10);
    await w.run(74);
    expect(await w.issue('push-loss')).toBeNull();
    await w.run(2);
    const issue = await w.issue('push-loss');
    expect(issue).toMatchObject({ status: 'open', severity: 'medium' });
    expect(issue?.evidence.facts).toEqual({
      hourStartAt: T0 + HOUR,
      missedByPush: 10,
      broughtByPush: 90,
      missedPercent: 10,
    });
    await hourOf(w, 95, 3);
    await w.run(120);
    expect(await w.issue('push-loss')).toMatchObject({ status: 'resolved' });
  });

  it.each([
    [200, 9],
    [300, 10],
  ])('%d by push and %d missed are within bounds', async (pushed, missed) => {
    const w = await watched();
    await w.run(60);
    await hourOf(w, pushed, missed);
    await w.run(80);
    expect(await w.issue('push-loss')).toBeNull();
  });
});

describe('the daily cap', () => {
  it('is near at 80 %, reached at 100 %, and anew 24 hours after the first event', async () => {
    const w = await watched('event_hook');
    await w.delivery('event_hook', DAILY_CAP * 0.8 - 1, T0 + 30 * MINUTE);
    await w.delivery('eventbridge', DAILY_CAP, T0 + 30 * MINUTE);
    await w.run(60);
    expect(await w.issue('push-cap-near')).toBeNull();
    await w.delivery('event_hook', 1);
    await w.run(20);
    expect(await w.issue('push-cap-near')).toMatchObject({ status: 'open', severity: 'medium' });
    await w.delivery('event_hook', DAILY_CAP * 0.2);
    await w.run(20);
    const issue = await w.issue('push-cap-near');
    expect(issue).toMatchObject({ status: 'open', severity: 'high', title: 'Event Hooks Reached Their Daily Cap' });
    expect(issue?.evidence.facts).toMatchObject({
      eventsByEventHook: DAILY_CAP,
      usedPercent: 100,
      startsAnewAt: T0 + 30 * MINUTE + 24 * HOUR,
    });
    expect(await w.history('push-cap-near')).toEqual(['opened', 'severity_changed']);
    w.clock.set(T0 + 24 * HOUR + 29 * MINUTE);
    await w.look();
    expect(await w.issue('push-cap-near')).toMatchObject({ status: 'open' });
    w.clock.advance(MINUTE);
    await w.look();
    expect(await w.issue('push-cap-near')).toMatchObject({ status: 'resolved' });
  });
});
