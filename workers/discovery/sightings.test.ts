import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { T0 } from '../../test/deps.ts';
import { DAY, HOUR } from '../platform/clock.ts';
import { scopesOf, usersOf } from './consents.repository.ts';
import { evidenceOf } from './evidence.ts';
import { fold } from './fold.ts';
import { writeSightings } from './sightings.repository.ts';
import { app, canonical, consentRaw, membershipRaw, raw, revokeRaw, ssoRaw } from './testing/events.ts';
import { discoveryUnderTest, SOURCE } from './testing/set-up.ts';

const APPS = ['0oa1', '0oa2'];
const USERS = ['00u1', '00u2', '00u3'];
const SCOPES = ['openid', 'mail.read', 'offline_access'];

const moment = fc.integer({ min: 0, max: 96 }).map((half) => T0 - (half * HOUR) / 2);
const anApp = fc.constantFrom(...APPS);
const aUser = fc.constantFrom(...USERS);
const someScopes = fc.uniqueArray(fc.constantFrom(...SCOPES), { maxLength: 2 });
const anEvent = fc.oneof(
  fc
    .tuple(moment, aUser, anApp, fc.constantFrom('Wiki', 'Wiki 2', 'Älter'))
    .map(([at, who, id, name]) => ssoRaw(at, who, id, { target: [app(id, name)] })),
  fc.tuple(moment, anApp, aUser, someScopes).map(([at, id, who, scopes]) => consentRaw(at, id, who, scopes)),
  fc.tuple(moment, anApp).map(([at, id]) => consentRaw(at, id, null, ['okta.users.read'])),
  fc
    .tuple(moment, fc.constantFrom('', '.user.client', '.implicit.client', '.implicit.scope'), anApp, aUser, someScopes)
    .map(([at, suffix, id, who, scopes]) => revokeRaw(at, suffix, id, who, scopes)),
  fc.tuple(moment, aUser).map(([at, who]) => revokeRaw(at, '.user', null, who)),
  fc
    .tuple(moment, fc.constantFrom('add' as const, 'remove' as const), aUser, anApp)
    .map(([at, what, who, id]) => membershipRaw(at, what, who, id)),
  fc
    .tuple(moment, fc.constantFrom('create', 'update', 'delete'), anApp)
    .map(([at, what, id]) => raw(`application.lifecycle.${what}`, at, { target: [app(id)] })),
);

