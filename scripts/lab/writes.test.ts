import { expect, test } from 'vitest';
import { eventsOf, testLab } from './testing/lab-client.ts';
import type { User } from './world/model.ts';
import { rolesOf } from './world/world.ts';

function writable() {
  const kit = testLab({ people: 300 });
  const { world } = kit.lab;
  const worker = (also: (user: User) => boolean = () => true): User => {
    for (const user of world.users.values()) {
      if (
        user.status === 'ACTIVE' &&
        user.id !== world.rootAdminId &&
        rolesOf(world, user.id).length === 0 &&
        also(user)
      )
        return user;
    }
    throw new Error('nobody fits');
  };
  const does = async (method: string, path: string, body?: unknown) => {
    let status = 0;
    const events = await eventsOf(kit.lab, async () => {
      status = (await kit.ask(path, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })).status;
    });
    return { status, types: events.map(({ eventType }) => eventType), events };
  };
  return { ...kit, world, worker, does };
}

test('every write tells the log who did it with which token', async () => {
  const { world, worker, does } = writable();
  const user = worker();
  const { events } = await does('DELETE', `/api/v1/users/${user.id}/sessions?oauthTokens=true`);
  expect(events).toHaveLength(1);
  expect(events[0]).toMatchObject({
    eventType: 'user.session.clear',
    actor: { id: world.rootAdminId, type: 'User' },
    target: [{ id: user.id, type: 'User' }],
    transaction: { detail: { requestApiTokenId: [...world.tokenSecrets.values()][0] } },
  });
});

test('suspend works on active users only, and unsuspend undoes it', async () => {
  const { worker, does } = writable();
  const user = worker();
  expect(await does('POST', `/api/v1/users/${user.id}/lifecycle/suspend`)).toMatchObject({
    status: 200,
    types: ['user.lifecycle.suspend'],
  });
  expect(user.status).toBe('SUSPENDED');
  expect(await does('POST', `/api/v1/users/${user.id}/lifecycle/suspend`)).toMatchObject({ status: 400, types: [] });
  expect(await does('POST', `/api/v1/users/${user.id}/lifecycle/unsuspend`)).toMatchObject({
    status: 200,
    types: ['user.lifecycle.unsuspend'],
  });
});

test('deactivation takes apps, groups, roles and tokens along; activation brings the rules back', async () => {
  const { world, worker, does } = writable();
  const user = worker(({ provider }) => provider.type === 'OKTA');
  const { types } = await does('POST', `/api/v1/users/${user.id}/lifecycle/deactivate`);
  expect(types).toEqual(
    expect.arrayContaining([
      'user.lifecycle.deactivate',
      'application.user_membership.remove',
      'group.user_membership.remove',
    ]),
  );
  expect(user.status).toBe('DEPROVISIONED');
  expect(world.userApps.get(user.id)?.size).toBe(0);
  const again = await does('POST', `/api/v1/users/${user.id}/lifecycle/activate`);
  expect(again.types).toEqual(expect.arrayContaining(['user.lifecycle.activate', 'group.user_membership.add']));
});

test('roles can be granted and taken away, inherited ones not', async () => {
  const { world, worker, does } = writable();
  const user = worker();
  expect(await does('POST', `/api/v1/users/${user.id}/roles`, { type: 'APP_ADMIN' })).toMatchObject({
    status: 201,
    types: ['user.account.privilege.grant'],
  });
  expect(await does('POST', `/api/v1/users/${user.id}/roles`, { type: 'KING' })).toMatchObject({ status: 400 });
  const [role] = world.userRoles.get(user.id) ?? [];
  expect(await does('DELETE', `/api/v1/users/${user.id}/roles/${role?.id}`)).toMatchObject({
    status: 204,
    types: ['user.account.privilege.revoke'],
  });
  for (const [groupId, [inherited]] of world.groupRoles) {
    const [member] = world.members.get(groupId) ?? [];
    expect((await does('DELETE', `/api/v1/users/${member}/roles/${inherited?.id}`)).status).toBe(404);
  }
});

