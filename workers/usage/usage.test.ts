import { describe, expect, it } from 'vitest';
import { nodeId } from '../graph/model.ts';
import { listEvents } from '../inbox/events.repository.ts';
import { DAY, HOUR, MINUTE } from '../platform/clock.ts';
import { updateRetention } from '../settings/retention.repository.ts';
import { FOLD_AFTER, FOLD_AT, foldTenant, foldUsage } from './fold.ts';
import { appsUsedBy, useOfApp } from './last-use.repository.ts';
import { purgeUsage } from './purge.ts';
import { bucketOf, COUNTED_WITHIN, MAX_ADDRESSES } from './sign-ons.ts';
import { signOn, usageUnderTest } from './usage.fixtures.ts';

const account = (user: string) => nodeId('account', 'src_a', user);
const app = (id: string) => nodeId('app', 'src_a', id);
const from = (ipAddress: string) => ({ client: { ipAddress } });

describe('a sign-on', () => {
  it('becomes count, first, last and addresses of its account, app and UTC day', async () => {
    const t = await usageUnderTest({ signOnRetentionDays: 0 });
    const noon = t.clock.now();
    const events = [
      signOn('00uada', '0oawiki', noon - HOUR, from('203.0.113.1')),
      signOn('00uada', '0oawiki', noon - 3 * HOUR, from('203.0.113.2')),
      signOn('00uada', '0oawiki', noon, from('203.0.113.1')),
      signOn('00uada', '0oacrm', noon, { eventType: 'app.oauth2.signon' }),
      signOn('00uada', '0oawiki', noon - 13 * HOUR),
      signOn('00ubob', '0oawiki', noon),
    ];
    const expected = [
      {
        day: t.today,
        accountId: account('00uada'),
        appId: app('0oacrm'),
        signOns: 1,
        firstAt: noon,
        lastAt: noon,
        addresses: 1,
      },
      {
        day: t.today,
        accountId: account('00uada'),
        appId: app('0oawiki'),
        signOns: 3,
        firstAt: noon - 3 * HOUR,
        lastAt: noon,
        addresses: 2,
      },
      {
        day: t.today,
        accountId: account('00ubob'),
        appId: app('0oawiki'),
        signOns: 1,
        firstAt: noon,
        lastAt: noon,
        addresses: 1,
      },
      {
        day: t.today - 1,
        accountId: account('00uada'),
        appId: app('0oawiki'),
        signOns: 1,
        firstAt: noon - 13 * HOUR,
        lastAt: noon - 13 * HOUR,
        addresses: 1,
      },
    ].sort((a, b) => b.day - a.day || (a.accountId + a.appId < b.accountId + b.appId ? -1 : 1));
    await t.consume([t.message(events.slice(0, 2))]);
    await foldTenant(t.db, t.tenantId);
    await t.consume([t.message(events.slice(2))]);
    expect(await t.list()).toEqual(expected);
    await foldTenant(t.db, t.tenantId);
    expect(await t.list()).toEqual(expected);
    expect(await t.list({ accountIds: [account('00ubob')] })).toEqual(
      expected.filter((u) => u.accountId === account('00ubob')),
    );
    expect(await t.list({ appId: app('0oawiki'), from: t.today })).toEqual(
      expected.filter((u) => u.appId === app('0oawiki') && u.day === t.today),
    );
    expect(await t.list({ to: t.today - 1 })).toEqual(expected.filter((u) => u.day < t.today));
  });

  it.each([
    ['failed', { outcome: { result: 'FAILURE' } }],
    ['was of nobody known', { actor: { id: 'unknown', type: 'User' } }],
    ['was of a machine', { actor: { id: '0oax', type: 'PublicClientApp' } }],
    ['names no app', { target: [] }],
    ['is a sign-in to Okta itself', { eventType: 'user.session.start' }],
  ])('that %s is no use and is kept as other events', async (_, more) => {
    const t = await usageUnderTest({ signOnRetentionDays: 0 });
    await t.consume([t.message([signOn('00uada', '0oawiki', t.clock.now(), more)])]);
    expect(await t.list()).toEqual([]);
    expect(await t.stored()).toBe(1);
  });

  it('counts up to 90 days late, and a later one changes nothing', async () => {
    const t = await usageUnderTest({ signOnRetentionDays: 0 });
    const edge = t.clock.now() - COUNTED_WITHIN;
    await t.consume([t.message([signOn('00uada', '0oawiki', edge), signOn('00uada', '0oawiki', edge - 1)])]);
    expect(await t.counted()).toBe(1);
    expect(await t.stored()).toBe(0);
    const kept = await usageUnderTest({ signOnRetentionDays: 365 });
    await kept.consume([kept.message([signOn('00uada', '0oawiki', edge - 1)])]);
    expect(await kept.counted()).toBe(0);
    expect(await kept.stored()).toBe(1);
  });

  it('tells addresses apart up to a bound, over folds', async () => {
    const t = await usageUnderTest();
    for (let batch = 0; batch < 3; batch++) {
      const events = Array.from({ length: 10 }, (_, i) =>
        signOn('00uada', '0oawiki', t.clock.now(), from(`203.0.113.${batch * 9 + i}`)),
      );
      await t.consume([t.message(events)]);
      const [use] = await t.list();
      expect(use?.addresses).toBe(Math.min(MAX_ADDRESSES, 10 + batch * 9));
      await foldTenant(t.db, t.tenantId);
      expect(await t.list()).toEqual([use]);
    }
    expect(
      (await t.rows<{ uses: string }>('SELECT uses FROM usage_daily WHERE tenant_id = ?1'))[0]?.uses,
    ).not.toContain('203.');
  });

  it('of another tenant is not seen', async () => {
    const [t, other] = [await usageUnderTest(), await usageUnderTest()];
    await t.consume([t.message([signOn('00uada', '0oawiki', t.clock.now())])]);
    expect(await other.list()).toEqual([]);
    expect(await useOfApp(other.deps, other.tenantId, app('0oawiki'))).toMatchObject({ lastUsedAt: null, users30d: 0 });
    await foldTenant(t.db, other.tenantId);
    expect(await t.rows('SELECT 1 FROM usage_segments WHERE tenant_id = ?1')).toHaveLength(1);
  });
});

