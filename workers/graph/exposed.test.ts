import { describe, expect, it } from 'vitest';
import type { FactorState, GraphNode } from './model.ts';
import {
  account,
  accountId,
  edge,
  graphWith,
  group,
  identity,
  identityId,
  ORG,
  page,
  role,
} from './testing/fixtures.ts';

const [SUPER, ADMINS] = [role('SUPER_ADMIN'), group('admins')];
const NONE: FactorState = { known: true, factors: [] };
const SOME: FactorState = { known: true, factors: [{ id: 'f', type: 'push', provider: 'OKTA', status: 'ACTIVE' }] };

/** An account of the same person in a second source. */
function second(native: string, status: string): GraphNode {
  return {
    ...account(native, { status, login: `${native}@two.test` }),
    id: accountId(native, 'src_two'),
    sourceId: 'src_two',
  };
}

interface Two {
  statuses: [string, string];
  factors: [FactorState, FactorState];
  /** Which of the accounts are administrators. */
  leads: [boolean, boolean];
}

/** A person with an account in each of two sources, in the order of the ids of the accounts. */
async function joined({ statuses, factors, leads }: Two) {
  const { graph } = await graphWith(1);
  const ids = [accountId('ada'), accountId('ada', 'src_two')].sort();
  const first = ids[0] === accountId('ada') ? 0 : 1;
  const [own, other] = first === 0 ? [0, 1] : [1, 0];
  const nodes = [account('ada', { status: statuses[own as 0 | 1] }), second('ada', statuses[other as 0 | 1])];
  await graph.applyPage(
    page({
      nodes: [identity('ada'), ...nodes, SUPER, ADMINS, ORG],
      edges: [
        ...ids.map((id) => edge(identityId('ada'), 'HAS_ACCOUNT', id)),
        ...ids.flatMap((id, place) => (leads[place as 0 | 1] ? [edge(id, 'MEMBER_OF', ADMINS.id)] : [])),
        edge(ADMINS.id, 'HOLDS_ROLE', SUPER.id),
        edge(SUPER.id, 'GRANTS', ORG.id),
      ],
      factors: ids.map((id, place) => ({ accountId: id, state: factors[place as 0 | 1] })),
      evaluate: true,
    }),
  );
  const { rows } = await graph.exposed(10);
  return {
    row: rows[0],
    loginOf: (place: 0 | 1) => (ids[place] === accountId('ada') ? 'ada@acme.test' : 'ada@two.test'),
  };
}

describe('an exposed person with accounts in two sources', () => {
  it('is as weak as the weakest account that can be signed in to', async () => {
    const { row, loginOf } = await joined({
      statuses: ['ACTIVE', 'ACTIVE'],
      factors: [SOME, NONE],
      leads: [true, true],
    });
    expect(row).toMatchObject({ factors: 'none', status: 'ACTIVE', login: loginOf(1), tier: 'global_admin' });
  });

  it('is not judged by an account that is closed, whichever id is the smaller', async () => {
    const { row, loginOf } = await joined({
      statuses: ['SUSPENDED', 'ACTIVE'],
      factors: [NONE, SOME],
      leads: [true, true],
    });
    expect(row).toMatchObject({ factors: 'some', status: 'ACTIVE', login: loginOf(1) });
  });

  it('has the highest tier of them, and is judged by the account that leads there', async () => {
    const { row, loginOf } = await joined({
      statuses: ['ACTIVE', 'ACTIVE'],
      factors: [NONE, SOME],
      leads: [false, true],
    });
    expect(row).toMatchObject({ tier: 'global_admin', factors: 'some', login: loginOf(1) });
  });

  it('is shut when all that lead there are', async () => {
    const { row } = await joined({ statuses: ['ACTIVE', 'PROVISIONED'], factors: [NONE, NONE], leads: [false, true] });
    expect(row).toMatchObject({ status: 'PROVISIONED' });
  });
});
