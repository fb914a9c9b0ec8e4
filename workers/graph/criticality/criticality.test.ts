import { describe, expect, it } from 'vitest';
import { T0 } from '../../../test/deps.ts';
import { CRITICALITY_LEVELS, compareLevels } from '../../criticality/levels.ts';
import { type GraphNode, nodeId } from '../model.ts';
import {
  accountId,
  app,
  edge,
  graphWith,
  group,
  identityId,
  ORG,
  page,
  pageOfPeople,
  role,
  SRC,
} from '../testing/fixtures.ts';
import type { SayInput } from './said.store.ts';

const [SUPER, ORG_ADMIN, HELP] = [role('SUPER_ADMIN'), role('ORG_ADMIN'), role('HELP_DESK_ADMIN')];
const [ADMINS, DESK, STAFF] = [group('admins'), group('desk'), group('staff')];
const APPS = ['crm', 'hr', 'mail', 'robot', 'wiki'].map((name) => app(name));
const [CRM, HR, , ROBOT, WIKI] = APPS as [GraphNode, GraphNode, GraphNode, GraphNode, GraphNode];
const STRUCTURE = [SUPER, ORG_ADMIN, HELP, ADMINS, DESK, STAFF, ...APPS, ORG];
const ROLES = [
  edge(SUPER.id, 'GRANTS', ORG.id),
  edge(ORG_ADMIN.id, 'GRANTS', ORG.id),
  edge(ADMINS.id, 'HOLDS_ROLE', ORG_ADMIN.id),
  edge(DESK.id, 'HOLDS_ROLE', HELP.id),
  edge(ROBOT.id, 'HOLDS_ROLE', SUPER.id),
];

const thing = (kind: 'device' | 'credential', native: string, attributes = {}): GraphNode => ({
  id: nodeId(kind, SRC, native),
  kind,
  sourceId: SRC,
  nativeId: native,
  name: native,
  attributes,
});

const byPeople = (nodes: string[] | null, said: SayInput['said']): SayInput => ({
  by: 'person',
  sourceId: '',
  nodes,
  said,
});
const byLabel = (said: SayInput['said']): SayInput => ({ by: 'label', sourceId: SRC, nodes: null, said });
const saying = (node: GraphNode, level: 'crown_jewel' | 'privileged' | 'ordinary', reason = 'Because') => ({
  nodeId: node.id,
  level,
  reason,
});

async function world(shards = 1) {
  const made = await graphWith(shards);
  await made.graph.applyPage(page({ nodes: STRUCTURE, edges: ROLES }));
  const level = async (id: string, asOf?: number) => {
    const found = (await made.graph.levels([id], asOf)).get(id);
    return found && `${found.holds.level} ${found.holds.source}`;
  };
  return { ...made, level };
}