describe('pages', () => {
  it('go through everything once, whatever their size and wherever it lies', async () => {
    const t = await usageUnderTest({ signOnRetentionDays: 0 });
    const events = Array.from({ length: 400 }, (_, i) =>
      signOn(`00u${i % 40}`, `0oa${i % 3}`, t.clock.now() - (i % 9) * DAY),
    );
    await t.consume([t.message(events.slice(0, 300))]);
    await foldTenant(t.db, t.tenantId);
    await t.consume([t.message(events.slice(300))]);
    const all = await t.list();
    expect(all.reduce((sum, { signOns }) => sum + signOns, 0)).toBe(400);
    for (const limit of [1, 7, 50]) expect(await t.list({ limit })).toEqual(all);
    for (const query of [{ appId: app('0oa1') }, { accountIds: [account('00u3'), account('00u4')] }]) {
      const some = all.filter((u) => (query.appId ? u.appId === query.appId : query.accountIds?.includes(u.accountId)));
      expect(await t.list({ ...query, limit: 3 })).toEqual(some);
    }
  });
});

describe('last use', () => {
  it('of an app and by accounts is the same before and after the fold', async () => {
    const t = await usageUnderTest();
    const now = t.clock.now();
    await t.consume([
      t.message([
        signOn('00uada', '0oawiki', now - 40 * DAY),
        signOn('00uada', '0oawiki', now - 2 * DAY),
        signOn('00uada', '0oawiki', now - HOUR),
        signOn('00ubob', '0oawiki', now - 29 * DAY),
        signOn('00ucyd', '0oawiki', now - 31 * DAY),
        signOn('00uada', '0oaold', now - 50 * DAY),
      ]),
    ]);
    for (let n = 0; n < 2; n++) {
      expect(await useOfApp(t.deps, t.tenantId, app('0oawiki'))).toEqual({
        lastUsedAt: now - HOUR,
        users30d: 2,
        signOns30d: 3,
      });
      const uses = await appsUsedBy(t.deps, t.tenantId, [account('00uada')]);
      expect(uses.get(app('0oawiki'))).toMatchObject({ lastUsedAt: now - HOUR, signOns30d: 2 });
      expect(uses.get(app('0oaold'))).toMatchObject({ lastUsedAt: now - 50 * DAY, signOns30d: 0 });
      expect((await appsUsedBy(t.deps, t.tenantId, [account('00ubob'), account('00ucyd')])).size).toBe(1);
      await foldTenant(t.db, t.tenantId);
    }
    expect(await appsUsedBy(t.deps, t.tenantId, [])).toEqual(new Map());
    expect(await useOfApp(t.deps, t.tenantId, app('0oanever'))).toEqual({
      lastUsedAt: null,
      users30d: 0,
      signOns30d: 0,
    });
  });
});

