import { addFactor, removeFactor, resetFactors } from '../actions/factors.ts';
import { at, byUser, type Org, type Origin } from '../actions/org.ts';
import { failToGrantRole, grantRole, revokeRole } from '../actions/roles.ts';
import { denyPush, signIn } from '../actions/sign-in.ts';
import { createToken, revokeToken } from '../actions/tokens.ts';
import { deactivateUser, suspendUser } from '../actions/users.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../core/clock.ts';
import type { User } from './model.ts';
import { strangerClient } from './people.ts';
import type { PlantKit } from './plant-kit.ts';

/** Problems that show in events. They happen well inside their windows, so that a lab that runs for hours keeps them. */
export function plantEvents(org: Org, kit: PlantKit): void {
  const root = org.world.users.get(org.world.rootAdminId);
  if (root === undefined) throw new Error('the org has no root administrator');
  const byRoot = byUser(root);
  for (let i = 0; i < kit.copies; i++) {
    plantGrants(org, kit, byRoot);
    plantTokens(org, kit, byRoot);
    plantResets(org, kit, byRoot);
    plantPushes(org, kit);
  }
}

/** Somebody whose account is ready at that time: planted histories must not start before the account does. */
function before(org: Org, ago: number): Org {
  return at(org, org.clock.now() - ago);
}

function plantGrants(org: Org, kit: PlantKit, byRoot: Origin): void {
  const id = 'admin-role-granted';
  grantRole(before(org, 2 * DAY), byRoot, kit.person(), 'SUPER_ADMIN');
  grantRole(before(org, 4 * DAY), byRoot, kit.person(), 'APP_ADMIN');
  grantRole(before(org, 30 * HOUR), byRoot, kit.person(), 'HELP_DESK_ADMIN');

  const undone = kit.person();
  const role = grantRole(before(org, 3 * DAY), byRoot, undone, 'ORG_ADMIN');
  revokeRole(before(org, 3 * DAY - 2 * HOUR), byRoot, undone, role);
  kit.near(id, undone, 'granted and taken back');

  const old = kit.person();
  grantRole(before(org, 20 * DAY), byRoot, old, 'READ_ONLY_ADMIN');
  kit.near(id, old, 'granted 20 days ago');

  const refused = kit.admin('REPORT_ADMIN');
  failToGrantRole(before(org, 2 * DAY), byRoot, refused, 'SUPER_ADMIN');
  kit.near(id, refused, 'the grant failed');

  const left = kit.person();
  grantRole(before(org, 5 * DAY), byRoot, left, 'APP_ADMIN');
  left.lastLogin = org.clock.now() - 4 * DAY - HOUR;
  deactivateUser(before(org, 4 * DAY), byRoot, left);
  kit.near(id, left, 'the new admin has left');
}

function plantTokens(org: Org, kit: PlantKit, byRoot: Origin): void {
  const id = 'api-token-admin';
  const create = (user: User, ago: number, name: string) => createToken(before(org, ago), byUser(user), user, name);
  create(kit.admin('ORG_ADMIN'), 3 * DAY, 'inventory script');
  create(kit.admin('SUPER_ADMIN'), 28 * HOUR, 'terraform');

  const careful = kit.admin('APP_ADMIN');
  const revoked = create(careful, 4 * DAY, 'one-off import');
  revokeToken(before(org, 4 * DAY - HOUR), byUser(careful), revoked);
  kit.near(id, careful, 'the token is revoked');

  const early = kit.admin('READ_ONLY_ADMIN');
  create(early, 30 * DAY, 'dashboard').expiresAt = org.clock.now() + 29 * DAY;
  kit.near(id, early, 'created 30 days ago');

  const former = kit.person();
  const role = grantRole(before(org, 25 * DAY), byRoot, former, 'APP_ADMIN');
  create(former, 3 * DAY, 'migration');
  revokeRole(before(org, 2 * DAY), byRoot, former, role);
  kit.near(id, former, 'holds no admin role any more');
}

