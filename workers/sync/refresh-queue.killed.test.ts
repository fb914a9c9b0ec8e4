import { runInDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { graphOf } from '../graph/directory.ts';
import { nodeId } from '../graph/model.ts';
import { MINUTE, SECOND } from '../platform/clock.ts';
import { oktaClientOf } from '../sources/okta/client.ts';
import type { SyncTools } from './session.ts';
import { oktaError } from './testing/fake-okta.ts';
import type { Harness } from './testing/harness.ts';
import { failures, queueOf, readyQueue, ringAfter } from './testing/refresh-queue.ts';

type Die = () => Promise<never>;

/** Where the platform takes the object away in the middle of its alarm, for good: nothing after it is run. */
const MOMENTS: [when: string, tools: (h: Harness, die: Die) => Partial<SyncTools>][] = [
  ['before the source is asked', (_, die) => ({ client: die })],
  [
    'between the answers and the graph',
    (h, die) => ({ graph: (tenantId) => ({ ...graphOf(h.deps, tenantId), applyPage: die }) }),
  ],
  [
    'when the graph has it and the object does not know',
    (h, die) => ({
      graph: (tenantId) => {
        const graph = graphOf(h.deps, tenantId);
        const applyPage: typeof graph.applyPage = async (page) => {
          await graph.applyPage(page);
          return die();
        };
        return { ...graph, applyPage };
      },
    }),
  ],
  ['after the graph, before the wishes are forgotten', (_, die) => ({ settle: die })],
  [
    'in the middle of what it asks the source',
    (h, die) => ({
      client: async (tenantId, source) => {
        const client = await oktaClientOf(h.deps, tenantId, source);
        let asked = 0;
        return { ...client, get: (address) => (++asked > 3 ? die() : client.get(address)) };
      },
    }),
  ],
];

/** Rings the alarm of an object that does not live to its end. What comes next is asked of a new one. */
async function killed(h: Harness, tools: (die: Die) => Partial<SyncTools>, before?: () => Promise<unknown>) {
  const old = queueOf(h);
  const state = await runInDurableObject(old.stub, (_, own) => ({ abort: () => own.abort('killed') }));
  let dead = false;
  await old.use(
    tools(async () => {
      if (!dead) {
        dead = true;
        await before?.();
        state.abort();
      }
      return new Promise<never>(() => {});
    }),
  );
  await expect(old.ring()).rejects.toThrow();
  const queue = queueOf(h);
  await queue.use();
  return queue;
}

describe.each(MOMENTS)('an alarm that is killed %s', (_, tools) => {
  it('loses nothing and doubles nothing', async () => {
    const { h, queue: first, readsOf } = await readyQueue();
    const began = h.clock.now();
    const user = h.okta.org.users.find(({ id }) => id === '00u3');
    if (user) user.roles = [{ type: 'SUPER_ADMIN' }];
    await first.want({ users: ['00u3', '00u4'] });
    const wishes = await first.rows();
    h.clock.advance(SECOND);
    const queue = await killed(h, (die) => tools(h, die));
    expect(await queue.rows()).toEqual(wishes);
    // the platform rings again what did not come to its end
    await ringAfter(queue, 1);
    expect(await queue.rows()).toEqual([]);
    expect(await queue.alarmAt()).toBeNull();
    expect([readsOf('00u3'), readsOf('00u4')].every((reads) => reads <= 2)).toBe(true);
    const account = nodeId('account', h.sourceId, '00u3');
    expect(await h.graph.accountView(account)).toMatchObject({ tier: 'global_admin' });
    h.clock.advance(MINUTE);
    const { data } = await h.graph.changes({ since: began, until: h.clock.now(), node: null, kind: null, limit: 100 });
    // the role, its assignment, and what that is over: each began once
    expect(data.filter(({ kind }) => kind === 'HOLDS_ROLE')).toHaveLength(1);
    expect(new Set(data.map(({ key }) => key)).size).toBe(data.length);
    expect(data).toHaveLength(3);
    const verdicts = (await h.graph.takeChanges(100)).flatMap(({ changes }) => changes);
    const keys = verdicts.map(({ detection, subject, status }) => `${detection} ${subject.id} ${status}`);
    expect(new Set(keys).size).toBe(keys.length);
    expect(await failures(h)).toEqual([]);
  });

  it('keeps what is wanted meanwhile, and reads again what is wanted again', async () => {
    const { h, queue: first, readsOf } = await readyQueue();
    await first.want({ users: ['00u3'] });
    h.clock.advance(SECOND);
    const queue = await killed(
      h,
      (die) => tools(h, die),
      () => queueOf(h).want({ users: ['00u3', '00u5'] }),
    );
    expect((await queue.rows()).map(({ id }) => id)).toEqual(['00u3', '00u5']);
    const before = readsOf('00u3');
    h.clock.advance(SECOND);
    await ringAfter(queue, 1);
    expect([readsOf('00u3') - before, readsOf('00u5')]).toEqual([1, 1]);
    expect(await queue.rows()).toEqual([]);
  });
});

it('an alarm that is killed when its failure is told tells it once', async () => {
  const { h, queue: first } = await readyQueue();
  h.okta.faults.push((path) => (path.startsWith('/api/v1/users/00u4') ? oktaError(403, 'E0000006') : undefined));
  await first.want({ users: ['00u3', '00u4'] });
  h.clock.advance(SECOND);
  const queue = await killed(h, (die) => {
    const evidence = (tenantId: string) => {
      const db = h.deps.evidence(tenantId);
      const prepare: typeof db.prepare = (query) => {
        const statement = db.prepare(query);
        if (!query.includes('INTO sync_runs')) return statement;
        const bind: typeof statement.bind = (...values) => {
          const bound = statement.bind(...values);
          const run: typeof bound.run = async () => {
            await bound.run();
            return die();
          };
          return { ...bound, run } as D1PreparedStatement;
        };
        return { ...statement, bind } as D1PreparedStatement;
      };
      return { ...db, prepare, batch: db.batch.bind(db) } as D1Database;
    };
    return { deps: { ...h.deps, evidence } };
  });
  expect(await failures(h)).toHaveLength(1);
  expect(await queue.rows()).toHaveLength(2);
  await ringAfter(queue, 1);
  expect(await queue.rows()).toEqual([]);
  expect(await failures(h)).toHaveLength(1);
});
