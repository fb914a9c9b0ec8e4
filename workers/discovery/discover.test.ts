import { describe, expect, it } from 'vitest';
import { T0 } from '../../test/deps.ts';
import { inboxUnderTest } from '../inbox/inbox.fixtures.ts';
import { HOUR } from '../platform/clock.ts';
import { discover } from './discover.ts';
import { canonical, consentRaw, ssoRaw } from './testing/events.ts';
import { discoveryUnderTest, SOURCE } from './testing/set-up.ts';

const keysOf = (rows: Record<string, unknown>[]) => rows.map((row) => row.app_key).sort();

describe('discovery in the inbox', () => {
  const appsOf = (t: ReturnType<typeof inboxUnderTest>) =>
    t.rows('SELECT app_key FROM discovered_apps WHERE tenant_id = ?1');

  it('takes sign-ons and consents of any delivery, once', async () => {
    const t = inboxUnderTest();
    const message = t.message([ssoRaw(T0, '00u1', '0oa1'), consentRaw(T0, '0oa2', '00u1', ['mail.read'])]);
    const first = await t.consume([message]);
    expect(first.acked).toEqual(['m0']);
    expect(first.report.rowsDiscovered).toBeGreaterThan(0);
    expect(keysOf(await appsOf(t))).toEqual(['0oa1', '0oa2']);
    expect((await t.consume([message, message])).report.rowsDiscovered).toBe(0);
    expect((await t.consume([t.message([ssoRaw(T0 + 1, '00u1', '0oa1')])])).report.rowsDiscovered).toBe(0);
  });

  it('a sighting is written before its event: a crash between the two loses neither', async () => {
    const t = inboxUnderTest();
    const evidence = t.deps.evidence;
    let batches = 0;
    // the first batch is discovery's, the second the record's
    t.deps.evidence = (tenantId) =>
      new Proxy(evidence(tenantId), {
        get(db, key) {
          const value = Reflect.get(db, key) as unknown;
          if (typeof value !== 'function') return value;
          return (...args: unknown[]) => {
            if (key === 'batch' && ++batches === 2) throw new Error('D1_ERROR: Network connection lost.');
            return Reflect.apply(value, db, args);
          };
        },
      });
    const message = t.message([ssoRaw(T0, '00u9', '0oa9')]);
    const died = await t.consume([message]);
    expect(died.retried).toHaveLength(1);
    expect(keysOf(await appsOf(t))).toEqual(['0oa9']);
    expect(await t.deliveries()).toEqual([]);
    const again = await t.consume([message], 2);
    expect(again.acked).toEqual(['m0']);
    expect(again.report.rowsDiscovered).toBe(0);
  });

  it('what failed to be written is not remembered as written', async () => {
    const t = inboxUnderTest();
    const evidence = t.deps.evidence;
    t.deps.evidence = (tenantId) =>
      new Proxy(evidence(tenantId), {
        get(db, key) {
          if (key === 'batch') throw new Error('D1_ERROR: Network connection lost.');
          const value = Reflect.get(db, key) as unknown;
          return typeof value === 'function' ? value.bind(db) : value;
        },
      });
    const message = t.message([ssoRaw(T0, '00u8', '0oa8')]);
    expect((await t.consume([message])).retried).toHaveLength(1);
    t.deps.evidence = evidence;
    expect((await t.consume([message], 2)).acked).toEqual(['m0']);
    expect(keysOf(await appsOf(t))).toEqual(['0oa8']);
  });

  it('keeps tenants and sources apart', async () => {
    const [a, b] = [discoveryUnderTest(), discoveryUnderTest()];
    const works = [a.tenantId, b.tenantId].flatMap((tenantId) =>
      [SOURCE, 'src_b'].map((sourceId) => ({
        tenantId,
        sourceId,
        events: [canonical(tenantId, sourceId, ssoRaw(T0, '00u1', '0oa1'))],
      })),
    );
    await discover(a.db, works, T0);
    expect(await a.apps()).toHaveLength(2);
    expect(await b.apps()).toHaveLength(2);
    const ids = new Set([...(await a.apps()), ...(await b.apps())].map(({ id }) => id));
    expect(ids.size).toBe(4);
  });

  it('asks the database nothing for what is known, and again when the hour or the account is another', async () => {
    const t = discoveryUnderTest();
    let asked = 0;
    const db = {
      ...t.db,
      prepare: t.db.prepare.bind(t.db),
      batch: (all: D1PreparedStatement[]) => {
        asked++;
        return t.db.batch(all);
      },
    };
    const see = (at: number, who: string) =>
      discover(
        db as unknown as D1Database,
        [{ tenantId: t.tenantId, sourceId: SOURCE, events: [canonical(t.tenantId, SOURCE, ssoRaw(at, who, '0oa1'))] }],
        T0,
      );
    await see(T0, '00u1');
    for (let n = 0; n < 20; n++) await see(T0 + n, '00u1');
    expect(asked).toBe(1);
    await see(T0, '00u2');
    await see(T0 + HOUR, '00u2');
    expect(asked).toBe(3);
  });
});