function plantResets(org: Org, kit: PlantKit, byRoot: Origin): void {
  const id = 'mfa-reset-new-device';
  const stranger = () => strangerClient(org.rng, org.ids);
  const enrolAgain = (user: User, ago: number) => addFactor(before(org, ago), user, 'push');
  /** Nothing the person does later may hide what was planted: the planted sign-in stays the last one. */
  const reset = (user: User, ago: number) => {
    user.lastLogin = org.clock.now() - ago - HOUR;
    resetFactors(before(org, ago), byRoot, user);
  };

  for (const form of ['text', 'json'] as const) {
    const victim = kit.person();
    reset(victim, 2 * DAY);
    enrolAgain(victim, 2 * DAY - HOUR);
    signIn(before(org, 2 * DAY - 2 * HOUR), victim, { newDevice: true, behaviorForm: form, client: stranger() });
  }
  const single = kit.person();
  const factor = (org.world.factors.get(single.id) ?? [])[0];
  if (factor !== undefined) {
    single.lastLogin = org.clock.now() - 31 * HOUR;
    removeFactor(before(org, 30 * HOUR), byUser(single), single, factor);
    enrolAgain(single, 29 * HOUR);
    signIn(before(org, 28 * HOUR), single, { newDevice: true, client: stranger() });
  }

  const known = kit.person();
  reset(known, 3 * DAY);
  enrolAgain(known, 3 * DAY - HOUR);
  signIn(before(org, 3 * DAY - 2 * HOUR), known);
  kit.near(id, known, 'signed in from the usual device');

  const later = kit.person();
  reset(later, 4 * DAY);
  enrolAgain(later, 4 * DAY - HOUR);
  signIn(before(org, 4 * DAY - 30 * HOUR), later, { newDevice: true, behaviorForm: 'json' });
  kit.near(id, later, 'the new device came 30 hours after the reset');

  const earlier = kit.person();
  earlier.lastLogin = org.clock.now() - 3 * DAY - 4 * HOUR;
  signIn(before(org, 3 * DAY), earlier, { newDevice: true });
  resetFactors(before(org, 3 * DAY - 2 * HOUR), byRoot, earlier);
  enrolAgain(earlier, 3 * DAY - 3 * HOUR);
  kit.near(id, earlier, 'the new device came before the reset');

  const stopped = kit.person();
  reset(stopped, 2 * DAY);
  signIn(before(org, 2 * DAY - HOUR), stopped, { newDevice: true, client: stranger() });
  suspendUser(before(org, 2 * DAY - 2 * HOUR), byRoot, stopped);
  kit.near(id, stopped, 'suspended since');
}

function plantPushes(org: Org, kit: PlantKit): void {
  const id = 'push-fatigue';
  const burst = (user: User, ago: number, count: number, gap: number, as: 'mfa' | 'deny' | 'both' = 'mfa') => {
    user.lastLogin = Math.min(user.lastLogin ?? 0, org.clock.now() - ago - DAY);
    const client = strangerClient(org.rng, org.ids);
    for (let i = 0; i < count; i++) denyPush(before(org, ago - i * gap), user, { as, client });
    return user;
  };
  /** People who are asked by push have the factor. */
  const pushUser = () => {
    const user = kit.person();
    org.world.factors.set(user.id, []);
    addFactor(before(org, 20 * DAY), user, 'push');
    return user;
  };

  burst(pushUser(), 2 * HOUR, 6, 45 * SECOND);
  burst(pushUser(), 3 * HOUR, 5, MINUTE, 'both');
  burst(pushUser(), 150 * MINUTE, 7, 50 * SECOND, 'deny');

  kit.near(id, burst(pushUser(), 2 * HOUR, 4, MINUTE), 'four refusals only');
  kit.near(id, burst(pushUser(), 4 * HOUR, 6, 25 * MINUTE), 'six refusals over two hours');
  kit.near(id, burst(pushUser(), 3 * HOUR, 3, MINUTE, 'both'), 'six events, but three refusals');
  kit.near(id, burst(pushUser(), 3 * DAY, 8, 30 * SECOND), 'three days ago');
  const suspended = burst(pushUser(), 5 * HOUR, 7, 30 * SECOND);
  const root = org.world.users.get(org.world.rootAdminId);
  if (root !== undefined) suspendUser(before(org, 4 * HOUR), byUser(root), suspended);
  kit.near(id, suspended, 'suspended since');
}