describe('the fold', () => {
  it('waits until there is enough or it has waited long enough', async () => {
    const t = await usageUnderTest();
    await t.consume([t.message([signOn('00uada', '0oawiki', t.clock.now())])]);
    const left = async () => (await t.rows('SELECT 1 FROM usage_segments WHERE tenant_id = ?1')).length;
    t.clock.advance(FOLD_AFTER - 1);
    await foldUsage(t.deps);
    expect(await left()).toBe(1);
    await t.consume([t.message([signOn('00uada', '0oawiki', t.clock.now())])]);
    expect(await left()).toBe(1);
    t.clock.advance(1);
    await foldUsage(t.deps);
    expect(await left()).toBe(0);
    expect(await t.counted()).toBe(2);
    await t.consume([t.message([signOn('00uada', '0oawiki', t.clock.now())])]);
    await t.db.prepare('UPDATE usage_segments SET sign_ons = ?2 WHERE tenant_id = ?1').bind(t.tenantId, FOLD_AT).run();
    await foldUsage(t.deps);
    expect(await left()).toBe(0);
  });

  it('spreads accounts over the buckets', () => {
    const used = new Set(Array.from({ length: 2_000 }, (_, i) => bucketOf(account(`00u${i}`))));
    expect(used.size).toBeGreaterThan(250);
    expect(Math.max(...used)).toBe(255);
  });
});

describe('retention of usage', () => {
  it('removes days, last uses and kept keys that are past it', async () => {
    const t = await usageUnderTest({ signOnRetentionDays: 0 });
    await t.consume([
      t.message([signOn('00uada', '0oawiki', t.clock.now()), signOn('00ubob', '0oacrm', t.clock.now() - 20 * DAY)]),
    ]);
    await foldTenant(t.db, t.tenantId);
    await updateRetention(t.deps, t.tenantId, { usageRetentionDays: 10 });
    await purgeUsage(t.deps);
    await purgeUsage(t.deps);
    expect((await t.list()).map((u) => u.accountId)).toEqual([account('00uada')]);
    expect(await useOfApp(t.deps, t.tenantId, app('0oacrm'))).toMatchObject({ lastUsedAt: null });
    expect(await useOfApp(t.deps, t.tenantId, app('0oawiki'))).toMatchObject({ users30d: 1 });
    t.clock.advance(92 * DAY);
    await purgeUsage(t.deps);
    for (const table of ['usage_daily', 'usage_apps', 'usage_last', 'usage_app_users', 'usage_seen']) {
      expect(await t.rows(`SELECT 1 FROM ${table} WHERE tenant_id = ?1`)).toEqual([]);
    }
  });
});

describe('events of an app', () => {
  it('list its sign-ons, which share a target row, with everything else, newest first', async () => {
    const t = await usageUnderTest();
    const now = t.clock.now();
    const target = [{ id: '0oawiki', type: 'AppInstance' }];
    const events = [
      ...Array.from({ length: 30 }, (_, i) => signOn('00uada', i % 2 ? '0oawiki' : '0oacrm', now - i * 7 * MINUTE)),
      signOn('00uada', '0oawiki', now - 20 * MINUTE, { outcome: { result: 'FAILURE' } }),
      signOn('00uada', 'x', now - 30 * MINUTE, { eventType: 'application.lifecycle.update', target }),
    ];
    await t.consume([t.message(events)]);
    const expected = events
      .filter((event) => JSON.stringify(event.target).includes('0oawiki'))
      .sort((a, b) => (String(a.published) < String(b.published) ? 1 : -1));
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listEvents(t.deps, t.tenantId, { limit: 4, target: '0oawiki', cursor });
      seen.push(...page.data.map((row) => row.uuid));
      cursor = page.next ?? undefined;
    } while (cursor);
    expect(seen).toEqual(expected.map((event) => event.uuid));
    const since = now - 60 * MINUTE;
    const recent = await listEvents(t.deps, t.tenantId, {
      limit: 50,
      target: '0oawiki',
      since,
      until: now - 10 * MINUTE,
    });
    const within = (at: number) => at >= since && at < now - 10 * MINUTE;
    expect(recent.data.map((row) => row.uuid)).toEqual(
      expected.filter((event) => within(Date.parse(String(event.published)))).map((event) => event.uuid),
    );
  });
});
