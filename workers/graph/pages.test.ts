import { describe, expect, it } from 'vitest';
import { T0 } from '../../test/deps.ts';
import { MINUTE } from '../platform/clock.ts';
import {
  account,
  accountId,
  app,
  assigned,
  edge,
  eventOf,
  graphWith,
  group,
  identityId,
  page,
  pageOfPeople,
  person,
  remove,
  upsert,
} from './testing/fixtures.ts';

const G = group('g1', 'Engineering');
const memberOf = (native: string) => edge(accountId(native), 'MEMBER_OF', G.id);

describe.each([1, 3])('pages of a sync over %i shard(s)', (shards) => {
  it('write what is new and nothing when it comes again', async () => {
    const { graph } = await graphWith(shards);
    const input = pageOfPeople(['u1', 'u2', 'u3', 'u4'], {
      nodes: [G, app('a1')],
      edges: [memberOf('u1'), memberOf('u2'), assigned(accountId('u1'), app('a1').id)],
    });
    const withFactors = {
      ...input,
      factors: [
        {
          accountId: accountId('u1'),
          state: {
            known: true as const,
            factors: [{ id: 'f1', type: 'push', provider: 'OKTA', status: 'ACTIVE' }],
          },
        },
      ],
    };
    expect((await graph.applyPage(withFactors)).rowsWritten).toBeGreaterThan(0);
    expect(await graph.applyPage({ ...withFactors, asOf: T0 + MINUTE })).toEqual({ rowsWritten: 0, evaluated: 0 });
    expect(await graph.applyPage({ ...withFactors, asOf: T0 + MINUTE, evaluate: true })).toEqual({
      rowsWritten: 0,
      evaluated: 0,
    });
    expect(await graph.counts()).toMatchObject({ identity: 4, account: 4, group: 1, app: 1, edges: 7 });
  });

  it('write one narrow row for a sign-in, and keep no version of it', async () => {
    const { graph } = await graphWith(shards);
    await graph.applyPage(page(person('u1')));
    const again = person('u1', { lastLogin: T0 });
    expect((await graph.applyPage(page({ ...again, asOf: T0 + 1 }))).rowsWritten).toBe(1);
    expect((await graph.accountView(accountId('u1')))?.attributes.lastLogin).toBe(T0);
    // An answer of the source that lags behind does not take it back.
    expect((await graph.applyPage(page({ ...person('u1'), asOf: T0 + 2 }))).rowsWritten).toBe(0);
    expect((await graph.accountView(accountId('u1')))?.attributes.lastLogin).toBe(T0);
  });

  it('bring changed attributes, and skip what is older than stored', async () => {
    const { graph } = await graphWith(shards);
    await graph.applyPage(page({ nodes: [account('u1', { department: 'Sales' })], asOf: T0 }));
    await graph.applyPage(page({ nodes: [account('u1', { department: 'Finance' })], asOf: T0 + 10 }));
    const late = await graph.applyPage(page({ nodes: [account('u1', { department: 'Sales' })], asOf: T0 + 5 }));
    expect(late.rowsWritten).toBe(0);
    expect((await graph.accountView(accountId('u1')))?.attributes.department).toBe('Finance');
  });

  it('keep fields that a later event set, and take the others over', async () => {
    const { graph } = await graphWith(shards);
    await graph.applyPage(page(person('u1')));
    await graph.applyDelta({
      changes: [
        {
          op: 'patchAccount',
          accountId: accountId('u1'),
          patch: { status: 'SUSPENDED' },
          at: T0 + 20,
          by: eventOf('a'),
        },
      ],
      signals: [],
    });
    await graph.applyPage(page({ nodes: [account('u1', { department: 'Finance' })], asOf: T0 + 10 }));
    expect((await graph.accountView(accountId('u1')))?.attributes).toMatchObject({
      status: 'SUSPENDED',
      department: 'Finance',
    });
    await graph.applyPage(page({ nodes: [account('u1', { department: 'Finance' })], asOf: T0 + 30 }));
    expect((await graph.accountView(accountId('u1')))?.attributes.status).toBe('ACTIVE');
  });

  it('do not revive an edge that an event ended after the source answered', async () => {
    const { graph } = await graphWith(shards);
    await graph.applyPage(pageOfPeople(['u1'], { nodes: [G], edges: [memberOf('u1')] }));
    await graph.applyDelta({ changes: [remove(memberOf('u1'), T0 + 20)], signals: [] });
    await graph.applyPage(page({ edges: [memberOf('u1')], asOf: T0 + 10 }));
    expect((await graph.node(G.id))?.in).toEqual([]);
    await graph.applyPage(page({ edges: [memberOf('u1')], asOf: T0 + 30 }));
    expect((await graph.node(G.id))?.in).toHaveLength(1);
  });

  it('do not undo an event that came with the page under way', async () => {
    const { graph } = await graphWith(shards);
    await graph.applyPage(pageOfPeople(['u1'], { nodes: [G] }));
    await graph.applyDelta({ changes: [upsert(memberOf('u1'), T0 + 20)], signals: [] });
    const closed = await graph.closeScope({
      scope: { of: 'edgesTo', kind: 'MEMBER_OF', to: G.id, fromKind: 'account' },
      seen: [],
      asOf: T0 + 10,
      by: { kind: 'sync', id: 'syn_2' },
      removalLimitPercent: 10,
      evaluate: false,
    });
    expect(closed).toEqual({ held: false, removed: 0, rowsWritten: 0 });
    const [membership] = (await graph.node(G.id))?.in ?? [];
    expect(membership?.edge).toMatchObject({ beganAt: T0 + 20, by: eventOf(String(T0 + 20)) });
  });

  it('take the event as the evidence of a beginning that a sync saw first', async () => {
    const { graph } = await graphWith(shards);
    await graph.applyPage(pageOfPeople(['u1'], { nodes: [G], edges: [memberOf('u1')], asOf: T0 + 100 }));
    await graph.applyDelta({ changes: [upsert(memberOf('u1'), T0 + 50)], signals: [] });
    const [membership] = (await graph.node(G.id))?.in ?? [];
    expect(membership?.edge).toMatchObject({ beganAt: T0 + 50, by: eventOf(String(T0 + 50)) });
  });

  it('fill in what only an event had named', async () => {
    const { graph } = await graphWith(shards);
    const stub = { ...account('u9'), attributes: { login: 'u9@acme.test', stub: true } };
    await graph.applyDelta({
      changes: [{ op: 'ensureNode', node: stub, at: T0 + 50, by: eventOf('x') }, upsert(memberOf('u9'), T0 + 50)],
      signals: [],
    });
    expect((await graph.accountView(accountId('u9')))?.attributes).toMatchObject({ stub: true, status: 'UNKNOWN' });
    expect((await graph.identity(identityId('u9')))?.accounts).toHaveLength(1);
    await graph.applyPage(page({ ...person('u9', { department: 'Sales' }), asOf: T0 + 40 }));
    const view = await graph.accountView(accountId('u9'));
    expect(view?.attributes).toMatchObject({ department: 'Sales', status: 'ACTIVE' });
    expect(view?.attributes.stub).toBeUndefined();
    // An event never overwrites what the source said.
    await graph.applyDelta({
      changes: [{ op: 'ensureNode', node: { ...stub, name: 'Other' }, at: T0 + 60, by: eventOf('y') }],
      signals: [],
    });
    expect((await graph.node(accountId('u9')))?.node.name).toBe('User u9');
  });

  it('keep names of every script and control characters, and find them', async () => {
    const { graph } = await graphWith(shards);
    const names = [
      'Zoë Ångström',
      '李小龍',
      'مريم',
      '𝔘𝔫𝔦 😀',
      "Robert'); DROP TABLE node;--",
      'tab\there\u0001',
      '\uFF5E x',
    ];
    await graph.applyPage(page({ nodes: names.map((name, i) => account(`n${i}`, {}, name)) }));
    const listed = await graph.list({ kind: 'account', limit: 200 });
    expect(new Set(listed.data.map((node) => node.name))).toEqual(new Set(names));
    for (const name of names) {
      const found = await graph.list({ kind: 'account', limit: 10, q: name.toUpperCase() });
      expect(found.data.map((node) => node.name)).toContain(name);
    }
    // NUL and halves of characters cannot be stored; they become replacement characters and stay put.
    await graph.applyPage(page({ nodes: [account('odd', {}, 'a\u0000b\uD800')] }));
    expect((await graph.node(accountId('odd')))?.node.name).toBe('a\uFFFDb\uFFFD');
    expect((await graph.applyPage(page({ nodes: [account('odd', {}, 'a\u0000b\uD800')] }))).rowsWritten).toBe(0);
  });

  it('refuse a page beyond the bound', async () => {
    const { graph } = await graphWith(shards);
    const nodes = Array.from({ length: 20_001 }, () => group('same'));
    await expect(graph.applyPage(page({ nodes }))).rejects.toMatchObject({ code: 'graph.too_large' });
  });
});
