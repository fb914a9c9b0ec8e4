import { describe, expect, it } from 'vitest';
import { T0 } from '../../test/deps.ts';
import { apiUnderTest } from '../api/test-api.ts';
import { seedOneOfEach } from '../api/test-seed.ts';
import { graphOf } from '../graph/directory.ts';
import { type GraphNode, nodeId } from '../graph/model.ts';
import type { Graph } from '../graph/port.ts';
import { account, edge, page } from '../graph/testing/fixtures.ts';
import { continueJoins } from './continue.ts';
import { decideIdentities } from './decide.ts';

const OTHER = 'src_other';

/** A person of another source. */
function stranger(native: string, attributes: Parameters<typeof account>[1] = {}, name = `User ${native}`) {
  const id = nodeId('account', OTHER, native);
  const one: GraphNode = { ...account(native, attributes, name), id, sourceId: OTHER };
  const identity: GraphNode = {
    id: nodeId('identity', OTHER, native),
    kind: 'identity',
    sourceId: OTHER,
    nativeId: native,
    name,
    attributes: { accountId: id },
  };
  return {
    id,
    identity,
    page: page({ nodes: [identity, one], edges: [edge(identity.id, 'HAS_ACCOUNT', id)], evaluate: true }),
  };
}

async function made() {
  const { call, deps, clock } = apiUnderTest();
  const { tenantId, ids, tokens } = await seedOneOfEach(deps);
  const graph = graphOf(deps, tenantId);
  const id = ids.identities ?? '';
  const ask = (method: string, path: string, body?: unknown, token = tokens.super_admin) =>
    call(method, `/api/v1/identities${path === '' || path.startsWith('?') ? path : `/${path}`}`, { token, body });
  return { ask, deps, clock, tenantId, graph, id, tokens, own: (await graph.identity(id))?.accounts[0]?.node };
}

describe('joining by hand', () => {
  it('shows at once, is audited, and can be undone', async () => {
    const { ask, graph, id, tenantId, deps, own, tokens } = await made();
    const other = stranger('ada2', {}, own?.name);
    await graph.applyPage(other.page);
    const joined = await ask('POST', `${id}/join`, { accountId: other.id });
    expect([joined.status, await joined.json()]).toMatchObject([200, { identityId: id }]);
    expect(await (await ask('GET', id, undefined, tokens.viewer)).json()).toMatchObject({
      identity: { accounts: 2 },
      accounts: expect.arrayContaining([
        expect.objectContaining({ id: other.id, joined: expect.objectContaining({ how: 'manual' }) }),
      ]),
    });
    const { data } = (await (await ask('GET', '?limit=200')).json()) as { data: { id: string; accounts: number }[] };
    expect(data.filter((row) => row.accounts === 2).map((row) => row.id)).toEqual([id]);
    expect(data.map((row) => row.id)).not.toContain(other.identity.id);
    // again: it is so already
    expect(await (await ask('POST', `${id}/join`, { accountId: other.id })).json()).toMatchObject({
      code: 'identities.same',
    });
    const split = await ask('POST', `${id}/split`, { accountId: other.id });
    expect(await split.json()).toMatchObject({ identityId: other.identity.id });
    expect(await (await ask('POST', `${id}/split`, { accountId: own?.id })).json()).toMatchObject({
      code: 'identities.only_account',
    });
    const { results } = await deps
      .evidence(tenantId)
      .prepare("SELECT action FROM audit WHERE tenant_id = ? AND action LIKE 'identity.%' ORDER BY action")
      .bind(tenantId)
      .all<{ action: string }>();
    expect(results.map(({ action }) => action)).toEqual(['identity.join', 'identity.split']);
    const matches = (await (await ask('GET', `${id}/matches`, undefined, tokens.viewer)).json()) as { data: unknown[] };
    for (const match of matches.data) expect(match).toMatchObject({ hindrance: expect.stringContaining('split') });
  });

  it('refuses what is not there, not allowed or of another tenant', async () => {
    const { ask, graph, id, tokens } = await made();
    const foreign = await made();
    const other = stranger('bob2');
    await graph.applyPage(other.page);
    const status = async (path: string, body: unknown, token?: string) => (await ask('POST', path, body, token)).status;
    expect(await status(`${id}/join`, { accountId: other.id }, tokens.viewer)).toBe(403);
    expect(await status(`${id}/split`, { accountId: other.id }, tokens.viewer)).toBe(403);
    expect(await status(`${id}/split`, { accountId: other.id })).toBe(404);
    expect(await status(`${id}/join`, { identityId: foreign.id })).toBe(404);
    expect(await status(`${id}/join`, { accountId: foreign.own?.id })).toBe(404);
    expect(await status(`${id}/join`, { identityId: id })).toBe(409);
    for (const body of [{}, { accountId: 'grp_1' }, { identityId: "idn_' OR 1" }, { accountId: 7 }]) {
      expect(await status(`${id}/join`, body)).toBe(400);
    }
    expect(await status('idn_none/join', { accountId: other.id })).toBe(404);
    expect((await ask('GET', 'idn_none/matches')).status).toBe(404);
  });
});

