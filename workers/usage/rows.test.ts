import { describe, expect, it } from 'vitest';
import { nodeId } from '../graph/model.ts';
import { rawEvent } from '../inbox/inbox.fixtures.ts';
import { DAY, MINUTE } from '../platform/clock.ts';
import { foldTenant } from './fold.ts';
import { useOfApp } from './last-use.repository.ts';
import { signOn, usageUnderTest } from './usage.fixtures.ts';

type Tested = Awaited<ReturnType<typeof usageUnderTest>>;

/** Events that fit one delivery of 64 KB, about. */
const PER_DELIVERY = 70;

/** Rows an event, indexes and the fold included, of events that come in batches of so many. */
async function rowsAnEvent(t: Tested, events: unknown[], perBatch: number): Promise<number> {
  let rows = 0;
  for (let at = 0; at < events.length; at += perBatch) {
    const batch = events.slice(at, at + perBatch);
    const messages = Array.from({ length: Math.ceil(batch.length / PER_DELIVERY) }, (_, n) =>
      t.message(batch.slice(n * PER_DELIVERY, (n + 1) * PER_DELIVERY)),
    );
    const { report, acked } = await t.consume(messages);
    expect(acked).toHaveLength(messages.length);
    rows += report.rowsWritten;
  }
  rows += (await foldTenant(t.db, t.tenantId)).rowsWritten;
  return rows / events.length;
}

const signOns = (t: Tested, count: number, accounts: number, apps: number) =>
  Array.from({ length: count }, (_, i) =>
    signOn(`00u${i % accounts}`, `0oa${Math.floor(i / accounts) % apps}`, t.clock.now() - (i % 60) * MINUTE),
  );

describe('rows written, indexes and fold included', () => {
  it('are at most 0.1 a sign-on that is only counted: 2,000 of 50 accounts to 4 apps', async () => {
    const t = await usageUnderTest({ signOnRetentionDays: 0 });
    expect(await rowsAnEvent(t, signOns(t, 2_000, 50, 4), 2_000)).toBeLessThanOrEqual(0.1);
    expect(await t.counted()).toBe(2_000);
  });

  it('are at most 0.1 where every sign-on is of another account: a fold of 10,000', async () => {
    const t = await usageUnderTest({ signOnRetentionDays: 0 });
    expect(await rowsAnEvent(t, signOns(t, 10_000, 5_000, 20), 5_000)).toBeLessThanOrEqual(0.1);
  });

  it.each([
    ['a sign-on to an app', ['user.authentication.sso'], 3],
    ['a sign-in', ['user.session.start'], 3],
    [
      'three sign-ons for each sign-in',
      ['user.authentication.sso', 'user.authentication.sso', 'user.session.start'],
      3,
    ],
    ['a sign-on that failed', ['failed'], 3.1],
  ])('are at most 3 an event that is stored and is %s', async (_, kinds, most) => {
    const t = await usageUnderTest();
    const events = signOns(t, 1_400, 300, 10).map((event, i) => {
      const eventType = kinds[i % kinds.length];
      if (eventType === 'failed') return { ...event, outcome: { result: 'FAILURE' } };
      return { ...event, eventType };
    });
    expect(await rowsAnEvent(t, events, 1_400)).toBeLessThanOrEqual(most);
    expect(await t.stored()).toBe(1_400);
  });

  it('are the row, its index and one target an event that is about one thing', async () => {
    const t = await usageUnderTest();
    const events = Array.from({ length: 700 }, () => rawEvent({ eventType: 'user.account.update_profile' }));
    expect(await rowsAnEvent(t, events, 700)).toBeLessThan(3.1);
  });
});

describe('rows read for the use of one app', () => {
  /** The answer, and what it read. */
  async function asked(t: Tested, app: string) {
    let read = 0;
    const watched = {
      prepare: (sql: string) => ({
        bind: (...values: unknown[]) => ({
          first: async () => {
            const { results, meta } = await t.db
              .prepare(sql)
              .bind(...values)
              .all();
            read += meta.rows_read;
            return results[0];
          },
        }),
      }),
    } as unknown as D1Database;
    const use = await useOfApp({ clock: t.clock, evidence: () => watched }, t.tenantId, nodeId('app', 'src_a', app));
    return { use, read };
  }

  it('are those of its own users, however much the tenant uses else', async () => {
    const t = await usageUnderTest({ signOnRetentionDays: 0 });
    const now = t.clock.now();
    const own = Array.from({ length: 200 }, (_, i) => signOn(`00u${i}`, '0oawiki', now - (i % 40) * DAY));
    await t.consume([t.message(own)]);
    await foldTenant(t.db, t.tenantId);
    const alone = await asked(t, '0oawiki');
    expect(alone.use).toEqual({ lastUsedAt: now, users30d: 150, signOns30d: 150 });
    for (let app = 0; app < 5; app++) {
      const others = Array.from({ length: 2_000 }, (_, i) => signOn(`00u${i}`, `0oa${app}`, now));
      await t.consume([t.message(others)]);
      await foldTenant(t.db, t.tenantId);
    }
    const crowded = await asked(t, '0oawiki');
    expect(crowded.use).toEqual(alone.use);
    // 30 days, eight parts and 150 users in them; each user is a row to SQLite
    expect(crowded.read).toBeLessThanOrEqual(200);
    const rows = await t.rows<{ n: number }>('SELECT count(*) AS n FROM usage_last WHERE tenant_id = ?1');
    expect(rows[0]?.n).toBe(256);
  });
});
