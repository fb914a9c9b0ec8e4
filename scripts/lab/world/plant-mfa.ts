import { addFactor } from '../actions/factors.ts';
import { at, type Org } from '../actions/org.ts';
import { DAY, HOUR } from '../core/clock.ts';
import type { Factor, User, UserStatus } from './model.ts';
import type { PlantKit } from './plant-kit.ts';
import { joinQuietly } from './populate.ts';
import { groupNamed } from './structure.ts';
import { canSignIn } from './world.ts';

/** Replaces what a user enrolled. */
function onlyFactors(org: Org, user: User, ...factors: (readonly [string, Factor['status']])[]): User {
  org.world.factors.set(user.id, []);
  const when = at(org, org.clock.now() - 20 * DAY);
  for (const [type, status] of factors) addFactor(when, user, type, status);
  return user;
}

function withStatus(org: Org, user: User, status: UserStatus): User {
  user.status = status;
  user.statusChanged = org.clock.now() - 10 * DAY;
  if (canSignIn(user)) user.statusChanged = Math.min(org.clock.now(), (user.lastLogin ?? user.created) + HOUR);
  else user.lastLogin = Math.min(user.lastLogin ?? user.statusChanged, user.statusChanged - DAY);
  return user;
}

function joinNamed(org: Org, user: User, group: string): User {
  joinQuietly(org, groupNamed(org, group), user, org.clock.now() - 60 * DAY);
  return user;
}

/** Second factors that miss, wait, or only look as if they missed. */
export function plantMfa(org: Org, kit: PlantKit, people: number): void {
  for (let i = 0; i < kit.copies; i++) {
    plantGlobalAdmins(org, kit);
    plantAdmins(org, kit);
    plantPending(org, kit);
  }
  plantAccounts(org, kit, people);
}

function plantGlobalAdmins(org: Org, kit: PlantKit): void {
  const id = 'no-mfa-global-admin';
  onlyFactors(org, kit.admin('SUPER_ADMIN'));
  onlyFactors(org, kit.admin('SUPER_ADMIN'), ['question', 'ACTIVE'], ['email', 'ACTIVE']);
  onlyFactors(org, joinNamed(org, kit.person(), 'Platform Owners'));
  kit.near(id, onlyFactors(org, kit.admin('SUPER_ADMIN'), ['webauthn', 'ACTIVE']), 'has a passkey');
  kit.near(id, withStatus(org, onlyFactors(org, kit.admin('SUPER_ADMIN')), 'SUSPENDED'), 'suspended: cannot sign in');
  kit.near(
    id,
    onlyFactors(org, joinNamed(org, kit.person(), 'Platform Owners'), ['sms', 'ACTIVE']),
    'global admin through a group, has a text message factor',
  );
  kit.admin('SUPER_ADMIN', 'FEDERATION');
}

function plantAdmins(org: Org, kit: PlantKit): void {
  const id = 'no-mfa-admin';
  onlyFactors(org, kit.admin('HELP_DESK_ADMIN'));
  onlyFactors(org, joinNamed(org, kit.person(), 'App Owners'), ['email', 'ACTIVE']);
  withStatus(org, onlyFactors(org, kit.admin('READ_ONLY_ADMIN')), 'LOCKED_OUT');
  kit.near(id, onlyFactors(org, kit.admin('ORG_ADMIN'), ['token:hardware', 'ACTIVE']), 'has a hardware token');
  kit.near(id, withStatus(org, onlyFactors(org, kit.admin('APP_ADMIN')), 'SUSPENDED'), 'suspended: cannot sign in');
  const former = onlyFactors(org, kit.admin('APP_ADMIN'));
  for (const role of org.world.userRoles.get(former.id) ?? []) role.status = 'INACTIVE';
  kit.near(id, former, 'the admin role is inactive: an ordinary account without a second factor');
  kit.admin('HELP_DESK_ADMIN', 'FEDERATION');
}

function plantPending(org: Org, kit: PlantKit): void {
  const id = 'pending-mfa';
  onlyFactors(org, kit.person(), ['push', 'PENDING_ACTIVATION']);
  onlyFactors(org, kit.person(), ['sms', 'PENDING_ACTIVATION'], ['email', 'ACTIVE']);
  onlyFactors(org, kit.admin('HELP_DESK_ADMIN'), ['webauthn', 'PENDING_ACTIVATION']);
  kit.near(
    id,
    onlyFactors(org, kit.person(), ['push', 'PENDING_ACTIVATION'], ['sms', 'ACTIVE']),
    'one factor waits, another is active',
  );
  kit.near(
    id,
    withStatus(org, onlyFactors(org, kit.person(), ['push', 'PENDING_ACTIVATION']), 'SUSPENDED'),
    'suspended: cannot sign in',
  );
  kit.near(
    id,
    onlyFactors(org, kit.person(), ['email', 'PENDING_ACTIVATION']),
    'what waits is an email address, which is no second factor',
  );
}

const SIGN_IN_STATUSES: readonly UserStatus[] = ['ACTIVE', 'ACTIVE', 'PASSWORD_EXPIRED', 'LOCKED_OUT', 'RECOVERY'];

function plantAccounts(org: Org, kit: PlantKit, people: number): void {
  const id = 'no-mfa-account';
  const count = Math.max(3, Math.round(people * 0.015));
  for (let i = 0; i < count; i++) {
    const user = withStatus(org, kit.person(), SIGN_IN_STATUSES[i % SIGN_IN_STATUSES.length] ?? 'ACTIVE');
    if (i % 3 === 0) onlyFactors(org, user);
    else if (i % 3 === 1) onlyFactors(org, user, ['question', 'ACTIVE']);
    else onlyFactors(org, user, ['push', 'INACTIVE'], ['token:hardware', 'EXPIRED'], ['email', 'ACTIVE']);
  }
  for (let i = 0; i < kit.copies; i++) {
    kit.near(id, onlyFactors(org, kit.person(), ['sms', 'ACTIVE']), 'a text message counts as a second factor');
    kit.near(id, onlyFactors(org, kit.person(), ['push', 'PENDING_ACTIVATION']), 'waits for activation: pending-mfa');
    kit.near(id, withStatus(org, onlyFactors(org, kit.person()), 'SUSPENDED'), 'suspended: cannot sign in');
    const joiner = withStatus(org, onlyFactors(org, kit.person()), 'PROVISIONED');
    joiner.lastLogin = null;
    joiner.passwordChanged = null;
    joiner.hasPassword = false;
    kit.near(id, joiner, 'provisioned but not yet active: cannot sign in');
  }
}
