import { assignApp } from '../actions/apps.ts';
import { consentTo, signOnTo } from '../actions/consents.ts';
import { enrolFactor, resetFactors } from '../actions/factors.ts';
import { at, byUser, type Org } from '../actions/org.ts';
import { grantRole, revokeRole } from '../actions/roles.ts';
import { denyPush, signIn } from '../actions/sign-in.ts';
import { createToken, revokeToken } from '../actions/tokens.ts';
import { deactivateUser } from '../actions/users.ts';
import { iso, SECOND } from '../core/clock.ts';
import type { User } from '../world/model.ts';
import { strangerClient } from '../world/people.ts';
import { appLabelled } from '../world/structure.ts';
import { createScenarioKit, type ScenarioKit } from './scenario-kit.ts';
import { failuresOf } from './truth.ts';

/** What playing a scenario answers. */
export interface ScenarioResult {
  scenario: string;
  startedAt: string;
  subject: { kind: 'account' | 'identity'; nativeId: string; name: string };
  /** The detections that the subject must fail now. */
  detections: string[];
  /** The uuids of the events that went into the log. */
  events: string[];
}

interface Scenario {
  description: string;
  kind?: 'identity';
  /** For a near miss: the detection that must stay quiet. */
  calm?: string;
  play(kit: ScenarioKit): User;
}

const hasPush = (org: Org) => (user: User) =>
  (org.world.factors.get(user.id) ?? []).some((f) => f.factorType === 'push' && f.status === 'ACTIVE');

/** So many refused pushes, a second and a half apart, the last of them just now. */
function refusePushes({ org }: ScenarioKit, user: User, count: number): void {
  const client = strangerClient(org.rng, org.ids);
  for (let i = count; i > 0; i--) {
    denyPush(at(org, org.clock.now() - i * 1.5 * SECOND), user, { client, as: i === 2 ? 'both' : 'mfa' });
  }
}

export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'admin-without-mfa': {
    description: 'A new user without any factor becomes a super administrator.',
    play: (kit) => {
      const user = kit.newcomer();
      grantRole(kit.org, kit.byRoot, user, 'SUPER_ADMIN');
      return user;
    },
  },
  'leaver-keeps-access': {
    description: 'Somebody leaves, but an app that Okta cannot deprovision keeps the account.',
    kind: 'identity',
    play: (kit) => {
      const { org } = kit;
      const user = kit.newcomer();
      const app = appLabelled(org, 'PagerDuty');
      assignApp(org, kit.byRoot, app, user);
      enrolFactor(org, byUser(user), user, 'push');
      signIn(org, user);
      deactivateUser(org, kit.byRoot, user, [app.id]);
      return user;
    },
  },
  'new-super-admin': {
    description: 'An existing user with a second factor becomes a super administrator.',
    play: (kit) => {
      const user = kit.healthy();
      grantRole(kit.org, kit.byRoot, user, 'SUPER_ADMIN');
      return user;
    },
  },
  'api-token-created': {
    description: 'An administrator creates an API token.',
    play: (kit) => {
      const user = kit.healthyAdmin('READ_ONLY_ADMIN');
      createToken(kit.org, byUser(user), user, `script ${kit.org.ids.opaque(4)}`);
      return user;
    },
  },
  'mfa-fatigue': {
    description: 'Somebody refuses six pushes and approves the seventh.',
    play: (kit) => {
      const user = kit.healthy(hasPush(kit.org));
      refusePushes(kit, user, 6);
      signIn(kit.org, user, { client: strangerClient(kit.org.rng, kit.org.ids) });
      return user;
    },
  },
  'mfa-reset-new-device': {
    description: 'The help desk resets all factors of a user, who then signs in from a new device.',
    play: (kit) => {
      const { org } = kit;
      const user = kit.healthy();
      const now = org.clock.now();
      resetFactors(at(org, now - 2 * SECOND), kit.byRoot, user);
      const client = strangerClient(org.rng, org.ids);
      signIn(at(org, now - SECOND), user, {
        newDevice: true,
        behaviorForm: org.rng.chance(0.5) ? 'text' : 'json',
        client,
      });
      enrolFactor(org, byUser(user), user, 'push');
      return user;
    },
  },
  'shadow-app-consented': {
    description: 'A new user lets an app that nobody knows read all mail, also when nobody is signed in.',
    play: ({ org, newcomer }) => {
      const user = newcomer();
      enrolFactor(org, byUser(user), user, 'push');
      signIn(org, user);
      const client = {
        id: org.ids.next('0oa'),
        name: 'Inbox Genie',
        redirectUri: 'https://login.inbox-genie.example/cb',
      };
      consentTo(org, user, client, ['openid', 'offline_access', 'https://mail.google.com/']);
      signOnTo(org, user, client);
      return user;
    },
  },
  'calm-four-refusals': {
    description: 'Near miss: four refused pushes are no fatigue attack.',
    calm: 'push-fatigue',
    play: (kit) => {
      const user = kit.healthy(hasPush(kit.org));
      refusePushes(kit, user, 4);
      return user;
    },
  },
  'calm-token-revoked': {
    description: 'Near miss: an administrator creates an API token and revokes it at once.',
    calm: 'api-token-admin',
    play: (kit) => {
      const user = kit.healthyAdmin('READ_ONLY_ADMIN');
      revokeToken(kit.org, byUser(user), createToken(kit.org, byUser(user), user, 'one-off'));
      return user;
    },
  },
  'calm-role-taken-back': {
    description: 'Near miss: a role is granted and taken back at once.',
    calm: 'admin-role-granted',
    play: (kit) => {
      const user = kit.healthy();
      revokeRole(kit.org, kit.byRoot, user, grantRole(kit.org, kit.byRoot, user, 'ORG_ADMIN'));
      return user;
    },
  },
  'calm-known-device': {
    description: 'Near miss: after a reset the user signs in from the usual device.',
    calm: 'mfa-reset-new-device',
    play: (kit) => {
      const { org } = kit;
      const user = kit.healthy();
      resetFactors(at(org, org.clock.now() - 2 * SECOND), kit.byRoot, user);
      signIn(at(org, org.clock.now() - SECOND), user);
      enrolFactor(org, byUser(user), user, 'push');
      return user;
    },
  },
  'calm-clean-leaver': {
    description: 'Near miss: somebody leaves and every account goes.',
    kind: 'identity',
    calm: 'leaver-live-accounts',
    play: (kit) => {
      const user = kit.healthy();
      deactivateUser(kit.org, kit.byRoot, user);
      return user;
    },
  },
};

/** Plays a scenario now. Null when there is none of that name. */
export function playScenario(org: Org, name: string): ScenarioResult | null {
  const scenario = Object.hasOwn(SCENARIOS, name) ? SCENARIOS[name] : undefined;
  if (scenario === undefined) return null;
  const startedAt = iso(org.clock.now());
  const events: string[] = [];
  const stop = org.log.subscribe(({ uuid }) => events.push(uuid));
  let user: User;
  try {
    user = scenario.play(createScenarioKit(org));
  } finally {
    stop();
  }
  const kind = scenario.kind ?? 'account';
  if (scenario.calm !== undefined) {
    org.world.nearMisses.push({ detection: scenario.calm, kind, nativeId: user.id, note: scenario.description });
  }
  return {
    scenario: name,
    startedAt,
    subject: { kind, nativeId: user.id, name: user.profile.displayName },
    detections: failuresOf(org, user.id),
    events,
  };
}
