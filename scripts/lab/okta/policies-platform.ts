import type { World } from '../world/world.ts';
import type { Policy } from './policy-model.ts';

const ANYWHERE = { network: { connection: 'ANYWHERE' } };
const ALL = { people: { users: { exclude: [] }, groups: { exclude: [] } } };

/** The policy of every app that people get an account by. */
export const PROFILE_POLICY_ID = 'rstLabProfi0000015d7';

/** The policies of which every org has one of its own: discovery, profiles, risk, sessions and devices. */
export function platformPolicies(world: World): Policy[] {
  const provider = world.estate.idps[0];
  /** One policy with one rule that always holds, after the rules it is given. */
  const one = (
    type: string,
    id: string,
    name: string,
    actions: Record<string, unknown>,
    conditions: Record<string, unknown> | null = null,
    first: Policy['rules'] = [],
  ): Policy => ({
    id: `rstLab${id}0000015d7`,
    type,
    name,
    description: `${name} of the org.`,
    priority: 1,
    system: true,
    conditions: null,
    rules: [
      ...first,
      {
        id: `rulLab${id}0000025d7`,
        type,
        name: 'Default Rule',
        priority: first.length + 1,
        system: true,
        conditions,
        actions,
      },
    ],
  });
  const okta = { idp: { providers: [{ type: 'OKTA' }], idpSelectionType: 'SPECIFIC' } };
  const federated = {
    id: 'rulLabDisco0000015d7',
    type: 'IDP_DISCOVERY',
    name: 'People of the holding',
    priority: 1,
    system: false,
    conditions: {
      ...ANYWHERE,
      platform: { include: [{ type: 'ANY', os: { type: 'ANY' } }], exclude: [] },
      userIdentifier: { type: 'IDENTIFIER', patterns: [{ matchType: 'SUFFIX', value: 'holding.example' }] },
      app: { include: [], exclude: [] },
    },
    actions: {
      idp: { providers: [{ type: provider?.type, id: provider?.id }], idpSelectionType: 'SPECIFIC' },
    },
  };
  const desktops = {
    ...federated,
    id: 'rulLabDeskt0000015d7',
    name: 'Desktops of the domain',
    priority: 2,
    conditions: { ...federated.conditions, userIdentifier: { type: 'IDENTIFIER', patterns: [] } },
    actions: { idp: { providers: [{ type: 'AgentlessDSSO' }], idpSelectionType: 'SPECIFIC' } },
  };
  const routes = provider === undefined ? [desktops] : [federated, desktops];
  return [
    one('IDP_DISCOVERY', 'Disco', 'Idp Discovery Policy', okta, ANYWHERE, routes),
    one('PROFILE_ENROLLMENT', 'Profi', 'Default Policy', {
      profileEnrollment: {
        access: 'ALLOW',
        unknownUserAction: 'DENY',
        activationRequirements: { emailVerification: true },
        profileAttributes: [
          { name: 'email', label: 'Email', required: true },
          { name: 'firstName', label: 'First name', required: true },
          { name: 'lastName', label: 'Last name', required: true },
        ],
      },
    }),
    one('POST_AUTH_SESSION', 'Sessi', 'Session Protection Policy', { postAuthSession: { failureActions: [] } }, ALL),
    one(
      'ENTITY_RISK',
      'Risks',
      'Entity Risk Policy',
      { entityRisk: { actions: [{ action: 'TERMINATE_ALL_SESSIONS' }] } },
      { ...ALL, entityRisk: { level: 'HIGH' }, riskDetectionTypes: null },
    ),
    one(
      'DEVICE_SIGNAL_COLLECTION',
      'Signa',
      'Device Signal Collection',
      {
        deviceSignalCollection: {
          deviceContextProviders: [{ key: 'OKTA_VERIFY', userIdentification: 'ALLOW' }],
        },
      },
      ANYWHERE,
    ),
    one(
      'SESSION_VIOLATION_DETECTION',
      'Viola',
      'Session Violation Detection',
      { sessionViolationDetection: { policyEvaluation: { enabled: true } } },
      { ...ANYWHERE, riskScore: { minRiskLevel: 'MEDIUM' } },
    ),
    one('CLIENT_UPDATE', 'Updat', 'Client Update Policy', {
      updateControls: { actions: [{ action: 'OKTA_VERIFY_UPDATE', value: 'ALLOW' }] },
    }),
    one('IDENTITY_CLAIM_SOURCING', 'Claim', 'Identity Claim Sourcing', {
      claimSourcing: { redirectType: 'IDP_DISCOVERY', refresh: { redirectType: 'NONE' } },
    }),
  ];
}
