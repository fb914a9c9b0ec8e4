import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { T0 } from '../../test/deps.ts';
import type { GraphEdge } from './model.ts';
import { failing, fakeEvaluator, PASSING, withEvaluator } from './testing/fake-evaluator.ts';
import {
  accountId,
  app,
  assigned,
  edge,
  eventOf,
  group,
  identityId,
  ORG,
  pageOfPeople,
  role,
} from './testing/fixtures.ts';
import type { Removal } from './what-if.ts';
import type { GraphChange } from './writes.ts';

const [SUPER, HELP] = [role('SUPER_ADMIN'), role('HELP_DESK_ADMIN')];
const [G, H] = [group('g'), group('h')];
const [CRM, HR] = [app('crm'), app('hr')];
const PEOPLE = ['p', 'q', 'r'];
const NODES = [SUPER, HELP, G, H, CRM, HR, ORG];
const acc = accountId;

/** Verdicts that hang on roles, on apps and on the account being there. */
const EVALUATOR = fakeEvaluator({
  'no-mfa-admin': (view) => (view.tier === 'none' ? PASSING : failing('Admin')),
  'unused-account': () => failing('Unused'),
  'leaver-live-accounts': (view) => (view.assignments.length > 0 ? failing('Leaver') : PASSING),
  'pending-mfa': (view) => (view.groupCount > 0 ? PASSING : failing('Alone')),
});

const EDGES: GraphEdge[] = [
  ...PEOPLE.flatMap((who) => [
    edge(acc(who), 'MEMBER_OF', G.id),
    edge(acc(who), 'MEMBER_OF', H.id),
    edge(acc(who), 'HOLDS_ROLE', SUPER.id),
    assigned(acc(who), CRM.id),
  ]),
  edge(G.id, 'HOLDS_ROLE', SUPER.id),
  edge(H.id, 'HOLDS_ROLE', HELP.id),
  edge(G.id, 'ASSIGNED_TO', HR.id),
  edge(H.id, 'ASSIGNED_TO', CRM.id),
  edge(HELP.id, 'GRANTS', HR.id),
  edge(SUPER.id, 'GRANTS', ORG.id),
];

const removalOf = (e: GraphEdge): Removal => ({ kind: 'edge', from: e.from, to: e.to, edgeKind: e.kind });

function changeOf(removal: Removal, at: number): GraphChange {
  const by = eventOf('w');
  if (removal.kind === 'node') return { op: 'removeNode', nodeId: removal.id, at, by };
  return { op: 'removeEdge', from: removal.from, to: removal.to, kind: removal.edgeKind, at, by };
}

async function world(edges: GraphEdge[]) {
  const made = await withEvaluator(EVALUATOR);
  await made.graph.applyPage(pageOfPeople(PEOPLE, { nodes: NODES, edges, evaluate: true }));
  await made.settle();
  const state = async () => {
    const zero: string[] = [];
    const apps: string[] = [];
    for (const native of PEOPLE) {
      const id = identityId(native);
      if (await made.graph.path(id)) zero.push(id);
      for (const one of [CRM, HR]) {
        if ((await made.graph.access(id, one.id))?.effective) apps.push(`${id} ${one.id}`);
      }
    }
    return { zero, apps };
  };
  return { ...made, state };
}

