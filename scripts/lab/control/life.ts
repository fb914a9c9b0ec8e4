import { assignApp, unassignApp } from '../actions/apps.ts';
import { enrolFactor, removeFactor } from '../actions/factors.ts';
import { addMember, removeMember } from '../actions/groups.ts';
import { byUser, type Org } from '../actions/org.ts';
import { grantRole, revokeRole } from '../actions/roles.ts';
import { denyPush, failSignIn, signIn, sso } from '../actions/sign-in.ts';
import { activateUser, changePassword, createUser, deactivateUser, unlockUser } from '../actions/users.ts';
import { DAY, type Millis } from '../core/clock.ts';
import type { App, Group, User } from '../world/model.ts';
import { makeClient, makeProfile } from '../world/people.ts';
import { hasMfa, tierOf } from '../world/world.ts';

export interface Life {
  /** Lets one thing happen now, whether paused or not, and says what. */
  step(): string;
  pause(): void;
  resume(): void;
  isPaused(): boolean;
  close(): void;
}

type Happening = (org: Org, root: User) => boolean;

/** Somebody at work: active, seen lately, healthy. Dormant and broken accounts stay as they are. */
function someone(org: Org, also: (user: User) => boolean = () => true): User | null {
  const { world, rng } = org;
  const ids = [...world.users.keys()];
  const recent = org.clock.now() - 20 * DAY;
  for (let i = 0; i < 60; i++) {
    const user = world.users.get(rng.pick(ids));
    if (user === undefined || user.id === world.rootAdminId || user.status !== 'ACTIVE') continue;
    if ((user.lastLogin ?? 0) < recent || !hasMfa(world, user.id)) continue;
    if (also(user)) return user;
  }
  return null;
}

function appsOf(org: Org, user: User): App[] {
  return [...(org.world.userApps.get(user.id) ?? [])].flatMap((id) => {
    const app = org.world.apps.get(id);
    return app?.status === 'ACTIVE' ? [app] : [];
  });
}

const ordinary = (org: Org) => (user: User) => tierOf(org.world, user.id) === 'none';

/** Groups whose members come and go: no rule fills them and they give no admin role. */
function projects(org: Org): Group[] {
  const ruled = new Set([...org.world.rules.values()].flatMap(({ groupIds }) => groupIds));
  return [...org.world.groups.values()].filter(
    ({ id, type }) => type === 'OKTA_GROUP' && !ruled.has(id) && !org.world.groupRoles.has(id),
  );
}

const work: Happening = (org) => {
  const user = someone(org);
  if (user === null) return false;
  signIn(org, user, { newDevice: org.rng.chance(0.01), behaviorForm: org.rng.chance(0.5) ? 'text' : 'json' });
  const apps = appsOf(org, user);
  if (apps.length > 0 && org.rng.chance(0.6)) sso(org, user, org.rng.pick(apps));
  return true;
};

const openApp: Happening = (org) => {
  const user = someone(org);
  const apps = user === null ? [] : appsOf(org, user);
  if (user === null || apps.length === 0) return false;
  sso(org, user, org.rng.pick(apps));
  return true;
};

const joinProject: Happening = (org, root) => {
  const user = someone(org);
  return user !== null && addMember(org, byUser(root), org.rng.pick(projects(org)), user);
};

const leaveProject: Happening = (org, root) => {
  const group = org.rng.pick(projects(org));
  const members = [...(org.world.members.get(group.id) ?? [])];
  const user = members.length === 0 ? undefined : org.world.users.get(org.rng.pick(members));
  return user !== undefined && removeMember(org, byUser(root), group, user);
};

const getApp: Happening = (org, root) => {
  const user = someone(org);
  const app = org.rng.pick([...org.world.apps.values()]);
  if (user === null || app.status !== 'ACTIVE' || app.oauth?.applicationType === 'service') return false;
  if (org.world.appUsers.get(app.id)?.has(user.id)) return false;
  assignApp(org, byUser(root), app, user);
  return true;
};

const loseApp: Happening = (org, root) => {
  const user = someone(org);
  const direct =
    user === null
      ? []
      : appsOf(org, user).filter((app) => org.world.appUsers.get(app.id)?.get(user.id)?.scope === 'USER');
  if (user === null || direct.length === 0) return false;
  return unassignApp(org, byUser(root), org.rng.pick(direct), user);
};

