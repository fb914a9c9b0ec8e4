import type { Group, User } from '../world/model.ts';
import { addTo } from '../world/world.ts';
import { dropGroupApps, grantGroupApps } from './apps.ts';
import { emit, groupTarget, type Org, type Origin, userTarget } from './org.ts';

/** Puts a user into a group; the apps of the group follow. Repeating it changes nothing. */
export function addMember(org: Org, origin: Origin, group: Group, user: User): boolean {
  if (!addTo(org.world.members, group.id, user.id)) return false;
  addTo(org.world.userGroups, user.id, group.id);
  group.lastMembershipUpdated = Math.max(group.lastMembershipUpdated, org.clock.now());
  emit(org, origin, { type: 'group.user_membership.add', targets: [userTarget(user), groupTarget(group)] });
  grantGroupApps(org, origin, group, user);
  return true;
}

/** Takes a user out of a group; the apps that only this group gave follow. Repeating it changes nothing. */
export function removeMember(org: Org, origin: Origin, group: Group, user: User): boolean {
  if (!org.world.members.get(group.id)?.delete(user.id)) return false;
  org.world.userGroups.get(user.id)?.delete(group.id);
  group.lastMembershipUpdated = Math.max(group.lastMembershipUpdated, org.clock.now());
  emit(org, origin, { type: 'group.user_membership.remove', targets: [userTarget(user), groupTarget(group)] });
  dropGroupApps(org, origin, group, user);
  return true;
}

/** What the active group rules give to a user of this department and type. */
export function ruleGroups(org: Org, user: User): Group[] {
  const found: Group[] = [];
  for (const rule of org.world.rules.values()) {
    if (rule.status !== 'ACTIVE' || rule.excludedUserIds.includes(user.id)) continue;
    if (!ruleMatches(rule.expression, user)) continue;
    for (const id of rule.groupIds) {
      const group = org.world.groups.get(id);
      if (group !== undefined) found.push(group);
    }
  }
  return found;
}

/** The only expressions the generator writes: `user.<attribute>=="<value>"`. */
function ruleMatches(expression: string, user: User): boolean {
  const match = /^user\.(\w+)=="([^"]*)"$/.exec(expression);
  if (match === null) return false;
  return Object.entries(user.profile).some(([key, value]) => key === match[1] && value === match[2]);
}
