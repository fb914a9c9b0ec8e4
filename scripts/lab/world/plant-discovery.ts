import { consentTo, type OAuthParty, revokeConsent, signOnTo } from '../actions/consents.ts';
import { at, type Org } from '../actions/org.ts';
import { DAY, HOUR } from '../core/clock.ts';
import type { User } from './model.ts';

interface ShadowApp {
  name: string;
  redirectUri: string;
  scopes: readonly string[];
  /** How many let it in, how many days ago the first did, and how many took it back. */
  people: number;
  daysAgo: number;
  revoked: number;
  /** Whether they sign on to it as well. */
  used: boolean;
}

/** Apps that nobody in IT decided to have: none of them is among the apps of the org. */
const SHADOW_APPS: readonly ShadowApp[] = [
  {
    name: 'MailMind AI',
    redirectUri: 'https://app.mailmind-ai.example/oauth/callback',
    scopes: ['openid', 'email', 'offline_access', 'https://mail.google.com/', 'Mail.ReadWrite'],
    people: 6,
    daysAgo: 3,
    revoked: 1,
    used: true,
  },
  {
    name: 'DriveSweep',
    redirectUri: 'https://drivesweep.example/cb',
    scopes: ['openid', 'https://www.googleapis.com/auth/drive', 'offline_access'],
    people: 3,
    daysAgo: 6,
    revoked: 0,
    used: false,
  },
  {
    name: 'Poll Party',
    redirectUri: 'https://poll.party.example/auth',
    scopes: ['openid', 'profile'],
    people: 4,
    daysAgo: 5,
    revoked: 0,
    used: true,
  },
  {
    name: 'Slide Helper',
    redirectUri: 'https://slides.helper.example/auth',
    scopes: ['openid', 'Files.Read.All', 'offline_access'],
    people: 2,
    daysAgo: 4,
    revoked: 2,
    used: false,
  },
];

/** Consents, sign-ons and revocations of the last week. They say nothing of accounts, so no detection is concerned. */
export function plantDiscovery(org: Org, everyone: readonly User[]): void {
  const now = org.clock.now();
  const people = everyone.filter(
    (user) =>
      user.status === 'ACTIVE' &&
      user.id !== org.world.rootAdminId &&
      (user.activated ?? user.created) < now - 20 * DAY,
  );
  for (const [index, app] of SHADOW_APPS.entries()) {
    const client: OAuthParty = { id: org.ids.next('0oa'), name: app.name, redirectUri: app.redirectUri };
    const users = Array.from(
      { length: app.people },
      (_, n) => people[(index * 7 + n * 3) % Math.max(1, people.length)],
    );
    for (const [n, user] of users.entries()) {
      if (user === undefined) continue;
      const when = now - app.daysAgo * DAY + n * 5 * HOUR;
      consentTo(at(org, when), user, client, app.scopes);
      if (app.used) signOnTo(at(org, when + HOUR), user, client);
      if (n < app.revoked) revokeConsent(at(org, when + 3 * HOUR), user, client);
    }
  }
}
