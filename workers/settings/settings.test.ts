import { describe, expect, it } from 'vitest';
import { apiUnderTest } from '../api/test-api.ts';
import { seedOneOfEach } from '../api/test-seed.ts';
import { nodeId } from '../graph/model.ts';
import { HOUR, iso } from '../platform/clock.ts';
import { foldTenant } from '../usage/fold.ts';
import { signOn, usageUnderTest } from '../usage/usage.fixtures.ts';
import { DEFAULT_RETENTION, recentRetentionOf } from './retention.repository.ts';

const PATH = '/api/v1/settings';

async function setUp() {
  const api = apiUnderTest();
  const seed = await seedOneOfEach(api.deps);
  const as = async (role: keyof typeof seed.tokens, method: string, path: string, body?: unknown) => {
    const response = await api.call(method, path, { token: seed.tokens[role], body });
    return { status: response.status, json: (await response.json()) as Record<string, unknown> };
  };
  return { ...api, ...seed, as };
}

describe('settings', () => {
  it('are read by all and changed by a super admin, which the audit log tells', async () => {
    const t = await setUp();
    expect((await t.as('viewer', 'GET', PATH)).json).toEqual(DEFAULT_RETENTION);
    expect((await t.as('source_admin', 'PATCH', PATH, { signOnRetentionDays: 0 })).status).toBe(403);
    const changed = await t.as('super_admin', 'PATCH', PATH, { signOnRetentionDays: 0, eventRetentionDays: 90 });
    expect(changed).toMatchObject({ status: 200, json: { ...DEFAULT_RETENTION, signOnRetentionDays: 0 } });
    await t.as('super_admin', 'PATCH', PATH, { signOnRetentionDays: 0 });
    const { results } = await t.deps
      .evidence(t.tenantId)
      .prepare(`SELECT detail FROM audit WHERE tenant_id = ?1 AND action = 'settings.update'`)
      .bind(t.tenantId)
      .all();
    expect(results).toEqual([{ detail: '{"signOnRetentionDays":{"from":90,"to":0}}' }]);
  });

  it.each([
    { signOnRetentionDays: -1 },
    { signOnRetentionDays: 366 },
    { eventRetentionDays: 0 },
    { eventRetentionDays: 1.5 },
    { usageRetentionDays: '9' },
    { historyRetentionDays: 89 },
    { historyRetentionDays: 3_651 },
    { tenantId: 'tnt_other' },
  ])('refuse %j', async (body) => {
    const t = await setUp();
    expect((await t.as('super_admin', 'PATCH', PATH, body)).status).toBe(400);
    expect((await t.as('viewer', 'GET', PATH)).json).toEqual(DEFAULT_RETENTION);
  });

  it('are known anew within a minute to what remembers them', async () => {
    const t = await setUp();
    const days = async () => (await recentRetentionOf(t.deps, [t.tenantId])).get(t.tenantId)?.signOnRetentionDays;
    expect(await days()).toBe(90);
    await t.as('super_admin', 'PATCH', PATH, { signOnRetentionDays: 7 });
    t.clock.advance(60_000);
    expect(await days()).toBe(7);
  });
});

describe('questions about use', () => {
  it('are answered by account, identity, app and time, and on identity and app', async () => {
    const t = await setUp();
    const inbox = await usageUnderTest();
    const now = t.clock.now();
    const [sourceId, native] = [String(t.ids.sources), String(t.ids.sources).slice(4)];
    const message = inbox.message(
      [signOn(`account-${native}`, `app-${native}`, now - HOUR), signOn('00uother', `app-${native}`, now - 30 * HOUR)],
      { tenantId: t.tenantId, sourceId },
    );
    await inbox.consume([message]);
    const own = {
      day: iso(now).slice(0, 10),
      account: t.ids.accounts,
      app: t.ids.apps,
      signOns: 1,
      firstAt: iso(now - HOUR),
      lastAt: iso(now - HOUR),
      addresses: 1,
    };
    for (let folded = 0; folded < 2; folded++) {
      const list = async (query: string) => (await t.as('viewer', 'GET', `/api/v1/usage?${query}`)).json;
      expect(await list(`account=${t.ids.accounts}`)).toEqual({ data: [own], next: null });
      expect(await list(`identity=${t.ids.identities}&app=${t.ids.apps}`)).toEqual({ data: [own], next: null });
      expect(await list(`since=${iso(now)}`)).toEqual({ data: [own], next: null });
      expect((await list(`app=${t.ids.apps}`)).data).toHaveLength(2);
      const before = { account: nodeId('account', sourceId, '00uother') };
      expect(await list(`until=${iso(now - 12 * HOUR)}`)).toMatchObject({ data: [before] });
      const first = await list('limit=1');
      expect(await list(`limit=1&cursor=${first.next}`)).toMatchObject({ data: [before], next: null });

      const identity = await t.as('viewer', 'GET', `/api/v1/identities/${t.ids.identities}`);
      expect(identity.json.apps).toMatchObject([{ id: t.ids.apps, lastUsedAt: iso(now - HOUR), signOns30d: 1 }]);
      const app = await t.as('viewer', 'GET', `/api/v1/apps/${t.ids.apps}`);
      expect(app.json.usage).toEqual({ lastUsedAt: iso(now - HOUR), users30d: 2, signOns30d: 2 });
      await foldTenant(t.deps.evidence(t.tenantId), t.tenantId);
    }
  });

  it('that make no sense are refused, and about what is not there find nothing', async () => {
    const t = await setUp();
    const status = async (query: string) => (await t.as('viewer', 'GET', `/api/v1/usage?${query}`)).status;
    expect(await status('account=a&identity=b')).toBe(400);
    expect(await status('since=yesterday')).toBe(400);
    expect(await status('cursor=x')).toBe(400);
    expect(await status('identity=idn_none')).toBe(404);
    expect((await t.as('viewer', 'GET', '/api/v1/usage?account=acc_none')).json).toEqual({ data: [], next: null });
  });
});
