import type { Org } from '../actions/org.ts';
import type { NearMiss, ProviderType, RoleType, User } from './model.ts';
import { addHealthyPerson } from './people.ts';
import { adminQuietly, settle } from './populate.ts';
import { rolesOf } from './world.ts';

/** Hands out healthy people to plant a problem on, each only once. */
export interface PlantKit {
  /** A healthy, active person without admin roles. */
  person(provider?: ProviderType): User;
  /** The same with an admin role that is older than the log. */
  admin(type: RoleType, provider?: ProviderType): User;
  /** Notes a near miss: it looks like the problem and is none. */
  near(detection: string, user: User, note: string, kind?: NearMiss['kind']): void;
  /** How often a plant repeats in an org of this size. */
  copies: number;
}

export function createPlantKit(org: Org, everyone: readonly User[]): PlantKit {
  const free = org.rng.shuffle(
    everyone.filter(
      (user) =>
        user.status === 'ACTIVE' && user.id !== org.world.rootAdminId && rolesOf(org.world, user.id).length === 0,
    ),
  );
  const person = (provider: ProviderType = 'OKTA') => {
    const index = free.findIndex((user) => user.provider.type === provider);
    const [user] = index < 0 ? [] : free.splice(index, 1);
    if (user !== undefined) return user;
    // A small org runs out of people; the plants matter more than the head count.
    const extra = addHealthyPerson(org, provider);
    settle(org, extra);
    return extra;
  };
  return {
    person,
    admin: (type, provider) => {
      const user = person(provider);
      adminQuietly(org, user, type);
      return user;
    },
    near: (detection, user, note, kind = 'account') => {
      org.world.nearMisses.push({ detection, kind, nativeId: user.id, note });
    },
    copies: Math.max(1, Math.round(Math.sqrt(everyone.length / 500))),
  };
}
