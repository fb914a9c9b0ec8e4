import { describe, expect, it } from 'vitest';
import { T0 } from '../../test/deps.ts';
import type { GraphNode } from './model.ts';
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
import { thing } from './testing/roles.ts';
import type { GraphChange } from './writes.ts';

const [CRM, STAFF] = [app('crm'), group('staff', 'Staff')];
const acc = accountId;

function rule(native: string, attributes: Record<string, unknown> = {}): GraphNode {
  return thing('group_rule', native, { status: 'ACTIVE', groupIds: ['staff'], excludedUserIds: [], ...attributes });
}

const status = (native: string, to: string, at: number): GraphChange => ({
  op: 'patchAccount',
  accountId: acc(native),
  patch: { status: to },
  at,
  by: eventOf(`${native}${at}`),
});

async function world(shards = 3) {
  const made = await graphWith(shards);
  await made.graph.applyPage(
    pageOfPeople(['ada', 'bob'], {
      nodes: [CRM, STAFF],
      edges: [
        edge(acc('ada'), 'MEMBER_OF', STAFF.id),
        edge(acc('bob'), 'MEMBER_OF', STAFF.id),
        edge(STAFF.id, 'ASSIGNED_TO', CRM.id),
      ],
    }),
  );
  return made;
}

describe('effective access', () => {
  it.each(['SUSPENDED', 'DEPROVISIONED', 'STAGED', 'PROVISIONED'])(
    'is not had by an account that is %s',
    async (to) => {
      const { graph } = await world();
      expect(await graph.access(identityId('ada'), CRM.id)).toMatchObject({ effective: true, whyNot: [] });
      await graph.applyDelta({ changes: [status('ada', to, T0 + 5)], signals: [] });
      expect(await graph.access(identityId('ada'), CRM.id)).toMatchObject({
        effective: false,
        whyNot: ['cannot_sign_in'],
        accounts: [{ id: acc('ada'), name: 'User ada', status: to, canSignIn: false }],
        ways: [{ how: 'group', live: true, canSignIn: false }],
      });
      expect(await graph.access(identityId('ada'), CRM.id, T0 + 4)).toMatchObject({ effective: true, whyNot: [] });
      await graph.applyDelta({ changes: [status('ada', 'LOCKED_OUT', T0 + 6)], signals: [] });
      expect(await graph.access(identityId('ada'), CRM.id)).toMatchObject({ effective: true });
    },
  );

  it('says each reason that it is not there', async () => {
    const { graph } = await world();
    const old = app('old', { status: 'INACTIVE' });
    await graph.applyPage(
      pageOfPeople(['dan'], {
        nodes: [old],
        edges: [assigned(acc('dan'), CRM.id, 'STAGED'), assigned(acc('dan'), old.id)],
      }),
    );
    const whyNot = async (who: string, what: string) => (await graph.access(identityId(who), what))?.whyNot;
    expect(await whyNot('dan', CRM.id)).toEqual(['not_live']);
    expect(await whyNot('dan', old.id)).toEqual(['app_inactive']);
    expect(await whyNot('ada', old.id)).toEqual(['app_inactive', 'no_way']);
    await graph.applyDelta({ changes: [status('dan', 'SUSPENDED', T0 + 1)], signals: [] });
    expect(await whyNot('dan', old.id)).toEqual(['app_inactive', 'cannot_sign_in']);
  });

  it('needs one of the accounts of a joined person only', async () => {
    const { graph } = await world(1);
    await graph.applyPage(
      pageOfPeople([], {
        nodes: [account('ada3', { status: 'SUSPENDED' })],
        edges: [edge(identityId('ada'), 'HAS_ACCOUNT', acc('ada3')), edge(acc('ada3'), 'MEMBER_OF', STAFF.id)],
      }),
    );
    const found = await graph.access(identityId('ada'), CRM.id);
    expect(found?.effective).toBe(true);
    await graph.applyDelta({ changes: [remove(edge(acc('ada'), 'MEMBER_OF', STAFF.id), T0 + 2)], signals: [] });
    // the account that could sign in has no way any more
    expect(await graph.access(identityId('ada'), CRM.id)).toMatchObject({
      effective: false,
      whyNot: ['cannot_sign_in'],
      ways: [{ live: true, canSignIn: false }],
    });
  });
});

describe('a membership that opens an app', () => {
  it('names the active rules that put the account there', async () => {
    const { graph } = await world();
    const rules = [
      rule('everybody'),
      rule('but-ada', { excludedUserIds: ['ada'] }),
      rule('off', { status: 'INACTIVE' }),
      rule('elsewhere'),
    ];
    await graph.applyPage(
      pageOfPeople([], {
        nodes: rules,
        edges: rules.slice(0, 3).map((one) => edge(one.id, 'RULE_ASSIGNS', STAFF.id)),
      }),
    );
    const rulesOf = async (who: string, asOf?: number) => {
      const [way] = (await graph.access(identityId(who), CRM.id, asOf))?.ways ?? [];
      return way?.steps.map((step) => step.rules?.map(({ rule: { name } }) => name) ?? null);
    };
    expect(await rulesOf('ada')).toEqual([['everybody'], null]);
    expect(await rulesOf('bob')).toEqual([['but-ada', 'everybody'], null]);
    const [way] = (await graph.access(identityId('ada'), CRM.id))?.ways ?? [];
    expect(way?.steps[0]?.rules).toEqual([
      {
        rule: { id: rules[0]?.id, kind: 'group_rule', name: 'everybody' },
        since: T0,
        by: { kind: 'sync', id: 'syn_1' },
      },
    ]);
    await graph.applyDelta({
      changes: [
        remove(edge(rules[0]?.id ?? '', 'RULE_ASSIGNS', STAFF.id), T0 + 5),
        upsert(edge(rules[3]?.id ?? '', 'RULE_ASSIGNS', STAFF.id), T0 + 5),
      ],
      signals: [],
    });
    expect(await rulesOf('ada')).toEqual([['elsewhere'], null]);
    expect(await rulesOf('ada', T0 + 1)).toEqual([['everybody'], null]);
  });
});
