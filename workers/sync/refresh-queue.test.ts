import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { MINUTE, SECOND } from '../platform/clock.ts';
import { oktaClientOf } from '../sources/okta/client.ts';
import { updateSource } from '../sources/sources.repository.ts';
import type { RefreshQueue } from './refresh-queue.ts';
import { refreshStatus } from './refresh-status.ts';
import { emptyProgress } from './run.ts';
import { endRun, insertFullRun } from './runs.repository.ts';
import { failures, readyQueue } from './testing/refresh-queue.ts';
import { MAX_WANTED } from './wanted.ts';

describe('what is wanted', () => {
  it('is read once, however many batches name it within the time of gathering', async () => {
    const { h, queue, readsOf } = await readyQueue();
    for (let batch = 0; batch < 50; batch++) {
      await queue.want({ users: ['00u3'] });
      h.clock.advance(10);
    }
    expect(await refreshStatus(h.deps, h.tenantId, h.sourceId)).toEqual({
      waiting: 1,
      since: h.clock.now() - 500,
    });
    await queue.want({ users: ['00u4', '00u3'] });
    expect(await queue.rows()).toHaveLength(2);
    expect(readsOf('00u3')).toBe(0);
    expect(await queue.drain()).toBe(1);
    expect([readsOf('00u3'), readsOf('00u4')]).toEqual([1, 1]);
    expect(await queue.alarmAt()).toBeNull();
    expect(await queue.ring()).toBe(false);
    expect(await refreshStatus(h.deps, h.tenantId, h.sourceId)).toEqual({ waiting: 0, since: null });
  });

  it('is read within a second, and costs no row while it waits', async () => {
    const { h, queue } = await readyQueue();
    await queue.want({ users: ['00u3'], groups: ['00gHalf'], apps: ['0oaMail'] });
    const [rows, alarm] = [await queue.rows(), await queue.alarmAt()];
    expect(rows).toHaveLength(3);
    expect(rows.every((row) => row.due_at === h.clock.now() + SECOND)).toBe(true);
    expect((alarm ?? 0) - Date.now()).toBeLessThanOrEqual(SECOND);
    const written = await runInDurableObject(queue.stub, async (object: RefreshQueue, { storage }) => {
      const { sql } = storage;
      const changes = () => sql.exec<{ n: number }>('SELECT total_changes() AS n').one().n;
      const before = changes();
      await object.want(h.tenantId, h.sourceId, [
        { kind: 'users', id: '00u3' },
        { kind: 'apps', id: '0oaMail' },
      ]);
      return changes() - before;
    });
    expect(written).toBe(0);
    expect(await queue.rows()).toEqual(rows);
    expect(await queue.alarmAt()).toBe(alarm);
    await queue.drain();
  });

  it('is read again when it is wanted while it is read', async () => {
    const { h, queue, readsOf } = await readyQueue();
    let told = false;
    await queue.use({
      client: async (tenantId, source) => {
        const client = await oktaClientOf(h.deps, tenantId, source);
        const get: typeof client.get = async (address) => {
          const answer = await client.get(address);
          if (!told) await queue.want({ users: ['00u3'] });
          told = true;
          return answer;
        };
        return { ...client, get };
      },
    });
    await queue.want({ users: ['00u3', '00u4'] });
    expect(await queue.drain()).toBe(2);
    expect([readsOf('00u3'), readsOf('00u4')]).toEqual([2, 1]);
  });

  it('survives the object', async () => {
    const { h, queue, readsOf } = await readyQueue();
    await queue.want({ users: ['00u3'] });
    await runInDurableObject(queue.stub, (_, { storage }) => storage.setAlarm(Date.now() + 10 * MINUTE));
    await evictDurableObject(queue.stub);
    await queue.use();
    expect(await queue.rows()).toHaveLength(1);
    h.clock.advance(SECOND);
    expect(await queue.ring()).toBe(true);
    expect(readsOf('00u3')).toBe(1);
    expect(await queue.alarmAt()).toBeNull();
  });

  it('goes to the queue of its own source and tenant', async () => {
    const [a, b] = [await readyQueue(), await readyQueue()];
    await a.queue.want({ users: ['00u3'] });
    expect(await b.queue.rows()).toEqual([]);
    for (const [tenantId, sourceId] of [
      [b.h.tenantId, a.h.sourceId],
      [a.h.tenantId, b.h.sourceId],
    ] as const) {
      const refused = runInDurableObject(a.queue.stub, (object: RefreshQueue) =>
        object.want(tenantId, sourceId, [{ kind: 'users', id: '00u5' }]),
      );
      await expect(refused).rejects.toThrow('not the queue of this source');
    }
    await a.queue.drain();
    expect([a.readsOf('00u3'), a.readsOf('00u5'), b.readsOf('00u3')]).toEqual([1, 0, 0]);
  });

  it.each(['disabled', 'deleted'])('is forgotten when its source is %s', async (how) => {
    const { h, queue } = await readyQueue();
    await queue.want({ users: ['00u3', '00u4'] });
    if (how === 'disabled') await updateSource(h.deps, h.tenantId, h.sourceId, { status: 'disabled' });
    else await updateSource(h.deps, h.tenantId, h.sourceId, { deletedAt: h.clock.now() });
    expect(await queue.drain()).toBe(1);
    expect(h.okta.calls).toEqual([]);
    expect(await queue.alarmAt()).toBeNull();
    expect(await failures(h)).toEqual([]);
  });

  it('is left to a full sync where it is more than the queue keeps', async () => {
    const { h, queue } = await readyQueue();
    const created: unknown[] = [];
    const SYNC = { create: async ({ params }: { params: unknown }) => created.push(params) } as unknown as Env['SYNC'];
    await queue.use({ deps: { ...h.deps, env: { ...env, SYNC } } });
    // one that runs may have read before the change
    const running = `syn_running_${h.tenantId}`;
    await insertFullRun(h.deps, h.tenantId, {
      id: running,
      sourceId: h.sourceId,
      progress: emptyProgress(h.clock.now()),
    });
    await queue.want({ users: Array.from({ length: MAX_WANTED + 50 }, (_, n) => `00x${n}`) });
    expect(await queue.rows()).toHaveLength(MAX_WANTED);
    const at = (await queue.laneState()).hand_over_at;
    expect(at).toBe(h.clock.now());
    await queue.want({ users: ['00u3'] });
    expect(await queue.rows()).toHaveLength(MAX_WANTED);
    await queue.ring();
    expect(created).toEqual([]);
    expect((await queue.laneState()).hand_over_at).toBe(h.clock.now() + MINUTE);
    const progress = emptyProgress(h.clock.now());
    await endRun(h.deps, h.tenantId, running, { calls: 1, rowsWritten: 0, progress, status: 'succeeded', error: null });
    h.clock.advance(MINUTE);
    await queue.ring();
    expect(created).toMatchObject([{ kind: 'full', tenantId: h.tenantId, sourceId: h.sourceId }]);
    expect((await queue.laneState()).hand_over_at).toBeNull();
    expect(await queue.rows()).toHaveLength(MAX_WANTED - 100);
    await updateSource(h.deps, h.tenantId, h.sourceId, { status: 'disabled' });
    await queue.drain();
    expect(created).toHaveLength(1);
  });
});
