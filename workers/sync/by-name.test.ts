import { describe, expect, it } from 'vitest';
import { nodeId } from '../graph/model.ts';
import type { FakeUser } from './testing/fake-okta.ts';
import { createHarness, type Harness } from './testing/harness.ts';
import { smallOrg } from './testing/small-org.ts';

const login = (n: number) => `00u${n}@acme.test`;

/** What the user's profile says; `managerId` as a directory maps it, or as Okta itself has it. */
function say(user: FakeUser | undefined, more: Record<string, unknown>, at?: number): void {
  if (!user) throw new Error('there is no such user');
  if (at !== undefined) user.lastUpdated = at;
  user.body = {
    profile: {
      login: `${user.id}@acme.test`,
      email: `${user.id}@acme.test`,
      firstName: 'A',
      lastName: user.id,
      ...more,
    },
  };
}

/** Native ids of those whose edge leads to the account, on whichever shard it lies. */
async function managersOf(h: Harness, n: number): Promise<string[]> {
  const to = nodeId('account', h.sourceId, `00u${n}`);
  const { data } = await h.graph.edges({ kind: 'MANAGER_OF', to, limit: 10 });
  const named = new Map(h.okta.org.users.map(({ id }) => [nodeId('account', h.sourceId, id), id]));
  return data.map(({ from }) => named.get(from.id) ?? from.id);
}

/** Of ten people, those whose profile names the manager by login come before and after the manager. */
function org() {
  const made = smallOrg(10);
  for (const user of made.users) say(user, {});
  say(made.users[1], { managerId: login(8) });
  say(made.users[9], { managerId: login(8).toUpperCase() });
  say(made.users[2], { managerId: '00u8' });
  say(made.users[3], { managerId: '4711' });
  say(made.users[4], { managerId: login(4) });
  return made;
}

describe.each([1, 3])('managers who are named by login, over %i shard(s)', (shards) => {
  it('are found whichever account is read first, and written once', async () => {
    const h = await createHarness(org(), { shards });
    h.okta.pageSize.users = 2;
    expect(await h.sync()).toMatchObject({ status: 'succeeded' });
    expect(await managersOf(h, 1)).toEqual(['00u8']);
    expect(await managersOf(h, 9)).toEqual(['00u8']);
    expect(await managersOf(h, 2)).toEqual(['00u8']);
    // a payroll number, and somebody who is their own manager
    expect(await managersOf(h, 3)).toEqual([]);
    expect(await managersOf(h, 4)).toEqual([]);
    expect(await h.sync()).toMatchObject({ rowsWritten: 0 });
  });

  it('change with the profile, in a full sync and in a delta', async () => {
    const h = await createHarness(org(), { shards });
    await h.sync();
    const [, first, , , , fifth] = h.okta.org.users;
    say(first, { managerId: login(7) }, h.clock.now());
    await h.delta();
    expect(await managersOf(h, 1)).toEqual(['00u7']);
    // who gets the login that others name is their manager from then on
    say(fifth, { login: 'boss@acme.test' });
    say(first, { managerId: 'Boss@acme.test' });
    await h.sync();
    expect(await managersOf(h, 1)).toEqual(['00u5']);
    say(first, { managerId: '00u6' });
    await h.sync();
    expect(await managersOf(h, 1)).toEqual(['00u6']);
    say(first, {});
    await h.sync();
    expect(await managersOf(h, 1)).toEqual([]);
  });

  it('follow a login that a delta tells of', async () => {
    const h = await createHarness(org(), { shards });
    const [, first, , , , fifth] = h.okta.org.users;
    say(first, { managerId: 'boss@acme.test' });
    await h.sync();
    expect(await managersOf(h, 1)).toEqual([]);
    say(fifth, { login: 'boss@acme.test' }, h.clock.now());
    await h.delta();
    expect(await managersOf(h, 1)).toEqual(['00u5']);
    expect(await h.sync()).toMatchObject({ rowsWritten: 0 });
  });
});
