import { DAY, type Millis } from '../core/clock.ts';
import type { User } from '../world/model.ts';
import { canSignIn, countsAsMfa, tierOf, type World } from '../world/world.ts';
import type { TruthRow } from './truth-model.ts';

type Tier = ReturnType<typeof tierOf>;
type Found = { detection: string; verdict: TruthRow['verdict']; note: string };

const LIVE_ACCOUNT: readonly string[] = ['ACTIVE', 'PROVISIONED', 'IMPORTED', 'MATCHED', 'APPROVED'];

/** Everything the state alone says against one user. */
export function postureOf(world: World, user: User, now: Millis): TruthRow[] {
  const rows: TruthRow[] = [];
  const add = (kind: TruthRow['subject']['kind'], found: Found | null) => {
    if (found !== null) rows.push({ ...found, subject: { kind, nativeId: user.id } });
  };
  if (canSignIn(user)) {
    const tier = tierOf(world, user.id);
    for (const found of secondFactor(world, user, tier)) add('account', found);
    add('account', unused(user, tier, now));
    add('account', oldPassword(user, tier, now));
  }
  add('identity', liveAccounts(world, user));
  return rows;
}

function secondFactor(world: World, user: User, tier: Tier): Found[] {
  const detection =
    tier === 'global admin' ? 'no-mfa-global-admin' : tier === 'admin' ? 'no-mfa-admin' : 'no-mfa-account';
  if (user.provider.type === 'FEDERATION' || user.provider.type === 'SOCIAL') {
    const note = 'signs in elsewhere; the second factor cannot be seen';
    return [
      { detection, verdict: 'unknown', note },
      { detection: 'pending-mfa', verdict: 'unknown', note },
    ];
  }
  const factors = (world.factors.get(user.id) ?? []).filter(countsAsMfa);
  if (factors.some(({ status }) => status === 'ACTIVE')) return [];
  if (factors.some(({ status }) => status === 'PENDING_ACTIVATION')) {
    return [{ detection: 'pending-mfa', verdict: 'fail', note: 'the only second factor waits for activation' }];
  }
  return [{ detection, verdict: 'fail', note: `${tier}, ${user.status}, no second factor` }];
}

function unused(user: User, tier: Tier, now: Millis): Found | null {
  const last = user.lastLogin ?? user.activated ?? user.created;
  const days = Math.floor((now - last) / DAY);
  if (days < (tier === 'none' ? 90 : 30)) return null;
  const note = `last used ${days} days ago`;
  return { detection: tier === 'none' ? 'unused-account' : 'unused-admin', verdict: 'fail', note };
}

function oldPassword(user: User, tier: Tier, now: Millis): Found | null {
  if (tier === 'none' || user.provider.type !== 'OKTA' || !user.hasPassword) return null;
  const detection = 'old-password-admin';
  if (user.passwordChanged === null)
    return { detection, verdict: 'unknown', note: 'the date of the password is unknown' };
  const days = Math.floor((now - user.passwordChanged) / DAY);
  return days < 180 ? null : { detection, verdict: 'fail', note: `password changed ${days} days ago` };
}

function liveAccounts(world: World, user: User): Found | null {
  if (user.status !== 'DEPROVISIONED') return null;
  const labels: string[] = [];
  for (const appId of world.userApps.get(user.id) ?? []) {
    const app = world.apps.get(appId);
    const appUser = world.appUsers.get(appId)?.get(user.id);
    if (app?.status !== 'ACTIVE' || app.signOnMode === 'BOOKMARK' || appUser === undefined) continue;
    if (LIVE_ACCOUNT.includes(appUser.status)) labels.push(app.label);
  }
  if (labels.length === 0) return null;
  return { detection: 'leaver-live-accounts', verdict: 'fail', note: `still has ${labels.join(', ')}` };
}
