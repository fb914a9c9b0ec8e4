import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { freshTenant, T0 } from '../../test/deps.ts';
import { DAY } from '../platform/clock.ts';
import { applyDelta } from './delta.ts';
import { applyPage } from './page.ts';
import type { SignalKind } from './signal.ts';
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
  pageOfPeople,
  remove,
  upsert,
} from './testing/fixtures.ts';
import { openTx } from './tx.ts';
import type { GraphChange, GraphDelta } from './writes.ts';

const GROUPS = [group('g1'), group('g2')];
const memberOf = (native: string, g = GROUPS[0] ?? group('g1')) => edge(accountId(native), 'MEMBER_OF', g.id);

describe('events', () => {
  it('that come late do not undo newer ones', async () => {
    const { graph } = await graphWith(1);
    await graph.applyPage(pageOfPeople(['u1'], { nodes: GROUPS }));
    await graph.applyDelta({ changes: [upsert(memberOf('u1'), T0 + 30)], signals: [] });
    await graph.applyDelta({ changes: [remove(memberOf('u1'), T0 + 20)], signals: [] });
    expect((await graph.node(accountId('u1')))?.out).toHaveLength(1);
    await graph.applyDelta({ changes: [remove(memberOf('u1'), T0 + 40)], signals: [] });
    await graph.applyDelta({ changes: [upsert(memberOf('u1'), T0 + 35)], signals: [] });
    expect((await graph.node(accountId('u1')))?.out).toEqual([]);
  });

  it('that come twice write nothing the second time', async () => {
    const { graph } = await graphWith(3);
    await graph.applyPage(pageOfPeople(['u1', 'u2'], { nodes: GROUPS, edges: [memberOf('u2')] }));
    const delta: GraphDelta = {
      changes: [
        upsert(memberOf('u1'), T0 + 1),
        remove(memberOf('u2'), T0 + 2),
        remove(memberOf('nobody'), T0 + 2),
        {
          op: 'patchAccount',
          accountId: accountId('u1'),
          patch: { status: 'LOCKED_OUT', lastLogin: T0 },
          at: T0 + 3,
          by: eventOf('p'),
        },
        { op: 'ensureNode', node: account('u7'), at: T0 + 4, by: eventOf('e') },
        { op: 'removeNode', nodeId: GROUPS[1]?.id ?? '', at: T0 + 5, by: eventOf('r') },
      ],
      signals: [{ accountId: accountId('u1'), kind: 'push_denied', at: T0, eventId: 'evt_1', ref: null }],
    };
    expect((await graph.applyDelta(delta)).rowsWritten).toBeGreaterThan(0);
    expect(await graph.applyDelta(delta)).toEqual({ rowsWritten: 0, evaluated: 0 });
  });

  it('end a node with its edges, and the identity with its only account', async () => {
    const { graph } = await graphWith(3);
    await graph.applyPage(pageOfPeople(['u1', 'u2'], { nodes: GROUPS, edges: [memberOf('u1'), memberOf('u2')] }));
    await graph.applyDelta({
      changes: [{ op: 'removeNode', nodeId: accountId('u1'), at: T0 + 5, by: eventOf('d') }],
      signals: [],
    });
    expect(await graph.node(accountId('u1'))).toBeNull();
    expect(await graph.node(identityId('u1'))).toBeNull();
    expect((await graph.node(GROUPS[0]?.id ?? ''))?.in.map(({ node }) => node.nativeId)).toEqual(['u2']);
    // A page from before does not bring it back, one from after does.
    await graph.applyPage({ ...pageOfPeople(['u1']), asOf: T0 + 4 });
    expect(await graph.node(accountId('u1'))).toBeNull();
    await graph.applyPage({ ...pageOfPeople(['u1']), asOf: T0 + 6 });
    expect((await graph.node(identityId('u1')))?.out).toHaveLength(1);
  });

  it('leave signals once, and only while they can matter', async () => {
    const { graph } = await graphWith(1);
    await graph.applyPage(pageOfPeople(['u1']));
    const signal = (id: string, at: number, kind: SignalKind = 'push_denied') => ({
      accountId: accountId('u1'),
      kind,
      at,
      eventId: id,
      ref: 'tx',
    });
    const signals = [signal('b', T0 - DAY), signal('a', T0 - 2 * DAY), signal('old', T0 - 10 * DAY)];
    await graph.applyDelta({ changes: [], signals });
    await graph.applyDelta({ changes: [], signals: [...signals].reverse() });
    expect((await graph.accountView(accountId('u1')))?.signals.map((s) => s.eventId)).toEqual(['a', 'b']);
  });
});

