import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { T0 } from '../../test/deps.ts';
import { onError } from '../api/problem.ts';
import type { Principal } from '../auth/principal.ts';
import { inboxUnderTest } from '../inbox/inbox.fixtures.ts';
import { DAY, iso } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import type { ApiEnv } from '../platform/http/router.ts';
import { foldTenant } from '../usage/fold.ts';
import { assessTenant } from './assess.ts';
import { discoveryRoutes } from './discovery.routes.ts';
import { consentRaw, membershipRaw, revokeRaw, ssoRaw } from './testing/events.ts';
import { ADMIN, discoveryUnderTest } from './testing/set-up.ts';

interface Answer {
  data: Record<string, unknown>[];
  next: string | null;
  [key: string]: unknown;
}

/** The routes as somebody of a tenant sees them. */
function caller(deps: Deps, principal: Principal, tenantId: string) {
  const app = new Hono<ApiEnv>()
    .use(async (c, next) => {
      c.set('deps', deps);
      c.set('tenantId', tenantId);
      c.set('principal', principal);
      await next();
    })
    .route('/', discoveryRoutes())
    .onError(onError);
  return async (method: string, path: string, body?: unknown) => {
    const init = { method, headers: { 'content-type': 'application/json' } };
    const answer = await app.request(path, body === undefined ? init : { ...init, body: JSON.stringify(body) });
    return { status: answer.status, body: (await answer.json()) as Answer };
  };
}

function setUp() {
  const t = discoveryUnderTest();
  const as = (principal: Principal, tenantId = t.tenantId) => caller(t.deps, principal, tenantId);
  return { ...t, as, call: as(ADMIN), assess: () => assessTenant(t.deps, t.tenantId, 'all', t.graphFor) };
}

const keys = ({ body }: { body: Answer }) => body.data.map(({ key }) => key);

describe('GET /discovery/apps', () => {
  it.each(['-risk', 'risk', 'name', '-name', '-lastSeen', 'lastSeen', '-users', 'firstSeen'])(
    'pages by %s, each app once',
    async (sort) => {
      const t = setUp();
      await t.see(Array.from({ length: 70 }, (_, n) => ssoRaw(T0 - (n % 9) * DAY, `00u${n % 5}`, `0oa${n}`)));
      await t.assess();
      const seen: unknown[] = [];
      let cursor = '';
      for (let page = 0; page < 10; page++) {
        const { status, body } = await t.call('GET', `/discovery/apps?limit=30&sort=${sort}${cursor}`);
        expect(status).toBe(200);
        seen.push(...body.data.map(({ id }) => id));
        if (body.next === null) break;
        cursor = `&cursor=${body.next}`;
      }
      expect(seen).toHaveLength(70);
      expect(new Set(seen).size).toBe(70);
    },
  );

  it('filters by each field', async () => {
    const t = setUp();
    t.cover();
    t.putApp('0oalisted', true);
    await t.see([
      ssoRaw(T0, '00u1', '0oalisted'),
      consentRaw(T0, '0oashadow', '00u1', ['https://mail.google.com/', 'offline_access']),
    ]);
    await t.see([ssoRaw(T0, '00u1', '0oaother')], 'src_b');
    await t.assess();
    expect(keys(await t.call('GET', '/discovery/apps?risk=high'))).toEqual(['0oashadow']);
    expect(keys(await t.call('GET', '/discovery/apps?managed=managed'))).toEqual(['0oalisted']);
    expect(keys(await t.call('GET', '/discovery/apps?managed=unknown'))).toEqual(['0oaother']);
    expect(keys(await t.call('GET', '/discovery/apps?source=src_b'))).toEqual(['0oaother']);
    expect(keys(await t.call('GET', '/discovery/apps?q=SHADOW'))).toEqual(['0oashadow']);
    expect(keys(await t.call('GET', '/discovery/apps?review=approved'))).toEqual([]);
    expect((await t.call('GET', '/discovery/summary')).body).toEqual({
      total: 3,
      byRisk: { low: 2, medium: 0, high: 1 },
      byManaged: { managed: 1, unmanaged: 1, unknown: 1 },
      byReview: { unreviewed: 3, approved: 0, restricted: 0, blocked: 0 },
      newLast7d: 3,
      withoutOwner: 3,
    });
    expect((await t.call('GET', '/discovery/apps?sort=x')).status).toBe(400);
    expect((await t.call('GET', '/discovery/apps?cursor=x')).status).toBe(400);
  });
});

