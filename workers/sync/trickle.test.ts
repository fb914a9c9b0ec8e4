import { afterEach, describe, expect, it } from 'vitest';
import { nodeId } from '../graph/model.ts';
import { DAY, MINUTE } from '../platform/clock.ts';
import { coverageAsides } from './coverage-notes.ts';
import { ALL_AT_ONCE } from './read-factors.ts';
import { DELTA_EVERY } from './run.ts';
import type { Trickle } from './sync-state.ts';
import { oktaError, smallOrg } from './testing/fake-okta.ts';
import { createHarness, type Harness } from './testing/harness.ts';
import { CALLS_PER_RUN, progressOf, SEEN_WITHIN, shareOf } from './trickle.ts';

const line = (more: Partial<Trickle> = {}): Trickle => ({
  cursor: null,
  round: 0,
  read: 0,
  total: 100_000,
  at: 0,
  ...more,
});

describe('the share of a run', () => {
  it('fills first, and then sees everybody within a week', () => {
    expect(shareOf(line())).toBe(CALLS_PER_RUN);
    for (const total of [6_000, 100_000, 1_000_000]) {
      const runs = SEEN_WITHIN / DELTA_EVERY;
      expect(shareOf(line({ round: 1, total })) * runs).toBeGreaterThanOrEqual(total);
    }
    expect(shareOf(line({ round: 1 }))).toBeLessThan(200);
    expect(shareOf(line({ round: 1, total: 10_000_000 }))).toBe(CALLS_PER_RUN);
  });

  it('tells how far it is and when it will be done', () => {
    expect(progressOf(line({ read: 25_000, at: DAY }))).toEqual({
      known: 25_000,
      total: 100_000,
      readyAt: DAY + 50 * DELTA_EVERY,
    });
    expect(progressOf(line({ round: 1 }))).toBeNull();
  });
});

describe('an org too large for reading all factors at once', () => {
  const asked = new Map<string, number>();
  afterEach(() => asked.clear());

  const people = ALL_AT_ONCE + 700;

  function count(h: Harness) {
    for (const call of h.okta.calls.splice(0)) {
      const id = /users\/(\w+)\/factors/.exec(call)?.[1];
      if (id) asked.set(id, (asked.get(id) ?? 0) + 1);
    }
  }

  it('reads admins first, then who changed, then the next in line, until everybody was read', async () => {
    const h = await createHarness(smallOrg(people));
    // admins must not be the first by any other order
    const last = h.okta.org.users.at(-1);
    if (last) last.roles = [{ type: 'SUPER_ADMIN' }];
    await h.sync();
    const read = () => h.okta.calls.filter((call) => call.endsWith('/factors')).map((call) => call.split('/')[4]);
    // a full sync reads those who need it, and leaves the line to the deltas
    expect(read().sort()).toEqual(['00u0', last?.id].sort());
    count(h);
    const progress = async () => (await coverageAsides(h.deps, h.tenantId))(h.sourceId, 'factors').progress;
    expect(await progress()).toMatchObject({ known: 0, total: people });
    expect((await h.graph.coverage()).find(({ need }) => need === 'factors')?.reason).toBeNull();

    h.clock.advance(15 * MINUTE);
    const changed = h.okta.org.users.find(({ id }) => !asked.has(id));
    if (changed) Object.assign(changed, { lastUpdated: h.clock.now() });
    await h.delta();
    const first = read();
    expect(first.length).toBeGreaterThan(CALLS_PER_RUN - 5);
    // who is wanted and next in line is asked about once
    expect(first.length).toBeLessThanOrEqual(CALLS_PER_RUN);
    expect(new Set(first).size).toBe(first.length);
    expect(first.slice(0, 2).sort()).toEqual(['00u0', last?.id].sort());
    expect(first[2]).toBe(changed?.id);
    count(h);
    expect((await progress())?.known).toBeGreaterThan(CALLS_PER_RUN - 5);

    // a run that can read nobody does not lose the place
    h.okta.faults = [(path) => (path.endsWith('/factors') ? oktaError(403, 'E0000006') : undefined)];
    h.clock.advance(15 * MINUTE);
    await h.delta();
    h.okta.faults = [];
    h.okta.calls.length = 0;
    for (let run = 0; run < 3; run++) {
      h.clock.advance(15 * MINUTE);
      await h.delta();
      count(h);
    }
    expect(asked.size).toBe(people);
    expect(await progress()).toBeNull();
    expect(await h.graph.accountView(nodeId('account', h.sourceId, '00u4321'))).toMatchObject({
      factors: { known: true },
    });
    // from now on a few at a time
    h.clock.advance(15 * MINUTE);
    await h.delta();
    expect(h.okta.calls.filter((call) => call.endsWith('/factors')).length).toBeLessThan(20);
  });
});
