import { beforeAll, describe, expect, it } from 'vitest';
import { manualClock, T0, testDeps } from '../../test/deps.ts';
import { callerOf, mounted } from '../api/test-caller.ts';
import { DAY, iso } from '../platform/clock.ts';
import { graphRoutes } from './graph.routes.ts';
import { accountId, edge, graphWith, group, identityId, ORG, page, person, role } from './testing/fixtures.ts';

/** What people and directories put into names. */
const ODD_NAMES = {
  long: 'Ж'.repeat(1_000),
  rtl: 'محمد \u202Eabc\u202C علي',
  control: 'a\u0000b\u0007c\nd\u001B[31m',
  formula: '=HYPERLINK("https://evil.test")',
  wide: '＝cmd|/c calc',
  astral: '𝒜𝒹𝒶 👩‍👩‍👧',
  lone: 'half \uD83D here',
};
const ODD = Object.entries(ODD_NAMES);
const GROUPS = ['alpha', 'beta', 'gamma', 'delta'].map((name) => group(name));

interface Body {
  data: { id: string; name: string }[];
  next: string | null;
  code?: string;
  detail?: string;
  identity: { name: string };
  node: { name: string };
}

async function world() {
  const made = await graphWith(3);
  const people = ODD.map(([native, name]) => person(native, {}, name));
  const [first] = GROUPS;
  await made.graph.applyPage(
    page({
      nodes: [...people.flatMap(({ nodes }) => nodes), ...GROUPS, role('SUPER_ADMIN'), ORG],
      edges: [
        ...people.flatMap(({ edges }) => edges),
        ...ODD.map(([native]) => edge(accountId(native), 'MEMBER_OF', first?.id ?? '')),
      ],
    }),
  );
  // a day later than what was read
  const deps = testDeps({ clock: manualClock(T0 + DAY) });
  const get = callerOf<Body>({ deps, tenantId: made.tenantId, routes: graphRoutes() });
  return { ...made, get, api: mounted({ deps, tenantId: made.tenantId, routes: graphRoutes() }) };
}

