import { expect, test } from 'vitest';
import { createLab } from './lab.ts';
import { bodyOf, handClock, testLab } from './testing/lab-client.ts';
import type { PathEnd, PlantedPath } from './world/estate/estate.ts';
import type { World } from './world/world.ts';
import { rolesOf, tierOf } from './world/world.ts';

/** Whether a node of a path is in the org. */
function exists(world: World, { kind, nativeId }: PathEnd): boolean {
  const { estate } = world;
  if (kind === 'account') return world.users.has(nativeId);
  if (kind === 'group') return world.groups.has(nativeId);
  if (kind === 'app') return world.apps.has(nativeId);
  if (kind === 'ai_agent') return estate.aiAgents.some(({ id }) => id === nativeId);
  if (kind === 'agent_pool') return estate.agentPools.some(({ id }) => id === nativeId);
  if (kind === 'agent') {
    return estate.agentPools.some(({ agents }) => JSON.stringify(agents).includes(`"${nativeId}"`));
  }
  if (kind === 'credential') {
    const [, appId, secretId] = nativeId.split('/');
    if (appId === undefined) return world.tokens.has(nativeId);
    return (estate.secrets.get(appId) ?? []).some(({ id }) => id === secretId);
  }
  return kind === 'external' || nativeId === 'org';
}

/** Whether one step of a path is true of the org, judged from its state alone. */
function holds(world: World, via: string, from: PathEnd, to: PathEnd): boolean {
  const { estate } = world;
  const roles = from.kind === 'account' ? rolesOf(world, from.nativeId).map(({ role }) => role) : [];
  const targets = (type: string) =>
    roles.filter((role) => role.type === type).map((role) => estate.roleTargets.get(role.id) ?? 'all');
  if (via === 'SUPER_ADMIN') {
    if (from.kind === 'account') return tierOf(world, from.nativeId) === 'global admin';
    if (from.kind === 'group') return (world.groupRoles.get(from.nativeId) ?? []).some(({ type }) => type === via);
    return (world.clients.get(from.nativeId)?.roles ?? []).some(({ type }) => type === via);
  }
  if (via === 'API_TOKEN_FOR') return world.tokens.get(from.nativeId)?.userId === to.nativeId;
  if (via === 'READ_CLIENT_SECRET') return targets('APP_ADMIN').includes('all');
  if (via === 'SECRET_OF') return from.nativeId.split('/')[1] === to.nativeId;
  if (via === 'APP_ADMIN') return targets('APP_ADMIN').includes('all');
  if (via === 'HELP_DESK_ADMIN') return targets('HELP_DESK_ADMIN').includes('all');
  if (via === 'READ_PASSWORD_UPDATES') {
    const pushes = world.apps.get(from.nativeId)?.features.includes('PUSH_PASSWORD_UPDATES') === true;
    return pushes && world.appUsers.get(from.nativeId)?.has(to.nativeId) === true;
  }
  if (via === 'ASSIGNED_TO') {
    if (from.kind === 'group') return world.appGroups.get(to.nativeId)?.has(from.nativeId) === true;
    return world.appUsers.get(to.nativeId)?.has(from.nativeId) === true;
  }
  if (via === 'CONNECTS_TO') {
    return JSON.stringify(estate.aiAgentConnections.get(from.nativeId) ?? []).includes(`:${to.nativeId}"`);
  }
  if (via === 'OWNER_OF') return (estate.groupOwners.get(to.nativeId) ?? []).some(({ id }) => id === from.nativeId);
  if (via === 'GROUP_MEMBERSHIP_ADMIN') {
    return targets(via).some((target) => target !== 'all' && target.groupIds.includes(to.nativeId));
  }
  if (via === 'ADD_MEMBER') {
    return roles.some((role) => {
      const permissions = world.customRoles.find(({ id }) => id === role.custom?.roleId)?.permissions ?? [];
      const resources = estate.resourceSetMembers.get(role.custom?.resourceSetId ?? '') ?? [];
      const named = resources.some(({ orn }) => orn.endsWith(`:groups:${to.nativeId}`));
      return permissions.includes('okta.groups.members.manage') && named;
    });
  }
  const pools = JSON.stringify(estate.agentPools).toLowerCase();
  if (via === 'HOSTS_AGENT') return pools.includes(from.nativeId.split('/')[1] ?? '?');
  if (via === 'AGENT_MEMBER_OF') return pools.includes(from.nativeId.toLowerCase());
  return via === 'AGENT_POOL_FOR' && from.nativeId === to.nativeId;
}

test.each([60, 120, 500, 2000])('with %i people every step of every planted path is true of the org', (people) => {
  for (const seed of [1, 2, 3]) {
    const { world } = createLab({ clock: handClock(), people, seed });
    const { paths } = world.estate;
    expect(paths.filter(({ open }) => open).length).toBeGreaterThanOrEqual(6);
    expect(paths.filter(({ open }) => !open).length).toBeGreaterThanOrEqual(2);
    expect(new Set(paths.map(({ name }) => name)).size).toBe(paths.length);
    for (const path of paths) {
      const nodes = [path.from, ...path.through, path.to];
      expect(path.via.length, path.name).toBe(nodes.length - 1);
      for (const node of nodes) expect(exists(world, node), `${path.name} ${node.kind} ${node.nativeId}`).toBe(true);
      path.via.forEach((via, i) => {
        const [from, to] = [nodes[i], nodes[i + 1]];
        if (from === undefined || to === undefined) throw new Error('a path has too few nodes');
        expect(holds(world, via, from, to), `${path.name}: ${via} at ${people}/${seed}`).toBe(true);
      });
    }
  }
});

test('who got a role for a path has no problem that the truth lists', () => {
  for (const seed of [1, 2, 3, 4]) {
    for (const people of [60, 500]) {
      const lab = createLab({ clock: handClock(), people, seed });
      const { world } = lab;
      const failing = new Set(
        lab
          .truth()
          .filter(({ verdict }) => verdict === 'fail')
          .map(({ subject }) => subject.nativeId),
      );
      for (const name of ['service-account-to-jewel', 'group-admin-to-jewel']) {
        const path = world.estate.paths.find((one) => one.name === name);
        if (path !== undefined) expect(failing.has(path.from.nativeId), `${name} ${people}/${seed}`).toBe(false);
      }
    }
  }
});

test('the control lists them, the open ones apart from the near misses', async () => {
  const { lab, ask } = testLab({ people: 500 });
  const list = async (query: string) => (await bodyOf<{ data: PlantedPath[] }>(ask(`/lab/paths${query}`))).data;
  const all = await list('');
  expect(all).toEqual(lab.world.estate.paths);
  const [open, closed] = [await list('?open=true'), await list('?open=false')];
  expect(open.length + closed.length).toBe(all.length);
  expect(open.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      'dormant-token',
      'client-secret',
      'password-push',
      'service-account-to-jewel',
      'agent-host',
    ]),
  );
  expect(closed.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      'manage-privileged-app',
      'help-desk-to-admin',
      'group-admin-to-role',
      'service-account-group',
    ]),
  );
});

test('the same seed plants the same paths', () => {
  const make = (seed: number) => createLab({ clock: handClock(), people: 150, seed }).world.estate;
  expect(make(5)).toEqual(make(5));
  expect(make(5).paths).not.toEqual(make(6).paths);
});