describe('what would follow', () => {
  it('from a group without its role and its app', async () => {
    const made = await world([
      edge(acc('p'), 'MEMBER_OF', G.id),
      edge(acc('q'), 'MEMBER_OF', G.id),
      edge(acc('q'), 'HOLDS_ROLE', SUPER.id),
      ...EDGES.slice(12),
    ]);
    const before = await made.state();
    const answer = await made.graph.whatIf([
      { kind: 'edge', from: G.id, to: SUPER.id, edgeKind: 'HOLDS_ROLE' },
      { kind: 'edge', from: G.id, to: HR.id, edgeKind: 'ASSIGNED_TO' },
    ]);
    expect(answer.tierZero).toEqual({ count: 1, first: [{ id: identityId('p'), name: 'User p' }] });
    expect(answer.apps).toMatchObject({ identities: 2, lost: 2 });
    expect(answer.apps.first[0]).toEqual({
      id: identityId('p'),
      name: 'User p',
      count: 1,
      apps: [{ id: HR.id, name: 'hr' }],
    });
    expect(answer.verdicts).toMatchObject({ changed: 1, resolved: 1, opened: 0 });
    expect(answer.verdicts.first).toMatchObject([
      { detection: 'no-mfa-admin', account: acc('p'), before: 'fail', after: 'pass' },
    ]);
    expect(answer.verdicts.first[0]?.issueId).toMatch(/^iss_/);
    expect(answer.truncated).toBe(false);
    // It was a question.
    expect(await made.state()).toEqual(before);
    expect(await made.changes()).toEqual([]);
    expect(await made.graph.whatIf([{ kind: 'node', id: G.id }])).toMatchObject({ tierZero: { count: 1 } });
  });

  it('from what is not there is an error, as is too much', async () => {
    const { graph } = await world(EDGES);
    const refused = (removals: Removal[], code: string) =>
      expect(graph.whatIf(removals)).rejects.toMatchObject({ code });
    await refused([removalOf(edge(acc('p'), 'MEMBER_OF', 'grp_none'))], 'not_found');
    await refused([{ kind: 'node', id: "grp_' OR 1=1 --" }], 'not_found');
    await refused(
      [
        { kind: 'node', id: G.id },
        { kind: 'node', id: 'acc_x' },
      ],
      'not_found',
    );
    await refused(
      Array.from({ length: 51 }, () => ({ kind: 'node', id: G.id })),
      'invalid_request',
    );
    const most = Array.from({ length: 50 }, (_, i) => removalOf(EDGES[i % EDGES.length] ?? assigned('', '')));
    expect((await graph.whatIf(most)).tierZero.count).toBe(3);
  });

  it('is what follows when it is really done', async () => {
    const nodes: Removal[] = [...NODES, ...PEOPLE.map((native) => ({ id: acc(native) }))].map(({ id }) => ({
      kind: 'node',
      id,
    }));
    await fc.assert(
      fc.asyncProperty(
        fc.subarray(EDGES, { minLength: 1 }).chain((edges) =>
          fc.record({
            edges: fc.constant(edges),
            removals: fc.tuple(
              fc.subarray(edges.map(removalOf), { maxLength: Math.min(4, edges.length) }),
              fc.subarray(nodes, { maxLength: 2 }),
            ),
          }),
        ),
        async ({ edges, removals }) => {
          const made = await world(edges);
          const asked = removals.flat();
          if (asked.length === 0) return;
          const before = await made.state();
          const answer = await made.graph.whatIf(asked);
          await made.graph.applyDelta({ changes: asked.map((one) => changeOf(one, T0 + 10)), signals: [] });
          const after = await made.state();
          const lost = before.zero.filter((id) => !after.zero.includes(id));
          expect(answer.tierZero.first.map(({ id }) => id)).toEqual(lost);
          const apps = answer.apps.first.flatMap(({ id, apps: gone }) => gone.map((one) => `${id} ${one.id}`));
          expect(apps.sort()).toEqual(before.apps.filter((pair) => !after.apps.includes(pair)).sort());
          expect(answer.apps.lost).toBe(apps.length);
          const told = answer.verdicts.first.map(
            (shift) => `${shift.detection} ${shift.subject.id} ${end(shift.after)}`,
          );
          const changes = await made.settle();
          const moved = changes.filter((change) => change.status === 'pass' || !issueBefore(answer, change));
          expect(told.sort()).toEqual(moved.map((c) => `${c.detection} ${c.subject.id} ${c.status}`).sort());
        },
      ),
      { numRuns: 50, seed: 9 },
    );
  });
});

/** An issue resolves also when its account is gone. */
function end(after: string): string {
  return after === 'gone' ? 'pass' : after;
}

/** A change that says again, with another priority, what failed already. */
function issueBefore(
  { verdicts }: { verdicts: { first: { detection: string; subject: { id: string }; before: string }[] } },
  change: { detection: string; subject: { id: string }; status: string },
): boolean {
  const shift = verdicts.first.find(
    (one) => one.detection === change.detection && one.subject.id === change.subject.id,
  );
  return change.status === 'fail' && shift?.before !== 'pass';
}
