import { DAY, iso } from '../core/clock.ts';
import type { App } from '../world/model.ts';
import type { World } from '../world/world.ts';
import { ADMIN_ACCESS_ID, PASSWORD_ACCESS_ID, policiesByGroup } from './policies-by-group.ts';
import { PROFILE_POLICY_ID, platformPolicies } from './policies-platform.ts';
import { access, PEOPLE, type Policy, type PolicyRule, signOn } from './policy-model.ts';

/** The policy of every app that has no other one. */
const ACCESS_POLICY_ID = 'rstLabAccess000015d7';

/** The app sign-in policy of an app; bookmarks have none. */
export function accessPolicyOf(world: World, app: App): string | null {
  if (app.signOnMode === 'BOOKMARK' || !world.apps.has(app.id)) return null;
  if (app.name === 'saasure') return ADMIN_ACCESS_ID;
  return app.signOnMode === 'SECURE_PASSWORD_STORE' ? PASSWORD_ACCESS_ID : ACCESS_POLICY_ID;
}

/** The policy that says how people get an account by an app; of services and bookmarks there is none. */
export function profilePolicyOf(world: World, app: App): string | null {
  const people = app.signOnMode !== 'BOOKMARK' && app.oauth?.applicationType !== 'service';
  return people && world.apps.has(app.id) ? PROFILE_POLICY_ID : null;
}

const passwordRule: PolicyRule = {
  id: '0prLabPassword0015d7',
  type: 'PASSWORD',
  name: 'Default Rule',
  priority: 1,
  system: true,
  conditions: PEOPLE,
  actions: {
    passwordChange: { access: 'ALLOW' },
    selfServicePasswordReset: {
      access: 'ALLOW',
      requirement: { primary: { methods: ['email'] }, stepUp: { required: false } },
    },
    selfServiceUnlock: { access: 'DENY' },
  },
};

const enrollRule: PolicyRule = {
  id: '0prLabEnroll000015d7',
  type: 'MFA_ENROLL',
  name: 'Default Rule',
  priority: 1,
  system: true,
  conditions: PEOPLE,
  actions: { enroll: { self: 'CHALLENGE' } },
};

/** The policies of the org, of every type; inside a type the first one that fits a user counts. */
export function policiesOf(world: World): Policy[] {
  const forEveryone = { people: { groups: { include: [world.everyoneId] } } };
  return [
    ...policiesByGroup(world),
    {
      id: '00pLabSignOn000015d7',
      type: 'OKTA_SIGN_ON',
      name: 'Default Policy',
      description: 'The default policy applies in all situations.',
      priority: 2,
      system: true,
      conditions: forEveryone,
      rules: [
        signOn('0prLabSignOn000015d7', 'Two factors for everybody', 1, false, true),
        signOn('0prLabSignOn000025d7', 'Default Rule', 2, true, false),
      ],
    },
    {
      id: '00pLabPassword0015d7',
      type: 'PASSWORD',
      name: 'Default Policy',
      description: 'The default password policy.',
      priority: 2,
      system: true,
      conditions: { ...forEveryone, authProvider: { provider: 'OKTA' } },
      settings: {
        password: {
          complexity: {
            minLength: 8,
            minLowerCase: 1,
            minUpperCase: 1,
            minNumber: 1,
            minSymbol: 0,
            excludeUsername: true,
            excludeAttributes: [],
            dictionary: { common: { exclude: false } },
          },
          age: { maxAgeDays: 0, expireWarnDays: 0, minAgeMinutes: 0, historyCount: 4 },
          lockout: {
            maxAttempts: 10,
            autoUnlockMinutes: 0,
            showLockoutFailures: false,
            userLockoutNotificationChannels: [],
          },
        },
        recovery: {
          factors: {
            okta_email: { status: 'ACTIVE', properties: { recoveryToken: { tokenLifetimeMinutes: 10080 } } },
            okta_sms: { status: 'INACTIVE' },
            okta_call: { status: 'INACTIVE' },
            recovery_question: { status: 'ACTIVE', properties: { complexity: { minLength: 4 } } },
          },
        },
        delegation: { options: { skipUnlock: false } },
      },
      rules: [passwordRule],
    },
    {
      id: '00pLabEnroll000015d7',
      type: 'MFA_ENROLL',
      name: 'Default Policy',
      description: 'The default policy applies in all situations.',
      priority: 2,
      system: true,
      conditions: forEveryone,
      settings: {
        type: 'AUTHENTICATORS',
        authenticators: [
          { key: 'okta_password', enroll: { self: 'REQUIRED' } },
          { key: 'okta_verify', enroll: { self: 'OPTIONAL' } },
          { key: 'webauthn', enroll: { self: 'OPTIONAL' } },
          { key: 'phone_number', enroll: { self: 'OPTIONAL' } },
        ],
      },
      rules: [enrollRule],
    },
    {
      id: ACCESS_POLICY_ID,
      type: 'ACCESS_POLICY',
      name: 'Any two factors',
      description: 'Require two factors to access.',
      priority: 1,
      system: true,
      conditions: null,
      rules: [
        access('rulLabAccess000015d7', 'Employees', 0, false, '2FA'),
        access('rulLabAccess000025d7', 'Catch-all Rule', 99, true, '1FA'),
      ],
    },
    ...platformPolicies(world),
  ];
}

export function renderPolicy(policy: Policy, base: string, founded: number, withRules: boolean) {
  const self = `${base}/api/v1/policies/${policy.id}`;
  const { rules, ...rest } = policy;
  return {
    ...rest,
    status: 'ACTIVE',
    created: iso(founded - 900 * DAY),
    lastUpdated: iso(founded - 200 * DAY),
    ...(withRules ? { _embedded: { rules: rules.map((rule) => renderPolicyRule(rule, self, founded)) } } : {}),
    _links: {
      self: { href: self, hints: { allow: ['GET'] } },
      rules: { href: `${self}/rules`, hints: { allow: ['GET'] } },
      ...(['ACCESS_POLICY', 'PROFILE_ENROLLMENT'].includes(policy.type)
        ? { mappings: { href: `${self}/mappings`, hints: { allow: ['GET'] } } }
        : {}),
    },
  };
}

export function renderPolicyRule(rule: PolicyRule, policyUrl: string, founded: number) {
  return {
    ...rule,
    status: 'ACTIVE',
    created: iso(founded - 900 * DAY),
    lastUpdated: iso(founded - 200 * DAY),
    _links: { self: { href: `${policyUrl}/rules/${rule.id}`, hints: { allow: ['GET'] } } },
  };
}
