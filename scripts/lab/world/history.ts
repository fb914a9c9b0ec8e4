import { enrolFactor, removeFactor } from '../actions/factors.ts';
import { addMember, removeMember } from '../actions/groups.ts';
import { appTarget, appUserTarget, at, byUser, emit, groupTarget, type Org, userTarget } from '../actions/org.ts';
import { denyPush, failSignIn, signIn, sso } from '../actions/sign-in.ts';
import { activateUser, changePassword, createUser, deactivateUser } from '../actions/users.ts';
import { DAY, HOUR, MINUTE } from '../core/clock.ts';
import { PROJECTS } from './catalog.ts';
import type { App, User } from './model.ts';
import { makeClient, makeProfile } from './people.ts';
import type { PlantKit } from './plant-kit.ts';
import { groupNamed } from './structure.ts';
import { canSignIn, hasMfa } from './world.ts';

const WINDOW = 7 * DAY;

/** The last seven days of ordinary work, consistent with the state: the last sign-in of the log is `lastLogin`. */
export function writeHistory(org: Org, kit: PlantKit, joiners: number, leavers: number): void {
  const root = org.world.users.get(org.world.rootAdminId);
  if (root === undefined) throw new Error('the org has no root administrator');
  const now = org.clock.now();
  const sometime = (minDaysAgo = 0.2) =>
    at(org, now - Math.floor((minDaysAgo + org.rng.next() * (6.5 - minDaysAgo)) * DAY));
  // Whoever was planted into an event problem keeps exactly the planted events.
  const planted = subjectsOfLog(org);
  const free = [...org.world.users.values()].filter((user) => !planted.has(user.id));

  for (let i = 0; i < joiners; i++) {
    const then = sometime(1);
    const user = createUser(then, byUser(root), {
      profile: makeProfile(org.rng, org.world),
      home: makeClient(org.rng),
    });
    activateUser(at(org, then.clock.now() + 2 * MINUTE), byUser(root), user);
    const first = at(org, then.clock.now() + HOUR);
    enrolFactor(first, byUser(user), user, 'push');
    user.lastLogin = first.clock.now() + 5 * MINUTE;
    signIn(at(org, user.lastLogin), user);
  }
  for (let i = 0; i < leavers; i++) {
    const then = sometime(1);
    const user = kit.person();
    user.lastLogin = then.clock.now() - org.rng.int(1, 5) * DAY;
    deactivateUser(then, byUser(root), user);
  }
  for (const user of free) {
    if (!canSignIn(user) || user.lastLogin === null || user.lastLogin < now - WINDOW) continue;
    writeSessions(org, user, user.lastLogin);
  }
  writeChanges(
    org,
    free.filter((user) => user.status === 'ACTIVE' && hasMfa(org.world, user.id)),
    sometime,
  );
}

function subjectsOfLog(org: Org): Set<string> {
  const ids = new Set<string>();
  for (const { event } of org.log.all()) {
    ids.add(event.actor.id);
    for (const target of event.target) ids.add(target.id);
  }
  ids.delete(org.world.rootAdminId);
  return ids;
}

function appsOf(org: Org, user: User): App[] {
  return [...(org.world.userApps.get(user.id) ?? [])].flatMap((id) => {
    const app = org.world.apps.get(id);
    return app?.status === 'ACTIVE' ? [app] : [];
  });
}

function writeSessions(org: Org, user: User, last: number): void {
  const { rng } = org;
  const from = Math.max(org.clock.now() - WINDOW + HOUR, (user.activated ?? user.created) + HOUR);
  const times = [last];
  for (let i = rng.int(0, 4); i > 0 && from < last; i--) times.push(from + Math.floor(rng.next() * (last - from)));
  const apps = appsOf(org, user);
  for (const time of times) {
    const then = at(org, time);
    if (rng.chance(0.03)) failSignIn(at(org, time - MINUTE), user);
    signIn(then, user, { newDevice: rng.chance(0.02), behaviorForm: rng.chance(0.5) ? 'text' : 'json' });
    for (
      let i = rng.weighted([
        [0, 3],
        [1, 4],
        [2, 2],
      ]);
      i > 0 && apps.length > 0;
      i--
    ) {
      sso(at(org, time + rng.int(1, 15) * MINUTE), user, rng.pick(apps));
    }
  }
  user.lastLogin = last;
}

/** Group, app and factor changes. What they leave behind is what the state already says. */
function writeChanges(org: Org, users: readonly User[], sometime: () => Org): void {
  if (users.length === 0) return;
  const { world, rng } = org;
  const root = world.users.get(world.rootAdminId);
  if (root === undefined) return;
  for (let i = Math.ceil(users.length / 12); i > 0; i--) {
    const user = rng.pick(users);
    const then = sometime();
    const project = groupNamed(org, `Project ${rng.pick(PROJECTS)}`);
    if (addMember(then, byUser(root), project, user) && rng.chance(0.3)) {
      removeMember(at(org, then.clock.now() + HOUR), byUser(root), project, user);
    }
  }
  for (let i = Math.ceil(users.length / 20); i > 0; i--) {
    const user = rng.pick(users);
    const direct = [...(world.userApps.get(user.id) ?? [])].flatMap((id) => {
      const [app, appUser] = [world.apps.get(id), world.appUsers.get(id)?.get(user.id)];
      return app !== undefined && appUser?.scope === 'USER' ? [{ app, appUser }] : [];
    });
    const [one] = direct;
    if (one === undefined) continue;
    const then = sometime();
    one.appUser.created = then.clock.now();
    one.appUser.lastUpdated = then.clock.now();
    one.appUser.statusChanged = then.clock.now();
    emit(then, byUser(root), {
      type: 'application.user_membership.add',
      targets: [appUserTarget(one.appUser, user), appTarget(one.app), userTarget(user)],
    });
  }
  for (let i = Math.ceil(users.length / 40); i > 0; i--) {
    const user = rng.pick(users);
    if (user.provider.type === 'OKTA') changePassword(sometime(), byUser(user), user);
    enrolFactor(sometime(), byUser(rng.pick(users)), user, 'webauthn');
    if (rng.chance(0.4)) denyPush(sometime(), rng.pick(users));
  }
  writeFactorSwaps(org, users, sometime);
  writeGroupGrant(org, sometime());
}

/** New phones: the old factor goes, a new one comes, and the next sign-in is from a device already known. */
function writeFactorSwaps(org: Org, users: readonly User[], sometime: () => Org): void {
  const devicesSeen = new Set<string>();
  for (const { event } of org.log.all()) {
    if (JSON.stringify(event.debugContext.debugData).includes('POSITIVE')) devicesSeen.add(event.actor.id);
  }
  const calm = users.filter((user) => !devicesSeen.has(user.id));
  for (let i = Math.ceil(calm.length / 100); i > 0; i--) {
    const user = org.rng.pick(calm);
    const factor = (org.world.factors.get(user.id) ?? []).find(({ factorType }) => factorType === 'push');
    if (factor === undefined) continue;
    const then = sometime();
    removeFactor(then, byUser(user), user, factor);
    enrolFactor(at(org, then.clock.now() + 5 * MINUTE), byUser(user), user, 'push');
  }
}

function writeGroupGrant(org: Org, then: Org): void {
  const root = org.world.users.get(org.world.rootAdminId);
  const app = [...org.world.apps.values()].find(({ label }) => label === 'Jira');
  if (root === undefined || app === undefined) return;
  const group = groupNamed(org, 'IT');
  emit(then, byUser(root), { type: 'group.application_assignment.add', targets: [appTarget(app), groupTarget(group)] });
}
