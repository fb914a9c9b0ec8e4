import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { testDeps } from '../../test/deps.ts';
import { countingShards } from './testing/counted.ts';
import { accountId, edge, graphWith, group, ORG, page, person, role } from './testing/fixtures.ts';
import { thing } from './testing/roles.ts';

const ADMINS = group('admins');
const SUPER = role('SUPER_ADMIN');
const DESKS = Array.from({ length: 6 }, (_, n) => `desk${n}`);
const [ADA, MEMBER] = [accountId('ada'), edge(accountId('ada'), 'MEMBER_OF', ADMINS.id)];
const BEYOND = thing('external', 'AZUser/ada');

/** Six people are one person elsewhere, who signs in as an administrator here. */
function world() {
  const people = ['ada', ...DESKS].map((native) => person(native));
  return page({
    nodes: [ADMINS, SUPER, ORG, BEYOND, ...people.flatMap(({ nodes }) => nodes)],
    edges: [
      ...people.flatMap(({ edges }) => edges),
      ...DESKS.map((who) => edge(accountId(who), 'OUTBOUND_SSO', BEYOND.id)),
      edge(BEYOND.id, 'INBOUND_SSO', ADA),
      MEMBER,
      edge(ADMINS.id, 'HOLDS_ROLE', SUPER.id),
      edge(SUPER.id, 'GRANTS', ORG.id),
    ],
  });
}

describe('choke points where ways change shards', () => {
  it('count the people of other shards whom an edge of an account cuts off', async () => {
    const input = world();
    const single = (await graphWith(1)).graph;
    await single.applyPage(input);
    const expected = await single.chokePoints(100);
    const counted = countingShards(env);
    const { graph } = await graphWith(4, testDeps({ env: counted.env }));
    await graph.applyPage(input);
    const answer = await graph.chokePoints(100);
    expect(answer).toEqual(expected);
    expect(counted.calls.get('chokePicture')).toBe(4);
    const cuts = answer.points.find(({ from, to }) => from.id === ADA && to.id === ADMINS.id)?.cuts;
    expect(cuts).toBe(answer.identities);
    expect(answer.identities).toBe(1 + DESKS.length);
    // and every person is cut off whom what-if says would be
    const lost = await graph.whatIf([{ kind: 'edge', from: ADA, to: ADMINS.id, edgeKind: 'MEMBER_OF' }]);
    expect(lost.tierZero.count).toBe(cuts);
  });
});
