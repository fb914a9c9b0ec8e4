import { expect, test } from 'vitest';
import { bodyOf, type Item, nextOf, testLab, walk } from './testing/lab-client.ts';

test('every answer carries the date, a request id and the rate limit, errors too', async () => {
  const { ask, clock } = testLab();
  for (const [path, token] of [
    ['/api/v1/users'],
    ['/api/v1/users/nobody'],
    ['/api/v1/nowhere'],
    ['/api/v1/users', null],
  ] as const) {
    const { headers } = await ask(path, token === undefined ? {} : { token });
    expect(Date.parse(headers.get('date') ?? '')).toBe(clock.now());
    expect(headers.get('x-okta-request-id')).toHaveLength(32);
    expect(Number(headers.get('x-rate-limit-remaining'))).toBeLessThan(Number(headers.get('x-rate-limit-limit')));
    expect(Number(headers.get('x-rate-limit-reset')) * 1000).toBeGreaterThan(clock.now());
  }
});

test('a bucket runs dry, answers 429, and is full again after a minute', async () => {
  const { ask, clock } = testLab();
  const limits: (string | null)[] = [];
  for (let i = 0; i < 100; i++) {
    const response = await ask('/api/v1/apps?limit=1');
    expect(response.status).toBe(200);
    limits.push(response.headers.get('x-rate-limit-remaining'));
  }
  expect(limits.slice(0, 2)).toEqual(['99', '98']);
  const refused = await ask('/api/v1/apps?limit=1');
  expect(refused.status).toBe(429);
  expect(refused.headers.get('x-rate-limit-remaining')).toBe('0');
  expect(await bodyOf(refused)).toMatchObject({ errorCode: 'E0000047' });
  expect((await ask('/api/v1/groups?limit=1')).status).toBe(200);
  clock.advance(60_000);
  expect((await ask('/api/v1/apps?limit=1')).status).toBe(200);
});

test('the multiplier scales the buckets', async () => {
  const { ask, post } = testLab();
  await post('/lab/faults', { rateMultiplier: 0.05 });
  expect((await ask('/api/v1/logs')).headers.get('x-rate-limit-limit')).toBe('6');
});

test('paging shows everything exactly once, even while the list changes', async () => {
  const { lab, ask } = testLab();
  const users = await walk<Item>(ask, '/api/v1/users?limit=7&filter=status%20pr%20or%20id%20pr').catch(() => null);
  expect(users).toBeNull();
  const all = await walk<Item>(
    ask,
    `/api/v1/users?limit=7&filter=${encodeURIComponent('lastUpdated gt "1970-01-01T00:00:00.000Z"')}`,
  );
  expect(all.map(({ id }) => id).sort()).toEqual([...lab.world.users.keys()].sort());
  expect((await walk<Item>(ask, '/api/v1/groups?limit=3')).length).toBe(lab.world.groups.size);
  expect((await walk<Item>(ask, '/api/v1/apps?limit=4')).length).toBe(lab.world.apps.size);
  const members = `/api/v1/groups/${lab.world.everyoneId}/users?limit=10`;
  const seen: string[] = [];
  for (let url: string | null = members; url !== null; ) {
    const response: Response = await ask(url);
    url = nextOf(response);
    seen.push(...(await bodyOf<Item[]>(response)).map(({ id }) => id));
    // The last one seen leaves: the walk must neither stop nor repeat.
    lab.world.members.get(lab.world.everyoneId)?.delete(seen.at(-1) ?? '');
  }
  expect(new Set(seen).size).toBe(seen.length);
});

test('the body-paged lists walk to their end too', async () => {
  const { lab, ask } = testLab({ people: 400 });
  const ids: string[] = [];
  for (let url: string | undefined = '/api/v1/iam/assignees/users?limit=9'; url !== undefined; ) {
    const page: { value: Item[]; _links: { next?: { href: string } } } = await bodyOf(ask(url));
    ids.push(...page.value.map(({ id }) => id));
    url = page._links.next?.href;
  }
  expect(ids.sort()).toEqual([...lab.world.userRoles.keys()].sort());
});

test('a plain list and q hide the deactivated, filter and search show them', async () => {
  const { ask, clock } = testLab({ people: 400 });
  clock.advance(5_000);
  const statuses = async (query: string) =>
    new Set((await walk<Item>(ask, `/api/v1/users?${query}`)).map(({ status }) => status));
  expect((await statuses('limit=200')).has('DEPROVISIONED')).toBe(false);
  expect((await statuses('q=a')).has('DEPROVISIONED')).toBe(false);
  expect(await statuses(`filter=${encodeURIComponent('status eq "DEPROVISIONED"')}`)).toEqual(
    new Set(['DEPROVISIONED']),
  );
  expect((await statuses(`search=${encodeURIComponent('profile.department sw "E"')}`)).has('DEPROVISIONED')).toBe(true);
});

test('users can be found by log-in and by filter', async () => {
  const { lab, ask } = testLab();
  const root = lab.world.users.get(lab.world.rootAdminId);
  const login = root?.profile.login ?? '';
  expect((await bodyOf<Item>(ask(`/api/v1/users/${login}`))).id).toBe(root?.id);
  for (const filter of [
    `profile.login eq "${login}"`,
    `id eq "${root?.id}" and (status eq "ACTIVE" or status eq "SUSPENDED")`,
  ]) {
    const found = await bodyOf<Item[]>(ask(`/api/v1/users?filter=${encodeURIComponent(filter)}`));
    expect(found.map(({ id }) => id)).toEqual([root?.id]);
  }
});

test.each([
  ['/api/v1/users/nobody', 404, 'E0000007'],
  ['/api/v1/groups/nothing', 404, 'E0000007'],
  ['/api/v1/nowhere', 404, 'E0000022'],
  ['/api/v1/users?filter=profile.title%20eq%20%22x%22', 400, 'E0000031'],
  ['/api/v1/users?filter=status%20ne%20%22ACTIVE%22', 400, 'E0000031'],
  ['/api/v1/users?filter=status%20eq', 400, 'E0000031'],
  ['/api/v1/policies', 400, 'E0000053'],
])('%s answers %i %s', async (path, status, errorCode) => {
  const { ask } = testLab({ people: 60 });
  const response = await ask(path);
  expect(response.status).toBe(status);
  expect(await bodyOf(response)).toMatchObject({ errorCode });
});

test('a known path with another method answers 405', async () => {
  const { ask } = testLab({ people: 60 });
  const response = await ask('/api/v1/users', { method: 'PATCH' });
  expect(response.status).toBe(405);
  expect(response.headers.get('allow')).toBe('GET');
});

test('an unchanged org answers the same twice', async () => {
  const { ask, clock } = testLab({ people: 60 });
  const read = async () => {
    const parts = [
      '/api/v1/users',
      '/api/v1/groups?expand=stats',
      '/api/v1/apps',
      '/api/v1/org',
      '/api/v1/zones',
      '/api/v1/policies?type=PASSWORD',
    ];
    return await Promise.all(parts.map(async (path) => await (await ask(path)).text()));
  };
  const before = await read();
  clock.advance(3_600_000);
  expect(await read()).toEqual(before);
});
