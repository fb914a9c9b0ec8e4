import { beforeEach, describe, expect, it } from 'vitest';
import { rounds, tenants } from '../../../db/control/schema.ts';
import { freshTenant, manualClock, T0, testDeps } from '../../../test/deps.ts';
import { MINUTE, SECOND } from '../../platform/clock.ts';
import { continueHistories, type ExpireDeps, expireHistories } from './expire.ts';

const clock = manualClock();
const deps = testDeps({ clock });
const COUNT = 40;

// a round goes over all tenants: those of tests before are gone by then, as storage is shared
beforeEach(async () => {
  clock.set(T0);
  await deps.env.CONTROL.batch([
    deps.env.CONTROL.prepare('DELETE FROM tenants'),
    deps.env.CONTROL.prepare('DELETE FROM rounds'),
  ]);
});

async function company(shards = 1) {
  const ids = Array.from({ length: COUNT }, () => freshTenant()).sort();
  for (const id of ids) await deps.control.insert(tenants).values({ id, name: 'T', graphShards: shards, createdAt: 0 });
  return ids;
}

/** Shards that tell who was asked when, and may take their time or die. */
function watched(asked: string[], of: (name: string) => Promise<void> = async () => {}) {
  const busy = { now: 0, most: 0 };
  const getByName = (name: string) => ({
    keepHistorySince: async () => {
      const [tenantId = ''] = name.split('/');
      busy.most = Math.max(busy.most, ++busy.now);
      try {
        await of(name);
        asked.push(tenantId);
      } finally {
        busy.now--;
      }
    },
  });
  const logged: unknown[] = [];
  const watching = {
    ...deps,
    env: { ...deps.env, GRAPH: { ...deps.env.GRAPH, getByName } as unknown as Env['GRAPH'] },
    log: { info: () => {}, warn: () => {}, error: (_: string, fields: unknown) => logged.push(fields) },
  } as ExpireDeps;
  return { deps: watching, busy, logged };
}

const at = async () => (await deps.control.select().from(rounds))[0]?.after;

describe('a round over all tenants', () => {
  it('asks each once, some at a time', async () => {
    const ids = await company();
    const asked: string[] = [];
    // none is answered before six are asked, or all
    let [begun, release] = [0, () => {}];
    let together = new Promise<void>((done) => {
      release = done;
    });
    const slow = async () => {
      const mine = together;
      if (++begun % 6 === 0 || begun === COUNT) {
        release();
        together = new Promise((done) => {
          release = done;
        });
      }
      await mine;
    };
    const { deps: watching, busy } = watched(asked, slow);
    expect(await expireHistories(watching)).toBe(false);
    expect(asked.toSorted()).toEqual(ids);
    expect(busy.most).toBe(6);
    expect(await at()).toBeNull();
    expect(await continueHistories(watching)).toBe(false);
    expect(asked).toHaveLength(COUNT);
  });

  it('stops when its time is over and goes on from there, every minute and in the next night', async () => {
    const ids = await company();
    const asked: string[] = [];
    const { deps: watching } = watched(asked, async () => clock.advance(2 * SECOND));
    expect(await expireHistories(watching)).toBe(true);
    expect(asked).toHaveLength(12);
    expect(await at()).toBe(ids[11]);
    clock.advance(MINUTE);
    expect(await continueHistories(watching)).toBe(true);
    expect(asked).toHaveLength(24);
    expect(await expireHistories(watching)).toBe(true);
    expect(await continueHistories(watching)).toBe(false);
    expect(asked.toSorted()).toEqual(ids);
    expect(await at()).toBeNull();
  });

  it('asks so many in a run and no more', async () => {
    const ids = await company();
    const asked: string[] = [];
    const { deps: watching } = watched(asked);
    const limits = { runTime: MINUTE, tenants: 12 };
    for (const seen of [12, 24, 36]) {
      expect(await (seen === 12 ? expireHistories : continueHistories)(watching, limits)).toBe(true);
      expect(asked).toHaveLength(seen);
    }
    expect(await continueHistories(watching, limits)).toBe(false);
    expect(asked.toSorted()).toEqual(ids);
  });

  it('leaves out whose graph fails, and says so', async () => {
    const ids = await company(2);
    const [bad = ''] = ids.slice(3);
    const asked: string[] = [];
    const { deps: watching, logged } = watched(asked, async (name) => {
      if (name === `${bad}/0`) throw new Error('away');
    });
    expect(await expireHistories(watching)).toBe(false);
    expect(new Set(asked)).toEqual(new Set(ids.filter((id) => id !== bad)));
    expect(logged).toMatchObject([{ tenantId: bad }]);
  });

  it('that dies half-way goes on with the step it died in, and two at once do no harm', async () => {
    const ids = await company();
    const asked: string[] = [];
    const { deps: watching } = watched(asked);
    const dying = new Proxy(deps.control, {
      get: (target, key) => {
        if (key === 'update' && asked.length >= 18) throw new Error('killed');
        return Reflect.get(target, key);
      },
    });
    await expect(expireHistories({ ...watching, control: dying })).rejects.toThrow('killed');
    expect(await at()).toBe(ids[11]);
    await Promise.all([continueHistories(watching), continueHistories(watching)]);
    expect(new Set(asked)).toEqual(new Set(ids));
    expect(await at()).toBeNull();
  });
});