it('a person who left one source and works in another is one issue, which says where', async () => {
  const { ask, graph, id, own, deps, tenantId } = await made();
  const other = stranger('eve2', { login: 'eve@globex.test' });
  await graph.applyPage(other.page);
  await ask('POST', `${id}/join`, { accountId: other.id });
  const patch = (status: string, at: number) => ({
    changes: [
      {
        op: 'patchAccount' as const,
        accountId: own?.id ?? '',
        patch: { status },
        at,
        by: { kind: 'event' as const, id: `evt_${at}` },
      },
    ],
    signals: [],
  });
  const failing = async () =>
    (await graph.verdicts(id)).filter(
      ({ detection, verdict }) => detection === 'leaver-live-accounts' && verdict.status === 'fail',
    );
  await graph.applyDelta(patch('DEPROVISIONED', T0 + 1e9));
  const [first, ...more] = await failing();
  expect(more).toEqual([]);
  expect(first?.verdict.status === 'fail' && first.verdict.facts.stillActive).toEqual([
    expect.stringContaining('eve@globex.test'),
  ]);
  const open = async () => {
    const { settleVerdicts } = await import('../issues/settle.ts');
    await settleVerdicts(deps, tenantId);
    const { results } = await deps
      .evidence(tenantId)
      .prepare("SELECT subject_id AS id, status FROM issues WHERE tenant_id = ? AND detection = 'leaver-live-accounts'")
      .bind(tenantId)
      .all<{ id: string; status: string }>();
    return results;
  };
  expect(await open()).toEqual([{ id, status: 'open' }]);
  // they are two people after all
  await ask('POST', `${id}/split`, { accountId: other.id });
  expect(await open()).toEqual([{ id, status: 'resolved' }]);
});

it('what was decided before something died is taken up again', async () => {
  const { graph, id, own, deps, tenantId } = await made();
  const other = stranger('fay2');
  await graph.applyPage(other.page);
  const facts = await graph.accountFacts({ accountIds: [own?.id ?? '', other.id] });
  const [a = '', b = ''] = [own?.id ?? '', other.id].sort();
  const dying: Pick<Graph, 'linkAccounts'> = { linkAccounts: () => Promise.reject(new Error('it died')) };
  const input = {
    facts: new Map(facts.map((one) => [one.accountId, one])),
    say: [{ a, b, decision: 'joined' as const, by: 'Ada', at: 1 }],
    prefer: own?.id ?? '',
  };
  await expect(decideIdentities(deps, dying, tenantId, input)).rejects.toThrow('it died');
  expect((await graph.identity(id))?.accounts).toHaveLength(1);
  await continueJoins(deps);
  expect((await graph.identity(id))?.accounts).toHaveLength(2);
  await continueJoins(deps);
  await decideIdentities(deps, graph, tenantId, input);
  expect((await graph.identity(id))?.accounts).toHaveLength(2);
});

it('two decisions at once both hold', async () => {
  const { graph, id, own, deps, tenantId } = await made();
  const others = ['gus2', 'hal2', 'ida2'].map((native) => stranger(native));
  for (const other of others) await graph.applyPage(other.page);
  await Promise.all(
    others.map(async (other) => {
      const [a = '', b = ''] = [own?.id ?? '', other.id].sort();
      const facts = await graph.accountFacts({ accountIds: [a, b] });
      await decideIdentities(deps, graph, tenantId, {
        facts: new Map(facts.map((one) => [one.accountId, one])),
        say: [{ a, b, decision: 'joined', by: 'Ada', at: 1 }],
        prefer: own?.id ?? '',
      });
    }),
  );
  expect((await graph.identity(id))?.accounts).toHaveLength(4);
});
