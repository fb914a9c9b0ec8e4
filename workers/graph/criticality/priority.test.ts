import { describe, expect, it } from 'vitest';
import { T0 } from '../../../test/deps.ts';
import { priorityOf } from '../../detections/priority.ts';
import { failing, fakeEvaluator, PASSING, withEvaluator } from '../testing/fake-evaluator.ts';
import {
  accountId,
  app,
  assigned,
  edge,
  group,
  identityId,
  ORG,
  pageOfPeople,
  remove,
  role,
} from '../testing/fixtures.ts';
import type { SayInput } from './said.store.ts';

const [SUPER, HELP] = [role('SUPER_ADMIN'), role('HELP_DESK_ADMIN')];
const [STAFF, OPS] = [group('staff'), group('ops')];
const [CRM, VAULT, OLD] = [app('crm'), app('vault'), app('old', { status: 'INACTIVE', signOnMode: 'SAML_2_0' })];
const acc = accountId;
const MEMBER = edge(acc('ada'), 'MEMBER_OF', STAFF.id);

/** Everybody fails but dan; the priority is the real one. */
const EVALUATOR = fakeEvaluator(
  { 'no-mfa-account': (view) => (view.nativeId === 'dan' ? PASSING : failing('No MFA')) },
  priorityOf,
);

async function world() {
  const made = await withEvaluator(EVALUATOR);
  await made.graph.applyPage(
    pageOfPeople(['ada', 'bob', 'cleo', 'dan', 'eve'], {
      nodes: [SUPER, HELP, STAFF, OPS, CRM, VAULT, OLD, ORG],
      edges: [
        edge(SUPER.id, 'GRANTS', ORG.id),
        edge(HELP.id, 'GRANTS', VAULT.id),
        MEMBER,
        edge(STAFF.id, 'ASSIGNED_TO', CRM.id),
        assigned(acc('bob'), CRM.id),
        edge(acc('cleo'), 'MEMBER_OF', OPS.id),
        edge(OPS.id, 'HOLDS_ROLE', HELP.id),
        assigned(acc('dan'), CRM.id),
        assigned(acc('eve'), OLD.id),
      ],
      evaluate: true,
    }),
  );
  await made.settle();
  const say = (level: 'crown_jewel' | 'ordinary' | null, ...nodes: { id: string }[]) => {
    const said: SayInput['said'] =
      level === null ? [] : nodes.map(({ id }) => ({ nodeId: id, level, reason: 'Because' }));
    return made.graph.sayCriticality({ by: 'person', sourceId: '', nodes: nodes.map(({ id }) => id), said });
  };
  const who = async () =>
    (await made.settle())
      .map(({ subject, priorityFactors }) => {
        const factor = priorityFactors.find((one) => one.factor === 'crown jewels');
        return `${subject.name}: ${factor ? `${factor.points} ${factor.detail}` : 'none'}`;
      })
      .sort();
  return { ...made, say, who };
}

describe('the priority of issues', () => {
  it('follows what is said, of those who reach it and have an issue, and only once', async () => {
    const { say, who, graph } = await world();
    await say('crown_jewel', CRM);
    const told = ['User ada: 7 Reaches the crown jewel crm', 'User bob: 7 Reaches the crown jewel crm'];
    expect(await who()).toEqual(told);
    expect((await say('crown_jewel', CRM)).rowsWritten).toBe(0);
    expect((await graph.evaluateAll()).rowsWritten).toBe(0);
    expect(await who()).toEqual([]);
    await say(null, CRM);
    expect(await who()).toEqual(['User ada: none', 'User bob: none']);
  });

  it('counts groups and roles that are held, and apps that a role opens; apps that are off count for nobody', async () => {
    const { say, who } = await world();
    await say('crown_jewel', HELP, OPS, VAULT, OLD);
    expect(await who()).toEqual(['User cleo: 10 Reaches 3 crown jewels: HELP_DESK_ADMIN, ops, vault']);
    await say('ordinary', VAULT);
    expect(await who()).toEqual(['User cleo: 7 Reaches 2 crown jewels: HELP_DESK_ADMIN, ops']);
  });

  it('is told when somebody comes to a crown jewel or leaves it', async () => {
    const { say, who, graph } = await world();
    await say('crown_jewel', CRM);
    await who();
    await graph.applyDelta({ changes: [remove(MEMBER, T0 + 5)], signals: [] });
    expect(await who()).toEqual(['User ada: none']);
  });

  it('changes with what is said or not at all', async () => {
    const { graph, say, who } = await world();
    const broken = { nodeId: CRM.id, level: null as never, reason: 'Because' };
    await expect(
      graph.sayCriticality({ by: 'person', sourceId: '', nodes: [CRM.id], said: [broken] }),
    ).rejects.toThrow();
    expect(await graph.jewels()).toEqual([]);
    expect(await who()).toEqual([]);
    await say('crown_jewel', CRM);
    expect(await who()).toHaveLength(2);
  });
});

describe('what if', () => {
  it('tells who would lose which crown jewel, and which scores would move, as it then is', async () => {
    const { say, settle, graph } = await world();
    await say('crown_jewel', CRM, VAULT);
    await settle();
    const answer = await graph.whatIf([{ kind: 'edge', from: MEMBER.from, to: MEMBER.to, edgeKind: 'MEMBER_OF' }]);
    expect(answer.crownJewels).toEqual([
      { id: CRM.id, name: 'crm', count: 1, first: [{ id: identityId('ada'), name: 'User ada' }] },
    ]);
    expect(answer.verdicts.changed).toBe(0);
    const [score] = answer.scores.first;
    expect(answer.scores).toMatchObject({ changed: 1, first: [{ subject: { name: 'User ada' } }] });
    expect(score?.issueId).toMatch(/^iss_/);
    expect(await settle()).toEqual([]);
    await graph.applyDelta({ changes: [remove(MEMBER, T0 + 5)], signals: [] });
    expect((await settle()).map(({ subject, priority }) => [subject.name, priority])).toEqual([
      ['User ada', score?.after],
    ]);
    expect(await graph.path(identityId('ada'), CRM.id)).toBeNull();
  });

  it('takes a crown jewel from everybody who had it when it goes', async () => {
    const { say, graph } = await world();
    await say('crown_jewel', CRM);
    const { crownJewels, truncated } = await graph.whatIf([{ kind: 'node', id: CRM.id }]);
    expect(crownJewels).toMatchObject([{ name: 'crm', count: 3 }]);
    expect(truncated).toBe(false);
    expect((await graph.whatIf([{ kind: 'node', id: OPS.id }])).crownJewels).toEqual([]);
  });

  it('says when there are more crown jewels than it walks to', async () => {
    const { graph } = await world();
    const many = Array.from({ length: 11 }, (_, place) => app(`jewel${place}`));
    await graph.applyPage(pageOfPeople([], { nodes: many }));
    await graph.sayCriticality({
      by: 'label',
      sourceId: 'src_test',
      nodes: null,
      said: many.map(({ id }) => ({ nodeId: id, level: 'crown_jewel', reason: 'Because' })),
    });
    expect((await graph.whatIf([{ kind: 'node', id: OPS.id }])).truncated).toBe(true);
  });
});