describe('what was seen', () => {
  it('is the same whatever the order, the batches and the repetitions', async () => {
    const arrivals = fc
      .array(anEvent, { minLength: 1, maxLength: 20 })
      .chain((events) =>
        fc.tuple(
          fc.constant(events),
          fc.shuffledSubarray([...events, ...events], { minLength: events.length }),
          fc.integer({ min: 1, max: 7 }),
        ),
      );
    await fc.assert(
      fc.asyncProperty(arrivals, async ([events, shuffled, size]) => {
        const [once, often] = [discoveryUnderTest(), discoveryUnderTest()];
        await once.see(events);
        // every event at least once, some twice, in parts
        const all = [...shuffled, ...events.filter((event) => !shuffled.includes(event))];
        for (let at = 0; at < all.length; at += size) await often.see(all.slice(at, at + size), SOURCE);
        const normal = (state: string, tenant: string) => state.replaceAll(tenant, '');
        const [a, b] = [normal(await once.state(), once.tenantId), normal(await often.state(), often.tenantId)];
        // ids carry the tenant
        const plain = (text: string) => text.replaceAll(/(dap|evt)_[0-9a-z]{20}/g, '$1');
        expect(JSON.stringify(sorted(plain(b)))).toBe(JSON.stringify(sorted(plain(a))));
      }),
      { numRuns: 40, seed: 7 },
    );
  });

  it('writes nothing the second time', async () => {
    const t = discoveryUnderTest();
    const events = [
      ssoRaw(T0, '00u1', '0oa1'),
      consentRaw(T0, '0oa1', '00u1', ['openid', 'mail.read']),
      revokeRaw(T0 + 1, '.user', null, '00u1'),
      membershipRaw(T0, 'add', '00u2', '0oa1'),
      raw('application.lifecycle.create', T0 - DAY, { target: [app('0oa1')] }),
    ];
    expect(await t.see(events)).toBeGreaterThan(0);
    expect(await t.see(events)).toBe(0);
    expect(await t.see([...events].reverse())).toBe(0);
  });

  it('a busy app writes one row an hour, and none an account and day', async () => {
    const t = discoveryUnderTest();
    await t.see([ssoRaw(T0, '00u1', '0oa1')]);
    await t.db.prepare('UPDATE discovered_apps SET dirty = 0 WHERE tenant_id = ?1').bind(t.tenantId).run();
    expect(await t.see(Array.from({ length: 50 }, (_, n) => ssoRaw(T0 + n * 1_000, '00u1', '0oa1')))).toBe(0);
    expect(await t.see([ssoRaw(T0 + HOUR, '00u1', '0oa1')])).toBe(1);
    expect(await t.see([ssoRaw(T0 + DAY, '00u1', '0oa1')])).toBe(1);
  });

  it('people who sign on every day write a row each a month, and a history read backwards one a week', async () => {
    const people = Array.from({ length: 40 }, (_, n) => `00u${n}`);
    const rowsOf = async (days: number[]) => {
      const t = discoveryUnderTest();
      const written: number[] = [];
      for (const day of days) {
        const events = people.map((who) => canonical(t.tenantId, SOURCE, ssoRaw(T0 + day * DAY, who, '0oa1')));
        written.push(await writeSightings(t.db, { ...fold(evidenceOf(t.tenantId, SOURCE, events)), apps: [] }));
      }
      const [first, ...later] = written;
      return { first, later: later.reduce((sum, rows) => sum + rows, 0) };
    };
    const ninety = Array.from({ length: 90 }, (_, n) => n);
    expect(await rowsOf(ninety)).toEqual({ first: people.length, later: 3 * people.length });
    const backwards = await rowsOf(ninety.map((day) => -day));
    expect(backwards).toEqual({ first: people.length, later: 13 * people.length });
  });

  it('shows the login that is used now, whatever the order in which an old and a new one are seen', async () => {
    const as = (at: number, alternateId: string) => {
      const actor = { id: '00u1', type: 'User', displayName: 'U', alternateId };
      return ssoRaw(at, '00u1', '0oa1', { actor });
    };
    const [before, after] = [as(T0, 'zoe@acme.test'), as(T0 + 10 * DAY, 'anna@acme.test')];
    for (const order of [
      [before, after],
      [after, before],
      [before, after, before, after, before],
    ]) {
      const t = discoveryUnderTest();
      for (const event of order) await t.see([event]);
      const [found] = await t.rows('SELECT login FROM discovered_users WHERE tenant_id = ?1');
      expect(found?.login).toBe('anna@acme.test');
    }
  });

  it('a revocation counts from its time on: a later grant stands, an earlier one does not', async () => {
    const t = discoveryUnderTest();
    await t.see([revokeRaw(T0, '.user.client', '0oa1', '00u1')]);
    await t.see([consentRaw(T0 - 1, '0oa1', '00u1', ['mail.read']), consentRaw(T0 + 1, '0oa1', '00u1', ['openid'])]);
    await t.see([consentRaw(T0 - 1, '0oa1', '00u2', ['mail.read'])]);
    const [found] = await t.apps();
    const id = String(found?.id);
    expect(await scopesOf(t.deps, t.tenantId, id)).toMatchObject([
      { scope: 'openid', active: 1, revoked: 0 },
      { scope: 'mail.read', active: 1, revoked: 1 },
    ]);
    await t.see([
      revokeRaw(T0 + 5, '.user', null, '00u1'),
      revokeRaw(T0 + 5, '.implicit.scope', '0oa1', null, ['mail.read']),
    ]);
    expect((await scopesOf(t.deps, t.tenantId, id)).map(({ active }) => active)).toEqual([0, 0]);
    const people = await usersOf(t.deps, t.tenantId, id, { limit: 10 });
    expect(people.data.map(({ nativeId, revokedAt }) => [nativeId, revokedAt]).sort()).toEqual([
      ['00u1', T0 + 5],
      ['00u2', T0 + 5],
    ]);
  });

  it('a revocation for every app reaches the other apps, and asks for their assessment', async () => {
    const t = discoveryUnderTest();
    await t.see([consentRaw(T0, '0oa1', '00u1', ['mail.read']), consentRaw(T0, '0oa2', '00u1', ['mail.read'])]);
    await t.see([consentRaw(T0, '0oa1', '00u1', ['mail.read'])], 'src_b');
    await t.db.prepare('UPDATE discovered_apps SET dirty = 0 WHERE tenant_id = ?1').bind(t.tenantId).run();
    await t.see([revokeRaw(T0 + 1, '.user', null, '00u1')]);
    expect((await t.apps()).map(({ source_id, dirty }) => `${source_id} ${dirty}`).sort()).toEqual([
      'src_a 1',
      'src_a 1',
      'src_b 0',
    ]);
  });
});

/** Rows in an order that does not depend on ids. */
function sorted(state: string): unknown[] {
  return (JSON.parse(state) as unknown[][]).map((rows) => rows.map((row) => JSON.stringify(row)).sort());
}
