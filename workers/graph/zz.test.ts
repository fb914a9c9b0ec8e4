import { it } from 'vitest';
import { T0 } from '../../test/deps.ts';
import { accountId, app, edge, graphWith, group, identityId, ORG, page, pageOfPeople, role } from './testing/fixtures.ts';
it('scale', async () => {
  const { graph } = await graphWith(1);
  const N = 20000;
  const groups = Array.from({ length: 200 }, (_, i) => group(`g${i}`));
  const S = role('SUPER_ADMIN');
  await graph.applyPage(page({ nodes: [...groups, S, ORG, app('crm'), app('hr')], edges: [edge(groups[0]!.id, 'HOLDS_ROLE', S.id), edge(S.id, 'GRANTS', ORG.id), edge(groups[1]!.id, 'ASSIGNED_TO', app('crm').id)] }));
  for (let s = 0; s < N; s += 1000) {
    const names = Array.from({ length: 1000 }, (_, i) => `u${s + i}`);
    await graph.applyPage(pageOfPeople(names, { edges: names.flatMap((n, i) => Array.from({ length: 10 }, (_, k) => edge(accountId(n), 'MEMBER_OF', groups[k === 0 ? 1 : (i * 7 + k * 13) % 200]!.id))) }));
  }
  for (let s = 0; s < N; s += 5000) {
    const names = Array.from({ length: 3000 }, (_, i) => `u${s + i}`);
    await graph.applyDelta({ changes: names.flatMap((n) => [{ op: 'removeEdge' as const, from: accountId(n), to: groups[1]!.id, kind: 'MEMBER_OF' as const, at: T0 + 10, by: { kind: 'event' as const, id: 'e' } }]), signals: [] });
  }
  const time = async (name: string, f: () => Promise<unknown>) => { const t = performance.now(); const r = await f(); console.log(name, Math.round(performance.now() - t), 'ms', JSON.stringify(r)?.length); };
  const id = identityId('u7');
  for (const at of [T0 + 5, T0 + 15]) {
    await time(`identity ${at}`, () => graph.identity(id, at));
    await time(`node group ${at}`, () => graph.node(groups[1]!.id, 200, at));
    await time(`node account ${at}`, () => graph.node(accountId('u7'), 200, at));
    await time(`path ${at}`, () => graph.path(id, undefined, at));
    await time(`blast ${at}`, () => graph.blastRadius(id, at));
  }
}, 120000);
