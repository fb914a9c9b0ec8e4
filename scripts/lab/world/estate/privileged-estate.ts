import { at, type Org } from '../../actions/org.ts';
import { newRole } from '../../actions/roles.ts';
import { DAY } from '../../core/clock.ts';
import { createIds } from '../../core/ids.ts';
import type { User } from '../model.ts';
import { adminQuietly, joinQuietly } from '../populate.ts';
import { rolesOf } from '../world.ts';
import { type AdminParts, customRole } from './admin-estate.ts';
import { addEstateGroup } from './groups-estate.ts';
import type { Spare } from './spare.ts';

/** How long the forgotten one stayed away, and how old the password is: each past what OktaHound's queries ask for. */
const AWAY_DAYS = 200;
const PASSWORD_DAYS = 500;

/**
 * A group that holds a role, with a member for every way in which a role through a group goes unseen: suspended, away
 * for long, with an old password, imported from the directory, signed in by another provider. Nobody who is a near miss
 * or has a story in the log is taken; the truth follows from what they are now.
 */
export function addAuditors(source: Org, everyone: readonly User[]): void {
  const rng = source.rng.fork('auditors');
  const org: Org = { ...source, rng, ids: createIds(rng.fork('ids')) };
  const { world } = org;
  const group = addEstateGroup(org, 'Auditors', 'Members read the reports of Okta (REPORT_ADMIN)');
  world.groupRoles.set(group.id, [newRole(at(org, group.created), 'REPORT_ADMIN', 'gra')]);
  const busy = new Set([world.rootAdminId, ...world.nearMisses.map(({ nativeId }) => nativeId)]);
  for (const { event } of org.log.all()) {
    if (!/^(user\.mfa|user\.account|user\.lifecycle|system\.api_token|group\.)/.test(event.eventType)) continue;
    for (const { id } of [event.actor, ...event.target]) busy.add(id);
  }
  const now = org.clock.now();
  const take = (fits: (user: User) => boolean): User | undefined => {
    const user = everyone.find((one) => !busy.has(one.id) && rolesOf(world, one.id).length === 0 && fits(one));
    if (user !== undefined) {
      busy.add(user.id);
      joinQuietly(org, group, user, Math.max(group.created, user.activated ?? user.created));
    }
    return user;
  };
  take(({ status }) => status === 'SUSPENDED');
  take(({ status, provider }) => status === 'ACTIVE' && provider.type === 'ACTIVE_DIRECTORY');
  take(({ status, provider }) => status === 'ACTIVE' && provider.type === 'FEDERATION');
  const forgotten = take(
    ({ status, provider, hasPassword, lastLogin }) =>
      status === 'ACTIVE' && provider.type === 'OKTA' && hasPassword && (lastLogin ?? now) < now - 90 * DAY,
  );
  if (forgotten !== undefined) forget(forgotten, now);
}

/** Long gone, and with a password from long before. */
function forget(user: User, now: number): void {
  user.passwordChanged = now - PASSWORD_DAYS * DAY;
  user.lastLogin = now - AWAY_DAYS * DAY;
  user.created = Math.min(user.created, user.passwordChanged - DAY);
  user.activated = Math.min(user.activated ?? user.created, user.passwordChanged);
  user.statusChanged = user.activated;
  user.lastUpdated = Math.max(user.passwordChanged, user.activated);
}

/** Holders of the roles that nobody else has, each free of every problem; as far as there are such people. */
export function addRareRoles(org: Org, parts: AdminParts, spare: Spare): void {
  const mobile = spare.healthy();
  if (mobile !== undefined) adminQuietly(org, mobile, 'MOBILE_ADMIN', 150);
  for (const role of [parts.roles.credentialDesk, parts.roles.appOperations]) {
    const user = spare.healthy();
    if (user === undefined) return;
    const { userRoles } = org.world;
    userRoles.set(user.id, [...(userRoles.get(user.id) ?? []), customRole(org, role, parts.sets.engineering)]);
  }
}
