export interface PolicyRule {
  id: string;
  type: string;
  name: string;
  priority: number;
  system: boolean;
  conditions: Record<string, unknown> | null;
  actions: Record<string, unknown>;
}

export interface Policy {
  id: string;
  type: string;
  name: string;
  description: string;
  priority: number;
  system: boolean;
  conditions: Record<string, unknown> | null;
  settings?: Record<string, unknown>;
  rules: PolicyRule[];
}

export const PEOPLE = { people: { users: { exclude: [] } }, network: { connection: 'ANYWHERE' } };

/** A rule of a global session policy. */
export function signOn(
  id: string,
  name: string,
  priority: number,
  system: boolean,
  requireFactor: boolean,
): PolicyRule {
  return {
    id,
    type: 'SIGN_ON',
    name,
    priority,
    system,
    conditions: {
      ...PEOPLE,
      authContext: { authType: 'ANY' },
      risk: { behaviors: [] },
      riskScore: { level: 'ANY' },
      identityProvider: { provider: 'ANY' },
    },
    actions: {
      signon: {
        access: 'ALLOW',
        requireFactor,
        ...(requireFactor ? { factorPromptMode: 'SESSION', factorLifetime: 15 } : {}),
        primaryFactor: 'PASSWORD_IDP_ANY_FACTOR',
        rememberDeviceByDefault: false,
        // The default rule never ends a session: a posture finding.
        session: {
          usePersistentCookie: false,
          maxSessionIdleMinutes: 120,
          maxSessionLifetimeMinutes: system ? 0 : 720,
        },
      },
    },
  };
}

/** A rule of an app sign-in policy. */
export function access(
  id: string,
  name: string,
  priority: number,
  system: boolean,
  factorMode: '1FA' | '2FA',
): PolicyRule {
  return {
    id,
    type: 'ACCESS_POLICY',
    name,
    priority,
    system,
    conditions: system ? null : { ...PEOPLE, riskScore: { level: 'ANY' } },
    actions: {
      appSignOn: {
        access: 'ALLOW',
        verificationMethod: {
          type: 'ASSURANCE',
          factorMode,
          reauthenticateIn: 'PT12H',
          constraints:
            factorMode === '1FA'
              ? []
              : [
                  {
                    knowledge: { required: true, reauthenticateIn: 'PT12H' },
                    possession: { deviceBound: 'REQUIRED' },
                  },
                ],
        },
      },
    },
  };
}