describe('tier zero by rule', () => {
  it.each([1, 4])('takes in administrators, their devices and tokens, and keys of apps: %i shards', async (shards) => {
    const { graph, level } = await world(shards);
    const belongings = (who: string) => [
      thing('device', `device-${who}`, { accountId: accountId(who) }),
      thing('credential', `token-${who}`, { type: 'api_token' }),
    ];
    const people = ['root', 'org', 'desk', 'joe'];
    await graph.applyPage(
      pageOfPeople(people, {
        nodes: [...people.flatMap(belongings), thing('credential', 'secret/robot'), thing('credential', 'secret/crm')],
        edges: [
          ...people.flatMap((who) => [
            edge(nodeId('device', SRC, `device-${who}`), 'DEVICE_OF', accountId(who)),
            edge(nodeId('credential', SRC, `token-${who}`), 'API_TOKEN_FOR', accountId(who)),
          ]),
          edge(nodeId('credential', SRC, 'secret/robot'), 'SECRET_OF', ROBOT.id),
          edge(nodeId('credential', SRC, 'secret/crm'), 'SECRET_OF', CRM.id),
          edge(accountId('root'), 'HOLDS_ROLE', SUPER.id),
          edge(accountId('org'), 'MEMBER_OF', ADMINS.id),
          edge(accountId('desk'), 'HOLDS_ROLE', HELP.id),
        ],
      }),
    );
    for (const [who, expected] of [
      ['root', 'tier_zero rule'],
      ['org', 'tier_zero rule'],
      ['desk', 'privileged rule'],
      ['joe', 'ordinary rule'],
    ] as const) {
      const ids = [
        identityId(who),
        accountId(who),
        nodeId('device', SRC, `device-${who}`),
        nodeId('credential', SRC, `token-${who}`),
      ];
      const levels = await graph.levels(ids);
      const told = ids.map((id) => `${levels.get(id)?.holds.level} ${levels.get(id)?.holds.source}`);
      expect([who, ...told]).toEqual([who, ...ids.map(() => expected)]);
    }
    expect(await level(ORG.id)).toBe('tier_zero rule');
    expect(await level(nodeId('credential', SRC, 'secret/robot'))).toBe('tier_zero rule');
    expect(await level(nodeId('credential', SRC, 'secret/crm'))).toBe('ordinary rule');
    const token = nodeId('credential', SRC, 'token-org');
    expect((await graph.levels([token])).get(token)?.holds.reason).toBe(
      'It belongs to User org, who holds ORG_ADMIN (through admins), which gives power over the whole org.',
    );
    const items = (await graph.tierZero(100)).items.map(({ node, reason }) => `${reason} ${node.name}`);
    expect(items).toEqual(
      expect.arrayContaining([
        'device device-root',
        'device device-org',
        'token token-root',
        'token token-org',
        'credential secret/robot',
      ]),
    );
    expect(items.some((item) => /joe|desk|crm/.test(item))).toBe(false);
  });

  it('is of the moment that is asked about', async () => {
    const { graph, level } = await world();
    await graph.applyPage(pageOfPeople(['ada'], { asOf: T0 }));
    await graph.applyPage(page({ edges: [edge(accountId('ada'), 'HOLDS_ROLE', SUPER.id)], asOf: T0 + 10 }));
    expect(await level(accountId('ada'), T0 + 5)).toBe('ordinary rule');
    expect(await level(accountId('ada'))).toBe('tier_zero rule');
  });

  it('tells nothing of what has no criticality, or is not there', async () => {
    const { graph } = await world();
    expect((await graph.levels(['app_none', 'x', ''])).size).toBe(0);
    expect((await graph.levels([])).size).toBe(0);
  });
});

describe('what is said', () => {
  it('goes person, label, rule; tier zero by rule goes before all', async () => {
    const { graph, level } = await world(2);
    await graph.sayCriticality(byLabel([saying(CRM, 'crown_jewel'), saying(DESK, 'crown_jewel')]));
    expect(await level(CRM.id)).toBe('crown_jewel label');
    await graph.sayCriticality(byPeople([CRM.id], [saying(CRM, 'privileged')]));
    expect(await level(CRM.id)).toBe('privileged person');
    expect(await level(DESK.id)).toBe('crown_jewel label');
    await graph.sayCriticality(byPeople([ADMINS.id], [saying(ADMINS, 'ordinary')]));
    expect(await level(ADMINS.id)).toBe('tier_zero rule');
    await graph.sayCriticality(byPeople([CRM.id], []));
    expect(await level(CRM.id)).toBe('crown_jewel label');
    await graph.sayCriticality(byLabel([]));
    expect(await level(CRM.id)).toBe('ordinary rule');
    expect(await level(DESK.id)).toBe('privileged rule');
  });

  it('writes nothing twice, and of some nodes leaves the others', async () => {
    const { graph, level } = await world();
    const all = byPeople(null, [saying(CRM, 'crown_jewel'), saying(HR, 'privileged')]);
    expect((await graph.sayCriticality(all)).rowsWritten).toBe(2);
    expect((await graph.sayCriticality(all)).rowsWritten).toBe(0);
    expect((await graph.sayCriticality(byPeople([CRM.id], [saying(CRM, 'crown_jewel')]))).rowsWritten).toBe(0);
    await graph.sayCriticality(byPeople([CRM.id], []));
    expect(await level(HR.id)).toBe('privileged person');
    // at the same moment back again
    await graph.sayCriticality(all);
    expect(await level(CRM.id)).toBe('crown_jewel person');
    expect(await graph.jewels()).toEqual([{ id: CRM.id, name: 'crm' }]);
  });

  it('is kept with its time', async () => {
    const made = await world();
    const clock = made.deps.clock as unknown as { advance(ms: number): void; now(): number };
    await made.graph.sayCriticality(byPeople([CRM.id], [saying(CRM, 'crown_jewel')]));
    const first = clock.now();
    clock.advance(1_000);
    await made.graph.sayCriticality(byPeople([CRM.id], [saying(CRM, 'ordinary')]));
    clock.advance(1_000);
    await made.graph.sayCriticality(byPeople([CRM.id], []));
    expect(await made.level(CRM.id)).toBe('ordinary rule');
    expect(await made.level(CRM.id, first)).toBe('crown_jewel person');
    expect(await made.level(CRM.id, first + 1_000)).toBe('ordinary person');
    expect(await made.graph.jewels(first + 10)).toMatchObject([{ id: CRM.id }]);
    const radius = async (asOf?: number) => {
      const kinds = (await made.graph.blastRadius(STAFF.id, asOf))?.kinds ?? [];
      return kinds.find(({ kind }) => kind === 'app')?.byCriticality.crown_jewel;
    };
    await made.graph.applyPage(page({ edges: [edge(STAFF.id, 'ASSIGNED_TO', CRM.id)], asOf: first }));
    expect([await radius(first + 10), await radius()]).toEqual([1, 0]);
  });

  it('counts in a blast radius', async () => {
    const { graph } = await world(3);
    await graph.applyPage(
      pageOfPeople(['ada'], {
        edges: [
          edge(accountId('ada'), 'MEMBER_OF', STAFF.id),
          ...[CRM, HR, WIKI].map((one) => edge(STAFF.id, 'ASSIGNED_TO', one.id)),
          edge(accountId('ada'), 'HOLDS_ROLE', HELP.id),
        ],
      }),
    );
    await graph.sayCriticality(byLabel([saying(HR, 'privileged'), saying(CRM, 'crown_jewel')]));
    const radius = await graph.blastRadius(identityId('ada'));
    const apps = radius?.kinds.find(({ kind }) => kind === 'app');
    expect(apps?.byCriticality).toEqual({ tier_zero: 0, crown_jewel: 1, privileged: 1, ordinary: 1 });
    expect(apps?.first.map(({ name, criticality }) => `${name} ${criticality}`)).toEqual([
      'crm crown_jewel',
      'hr privileged',
      'wiki ordinary',
    ]);
    expect(await graph.reach(identityId('ada'))).toMatchObject({
      crownJewels: { count: 1, first: [{ id: CRM.id, name: 'crm' }] },
    });
  });
});

