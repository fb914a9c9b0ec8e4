import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { sources } from '../../../db/control/schema.ts';
import { HOUR, MINUTE } from '../../platform/clock.ts';
import { NEW_TAIL } from '../../tail/tail-state.ts';
import { type Watched, watched } from './testing/set-up.ts';
import { watchSources } from './watch-sources.ts';

/** Evidence whose statements are counted, and whose n-th write fails. */
function counting(w: Watched, failAt = Number.POSITIVE_INFINITY) {
  const seen = { read: 0, written: 0, writes: 0 };
  const note = <T>(result: D1Result<T>) => {
    seen.read += result.meta.rows_read;
    seen.written += result.meta.rows_written;
    return result;
  };
  const isWrite = (sql: string) => /^\s*(INSERT|UPDATE|DELETE)/.test(sql);
  const failing = (sql: string) => {
    if (isWrite(sql) && ++seen.writes === failAt) throw new Error('D1 is gone');
  };
  const statement = (real: D1PreparedStatement, sql: string): D1PreparedStatement =>
    new Proxy(real, {
      get(target, key) {
        if (key === 'bind') return (...values: unknown[]) => statement(target.bind(...values), sql);
        if (key === 'real') return target;
        if (key !== 'run' && key !== 'all' && key !== 'first') return Reflect.get(target, key);
        return async () => {
          failing(sql);
          const result = note(await target.all());
          return key === 'first' ? (result.results[0] ?? null) : result;
        };
      },
    });
  const db = (real: D1Database) =>
    new Proxy(real, {
      get(target, key) {
        if (key === 'prepare') return (sql: string) => statement(target.prepare(sql), sql);
        if (key !== 'batch') return Reflect.get(target, key);
        return async (all: (D1PreparedStatement & { real: D1PreparedStatement })[]) =>
          (await target.batch(all.map((one) => one.real))).map(note);
      },
    });
  return { seen, deps: { evidence: (tenantId: string) => db(w.deps.evidence(tenantId)) } };
}

describe('a look', () => {
  it('twice is once: nothing is written and nothing sent when nothing changed', async () => {
    const w = await watched();
    await w.deadLetter(w.clock.now() - HOUR);
    await w.look();
    expect(w.sent()).toHaveLength(1);
    const { seen, deps } = counting(w);
    w.clock.advance(MINUTE);
    expect(await w.look(deps)).toBe(0);
    expect(seen.written).toBe(0);
    expect(w.sent()).toHaveLength(1);
  });

  it('reads few rows of a source that is busy', async () => {
    const w = await watched();
    for (let n = 0; n < 300; n++) await w.delivery('event_hook');
    for (let n = 0; n < 300; n++) await w.event(5);
    await w.look();
    w.clock.advance(MINUTE);
    const { seen, deps } = counting(w);
    await w.look(deps);
    expect(seen.read).toBeLessThan(20);
  });

  it.each([1, 2, 3])(
    'that dies at its write %d is made good by the next: one issue, the message sent',
    async (failAt) => {
      const w = await watched();
      await w.deadLetter(w.clock.now() - HOUR);
      const { deps } = counting(w, failAt);
      await w.look(deps).catch(() => undefined);
      w.clock.advance(MINUTE);
      await w.look();
      w.clock.advance(MINUTE);
      await w.look();
      expect(await w.history('dead-letters-open')).toEqual(['opened']);
      expect(new Set(w.sent()).size).toBe(1);
      expect((await w.watch()).state?.pending).toEqual([]);
    },
  );

  it('that dies before the queue has the message sends it later', async () => {
    const w = await watched();
    await w.deadLetter(w.clock.now() - HOUR);
    w.outbound.failures = 1;
    await expect(w.look()).rejects.toThrow('queue unavailable');
    expect(w.sent()).toEqual([]);
    await w.run(3);
    expect(w.sent()).toEqual(['opened 12:00']);
    expect(await w.history('dead-letters-open')).toEqual(['opened']);
  });

  it('beside another one writes once', async () => {
    const w = await watched();
    await w.deadLetter(w.clock.now() - HOUR);
    await Promise.all([w.look(), w.look(), w.look()]);
    await w.run(2);
    expect(await w.history('dead-letters-open')).toEqual(['opened']);
    expect(new Set(w.sent()).size).toBe(1);
  });
});

describe('the tick', () => {
  const ports = (w: Watched) => ({
    tail: async () => ({ ...NEW_TAIL, state: 'idle' as const, lastPollAt: w.clock.now(), caughtUpAt: w.clock.now() }),
    hooks: async () => w.hooks,
  });

  it.each([{ status: 'disabled' as const }, { deletedAt: 1 }])(
    'resolves what is open when the source is %o',
    async (gone) => {
      const w = await watched();
      await w.deadLetter(w.clock.now() - HOUR);
      await watchSources(w.deps, ports(w));
      expect(await w.issue('dead-letters-open')).toMatchObject({ status: 'open' });
      await w.deps.control.update(sources).set(gone).where(eq(sources.tenantId, w.tenant));
      w.clock.advance(MINUTE);
      w.outbound.failures = 1;
      await watchSources(w.deps, ports(w));
      await watchSources(w.deps, ports(w));
      await watchSources(w.deps, ports(w));
      expect(await w.history('dead-letters-open')).toEqual(['opened', 'resolved']);
      expect(w.outbound.sent.filter((one) => one.tenantId === w.tenant).map((one) => one.change)).toEqual([
        'opened',
        'resolved',
      ]);
      expect((await w.watch()).version).toBe(0);
      // taken back, the condition is there again
      w.clock.advance(MINUTE);
      await w.deps.control
        .update(sources)
        .set({ status: 'connected', deletedAt: null })
        .where(eq(sources.tenantId, w.tenant));
      await watchSources(w.deps, ports(w));
      expect(await w.history('dead-letters-open')).toEqual(['opened', 'resolved', 'reopened']);
    },
  );

  it('one source that fails holds up no other', async () => {
    const [bad, good] = [await watched(), await watched()];
    await good.deadLetter(good.clock.now() - HOUR);
    await watchSources(good.deps, {
      ...ports(good),
      tail: async (tenantId) => {
        if (tenantId === bad.tenant) throw new Error('reset');
        return ports(good).tail();
      },
    });
    expect(await good.issue('dead-letters-open')).toMatchObject({ status: 'open' });
  });
});
