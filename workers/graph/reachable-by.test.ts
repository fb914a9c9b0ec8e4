import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { T0 } from '../../test/deps.ts';
import type { PrivilegeTier } from '../detections/types.ts';
import { buildHubs } from './privileges/hubs.ts';
import { readPowers } from './privileges/powers.ts';
import { readReachableBy } from './reachable-by.ts';
import { accountId, edge, graphWith, group, identityId, ORG, pageOfPeople, role, upsert } from './testing/fixtures.ts';
import { compareText } from './text.ts';
import { highestTier } from './tiers.ts';
import { openTx, type Tx } from './tx.ts';
import { trailsTo } from './walk-back.ts';
import { buildIndex } from './walk-index.build.ts';

const NATIVES = ['a', 'b', 'c', 'd', 'e', 'f'];
const TARGET = group('target');
const TIERS = ['global_admin', 'admin', 'none', null] as const;

function withIndex(sql: SqlStorage): Tx {
  const index = buildIndex(openTx(sql));
  if (index) index.hubs = buildHubs(index, readPowers(openTx(sql)));
  return openTx(sql, index);
}

/** The same told person by person. */
function slowly(tx: Tx, limit: number, after: { key: string; id: string } | null) {
  const trails = trailsTo(tx, [TARGET.id]);
  const people = NATIVES.map((native) => identityId(native))
    .filter((id) => trails.distanceOf(id) !== null)
    .map((id) => {
      const [row] = tx.raw<[string, string]>('SELECT name_key, id FROM node WHERE id = ?', id);
      const accounts = tx
        .raw<[string]>("SELECT to_id FROM edge WHERE from_id = ? AND kind = 'HAS_ACCOUNT'", id)
        .map(([one]) => one)
        .sort()
        .flatMap((account) =>
          tx.raw<[PrivilegeTier, string]>(
            "SELECT coalesce(tier, 'none'), attributes->>'login' FROM node WHERE id = ?",
            account,
          ),
        );
      const tier = highestTier(accounts.map(([one]) => one));
      return { id, key: row?.[0] ?? '', tier, login: accounts[0]?.[1] ?? null };
    })
    .sort((one, two) => compareText(one.key, two.key) || compareText(one.id, two.id));
  const count = (tier: string) => people.filter((one) => one.tier === tier).length;
  const next = people.filter(
    ({ key, id }) => after === null || compareText(key, after.key) > 0 || (key === after.key && id > after.id),
  );
  return {
    rows: next.slice(0, limit).map(({ id, tier, login }) => [id, tier, login, trails.distanceOf(id)]),
    counts: { global_admin: count('global_admin'), admin: count('admin'), none: count('none') },
  };
}

describe('who can reach a node, on one shard', () => {
  it('is the same sorted, gone through by name, from memory and by queries', async () => {
    const world = fc.record({
      members: fc.subarray(NATIVES),
      names: fc.array(fc.constantFrom('Ada', 'ada', 'Bo', '𝒵ed', 'Ｚoe'), { minLength: 6, maxLength: 6 }),
      tiers: fc.array(fc.constantFrom(...TIERS), { minLength: 6, maxLength: 6 }),
      joined: fc.array(fc.tuple(fc.constantFrom(...NATIVES), fc.constantFrom(...NATIVES)), { maxLength: 3 }),
      limit: fc.integer({ min: 1, max: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(world, async ({ members, names, tiers, joined, limit }) => {
        const { graph, tenantId } = await graphWith(1);
        const page = pageOfPeople(NATIVES, {
          nodes: [TARGET],
          edges: [
            ...members.map((native) => edge(accountId(native), 'MEMBER_OF', TARGET.id)),
            ...joined.map(([one, other]) => edge(identityId(one), 'HAS_ACCOUNT', accountId(other))),
          ],
        });
        const named = page.nodes.map((node) => {
          const name = node.kind === 'identity' ? names[NATIVES.indexOf(node.nativeId)] : undefined;
          return name === undefined ? node : { ...node, name };
        });
        await graph.applyPage({ ...page, nodes: named });
        await graph.path(identityId('a'));
        await runInDurableObject(env.GRAPH.getByName(`${tenantId}/0`), (_, { storage: { sql } }) => {
          NATIVES.forEach((native, n) => {
            sql.exec('UPDATE node SET tier = ? WHERE id = ?', tiers[n] ?? null, accountId(native));
          });
          for (const tx of [openTx(sql), withIndex(sql)]) {
            for (const most of [0, 100]) {
              let after: { key: string; id: string } | null = null;
              for (let pages = 0; pages < 8; pages++) {
                const found = readReachableBy(tx, { to: TARGET.id, limit, after, seeds: [] }, most);
                const rows = found.rows.map((row) => [row.id, row.tier, row.login, row.way.steps.length - 1]);
                expect({ rows, counts: found.counts }).toEqual(slowly(tx, limit, after));
                const last = found.rows.at(-1);
                if (!last) break;
                after = { key: last.key, id: last.id };
              }
            }
          }
        });
      }),
      { numRuns: 30, seed: 41 },
    );
  });

  it('counts administrators as they are now', async () => {
    const { graph } = await graphWith(1);
    const admin = role('SUPER_ADMIN');
    const edges = [edge(admin.id, 'GRANTS', ORG.id), edge(accountId('a'), 'MEMBER_OF', TARGET.id)];
    await graph.applyPage(pageOfPeople(['a', 'b'], { nodes: [TARGET, admin, ORG], edges, evaluate: true }));
    const ask = async () => (await graph.reachableBy({ to: TARGET.id, limit: 5 })).counts;
    expect(await ask()).toEqual({ total: 1, global_admin: 0, admin: 0, none: 1 });
    const grant = upsert(edge(accountId('a'), 'HOLDS_ROLE', admin.id), T0 + 1);
    await graph.applyDelta({ changes: [grant], signals: [] });
    expect(await ask()).toEqual({ total: 1, global_admin: 1, admin: 0, none: 0 });
  });
});
