import { enrolFactor } from '../actions/factors.ts';
import { byUser, type Org, type Origin } from '../actions/org.ts';
import { grantRole } from '../actions/roles.ts';
import { activateUser, createUser } from '../actions/users.ts';
import { DAY } from '../core/clock.ts';
import type { RoleType, User } from '../world/model.ts';
import { makeClient, makeProfile } from '../world/people.ts';
import { hasMfa, tierOf } from '../world/world.ts';
import { truthOf } from './truth.ts';

/** What the scenarios share: who acts, and people to act on. */
export interface ScenarioKit {
  org: Org;
  root: User;
  byRoot: Origin;
  newcomer(): User;
  /** A healthy person that no detection speaks of; a newcomer when the org has run out of them. */
  healthy(also?: (user: User) => boolean): User;
  /** A healthy administrator that no detection speaks of. */
  healthyAdmin(type: RoleType): User;
}

export function createScenarioKit(org: Org): ScenarioKit {
  const root = org.world.users.get(org.world.rootAdminId);
  if (root === undefined) throw new Error('the org has no root administrator');
  const byRoot = byUser(root);
  const { world } = org;

  const newcomer = () => {
    const user = createUser(org, byRoot, { profile: makeProfile(org.rng, world), home: makeClient(org.rng) });
    activateUser(org, byRoot, user);
    return user;
  };

  /** Nothing may be wrong with them, and becoming an administrator must not make something wrong. */
  const sound = (user: User) =>
    user.status === 'ACTIVE' &&
    user.id !== world.rootAdminId &&
    user.provider.type === 'OKTA' &&
    hasMfa(world, user.id) &&
    (user.lastLogin ?? 0) > org.clock.now() - 15 * DAY &&
    (user.passwordChanged ?? 0) > org.clock.now() - 160 * DAY;

  const find = (also: (user: User) => boolean): User | undefined => {
    const spoken = new Set(truthOf(org).map(({ subject }) => subject.nativeId));
    const touched = recentSubjects(org);
    const found = [...world.users.values()].filter(
      (user) => sound(user) && !spoken.has(user.id) && !touched.has(user.id) && also(user),
    );
    return found.length === 0 ? undefined : org.rng.pick(found);
  };

  return {
    org,
    root,
    byRoot,
    newcomer,
    healthy(also = () => true) {
      const found = find((user) => tierOf(world, user.id) === 'none' && also(user));
      if (found !== undefined) return found;
      const user = newcomer();
      enrolFactor(org, byUser(user), user, 'push');
      return user;
    },
    healthyAdmin(type) {
      const found = find((user) => tierOf(world, user.id) !== 'none');
      if (found !== undefined) return found;
      const user = newcomer();
      enrolFactor(org, byUser(user), user, 'push');
      grantRole(org, byRoot, user, type);
      return user;
    },
  };
}

const SENSITIVE = /^user\.account\.privilege\.|^system\.api_token\.|^user\.mfa\.|^user\.lifecycle\.create/;

/** Whoever had a sensitive event lately would mix two stories. */
function recentSubjects(org: Org): Set<string> {
  const ids = new Set<string>();
  for (const { event, publishedAt } of org.log.all()) {
    if (publishedAt < org.clock.now() - 8 * DAY) continue;
    const refused = event.eventType === 'user.authentication.auth_via_mfa' && event.outcome.result !== 'SUCCESS';
    if (!refused && !SENSITIVE.test(event.eventType)) continue;
    ids.add(event.actor.id);
    for (const { id } of event.target) ids.add(id);
  }
  return ids;
}
