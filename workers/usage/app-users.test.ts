import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { nodeId } from '../graph/model.ts';
import { DAY } from '../platform/clock.ts';
import { foldTenant } from './fold.ts';
import { useOfApp } from './last-use.repository.ts';
import { signOn, usageUnderTest } from './usage.fixtures.ts';

const app = (id: string) => nodeId('app', 'src_a', id);

describe('the users of an app', () => {
  const wiki = app('0oawiki');
  const usersOf = (t: Awaited<ReturnType<typeof usageUnderTest>>) =>
    t.rows<{ users: string }>('SELECT users FROM usage_app_users WHERE tenant_id = ?1');

  it('count once over folds and what waits, and until they are 30 days away', async () => {
    const t = await usageUnderTest({ signOnRetentionDays: 0 });
    const use = () => useOfApp(t.deps, t.tenantId, wiki);
    for (let day = 0; day < 4; day++) {
      await t.consume([
        t.message([signOn('00uada', '0oawiki', t.clock.now()), signOn(`00u${day}`, '0oawiki', t.clock.now())]),
      ]);
      expect((await use()).users30d).toBe(day + 2);
      if (day < 3) await foldTenant(t.db, t.tenantId);
      expect((await use()).users30d).toBe(day + 2);
      t.clock.advance(DAY);
    }
    t.clock.advance(27 * DAY);
    // ada and the last two
    expect(await use()).toMatchObject({ users30d: 2 + 1, signOns30d: 2 * 2 });
    await foldTenant(t.db, t.tenantId);
    expect(await use()).toMatchObject({ users30d: 2 + 1, signOns30d: 2 * 2 });
    t.clock.advance(30 * DAY);
    expect(await use()).toMatchObject({ users30d: 0, signOns30d: 0 });
    expect((await use()).lastUsedAt).not.toBeNull();
  });

  it('are known from before they were kept by app', async () => {
    const t = await usageUnderTest({ signOnRetentionDays: 0 });
    // the migration asks what day it is
    t.clock.set(Date.now());
    const events = Array.from({ length: 300 }, (_, i) =>
      signOn(`00u${i}`, `0oa${i % 2}`, t.clock.now() - (i % 40) * DAY),
    );
    await t.consume([t.message(events)]);
    await foldTenant(t.db, t.tenantId);
    const told = await useOfApp(t.deps, t.tenantId, app('0oa0'));
    expect(told.users30d).toBeGreaterThan(100);
    await t.db.prepare('DELETE FROM usage_app_users').run();
    const [migration] = env.EVIDENCE_MIGRATIONS.filter(({ name }) => name.startsWith('0019'));
    const fill = (migration?.queries ?? []).filter((query) => /^(--.*\s)*INSERT/.test(query.trim()));
    expect(fill).toHaveLength(8);
    await t.db.batch(fill.map((query) => t.db.prepare(query)));
    expect(await useOfApp(t.deps, t.tenantId, app('0oa0'))).toEqual(told);
  });

  it('go from its rows with the fold after they are 30 days away', async () => {
    const t = await usageUnderTest({ signOnRetentionDays: 0 });
    await t.consume([t.message([signOn('00uada', '0oawiki', t.clock.now())])]);
    await foldTenant(t.db, t.tenantId);
    const before = await usersOf(t);
    expect(before).toHaveLength(1);
    t.clock.advance(31 * DAY);
    // every part of the app gets somebody
    const events = Array.from({ length: 200 }, (_, i) => signOn(`00u${i}`, '0oawiki', t.clock.now()));
    await t.consume([t.message(events)]);
    await foldTenant(t.db, t.tenantId);
    const after = await usersOf(t);
    expect(after.flatMap(({ users }) => JSON.parse(users) as unknown[])).toHaveLength(200);
  });
});