test('membership is idempotent, gives and takes apps, and app groups cannot be changed', async () => {
  const { world, worker, does, clock } = writable();
  const group = [...world.groups.values()].find(({ name }) => name === 'Engineering');
  const user = worker(({ profile }) => profile.department !== 'Engineering');
  const path = `/api/v1/groups/${group?.id}/users/${user.id}`;
  clock.advance(1000);
  const added = await does('PUT', path);
  expect(added.status).toBe(204);
  expect(added.types).toEqual(expect.arrayContaining(['group.user_membership.add', 'application.user_membership.add']));
  expect(group?.lastMembershipUpdated).toBe(clock.now());
  expect(await does('PUT', path)).toMatchObject({ status: 204, types: [] });
  expect((await does('DELETE', path)).types).toContain('application.user_membership.remove');
  expect(await does('DELETE', path)).toMatchObject({ status: 204, types: [] });
  const imported = [...world.groups.values()].find(({ type }) => type === 'APP_GROUP');
  expect((await does('PUT', `/api/v1/groups/${imported?.id}/users/${user.id}`)).status).toBe(403);
  expect((await does('PUT', `/api/v1/groups/${world.everyoneId}/users/${user.id}`)).status).toBe(403);
});

test('direct app assignments can be taken, those of a group only through the group', async () => {
  const { world, does } = writable();
  const all = [...world.appUsers.values()].flatMap((users) => [...users.values()]);
  const [direct, byGroup] = [all.find(({ scope }) => scope === 'USER'), all.find(({ scope }) => scope === 'GROUP')];
  expect(await does('DELETE', `/api/v1/apps/${direct?.appId}/users/${direct?.userId}`)).toMatchObject({
    status: 204,
    types: ['application.user_membership.remove'],
  });
  expect((await does('DELETE', `/api/v1/apps/${byGroup?.appId}/users/${byGroup?.userId}`)).status).toBe(400);
  const taken = await does('DELETE', `/api/v1/apps/${byGroup?.appId}/groups/${byGroup?.groupId}`);
  expect(taken.types).toEqual(
    expect.arrayContaining(['group.application_assignment.remove', 'application.user_membership.remove']),
  );
});

test('factors, tokens, grants and apps can be taken away', async () => {
  const { world, worker, does } = writable();
  const user = worker(({ id }) => (world.factors.get(id)?.length ?? 0) > 0);
  const [factor] = world.factors.get(user.id) ?? [];
  expect(await does('DELETE', `/api/v1/users/${user.id}/factors/${factor?.id}`)).toMatchObject({
    status: 204,
    types: ['user.mfa.factor.deactivate'],
  });
  expect(await does('POST', `/api/v1/users/${user.id}/lifecycle/reset_factors`)).toMatchObject({
    status: 200,
    types: ['user.mfa.factor.reset_all'],
  });
  const token = [...world.tokens.values()].find(({ name }) => name === 'terraform');
  expect(await does('DELETE', `/api/v1/api-tokens/${token?.id}`)).toMatchObject({
    status: 204,
    types: ['system.api_token.revoke'],
  });
  const [grant] = world.grants.values();
  expect((await does('DELETE', `/api/v1/apps/${grant?.appId}/grants/${grant?.id}`)).status).toBe(204);
  const app = [...world.apps.values()].find(({ status }) => status === 'ACTIVE');
  expect(await does('POST', `/api/v1/apps/${app?.id}/lifecycle/deactivate`)).toMatchObject({
    status: 200,
    types: ['application.lifecycle.deactivate'],
  });
});

test('the root administrator cannot be locked out', async () => {
  const { world, does } = writable();
  expect((await does('POST', `/api/v1/users/${world.rootAdminId}/lifecycle/suspend`)).status).toBe(403);
  const [role] = world.userRoles.get(world.rootAdminId) ?? [];
  expect((await does('DELETE', `/api/v1/users/${world.rootAdminId}/roles/${role?.id}`)).status).toBe(403);
});
