import type { World } from '../world/world.ts';
import { access, PEOPLE, type Policy, type PolicyRule, signOn } from './policy-model.ts';

/** The policy of the admin console, and that of old apps which a password alone opens. */
export const ADMIN_ACCESS_ID = 'rstLabAdmins000015d7';
export const PASSWORD_ACCESS_ID = 'rstLabLegacy000015d7';

function groupId(world: World, name: string): string {
  for (const group of world.groups.values()) if (group.name === name) return group.id;
  return world.everyoneId;
}

/** A rule that holds when somebody signs in on a device that Okta has not seen. */
function withBehavior(rule: PolicyRule, world: World): PolicyRule {
  const unusual = world.estate.behaviors.filter(({ type }) => type === 'ANOMALOUS_DEVICE').map(({ id }) => id);
  return { ...rule, conditions: { ...rule.conditions, risk: { behaviors: unusual } } };
}

function companyMacs({ estate }: World) {
  return { include: estate.deviceAssurances.slice(0, 1).map(({ id }) => id) };
}

/** Policies for some groups and apps, ahead of the default ones. */
export function policiesByGroup(world: World): Policy[] {
  const owners = [groupId(world, 'Platform Owners')];
  const forOwners = { people: { groups: { include: owners } } };
  const strict = access('rulLabAdmins000015d7', 'Phishing-resistant', 0, false, '2FA');
  return [
    {
      id: '00pLabSignOn000025d7',
      type: 'OKTA_SIGN_ON',
      name: 'Administrators',
      description: 'Short sessions for those who run Okta.',
      priority: 1,
      system: false,
      conditions: forOwners,
      rules: [withBehavior(signOn('0prLabSignOn000035d7', 'From anywhere', 1, false, true), world)],
    },
    {
      id: '00pLabPassword0025d7',
      type: 'PASSWORD',
      name: 'Administrators',
      description: 'Longer passwords for those who run Okta.',
      priority: 1,
      system: false,
      conditions: { ...forOwners, authProvider: { provider: 'OKTA' } },
      settings: {
        password: {
          complexity: {
            minLength: 14,
            minLowerCase: 1,
            minUpperCase: 1,
            minNumber: 1,
            minSymbol: 1,
            excludeUsername: true,
            excludeAttributes: ['firstName', 'lastName'],
            dictionary: { common: { exclude: true } },
          },
          age: { maxAgeDays: 0, expireWarnDays: 0, minAgeMinutes: 0, historyCount: 24 },
          lockout: {
            maxAttempts: 5,
            autoUnlockMinutes: 0,
            showLockoutFailures: false,
            userLockoutNotificationChannels: ['EMAIL'],
          },
        },
        recovery: {
          factors: {
            okta_email: { status: 'ACTIVE', properties: { recoveryToken: { tokenLifetimeMinutes: 60 } } },
            okta_sms: { status: 'INACTIVE' },
            okta_call: { status: 'INACTIVE' },
            recovery_question: { status: 'INACTIVE', properties: { complexity: { minLength: 4 } } },
          },
        },
        delegation: { options: { skipUnlock: false } },
      },
      rules: [],
    },
    {
      id: '00pLabEnroll000025d7',
      type: 'MFA_ENROLL',
      name: 'Administrators',
      description: 'Passkeys for those who run Okta.',
      priority: 1,
      system: false,
      conditions: forOwners,
      settings: {
        type: 'AUTHENTICATORS',
        authenticators: [
          { key: 'okta_password', enroll: { self: 'REQUIRED' } },
          { key: 'okta_verify', enroll: { self: 'REQUIRED' } },
          { key: 'webauthn', enroll: { self: 'REQUIRED' } },
          { key: 'phone_number', enroll: { self: 'NOT_ALLOWED' } },
        ],
      },
      rules: [
        {
          id: '0prLabEnroll000025d7',
          type: 'MFA_ENROLL',
          name: 'At the next sign-in',
          priority: 1,
          system: false,
          conditions: PEOPLE,
          actions: { enroll: { self: 'LOGIN' } },
        },
      ],
    },
    {
      id: ADMIN_ACCESS_ID,
      type: 'ACCESS_POLICY',
      name: 'Okta Admin Console',
      description: 'Phishing-resistant factors for the admin console.',
      priority: 1,
      system: false,
      conditions: null,
      rules: [
        {
          ...strict,
          conditions: {
            ...strict.conditions,
            device: { registered: true, managed: true, assurance: companyMacs(world) },
          },
          actions: {
            appSignOn: {
              access: 'ALLOW',
              verificationMethod: {
                type: 'ASSURANCE',
                factorMode: '2FA',
                reauthenticateIn: 'PT15M',
                constraints: [
                  {
                    possession: {
                      deviceBound: 'REQUIRED',
                      phishingResistant: 'REQUIRED',
                      hardwareProtection: 'REQUIRED',
                    },
                  },
                ],
              },
            },
          },
        },
        access('rulLabAdmins000025d7', 'Catch-all Rule', 99, true, '2FA'),
      ],
    },
    {
      id: PASSWORD_ACCESS_ID,
      type: 'ACCESS_POLICY',
      name: 'Password only',
      description: 'Old apps that cannot do more.',
      priority: 1,
      system: false,
      conditions: null,
      rules: [access('rulLabLegacy000015d7', 'Catch-all Rule', 99, true, '1FA')],
    },
  ];
}
