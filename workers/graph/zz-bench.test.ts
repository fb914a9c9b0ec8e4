import { it } from 'vitest';
import { T0 } from '../../test/deps.ts';
import { account, accountId, app, assigned, edge, graphWith, group, ORG, page, person, role } from './testing/fixtures.ts';
import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
const log = (s: string) => console.log(s);
it('bench', async () => {
  const { graph, tenantId } = await graphWith(1);
  const N = 20000;
  let t = performance.now();
  let rows = 0;
  for (let i = 0; i < N; i += 200) {
    const ps = Array.from({ length: 200 }, (_, k) => person(`u${i + k}`, { lastLogin: T0 - i }));
    rows += (await graph.applyPage({ ...page({ nodes: ps.flatMap((p) => p.nodes), edges: ps.flatMap((p) => p.edges) }),
      factors: ps.map((p) => ({ accountId: p.nodes[1]?.id ?? '', state: { known: true as const, factors: [{ id: 'f', type: 'push', provider: 'OKTA', status: 'ACTIVE' }] } })) })).rowsWritten;
  }
  log(`20k persons in pages of 200 users: ${Math.round(performance.now() - t)} ms rows ${rows}`);
  const groups = Array.from({ length: 500 }, (_, i) => group(`g${i}`));
  const apps = Array.from({ length: 300 }, (_, i) => app(`a${i}`));
  await graph.applyPage(page({ nodes: [...groups, ...apps, role('SUPER_ADMIN'), role('APP_ADMIN'), ORG], edges: [edge(role('SUPER_ADMIN').id, 'GRANTS', ORG.id), ...groups.map((g, i) => edge(g.id, 'ASSIGNED_TO', apps[i % 300]!.id)), edge(groups[3]!.id, 'HOLDS_ROLE', role('SUPER_ADMIN').id)] }));
  const ids = Array.from({ length: N }, (_, i) => accountId(`u${i}`));
  const edges = (from: number, count: number) => Array.from({ length: count }, (_, k) => { const n = from + k; return edge(ids[(n * 7) % N]!, 'MEMBER_OF', groups[Math.floor(n / N * 41 + n) % 500]!.id); });
  t = performance.now(); rows = 0;
  let built = 0;
  for (let i = 0; i < 50000; i += 5000) { const b = performance.now(); const es = edges(i, 5000); built += performance.now() - b; rows += (await graph.applyPage(page({ edges: es }))).rowsWritten; }
  log(`50k edges pages of 5000: ${Math.round(performance.now() - t - built)} ms rows ${rows}`);
  t = performance.now(); rows = 0; built = 0;
  for (let i = 0; i < 50000; i += 5000) { const b = performance.now(); const es = edges(i, 5000); built += performance.now() - b; rows += (await graph.applyPage(page({ edges: es, asOf: T0 + 5 }))).rowsWritten; }
  log(`again unchanged: ${Math.round(performance.now() - t - built)} ms rows ${rows}`);
  t = performance.now(); rows = 0; built = 0;
  for (let i = 50000; i < 290000; i += 10000) { const b = performance.now(); const es = edges(i, 10000); built += performance.now() - b; rows += (await graph.applyPage(page({ edges: es }))).rowsWritten; }
  log(`240k edges pages of 10000: ${Math.round(performance.now() - t - built)} ms rows ${rows}`);
  // bare
  await runInDurableObject(env.GRAPH.getByName(`${tenantId}/0`), (_, { storage }) => {
    storage.sql.exec('CREATE TABLE bare (a TEXT, b TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID');
    const all = edges(0, 240000);
    const t = performance.now();
    storage.transactionSync(() => { for (const e of all) storage.sql.exec('INSERT INTO bare VALUES (?, ?) ON CONFLICT DO NOTHING', e.from, e.to); });
    log(`bare 240k: ${Math.round(performance.now() - t)} ms`);
    storage.sql.exec('DROP TABLE bare');
  });
  t = performance.now();
  const e1 = await graph.evaluateAll();
  log(`evaluateAll first: ${Math.round(performance.now() - t)} ms rows ${e1.rowsWritten} n ${e1.evaluated}`);
  t = performance.now();
  const e2 = await graph.evaluateAll();
  log(`evaluateAll second: ${Math.round(performance.now() - t)} ms rows ${e2.rowsWritten}`);
  t = performance.now();
  log(JSON.stringify(await graph.counts()) + ` counts ${Math.round(performance.now() - t)} ms`);
  const ch = await graph.takeChanges(500);
  log(`changes ${ch[0]?.changes.length}`);
  t = performance.now();
  for (let i = 0; i < 200; i++) await graph.applyDelta({ changes: [{ op: 'patchAccount', accountId: ids[i * 31 % N]!, patch: { status: i % 2 ? 'SUSPENDED' : 'LOCKED_OUT' }, at: T0 + 10 + i, by: { kind: 'event', id: `e${i}` } }], signals: [] });
  log(`single-event delta: ${((performance.now() - t) / 200).toFixed(2)} ms each`);
  t = performance.now();
  for (let i = 0; i < 200; i++) await graph.path(accountId(`u${i * 31 % N}`));
  log(`path: ${((performance.now() - t) / 200).toFixed(2)} ms each`);
}, 600000);
it('lists at 100k', async () => {
  const { graph } = await graphWith(1);
  const N = 100000;
  let t = performance.now();
  for (let i = 0; i < N; i += 5000) {
    const ps = Array.from({ length: 5000 }, (_, k) => person(`u${i + k}`, { lastLogin: T0 - ((i + k) * 7919) % 1000003, department: 'Sales', title: 'Engineer of things' }, `Name ${((i + k) * 7919) % 100003}`));
    await graph.applyPage(page({ nodes: ps.flatMap((p) => p.nodes), edges: ps.flatMap((p) => p.edges) }));
  }
  log(`100k persons pages of 5000: ${Math.round(performance.now() - t)} ms`);
  for (const q of [{}, { sort: '-name' }, { q: 'name 99' }, { q: 'nothing at all' }, { status: 'SUSPENDED' }, { sort: '-lastLogin' }, { sort: 'lastLogin', status: 'ACTIVE' }, { sort: '-lastLogin', q: 'zzz' }] as const) {
    const first = await graph.list({ kind: 'identity', limit: 50, ...q });
    t = performance.now();
    for (let i = 0; i < 10; i++) await graph.list({ kind: 'identity', limit: 50, ...q, ...(first.next ? { cursor: first.next } : {}) });
    log(`list ${JSON.stringify(q)}: ${((performance.now() - t) / 10).toFixed(1)} ms`);
  }
  t = performance.now();
  await graph.counts();
  log(`counts ${Math.round(performance.now() - t)} ms`);
  t = performance.now();
  const d = await graph.closeScope({ scope: { of: 'nodes', kind: 'account', sourceId: 'src_test' }, seen: Array.from({ length: N }, (_, i) => account(`u${i}`).id), asOf: T0 + 10, by: { kind: 'sync', id: 'x' }, removalLimitPercent: 10, evaluate: false });
  log(`closeScope 100k: ${Math.round(performance.now() - t)} ms ${JSON.stringify(d)}`);
  void assigned;
}, 600000);
