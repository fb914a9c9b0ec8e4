import type { Org } from '../../actions/org.ts';
import { DAY } from '../../core/clock.ts';
import { PROJECTS } from '../catalog.ts';
import type { Group, GroupRule, User } from '../model.ts';
import { joinQuietly } from '../populate.ts';
import { groupNamed } from '../structure.ts';
import type { GroupPush } from './estate.ts';

const MOST_TEAMS = 400;

export function addEstateGroup(org: Org, name: string, description: string): Group {
  const created = org.clock.now() - org.rng.int(60, 900) * DAY;
  const group: Group = {
    id: org.ids.next('00g'),
    type: 'OKTA_GROUP',
    created,
    lastUpdated: created,
    lastMembershipUpdated: created,
    name,
    description,
  };
  org.world.groups.set(group.id, group);
  org.world.members.set(group.id, new Set());
  return group;
}

/** One team for every hundred people, with a few members and an owner each. */
export function addTeams(org: Org, people: number, everyone: readonly User[]): Group[] {
  const { rng, world } = org;
  const staff = everyone.filter((user) => user.status === 'ACTIVE' && user.id !== world.rootAdminId);
  const teams: Group[] = [];
  for (let i = 0; i < Math.min(MOST_TEAMS, Math.round(people / 100)); i++) {
    const team = addEstateGroup(org, `Team ${i + 1}`, `A team of about ten, number ${i + 1}`);
    for (let n = rng.int(5, 14); n > 0 && staff.length > 0; n--) {
      const member = rng.pick(staff);
      joinQuietly(org, team, member, Math.max(team.created, member.activated ?? member.created));
    }
    const [owner] = world.members.get(team.id) ?? [];
    if (owner !== undefined) addOwner(org, team, owner, 'USER');
    teams.push(team);
  }
  return teams;
}

export function addOwner(org: Org, group: Group, id: string, type: 'USER' | 'GROUP'): void {
  const owners = org.world.estate.groupOwners.get(group.id) ?? [];
  owners.push({ id, type, assigned: Math.min(org.clock.now(), group.created + 3 * DAY) });
  org.world.estate.groupOwners.set(group.id, owners);
}

function addRule(org: Org, name: string, expression: string, groups: readonly Group[], rest: Partial<GroupRule> = {}) {
  const created = org.clock.now() - org.rng.int(40, 300) * DAY;
  const id = org.ids.next('0pr');
  org.world.rules.set(id, {
    id,
    name,
    status: 'ACTIVE',
    created,
    lastUpdated: created,
    expression,
    groupIds: groups.map((group) => group.id),
    excludedUserIds: [],
    ...rest,
  });
}

/** Rules beyond the departments': one for contractors, and a few as odd as real orgs collect them. */
export function addRules(org: Org, everyone: readonly User[]): void {
  const contractors = addEstateGroup(org, 'Contractors', 'Everyone who is not an employee');
  addRule(org, 'Contractors', 'user.userType=="Contractor"', [contractors]);
  for (const user of everyone) {
    if (user.profile.userType !== 'Contractor' || user.status === 'DEPROVISIONED') continue;
    const when = Math.max(contractors.created, user.activated ?? user.created);
    joinQuietly(org, contractors, user, when);
  }
  const [first, second] = PROJECTS.slice(0, 2).map((name) => groupNamed(org, `Project ${name}`));
  if (first === undefined || second === undefined) return;
  // Each feeds the other: Okta allows it, and whoever walks rules must not hang on it.
  addRule(org, 'Aurora helps Basalt', `isMemberOfGroup("${first.id}")`, [second]);
  addRule(org, 'Basalt helps Aurora', `isMemberOfGroupName("${second.name}")`, [first]);
  addRule(org, 'Old cost centres', 'user.costCentre=="4711" AND NOT isMemberOfGroupNameStartsWith("Proj")', [first], {
    status: 'INVALID',
  });
  addRule(
    org,
    'Regex of last resort',
    'String.stringContains(user.title, "Pilot 🚀") OR user.city matches "^Z.*"',
    [],
    {
      status: 'INACTIVE',
    },
  );
}

/** Every app that can be kept up with groups is kept up with one, and with another that is switched off. */
export function addGroupPushes(org: Org): void {
  const { world, ids } = org;
  const [on, off] = [groupNamed(org, 'Engineering').id, groupNamed(org, 'Sales').id];
  for (const app of world.apps.values()) {
    if (app.status !== 'ACTIVE' || !app.features.includes('GROUP_PUSH')) continue;
    const push = (sourceGroupId: string, status: GroupPush['status']): GroupPush => ({
      id: ids.next('gPm'),
      sourceGroupId,
      targetGroupId: ids.next('00g'),
      created: app.lastUpdated,
      lastPush: Math.max(app.lastUpdated, org.clock.now() - DAY),
      status,
    });
    world.estate.groupPushes.set(app.id, [push(on, 'ACTIVE'), push(off, 'INACTIVE')]);
  }
}
