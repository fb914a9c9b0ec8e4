import { describe, expect, it } from 'vitest';
import { testDeps } from '../../../test/deps.ts';
import { mounted } from '../../api/test-caller.ts';
import type { ShardApi } from '../shard-api.ts';
import { countingShards } from '../testing/counted.ts';
import { accountId, edge, graphWith, group, page, person, role } from '../testing/fixtures.ts';
import { assign } from '../testing/roles.ts';
import { savedQueryById } from './catalogue.ts';
import { exportRows } from './export.ts';
import { savedQueryRoutes } from './queries.routes.ts';
import type { Row, SavedQuery } from './query.ts';

const numbers = (count: number) => Array.from({ length: count }, (_, n) => String(n).padStart(5, '0'));

/** Administrators through one group, and their memberships: so many of each. */
async function orgOf(people: number, shards: number) {
  const { env, calls } = countingShards(testDeps().env);
  const made = await graphWith(shards, { ...testDeps(), env });
  const admins = group('admins');
  const { nodes, edges } = assign('ra', { holder: admins.id, type: 'SUPER_ADMIN', scoped: false });
  await made.graph.applyPage(page({ nodes: [role('SUPER_ADMIN'), admins, ...nodes], edges }));
  for (let from = 0; from < people; from += 2_000) {
    const some = numbers(people).slice(from, from + 2_000);
    const parts = some.map((n) => person(n));
    await made.graph.applyPage(
      page({
        nodes: parts.flatMap((part) => part.nodes),
        edges: [...parts.flatMap((part) => part.edges), ...some.map((n) => edge(accountId(n), 'MEMBER_OF', admins.id))],
      }),
    );
  }
  calls.clear();
  return { ...made, calls };
}

describe('an export', () => {
  it.each([1, 3])('runs a query that is worked out as a whole once on each of %i shards', async (shards) => {
    const { graph, calls } = await orgOf(6_000, shards);
    const { data, next } = await graph.exportSavedQuery('role-assignments', { limit: 50_000 });
    expect(data).toHaveLength(6_001);
    expect(next).toBeNull();
    expect(calls.get('savedQuery')).toBe(shards);
    // the coverage, which no CSV tells, is not asked for
    expect(calls.get('coverage')).toBeUndefined();
    calls.clear();
    const members = await graph.exportSavedQuery('group-membership', { limit: 50_000 });
    expect(members.data).toHaveLength(6_000);
    expect(new Set(members.data.map((row) => JSON.stringify(row))).size).toBe(6_000);
    // edges are read in parts of 5,000, on from where the shard was
    expect(calls.get('savedQuery')).toBe(shards === 1 ? 2 : shards);
  });

  it('goes on after a page of its own', async () => {
    const { deps, tenantId } = await orgOf(30, 3);
    const graph = (await import('../directory.ts')).graphOf(deps, tenantId);
    const whole = await graph.exportSavedQuery('role-assignments', { limit: 100 });
    const first = await graph.exportSavedQuery('role-assignments', { limit: 20 });
    const second = await graph.exportSavedQuery('role-assignments', { limit: 20, cursor: first.next ?? '' });
    expect(second.next).toBeNull();
    expect([...first.data, ...second.data]).toEqual(whole.data);
    // the page of a list and that of an export lead to each other
    const listed = await graph.savedQuery('role-assignments', { limit: 20 });
    expect(listed.next).toBe(first.next);
  });

  it('is one CSV with all rows', async () => {
    const { deps, tenantId } = await orgOf(30, 2);
    const api = mounted({ deps, tenantId, routes: savedQueryRoutes() });
    const answer = await api.request('/graph/queries/role-assignments', { headers: { accept: 'text/csv' } });
    const lines = (await answer.text()).trim().split('\r\n');
    expect(lines).toHaveLength(32);
    expect(lines[0]).toContain('principal,principal_id,how,through');
    expect(lines.filter((line) => line.includes(',Indirect,admins,'))).toHaveLength(30);
    expect(lines.filter((line) => line.includes(',Direct,,'))).toHaveLength(1);
    expect(answer.headers.get('link')).toBeNull();
  });
});

describe('shards that are put in order', () => {
  const query: SavedQuery = { ...(savedQueryById('agents') as SavedQuery), atOnce: 7 };
  function shardOf(keys: string[], asked: string[] = []): ShardApi {
    const savedQuery: ShardApi['savedQuery'] = async ({ after, limit }) => {
      asked.push(after ?? '');
      const rows = keys.filter((key) => after === null || key > after).slice(0, limit);
      return { rows: rows.map((key): Row => ({ key, cells: [key] })), undetermined: 1, truncated: keys.length > 100 };
    };
    return { savedQuery } as unknown as ShardApi;
  }

  it('give each row once, in order, and no shard reads a row twice', async () => {
    const all = numbers(90);
    const asked: string[] = [];
    const shards = [0, 1, 2].map((n) =>
      shardOf(
        all.filter((_, at) => at % 3 === n || at % 10 === 0),
        asked,
      ),
    );
    const found = await exportRows(shards, query, { after: null, limit: 1_000, now: 0, asOf: null });
    expect(found.rows.map(({ key }) => key)).toEqual(all);
    expect(found).toMatchObject({ more: false, undetermined: 3, truncated: false });
    // 36 rows on each: five parts of seven, and the rest
    expect(asked).toHaveLength(18);
    expect(new Set(asked).size).toBeGreaterThan(10);
  });

  it('stop where there is enough, and say that there is more', async () => {
    const shards = [shardOf(numbers(200)), shardOf([])];
    const found = await exportRows(shards, query, { after: '00009', limit: 20, now: 0, asOf: null });
    expect(found.rows.map(({ key }) => key)).toEqual(numbers(30).slice(10));
    expect(found).toMatchObject({ more: true, truncated: true });
    const rest = await exportRows(shards, query, { after: '00189', limit: 20, now: 0, asOf: null });
    expect(rest).toMatchObject({ more: false });
    expect(rest.rows).toHaveLength(10);
  });
});
