import type { Org } from '../../actions/org.ts';
import { DAY } from '../../core/clock.ts';
import type { RoleType, User } from '../model.ts';
import { hasMfa, rolesOf } from '../world.ts';

/** Hands out people, each once; undefined when nobody is left. */
export interface Spare {
  /** Somebody who may get a role without any problem coming of it. */
  healthy(): User | undefined;
  /** An active account without a role, for what changes nothing about it. */
  bystander(): User | undefined;
}

const MODEST: readonly RoleType[] = ['REPORT_ADMIN', 'API_ACCESS_MANAGEMENT_ADMIN', 'READ_ONLY_ADMIN'];

/** Finds who is free; asks before anybody gets a role of the estate. */
export function sparePeople(org: Org, everyone: readonly User[]): Spare {
  const { world } = org;
  const now = org.clock.now();
  const busy = new Set(world.nearMisses.map(({ nativeId }) => nativeId));
  for (const { event } of org.log.all()) {
    const telling = /^(user\.mfa|user\.account\.privilege|system\.api_token|group\.privilege)/.test(event.eventType);
    if (!telling) continue;
    busy.add(event.actor.id);
    for (const target of event.target) busy.add(target.id);
  }
  const active = everyone.filter(
    (user) => user.status === 'ACTIVE' && user.provider.type === 'OKTA' && user.id !== world.rootAdminId,
  );
  const plain = active.filter((user) => rolesOf(world, user.id).length === 0);
  const sound = (user: User) =>
    !busy.has(user.id) &&
    hasMfa(world, user.id) &&
    (user.lastLogin ?? 0) > now - 10 * DAY &&
    (user.passwordChanged ?? 0) > now - 120 * DAY;
  const healthy = plain.filter(sound);
  // A small org has only people with a story; one more role of the same rank changes nothing about an administrator.
  const modest = active.filter((user) => {
    const roles = rolesOf(world, user.id);
    return roles.length === 1 && roles.every(({ role }) => MODEST.includes(role.type)) && sound(user);
  });
  const taken = new Set<User>();
  const left = new Map<readonly User[], User[]>();
  const take = (from: readonly User[]) => {
    // nobody is taken from two lists in turns: the smaller one is always used up first
    const free = left.get(from) ?? from.filter((user) => !taken.has(user));
    left.set(from, free);
    const user = free.length === 0 ? undefined : org.rng.pick(free);
    if (user === undefined) return undefined;
    taken.add(user);
    free.splice(free.indexOf(user), 1);
    return user;
  };
  return { healthy: () => take(healthy) ?? take(modest), bystander: () => take(healthy) ?? take(plain) };
}