describe('one app', () => {
  it('shows why it is risky, what it may do and who uses it', async () => {
    const t = setUp();
    t.cover();
    await t.see([
      consentRaw(T0, '0oa1', '00u1', ['mail.read', 'openid']),
      consentRaw(T0, '0oa1', '00u2', ['mail.read']),
      revokeRaw(T0 + 1, '.user.client', '0oa1', '00u2'),
      ssoRaw(T0, '00u3', '0oa1'),
    ]);
    await t.assess();
    const id = String((await t.apps())[0]?.id);
    const { status, body } = await t.call('GET', `/discovery/apps/${id}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      managed: { state: 'unmanaged', reason: 'not_in_source' },
      users: 3,
      scopes: 2,
      grants: [
        { scope: 'mail.read', meaning: 'Read mail', wide: true, accounts: 1, revoked: 1, active: true },
        { scope: 'openid', wide: false, accounts: 1, revoked: 0 },
      ],
    });
    expect(body.reasons).toEqual(expect.arrayContaining([expect.objectContaining({ code: 'unmanaged' })]));
    const users = await t.call('GET', `/discovery/apps/${id}/users?limit=2`);
    expect(users.body.data).toHaveLength(2);
    const rest = await t.call('GET', `/discovery/apps/${id}/users?limit=2&cursor=${users.body.next}`);
    const all = [...users.body.data, ...rest.body.data];
    expect(Object.fromEntries(all.map(({ nativeId, consent, scopes }) => [nativeId, [consent, scopes]]))).toEqual({
      '00u1': ['active', ['mail.read', 'openid']],
      '00u2': ['revoked', []],
      '00u3': ['none', []],
    });
  });

  it('counts accounts by those that are some, whoever consented', async () => {
    const t = setUp();
    await t.see([
      consentRaw(T0, '0oa1', '00u1', ['mail.read']),
      consentRaw(T0, '0oa1', null, ['mail.read'], { debugContext: { debugData: { consentSource: 'END_USER' } } }),
      consentRaw(T0, '0oa1', null, ['okta.users.read']),
    ]);
    const { body } = await t.call('GET', `/discovery/apps/${String((await t.apps())[0]?.id)}`);
    expect(body.grants).toMatchObject([
      { scope: 'mail.read', accounts: 1, admin: false },
      { scope: 'okta.users.read', accounts: 0, admin: true },
    ]);
  });

  it('takes an owner and a review, audits them, and assesses anew', async () => {
    const t = setUp();
    await t.addUser('usr_owner');
    await t.see([ssoRaw(T0, '00u1', '0oa1')]);
    await t.assess();
    const path = `/discovery/apps/${String((await t.apps())[0]?.id)}`;
    t.clock.advance(1_000);
    const { status, body } = await t.call('PATCH', path, { owner: 'usr_owner', review: 'approved', note: 'Fine.' });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      owner: 'usr_owner',
      review: { state: 'approved', by: 'usr_admin', note: 'Fine.' },
      reasons: [{ code: 'approved' }],
    });
    await t.call('PATCH', path, { owner: 'usr_owner' });
    const audit = await t.rows('SELECT action, target_id FROM audit WHERE tenant_id = ?1');
    expect(audit).toEqual([{ action: 'discovery.decide', target_id: path.split('/').pop() }]);
    await t.see([ssoRaw(T0 + DAY, '00u1', '0oa1')]);
    expect((await t.call('GET', path)).body).toMatchObject({ owner: 'usr_owner', review: { state: 'approved' } });
    expect((await t.call('PATCH', path, { owner: null })).body.owner).toBeNull();
  });

  it('refuses who may not, and what is not valid', async () => {
    const t = setUp();
    await t.addUser('usr_gone', { disabledAt: T0 });
    await t.addUser('usr_elsewhere', { role: 'issue_responder', sourceIds: ['src_b'] });
    await t.see([ssoRaw(T0, '00u1', '0oa1')]);
    const path = `/discovery/apps/${String((await t.apps())[0]?.id)}`;
    for (const owner of ['usr_none', 'usr_gone', 'usr_elsewhere']) {
      expect((await t.call('PATCH', path, { owner })).body.code).toBe('discovery.unknown_owner');
    }
    expect((await t.call('PATCH', path, { name: 'x' })).status).toBe(400);
    expect((await t.call('PATCH', path, {})).status).toBe(200);
    expect((await t.call('PATCH', path, { review: 'fine' })).status).toBe(400);
    const viewer: Principal = { ...ADMIN, role: 'viewer' };
    expect((await t.as(viewer)('PATCH', path, { review: 'blocked' })).status).toBe(403);
    expect((await t.as(viewer)('GET', path)).status).toBe(200);
  });

  it('is there for who may see its source and for its own tenant only', async () => {
    const t = setUp();
    await t.see([ssoRaw(T0, '00u1', '0oa1')]);
    const path = `/discovery/apps/${String((await t.apps())[0]?.id)}`;
    const limited = t.as({ ...ADMIN, role: 'issue_responder', sourceIds: ['src_b'] });
    const other = t.as(ADMIN, `${t.tenantId}x`);
    for (const call of [limited, other]) {
      expect((await call('GET', path)).body.code).toBe('discovery.not_found');
      expect((await call('GET', `${path}/users`)).status).toBe(404);
      expect((await call('PATCH', path, { review: 'blocked' })).status).toBe(404);
      expect((await call('GET', '/discovery/apps')).body.data).toEqual([]);
      expect((await call('GET', '/discovery/summary')).body.total).toBe(0);
    }
    const own = t.as({ ...ADMIN, role: 'issue_responder', sourceIds: ['src_a'] });
    expect((await own('PATCH', path, { review: 'blocked' })).status).toBe(200);
  });
});

describe('the accounts of an app', () => {
  it('have the times of the usage, which their rows do not keep', async () => {
    const t = inboxUnderTest();
    const call = caller(t.deps, ADMIN, t.tenantId);
    const days = Array.from({ length: 5 }, (_, day) => T0 - 4 * DAY + day * DAY);
    const events = [...days.map((at) => ssoRaw(at, '00udaily', '0oa1')), ssoRaw(T0 - 4 * DAY, '00uonce', '0oa1')];
    await t.consume([t.message([...events, membershipRaw(T0 - DAY, 'add', '00ugiven', '0oa1')])]);
    const [app] = await t.rows('SELECT id FROM discovered_apps WHERE tenant_id = ?1');
    const path = `/discovery/apps/${String(app?.id)}`;
    const shown = async () =>
      (await call('GET', `${path}/users`)).body.data.map(({ nativeId, lastUsed, lastSeen }) => [
        nativeId,
        lastUsed,
        lastSeen,
      ]);
    const expected = [
      ['00udaily', iso(T0), iso(T0)],
      ['00ugiven', null, iso(T0 - DAY)],
      ['00uonce', iso(T0 - 4 * DAY), iso(T0 - 4 * DAY)],
    ];
    expect(await shown()).toEqual(expected);
    await foldTenant(t.db, t.tenantId);
    expect(await shown()).toEqual(expected);
    expect((await call('GET', path)).body.firstUsers).toMatchObject([{ lastUsed: iso(T0) }, {}, {}]);
  });
});