/** What happens to a small world, each change at a time of its own or at one shared with another. */
const change: fc.Arbitrary<GraphChange> = fc
  .record({
    op: fc.integer({ min: 0, max: 6 }),
    user: fc.constantFrom('u1', 'u2', 'new'),
    place: fc.constantFrom(0, 1),
    at: fc.integer({ min: 1, max: 12 }),
  })
  .map(({ op, user, place, at }): GraphChange => {
    const g = GROUPS[place] ?? group('g1');
    const by = eventOf(`${op}${user}${place}${at}`);
    const time = T0 + at;
    if (op === 0) return { ...upsert(memberOf(user, g), time), by };
    if (op === 1) return { ...remove(memberOf(user, g), time), by };
    if (op === 2) {
      const status = at % 2 === 0 ? 'ACTIVE' : 'DEPROVISIONED';
      return { ...upsert(assigned(accountId(user), app('a1').id, status), time), by };
    }
    if (op === 3) return { ...remove(assigned(accountId(user), app('a1').id), time), by };
    if (op === 4) {
      const patch = place === 0 ? { status: `S${at}`, lastLogin: time } : { department: `D${at}` };
      return { op: 'patchAccount', accountId: accountId(user), patch, at: time, by };
    }
    if (op === 5) {
      const node = { ...account(user, {}, `Stub ${at}`), attributes: { login: `${user}${at}` } };
      return { op: 'ensureNode', node, at: time, by };
    }
    return { op: 'removeNode', nodeId: accountId('new'), at: time, by };
  });

const TABLES = ['node', 'edge_row', 'node_history', 'edge_history', 'activity', 'pending_patch'];

/** What the graph is after these deltas came in this order on top of a synced world, in tables of its own. */
function outcome(storage: DurableObjectStorage, deltas: GraphChange[][]) {
  const { sql } = storage;
  for (const table of TABLES) sql.exec(`DELETE FROM ${table}`);
  const base = pageOfPeople(['u1', 'u2'], { nodes: [...GROUPS, app('a1')], edges: [memberOf('u1')] });
  applyPage(openTx(sql), { ...base, asOf: T0 });
  for (const changes of deltas) applyDelta(openTx(sql), { changes, signals: [] }, T0);
  return {
    nodes: sql.exec('SELECT id, name, status, attributes, stub, clocks FROM node').toArray(),
    edges: sql.exec('SELECT from_id, kind, to_id, attributes FROM edge').toArray(),
    signIns: sql.exec('SELECT account_id, last_login FROM activity').toArray(),
    pending: sql.exec('SELECT account_id, fields FROM pending_patch').toArray(),
  };
}

describe('any order and any repetition of the same deltas', () => {
  it('gives the same graph', async () => {
    await runInDurableObject(env.GRAPH.getByName(`${freshTenant()}/0`), async (_, { storage }) => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.array(change, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 10 }),
          fc.array(fc.nat(), { minLength: 24, maxLength: 24 }),
          async (deltas, draws) => {
            const shuffled = [...deltas, ...deltas.slice(0, 4)]
              .map((delta, i) => ({ delta, draw: draws[i] ?? 0 }))
              .sort((a, b) => a.draw - b.draw)
              .map(({ delta }) => delta);
            expect(outcome(storage, shuffled)).toEqual(outcome(storage, deltas));
          },
        ),
        { numRuns: 500, seed: 42 },
      );
    });
  });
});
