import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MINUTE } from '../platform/clock.ts';
import { updateSource } from '../sources/sources.repository.ts';
import { runDelta } from './delta.ts';
import { happen } from './testing/fake-log.ts';
import type { FakeApp, FakeGroup, FakeOrg, FakeUser } from './testing/fake-okta.ts';
import { dumpGraph } from './testing/graph-dump.ts';
import { crashingEngine, createHarness, type Harness } from './testing/harness.ts';
import { actOnInventory, INVENTORY_ACTS, inventoryWorld, isInventoryAct } from './testing/inventory-world.ts';

/*
 * Whatever happens at the source, a delta (with the events that the source sends) ends in the graph that a full sync of a
 * new source makes: also when it dies on its way, in whatever order the source lists things.
 */

const STATUSES = ['ACTIVE', 'SUSPENDED', 'DEPROVISIONED', 'STAGED', 'LOCKED_OUT'];
const ROLES = ['SUPER_ADMIN', 'ORG_ADMIN', 'HELP_DESK_ADMIN', 'ROLE_OF_TOMORROW'];
const FACTORS = ['push', 'sms', 'webauthn', 'factor_of_tomorrow'];

const some = fc.nat({ max: 1_000_000 });
const operation = fc.record({
  op: fc.constantFrom(
    'status',
    'rename',
    'create',
    'delete',
    'join',
    'leave',
    'groupCreate',
    'groupDelete',
    'groupRename',
    'appCreate',
    'appDelete',
    'appRename',
    'assign',
    'unassign',
    'assignGroup',
    'role',
    'groupRole',
    'factors',
    ...INVENTORY_ACTS,
  ),
  a: some,
  b: some,
});
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

const pick = <T>(items: readonly T[], n: number): T | undefined => items[n % Math.max(1, items.length)];

function world(seed: number): FakeOrg {
  const users = Array.from(
    { length: 3 + (seed % 9) },
    (_, i): FakeUser => ({
      id: `00u${i}`,
      status: i === 0 ? 'ACTIVE' : (pick(STATUSES, (seed >> i) % 7) ?? 'ACTIVE'),
      factors: i % 2 === 0 ? [{ id: `f${i}`, factorType: 'push', status: 'ACTIVE' }] : [],
      roles: i === 0 ? [{ type: 'SUPER_ADMIN' }] : [],
      lastUpdated: 1,
    }),
  );
  const ids = users.filter((user) => user.status !== 'DEPROVISIONED').map((user) => user.id);
  const group = (i: number): FakeGroup => ({
    id: `00g${i}`,
    name: `Group ${i}`,
    type: 'OKTA_GROUP',
    members: ids.filter((_, n) => (seed >> (n + i)) % 2 === 1),
    roles: i === 1 ? [{ type: 'APP_ADMIN' }] : [],
    lastUpdated: 1,
    lastMembershipUpdated: 1,
  });
  const apps = [0, 1].map(
    (i): FakeApp => ({
      id: `0oa${i}`,
      label: `App ${i}`,
      users: ids.slice(i, i + 3).map((id) => ({ id, status: 'ACTIVE' })),
      groups: i === 0 ? ['00g0'] : [],
      lastUpdated: 1,
    }),
  );
  const everyone: FakeGroup = {
    ...group(0),
    id: '00gEveryone',
    name: 'Everyone',
    type: 'BUILT_IN',
    members: ids,
    roles: [],
  };
  return { users, groups: [everyone, ...[0, 1, 2].map(group)], apps, more: inventoryWorld(seed) };
}

