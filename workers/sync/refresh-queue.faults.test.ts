import { runInDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { graphOf } from '../graph/directory.ts';
import { nodeId } from '../graph/model.ts';
import { MINUTE, SECOND } from '../platform/clock.ts';
import { oktaClientOf } from '../sources/okta/client.ts';
import { oktaError } from './testing/fake-okta.ts';
import type { Harness } from './testing/harness.ts';
import { failures, readyQueue, ringAfter } from './testing/refresh-queue.ts';

const lost = () => new Error('Network connection lost.');

describe('what Okta does not answer', () => {
  const limit = (h: Harness, path: string, times: number, seconds: number) => {
    let left = times;
    h.okta.faults.push((asked) => {
      if (asked !== path || left-- <= 0) return undefined;
      const reset = String(Math.floor(h.clock.now() / SECOND) + seconds);
      const headers = { 'x-rate-limit-limit': '100', 'x-rate-limit-remaining': '0', 'x-rate-limit-reset': reset };
      return oktaError(429, 'E0000047', headers);
    });
  };

  it('by its limit is asked after it, and nothing else is before', async () => {
    const { h, queue, readsOf } = await readyQueue();
    limit(h, '/api/v1/users/00u4', 1, 30);
    await queue.want({ users: ['00u3', '00u4'] });
    h.clock.advance(SECOND);
    await queue.ring();
    expect(await queue.rows()).toMatchObject([{ id: '00u4', attempts: 1 }]);
    const until = (await queue.laneState()).paused_until;
    expect(until - h.clock.now()).toBeGreaterThan(25 * SECOND);
    expect(((await queue.alarmAt()) ?? 0) - Date.now()).toBeGreaterThan(20 * SECOND);
    await queue.want({ users: ['00u5'] });
    h.clock.advance(5 * SECOND);
    await queue.ring();
    expect(readsOf('00u5')).toBe(0);
    h.clock.set(until);
    expect(await queue.drain()).toBe(1);
    expect(['00u3', '00u4', '00u5'].map(readsOf)).toEqual([1, 2, 1]);
    expect(await failures(h)).toEqual([]);
  });

  it('by its limit goes before what was wanted since', async () => {
    const { h, queue, readsOf } = await readyQueue();
    limit(h, '/api/v1/users/00u4', 1, 30);
    await queue.want({ users: ['00u4'] });
    h.clock.advance(SECOND);
    await queue.ring();
    await queue.want({ users: Array.from({ length: 100 }, (_, n) => `00a${n}`) });
    h.clock.set((await queue.laneState()).paused_until);
    await queue.ring();
    expect(readsOf('00u4')).toBe(2);
    expect(await queue.rows()).toMatchObject([{ attempts: 0 }]);
    await queue.drain();
  });

  it('in the middle of many keeps what was read before', async () => {
    const { h, queue } = await readyQueue(40);
    let answers = 100;
    h.okta.faults.push((path) => {
      if (!/^\/api\/v1\/users\/[^/]+/.test(path) || answers-- > 0) return undefined;
      const reset = String(Math.floor(h.clock.now() / SECOND) + 30);
      const headers = { 'x-rate-limit-limit': '100', 'x-rate-limit-remaining': '0', 'x-rate-limit-reset': reset };
      return oktaError(429, 'E0000047', headers);
    });
    await queue.want({ users: Array.from({ length: 40 }, (_, n) => `00u${n}`) });
    h.clock.advance(SECOND);
    await queue.ring();
    // three or four calls a person: most of the hundred answers were of use
    const left = (await queue.rows()).length;
    expect(left).toBeLessThan(25);
    answers = 1_000;
    await queue.drain();
    expect(await failures(h)).toEqual([]);
  });

  it('six times is told, and asked no more', async () => {
    const { h, queue } = await readyQueue();
    h.okta.faults.push((path) => (path === '/api/v1/users/00u4' ? oktaError(503, 'E0000010') : undefined));
    await queue.want({ users: ['00u3', '00u4'] });
    expect(await queue.drain()).toBe(6);
    expect(await failures(h)).toMatchObject([{ status: 'failed', error: '1 objects: Okta did not answer' }]);
    expect(await queue.alarmAt()).toBeNull();
  });
});

describe('a read that breaks', () => {
  it('by the platform is done again, later each time, and loses nothing', async () => {
    const { h, queue } = await readyQueue();
    let broken = 9;
    await queue.use({
      settle: async () => {
        if (broken-- > 0) throw lost();
        return 0;
      },
    });
    await queue.want({ users: ['00u3', '00u4'] });
    h.clock.advance(SECOND);
    const waits: number[] = [];
    while ((await queue.rows()).length > 0) {
      await queue.ring();
      const { paused_until } = await queue.laneState();
      waits.push(Math.max(0, paused_until - h.clock.now()) / SECOND);
      h.clock.set(Math.max(h.clock.now(), paused_until));
    }
    expect(waits).toEqual([4, 8, 16, 32, 64, 128, 256, 300, 300, 0]);
    expect((await queue.laneState()).failures).toBe(0);
    expect(await failures(h)).toEqual([]);
    expect(await queue.alarmAt()).toBeNull();
  });

  it('before an object is read counts against none', async () => {
    const { h, queue, readsOf } = await readyQueue();
    let broken = true;
    await queue.use({
      client: (tenantId, source) => {
        if (broken) throw new TypeError('the credential cannot be opened');
        return oktaClientOf(h.deps, tenantId, source);
      },
    });
    await queue.want({ users: ['00u3', '00u4'] });
    for (let times = 0; times < 10; times++) {
      h.clock.advance(10 * MINUTE);
      await queue.ring();
    }
    expect(await queue.rows()).toMatchObject([
      { id: '00u3', attempts: 0, alone: 0 },
      { id: '00u4', attempts: 0, alone: 0 },
    ]);
    broken = false;
    await queue.drain();
    expect([readsOf('00u3'), readsOf('00u4')]).toEqual([1, 1]);
    expect(await failures(h)).toEqual([]);
  });

  it('before its failure is told tells it once', async () => {
    const { h, queue } = await readyQueue();
    h.okta.faults.push((path) => (path.startsWith('/api/v1/users/00u4') ? oktaError(403, 'E0000006') : undefined));
    let broken = 1;
    const evidence = (tenantId: string) => {
      const db = h.deps.evidence(tenantId);
      const prepare: typeof db.prepare = (query) => {
        if (query.includes('INTO sync_runs') && broken-- > 0) throw lost();
        return db.prepare(query);
      };
      return { ...db, prepare, batch: db.batch.bind(db) } as D1Database;
    };
    await queue.use({ deps: { ...h.deps, evidence } });
    await queue.want({ users: ['00u4'] });
    expect(await queue.drain()).toBe(2);
    expect(await failures(h)).toMatchObject([{ status: 'failed', error: expect.stringContaining('00u4') }]);
  });

  it('after its failure was told tells it once', async () => {
    const { h, queue } = await readyQueue();
    h.okta.faults.push((path) => (path.startsWith('/api/v1/users/00u4') ? oktaError(403, 'E0000006') : undefined));
    await queue.want({ users: ['00u4'] });
    const rows = await queue.rows();
    await queue.drain();
    // the object died before it had forgotten what it read
    await runInDurableObject(queue.stub, async (_, { storage }) => {
      for (const { kind, id, wanted_at, due_at } of rows) {
        storage.sql.exec('INSERT INTO wanted VALUES (?, ?, ?, ?, 0, 0)', kind, id, wanted_at, due_at);
      }
    });
    await ringAfter(queue, 1);
    expect(await queue.rows()).toEqual([]);
    expect(await failures(h)).toHaveLength(1);
  });

  it('by one object does not keep the others back', async () => {
    const { h, queue } = await readyQueue();
    const bad = nodeId('account', h.sourceId, '00u4');
    await queue.use({
      graph: (tenantId) => {
        const graph = graphOf(h.deps, tenantId);
        const applyPage: typeof graph.applyPage = (page) => {
          if (page.nodes.some((node) => node.id === bad)) throw new TypeError('no such letter');
          return graph.applyPage(page);
        };
        return { ...graph, applyPage };
      },
    });
    for (const id of ['00u3', '00u5']) {
      const user = h.okta.org.users.find((one) => one.id === id);
      if (user) user.roles = [{ type: 'SUPER_ADMIN' }];
    }
    await queue.want({ users: ['00u3', '00u4', '00u5'] });
    await queue.drain();
    for (const id of ['00u3', '00u5']) {
      expect(await h.graph.accountView(nodeId('account', h.sourceId, id))).toMatchObject({ tier: 'global_admin' });
    }
    expect(await failures(h)).toMatchObject([{ error: 'users 00u4: TypeError: no such letter' }]);
  });

  it('by killing the object is read one by one, and what kills it again is told', async () => {
    const { h, queue, readsOf } = await readyQueue();
    await queue.want({ users: ['00u3', '00u4'] });
    h.clock.advance(SECOND);
    await ringAfter(queue, 2);
    expect(await queue.rows()).toMatchObject([
      { id: '00u3', alone: 1, attempts: 1 },
      { id: '00u4', alone: 1, attempts: 1 },
    ]);
    h.clock.advance(MINUTE);
    await ringAfter(queue, 0);
    expect([readsOf('00u3'), readsOf('00u4')]).toEqual([1, 0]);
    for (let deaths = 0; deaths < 5; deaths++) {
      await ringAfter(queue, 2);
      h.clock.advance(10 * MINUTE);
    }
    await ringAfter(queue, 0);
    expect(readsOf('00u4')).toBe(0);
    expect(await queue.rows()).toEqual([]);
    expect(await failures(h)).toMatchObject([{ error: 'users 00u4: its reads broke off' }]);
  });

  it('gives up a late retry for a new alarm', async () => {
    const { h, queue, readsOf } = await readyQueue();
    await queue.want({ users: ['00u3'] });
    h.clock.advance(SECOND);
    await runInDurableObject(queue.stub, (_, { storage }) => storage.deleteAlarm());
    await ringAfter(queue, 5);
    expect(readsOf('00u3')).toBe(0);
    expect(((await queue.alarmAt()) ?? 0) - Date.now()).toBeGreaterThan(20 * SECOND);
    await queue.drain();
    expect(readsOf('00u3')).toBe(1);
  });
});