describe('what is asked oddly', () => {
  let get: Awaited<ReturnType<typeof world>>['get'];
  let api: Awaited<ReturnType<typeof world>>['api'];
  beforeAll(async () => {
    ({ get, api } = await world());
  });

  it.each([
    [
      '/identities',
      ['q=a', 'status=ACTIVE', 'tier=none', 'kind=human', 'sort=-name', 'sort=lastLogin', 'source=src_x'],
    ],
    ['/groups', ['q=a', 'criticality=ordinary', 'sort=criticality', 'status=ACTIVE']],
    ['/graph/edges', ['kind=MEMBER_OF', `from=${accountId('rtl')}`, `to=${GROUPS[0]?.id}`]],
    ['/graph/changes', ['kind=group', `node=${GROUPS[0]?.id}`]],
    ['/graph/queries/group-membership', [`asOf=${iso(T0)}`]],
    [`/graph/reachable-by?to=${GROUPS[0]?.id}`, [`asOf=${iso(T0)}`]],
  ])('%s goes on with another question only from the start', async (path, others) => {
    const at = (more: string) => `${path}${path.includes('?') ? '&' : '?'}limit=2${more}`;
    const since = path.endsWith('changes') ? `&since=${iso(T0 - DAY)}` : '';
    const { body } = await get(at(since));
    const cursor = body.next;
    expect([path, typeof cursor]).toEqual([path, 'string']);
    const on = await get(at(`${since}&cursor=${cursor}`));
    expect([path, on.status]).toEqual([path, 200]);
    // how many are told at once is no matter
    expect((await get(`${at(`${since}&cursor=${cursor}`).replace('limit=2', 'limit=3')}`)).status).toBe(200);
    for (const other of [...others, path.includes('changes') ? '' : `asOf=${iso(T0 + 1)}`].filter(Boolean)) {
      const { status, body: problem } = await get(at(`${since}&cursor=${cursor}&${other}`));
      expect([other, status, problem.code]).toEqual([other, 400, 'invalid_request']);
      expect(problem.detail).toContain('Start again without it');
    }
  });

  it.each([
    '/identities',
    '/groups',
    '/resources?kind=device',
    '/graph/edges',
    '/graph/unknown-powers',
    '/graph/tier-zero',
    '/graph/exposed',
    '/graph/choke-points',
    '/graph/queries?counts=true',
    '/graph/queries/group-membership',
  ])('%s of a moment to come is refused, and before the first sync there was nothing', async (path) => {
    const at = (moment: number) => `${path}${path.includes('?') ? '&' : '?'}asOf=${iso(moment)}`;
    const future = await get(at(T0 + 2 * DAY));
    expect([future.status, future.body.detail]).toEqual([400, 'asOf must not lie in the future.']);
    const before = await get(at(T0 - DAY));
    expect(before.status).toBe(200);
    if (!path.includes('counts')) expect(before.body.data).toEqual([]);
    expect((await get(at(T0))).status).toBe(200);
    expect((await get(`${path}${path.includes('?') ? '&' : '?'}asOf=yesterday`)).status).toBe(400);
  });

  it('tells of one thing that it was not there yet, or that its moment is to come', async () => {
    for (const path of [`/identities/${identityId('rtl')}`, `/groups/${GROUPS[0]?.id}`]) {
      expect((await get(path)).status).toBe(200);
      expect((await get(`${path}?asOf=${iso(T0 - DAY)}`)).status).toBe(404);
      expect((await get(`${path}?asOf=${iso(T0 + 2 * DAY)}`)).status).toBe(400);
    }
  });

  it('looks for a text of any length and kind', async () => {
    const found = async (q: string, asOf = '') =>
      (await get(`/identities?q=${encodeURIComponent(q)}${asOf}`)).body.data.map(({ id }) => id);
    for (const asOf of ['', `&asOf=${iso(T0)}`]) {
      // 50 bytes is where a LIKE pattern ends
      expect(await found('ж'.repeat(200), asOf)).toEqual([identityId('long')]);
      expect(await found('علي', asOf)).toEqual([identityId('rtl')]);
      expect(await found('👩‍👩‍👧', asOf)).toEqual([identityId('astral')]);
      expect(await found('%_', asOf)).toEqual([]);
      expect(await found("'; DROP TABLE node; --", asOf)).toEqual([]);
      expect(await found('\u0007c', asOf)).toEqual([identityId('control')]);
    }
    expect((await get(`/identities?q=${'x'.repeat(201)}`)).status).toBe(400);
  });

  it('lists and shows names that are odd', async () => {
    const paged: string[] = [];
    let next = '';
    do {
      const { body } = await get(`/identities?limit=2${next}`);
      paged.push(...body.data.map(({ id }) => id));
      next = body.next === null ? '' : `&cursor=${body.next}`;
    } while (next !== '');
    expect([...paged].sort()).toEqual(ODD.map(([native]) => identityId(native)).sort());
    for (const [native, name] of ODD) {
      const told = (await get(`/identities/${identityId(native)}`)).body.identity.name;
      // what no text may hold stands as a sign of its own
      expect(told).toBe(name.replaceAll('\u0000', '\uFFFD').replaceAll('\uD83D ', '\uFFFD '));
    }
  });

  it('hands them on as CSV that no spreadsheet runs', async () => {
    const answer = await api.request('/graph/queries/group-membership', { headers: { accept: 'text/csv' } });
    const text = await answer.text();
    for (const sign of ['=', '＝']) expect(text.match(new RegExp(`(^|[\\r\\n,"])${sign}`))).toBeNull();
    expect(text).toContain(`"'=HYPERLINK(""https://evil.test"")"`);
    expect(text).toContain(ODD_NAMES.long);
    expect(text).toContain(ODD_NAMES.rtl);
    expect(text).toContain('\nd');
  });
});