/** Does something at the source as Okta does: its times and its log tell, each what they tell there. */
async function act(h: Harness, { op, a, b }: Operation, n: number): Promise<void> {
  const { org } = h.okta;
  if (isInventoryAct(op)) return actOnInventory(h, op, { a, b, n });
  const now = h.clock.now();
  const user = pick(org.users, a);
  const group = pick(org.groups.slice(1), b);
  const app = pick(org.apps, b);
  const touchMembers = (one: FakeGroup) => Object.assign(one, { lastMembershipUpdated: now });
  const dropUser = (id: string) => {
    for (const one of org.groups.filter(({ members }) => members.includes(id))) {
      one.members = one.members.filter((member) => member !== id);
      touchMembers(one);
    }
  };
  if (op === 'create') {
    org.users.push({ id: `00un${n}`, status: 'ACTIVE', factors: [], roles: [], lastUpdated: now });
    for (const everyone of org.groups.slice(0, 1)) touchMembers(everyone).members.push(`00un${n}`);
  } else if (op === 'groupCreate') {
    const members = user && user.status !== 'DEPROVISIONED' ? [user.id] : [];
    const times = { lastUpdated: now, lastMembershipUpdated: now };
    org.groups.push({ id: `00gn${n}`, name: `New ${n}`, type: 'OKTA_GROUP', members, roles: [], ...times });
  } else if (op === 'appCreate') {
    org.apps.push({ id: `0oan${n}`, label: `New ${n}`, users: [], groups: group ? [group.id] : [], lastUpdated: now });
    if (group) await assignmentTold(h, 'add', group.id, `0oan${n}`);
  } else if (op === 'appRename' && app) {
    Object.assign(app, { label: `Renamed ${n}`, lastUpdated: now });
  } else if (op === 'appDelete' && app && org.apps.length > 1) {
    org.apps = org.apps.filter((one) => one !== app);
    for (const id of app.groups) await assignmentTold(h, 'remove', id, app.id);
  } else if (op === 'groupRename' && group) {
    Object.assign(group, { name: `Renamed ${n}`, lastUpdated: now });
  } else if (op === 'groupDelete' && group) {
    org.groups = org.groups.filter((one) => one !== group);
    for (const one of org.apps) one.groups = one.groups.filter((id) => id !== group.id);
    await happen(h, 'group.lifecycle.delete', [['UserGroup', group.id]]);
  } else if (op === 'groupRole' && group) {
    group.roles = group.roles.length > 0 ? [] : [{ type: pick(ROLES, a) ?? '' }];
    await happen(h, 'group.privilege.grant', [['UserGroup', group.id]], { refresh: true });
  } else if (op === 'assignGroup' && group && app) {
    app.groups = app.groups.includes(group.id) ? app.groups.filter((id) => id !== group.id) : [...app.groups, group.id];
    await assignmentTold(h, app.groups.includes(group.id) ? 'add' : 'remove', group.id, app.id);
  } else if (user) await actOnUser(h, { op, a, b }, user, { group, app, n, touchMembers, dropUser });
}

/** Okta counts a group's apps, and no time of the group tells when that changes: the log does. */
function assignmentTold(h: Harness, way: 'add' | 'remove', group: string, app: string): Promise<void> {
  return happen(h, `group.application_assignment.${way}`, [
    ['UserGroup', group],
    ['AppInstance', app],
  ]);
}

