import { describe, expect, it } from 'vitest';
import { DAY, MINUTE } from '../platform/clock.ts';
import { createRepublish } from './republish.ts';
import { setUp } from './testing/apply-set-up.ts';
import { verdict } from './testing/changes.ts';

function restarted(spool: 'on' | 'off') {
  const { tenant, deps, clock, outbound, apply } = setUp();
  // a day of its own: it looks at the changes of every tenant, and other tests make thousands at theirs
  clock.advance(1_000 * DAY);
  const local = { ...deps, env: { ...outbound.env, INGEST_SPOOL: spool } as unknown as Env };
  const republish = createRepublish();
  const mine = () => outbound.sent.filter((message) => message.tenantId === tenant);
  const changeNow = () => verdict({ at: clock.now() + 1_000 });
  return { apply, changeNow, clock, mine, run: () => republish(local) };
}

describe('after a start of the local runtime', () => {
  it('publishes what changed shortly before once more, the very same messages', async () => {
    const { apply, changeNow, clock, mine, run } = restarted('on');
    await apply(changeNow());
    const [before] = mine();
    clock.advance(MINUTE);
    await run();
    expect(mine()).toEqual([before, before]);
    await run(); // the first call may have died: at first it is repeated
    expect(mine().length).toBe(3);
  });

  it('leaves alone what came after the start, what is old, and everything once the start is past', async () => {
    const { apply, changeNow, clock, mine, run } = restarted('on');
    clock.advance(-MINUTE);
    await run();
    await apply(changeNow());
    clock.advance(MINUTE);
    await run();
    clock.advance(10 * MINUTE);
    await run();
    expect(mine().length).toBe(1);
  });

  it('does nothing where the queue is durable', async () => {
    const { apply, changeNow, clock, mine, run } = restarted('off');
    await apply(changeNow());
    clock.advance(MINUTE);
    expect(await run()).toBe(0);
    expect(mine().length).toBe(1);
  });
});