const joiner: Happening = (org, root) => {
  const user = createUser(org, byUser(root), { profile: makeProfile(org.rng, org.world), home: makeClient(org.rng) });
  activateUser(org, byUser(root), user);
  enrolFactor(org, byUser(user), user, org.rng.pick(['push', 'webauthn']));
  signIn(org, user);
  return true;
};

const leaver: Happening = (org, root) => {
  const user = someone(org, ordinary(org));
  if (user === null) return false;
  const open = appsOf(org, user).filter(
    (app) => app.signOnMode !== 'BOOKMARK' && !app.features.includes('PUSH_USER_DEACTIVATION'),
  );
  // Most leavers lose everything; now and then an account that nothing closes stays.
  const forgotten = org.rng.chance(0.1) ? open.slice(0, 1).map(({ id }) => id) : [];
  deactivateUser(org, byUser(root), user, forgotten);
  return true;
};

const promote: Happening = (org, root) => {
  const user = someone(org, ordinary(org));
  if (user === null) return false;
  grantRole(org, byUser(root), user, org.rng.pick(['HELP_DESK_ADMIN', 'READ_ONLY_ADMIN', 'APP_ADMIN']));
  return true;
};

const demote: Happening = (org, root) => {
  const user = someone(org, ({ id }) => (org.world.userRoles.get(id)?.length ?? 0) > 0);
  const [role] = user === null ? [] : (org.world.userRoles.get(user.id) ?? []);
  if (user === null || role === undefined) return false;
  revokeRole(org, byUser(root), user, role);
  return true;
};

const newFactor: Happening = (org) => {
  const user = someone(org, ({ id }) => (org.world.factors.get(id)?.length ?? 0) < 4);
  if (user === null) return false;
  enrolFactor(org, byUser(user), user, org.rng.pick(['webauthn', 'push', 'token:software:totp']));
  return true;
};

const newPhone: Happening = (org) => {
  const user = someone(org);
  const old = user === null ? undefined : (org.world.factors.get(user.id) ?? []).find((f) => f.factorType === 'push');
  if (user === null || old === undefined) return false;
  removeFactor(org, byUser(user), user, old);
  enrolFactor(org, byUser(user), user, 'push');
  return true;
};

const newPassword: Happening = (org) => {
  const user = someone(org, ({ hasPassword }) => hasPassword);
  if (user === null) return false;
  changePassword(org, byUser(user), user);
  return true;
};

const refusal: Happening = (org) => {
  const user = someone(org);
  if (user === null) return false;
  denyPush(org, user);
  return true;
};

const typo: Happening = (org) => {
  const user = someone(org);
  if (user === null) return false;
  failSignIn(org, user);
  return true;
};

const unlock: Happening = (org, root) => {
  const user = [...org.world.users.values()].find(({ status, id }) => status === 'LOCKED_OUT' && hasMfa(org.world, id));
  if (user === undefined) return false;
  unlockUser(org, byUser(root), user);
  return true;
};

const HAPPENINGS: readonly (readonly [readonly [string, Happening], number])[] = [
  [['sign-in', work], 55],
  [['sso', openApp], 15],
  [['group joined', joinProject], 6],
  [['group left', leaveProject], 4],
  [['app assigned', getApp], 4],
  [['app unassigned', loseApp], 3],
  [['joiner', joiner], 1],
  [['leaver', leaver], 1],
  [['role granted', promote], 0.2],
  [['role revoked', demote], 0.2],
  [['factor enrolled', newFactor], 2],
  [['new phone', newPhone], 0.5],
  [['password changed', newPassword], 2],
  [['push refused', refusal], 1],
  [['sign-in failed', typo], 3],
  [['unlocked', unlock], 0.1],
];

/** The everyday life of the org. Everything goes through the same actions as the API's writes. */
export function createLife(org: Org, options: { everyMs: Millis; start: boolean }): Life {
  let paused = !options.start;
  const step = (): string => {
    const root = org.world.users.get(org.world.rootAdminId);
    if (root === undefined) return 'nothing';
    for (let i = 0; i < 5; i++) {
      const [name, happening] = org.rng.weighted(HAPPENINGS);
      if (happening(org, root)) return name;
    }
    return 'nothing';
  };
  const timer = setInterval(() => {
    if (!paused) step();
  }, options.everyMs);
  timer.unref();
  return {
    step,
    pause: () => {
      paused = true;
    },
    resume: () => {
      paused = false;
    },
    isPaused: () => paused,
    close: () => clearInterval(timer),
  };
}