async function actOnUser(
  h: Harness,
  { op, b }: Operation,
  user: FakeUser,
  on: {
    group: FakeGroup | undefined;
    app: FakeApp | undefined;
    n: number;
    touchMembers(group: FakeGroup): void;
    dropUser(id: string): void;
  },
): Promise<void> {
  const { org } = h.okta;
  const { group, app, n } = on;
  const gone = user.status === 'DEPROVISIONED';
  const isFirst = user.id === '00u0';
  if (op === 'rename') Object.assign(user, { name: `N${n}`, lastUpdated: h.clock.now() });
  else if (op === 'role') user.roles = isFirst ? user.roles : [{ type: pick(ROLES, b) ?? '' }].slice(b % 2);
  else if (op === 'status' && !isFirst && !gone) {
    Object.assign(user, { status: pick(STATUSES, b), lastUpdated: h.clock.now() });
    if (user.status !== 'DEPROVISIONED') return;
    on.dropUser(user.id);
    for (const one of org.apps.filter(({ users }) => users.some(({ id }) => id === user.id))) {
      one.users = one.users.filter(({ id }) => id !== user.id);
      await happen(h, 'application.user_membership.remove', [
        ['User', user.id],
        ['AppInstance', one.id],
      ]);
    }
  } else if (op === 'delete' && !isFirst) {
    org.users = org.users.filter((one) => one !== user);
    on.dropUser(user.id);
    for (const one of org.apps) one.users = one.users.filter(({ id }) => id !== user.id);
    await happen(h, 'user.lifecycle.delete.completed', [['User', user.id]]);
  } else if (op === 'join' && group && !gone && !group.members.includes(user.id)) {
    group.members.push(user.id);
    on.touchMembers(group);
  } else if (op === 'leave' && group?.members.includes(user.id)) {
    group.members = group.members.filter((id) => id !== user.id);
    on.touchMembers(group);
  } else if (op === 'factors') {
    user.factors = [{ id: `fn${n}`, factorType: pick(FACTORS, b) ?? '', status: 'ACTIVE' }].slice(b % 2);
    await happen(h, 'user.mfa.factor.update', [['User', user.id]]);
  } else if (op === 'assign' && app && !gone && !app.users.some(({ id }) => id === user.id)) {
    app.users.push({ id: user.id, status: 'PROVISIONED' });
    const targets: [string, string][] = [
      ['User', user.id],
      ['AppInstance', app.id],
    ];
    await happen(h, 'application.user_membership.add', targets, { refresh: true });
  } else if (op === 'unassign' && app?.users.some(({ id }) => id === user.id)) {
    app.users = app.users.filter(({ id }) => id !== user.id);
    await happen(h, 'application.user_membership.remove', [
      ['User', user.id],
      ['AppInstance', app.id],
    ]);
  }
}

async function harnessOf(org: FakeOrg, shards: number): Promise<Harness> {
  const h = await createHarness(org, { shards });
  h.okta.pageSize = { users: 3, groups: 2, members: 2 };
  // no custom roles and resource sets: they are the inventory's
  h.okta.faults.push((path) =>
    /^\/api\/v1\/iam\/(roles|resource-sets)/.test(path)
      ? Response.json({ roles: [], 'resource-sets': [], _links: {} })
      : undefined,
  );
  await updateSource(h.deps, h.tenantId, h.sourceId, { removalLimitPercent: 100 });
  return h;
}

describe('a delta sync', () => {
  it('ends in the graph of a full sync', async () => {
    await fc.assert(
      fc.asyncProperty(
        some,
        fc.array(operation, { maxLength: 14 }),
        fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 3 }),
        fc.constantFrom(1, 3),
        async (seed, operations, deaths, shards) => {
          const h = await harnessOf(world(seed), shards);
          await h.sync();
          h.clock.advance(60 * MINUTE);
          let n = 0;
          for (const one of operations) {
            h.clock.advance(1_500);
            await act(h, one, n++);
          }
          for (const items of [h.okta.org.users, h.okta.org.apps]) items.reverse();
          // what a refresh would have read by then, and did not
          h.clock.advance(20 * MINUTE);
          const kill = { before: deaths.filter((d) => d % 2 === 0), after: deaths.filter((d) => d % 2 === 1) };
          const params = {
            kind: 'delta',
            tenantId: h.tenantId,
            sourceId: h.sourceId,
            runId: `syn_d${h.tenantId}`,
            quiet: true,
          } as const;
          const ended: unknown[] = [];
          await crashingEngine(h, kill).run(async (stepper) => {
            ended.push(await runDelta(h.tools, params, stepper, h.clock.now()));
          });
          expect(ended.at(-1)).toMatchObject({ status: expect.stringMatching(/^(succeeded|nothing)$/) });

          const fresh = await harnessOf(structuredClone(h.okta.org), 1);
          await fresh.sync();
          expect(await dumpGraph(h)).toEqual(await dumpGraph(fresh));

          // nothing more to do: not a row
          expect(await h.delta()).toBeNull();
          expect(await h.sync()).toMatchObject({ rowsWritten: 0 });
        },
      ),
      { numRuns: 10, seed: 20261122, endOnFailure: true },
    );
  }, 240_000);
});
