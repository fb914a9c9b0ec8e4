import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { testDeps } from '../test/deps.ts';
import wranglerToml from '../wrangler.toml?raw';
import { queueHandlers } from './queues.ts';
import { CRONS, runSchedule } from './schedule.ts';

// the jobs go over all tenants: those of tests before are gone by then, as storage is shared
beforeAll(async () => {
  await env.CONTROL.batch([
    env.CONTROL.prepare('DELETE FROM tenants'),
    env.CONTROL.prepare('UPDATE sources SET deleted_at = 1 WHERE deleted_at IS NULL'),
  ]);
  // of a tenant without its row nobody knows to which shards its graph has moved
  await env.EVIDENCE_0.prepare('DELETE FROM discovered_apps').run();
});

describe('the schedule', () => {
  it('knows every cron of the configuration, and no other', () => {
    const configured = /crons = (\[.*\])/.exec(wranglerToml)?.[1];
    expect(CRONS).toEqual(JSON.parse(configured ?? '[]'));
  });

  it.each(CRONS)('%s may run twice', async (cron) => {
    const failed: unknown[] = [];
    const deps = testDeps({
      log: { info: () => {}, warn: () => {}, error: (message, fields) => failed.push([message, fields]) },
    });
    await runSchedule(cron, deps);
    await runSchedule(cron, deps);
    expect(failed).toEqual([]);
  });

  it('goes on with the other jobs when one fails, and says so', async () => {
    const failed: string[] = [];
    const broken = {
      prepare: () => {
        throw new Error('D1 is down');
      },
    } as unknown as D1Database;
    const deps = testDeps({
      evidenceShards: [broken],
      log: { info: () => {}, warn: () => {}, error: (_, fields) => failed.push(String(fields?.job)) },
    });
    await runSchedule('* * * * *', deps);
    expect(failed).toContain('reclaim-inbox');
    expect(failed).not.toContain('tick-tails');
  });
});

describe('queues', () => {
  it('that nobody knows keep their messages', async () => {
    const batch = { queue: 'somebody-elses', messages: [] } as unknown as MessageBatch;
    await expect(queueHandlers(batch, testDeps())).rejects.toThrow('somebody-elses');
  });
});