describe('lists', () => {
  it.each([1, 3])('tell, filter and sort by criticality, as the levels say: %i shards', async (shards) => {
    const { graph } = await world(shards);
    await graph.sayCriticality(byLabel([saying(CRM, 'crown_jewel'), saying(STAFF, 'privileged')]));
    await graph.sayCriticality(
      byPeople(null, [saying(HR, 'crown_jewel'), saying(DESK, 'ordinary'), saying(HELP, 'crown_jewel')]),
    );
    for (const kind of ['app', 'group', 'role'] as const) {
      const all = (await graph.list({ kind, limit: 50 })).data;
      const levels = await graph.levels(all.map(({ id }) => id));
      expect(all.map(({ criticality }) => criticality)).toEqual(all.map(({ id }) => levels.get(id)?.holds));
      for (const criticality of CRITICALITY_LEVELS) {
        const some = (await graph.list({ kind, criticality, limit: 50 })).data;
        const expected = all.filter(({ id }) => levels.get(id)?.holds.level === criticality);
        expect(some.map(({ name }) => name)).toEqual(expected.map(({ name }) => name));
      }
      const order = [...all].sort((a, b) =>
        compareLevels(a.criticality?.level ?? 'ordinary', b.criticality?.level ?? 'ordinary'),
      );
      for (const sort of ['criticality', '-criticality']) {
        const paged: string[] = [];
        let cursor: string | undefined;
        do {
          const one = await graph.list({ kind, sort, limit: 2, cursor });
          paged.push(...one.data.map(({ name }) => name));
          cursor = one.next ?? undefined;
        } while (cursor !== undefined);
        const names = order.map(({ name }) => name);
        expect(paged).toEqual(sort === 'criticality' ? names : names.reverse());
      }
    }
  });

  it('of other things refuse it, and so do cursors of another order', async () => {
    const { graph } = await world();
    for (const kind of ['account', 'identity', 'credential'] as const) {
      for (const wanted of [{ sort: 'criticality' }, { criticality: 'ordinary' as const }]) {
        await expect(graph.list({ kind, limit: 5, ...wanted })).rejects.toMatchObject({ code: 'invalid_request' });
      }
    }
    const { next } = await graph.list({ kind: 'app', limit: 1 });
    await expect(graph.list({ kind: 'app', limit: 1, sort: 'criticality', cursor: next ?? '' })).rejects.toMatchObject({
      code: 'invalid_request',
    });
  });
});
