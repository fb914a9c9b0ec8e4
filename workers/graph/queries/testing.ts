import { T0 } from '../../../test/deps.ts';
import { DAY } from '../../platform/clock.ts';
import { type EdgeKind, type GraphEdge, type GraphNode, type NodeKind, nodeId, orgNode } from '../model.ts';
import {
  accountId,
  app,
  assigned,
  edge,
  graphWith,
  group,
  page,
  person,
  role,
  SRC,
  structure,
} from '../testing/fixtures.ts';

export const ORG = orgNode(SRC, 'Acme');

/** A node of any kind, named by its native id. */
export function thing(kind: NodeKind, native: string, attributes: Record<string, unknown> = {}): GraphNode {
  return { id: nodeId(kind, SRC, native), kind, sourceId: SRC, nativeId: native, name: native, attributes };
}

const SUPER = role('SUPER_ADMIN');
const HELP_DESK = role('HELP_DESK_ADMIN');
const APP_ADMIN = role('APP_ADMIN');
const CUSTOM = structure('role', 'cr1', {
  type: 'CUSTOM',
  custom: true,
  description: 'Second line',
  permissions: ['okta.users.credentials.resetFactors', 'okta.groups.members.manage', 'okta.apps.manage'],
});
const ADMINS = group('admins');
const STAFF = group('staff');
const CONSOLE = app('console', { status: 'ACTIVE', signOnMode: 'OPENID_CONNECT', catalogName: 'saasure' });
const CRM = app('crm', { status: 'ACTIVE', signOnMode: 'SAML_2_0', catalogName: 'salesforce' });
const WIKI = app('wiki', { status: 'ACTIVE', signOnMode: 'BROWSER_PLUGIN' });
/** A service app with a role, and one without. */
const ROBOT = app('robot', { status: 'ACTIVE', signOnMode: 'OPENID_CONNECT' });
const TOOL = app('tool', { status: 'ACTIVE', signOnMode: 'OPENID_CONNECT' });

const OLD = T0 - 400 * DAY;
const NEW = T0 - 10 * DAY;

const PEOPLE = [
  // holds the role herself; everything about her is bad
  person('ada', { passwordChanged: OLD, lastLogin: T0 - 200 * DAY, status: 'LOCKED_OUT' }, 'Ada'),
  // holds it through the group; the same
  person('bob', { passwordChanged: OLD, lastLogin: T0 - 200 * DAY, status: 'PASSWORD_EXPIRED' }, 'Bob'),
  // near misses: privileged, and all is well
  person('cyd', { passwordChanged: T0 - 365 * DAY, lastLogin: T0 - 180 * DAY }, 'Cyd'),
  person('dan', { passwordChanged: NEW, lastLogin: NEW }, 'Dan'),
  // a near miss: as bad as Ada, without a role
  person('eve', { passwordChanged: OLD, lastLogin: OLD, status: 'LOCKED_OUT' }, 'Eve'),
];

function assignment(holder: string, native: string, roleId: string, scoped: boolean | null, targets: string[] = []) {
  const type = roleId === 'cr1' ? 'CUSTOM' : roleId;
  const node = thing('role_assignment', native, {
    type,
    roleId,
    status: 'ACTIVE',
    ...(scoped === null ? {} : { scoped }),
  });
  return {
    nodes: [node],
    edges: [
      edge(holder, 'HOLDS_ROLE', nodeId('role', SRC, roleId)),
      edge(holder, 'HAS_ROLE_ASSIGNMENT', node.id),
      ...targets.map((to) => edge(node.id, 'SCOPED_TO', to)),
    ],
  };
}

const SET = thing('resource_set', 'set1', { orns: ['orn:okta:directory:00o:users'] });
const ASSIGNMENTS = [
  assignment(accountId('ada'), 'as-ada', 'SUPER_ADMIN', false),
  assignment(ADMINS.id, 'as-admins', 'SUPER_ADMIN', false),
  assignment(accountId('cyd'), 'as-cyd', 'HELP_DESK_ADMIN', true, [STAFF.id]),
  assignment(accountId('dan'), 'as-dan', 'cr1', true, [SET.id]),
  assignment(accountId('dan'), 'as-dan-app', 'APP_ADMIN', true, [CRM.id]),
  assignment(ROBOT.id, 'as-robot', 'APP_ADMIN', false),
];

const secret = (native: string, created: number | null, status = 'ACTIVE') =>
  thing('credential', native, { type: 'client_secret', status, created });
const CREDENTIALS: [GraphNode, EdgeKind, string][] = [
  [secret('old-secret', OLD), 'SECRET_OF', ROBOT.id],
  [secret('new-secret', NEW), 'SECRET_OF', ROBOT.id],
  [secret('off-secret', OLD, 'INACTIVE'), 'SECRET_OF', ROBOT.id],
  [secret('undated', null), 'SECRET_OF', ROBOT.id],
  [secret('tool-secret', OLD), 'SECRET_OF', TOOL.id],
  [
    thing('credential', 'token', { type: 'api_token', status: 'ACTIVE', created: OLD }),
    'API_TOKEN_FOR',
    accountId('ada'),
  ],
];

const POOL = thing('agent_pool', 'pool', { type: 'AD', operationalStatus: 'OPERATIONAL' });
const AGENT = thing('agent', 'agent', { type: 'AD', status: 'OPERATIONAL', version: '3.18' });
const HOST = thing('external', 'dc01', { externalKind: 'ADComputer' });
const DOMAIN = thing('external', 'acme.local', { externalKind: 'ADDomain' });
const CLOUD = thing('external', 'cloud', { externalKind: 'AWSAccount' });
const IDP = thing('identity_provider', 'idp', { status: 'ACTIVE' });
const DEVICE = thing('device', 'mac', {
  platform: 'MACOS',
  status: 'ACTIVE',
  managed: true,
  accountId: accountId('ada'),
});
const PHONE = thing('device', 'phone', { platform: 'IOS', status: 'ACTIVE', accountId: accountId('eve') });
const REALM = thing('realm', 'emea');
const POLICY = thing('policy', 'strict', { type: 'ACCESS_POLICY' });
const SERVICE = thing('api_service', 'scanner');

const OTHERS: GraphEdge[] = [
  ...['bob', 'dan'].map((native) => edge(accountId(native), 'MEMBER_OF', ADMINS.id)),
  edge(accountId('eve'), 'MEMBER_OF', STAFF.id),
  edge(SUPER.id, 'GRANTS', ORG.id),
  assigned(accountId('ada'), CONSOLE.id),
  assigned(accountId('eve'), CONSOLE.id, 'DEPROVISIONED'),
  edge(ADMINS.id, 'ASSIGNED_TO', CONSOLE.id),
  assigned(accountId('eve'), CRM.id),
  edge(SET.id, 'RESOURCE_SET_CONTAINS', STAFF.id),
  edge(AGENT.id, 'AGENT_MEMBER_OF', POOL.id),
  edge(HOST.id, 'HOSTS_AGENT', AGENT.id),
  edge(POOL.id, 'AGENT_POOL_FOR', WIKI.id),
  edge(DEVICE.id, 'DEVICE_OF', accountId('ada')),
  edge(PHONE.id, 'DEVICE_OF', accountId('eve')),
  edge(REALM.id, 'REALM_CONTAINS', accountId('eve')),
  edge(POLICY.id, 'POLICY_MAPPING', CRM.id),
  edge(accountId('ada'), 'MANAGER_OF', accountId('eve')),
  edge(accountId('eve'), 'CREATOR_OF', SERVICE.id),
  edge(CRM.id, 'READ_PASSWORD_UPDATES', accountId('eve')),
  edge(DOMAIN.id, 'PASSWORD_SYNC', accountId('ada')),
  edge(DOMAIN.id, 'PASSWORD_SYNC', accountId('bob')),
  edge(DOMAIN.id, 'PASSWORD_SYNC', accountId('eve')),
  edge(CRM.id, 'USER_PULL', accountId('cyd')),
  edge(CRM.id, 'USER_PULL', accountId('bob')),
  edge(CRM.id, 'USER_PULL', accountId('eve')),
  edge(WIKI.id, 'GROUP_PULL', ADMINS.id),
  edge(accountId('eve'), 'USER_PUSH', WIKI.id),
  edge(STAFF.id, 'GROUP_PUSH', WIKI.id),
  edge(CRM.id, 'OUTBOUND_ORG_SSO', CLOUD.id),
  edge(CLOUD.id, 'INBOUND_ORG_SSO', IDP.id),
  edge(IDP.id, 'IDENTITY_PROVIDER_FOR', accountId('ada')),
  edge(IDP.id, 'IDENTITY_PROVIDER_FOR', accountId('bob')),
  edge(IDP.id, 'IDENTITY_PROVIDER_FOR', accountId('eve')),
  edge(IDP.id, 'IDP_GROUP_ASSIGNMENT', ADMINS.id),
  edge(IDP.id, 'IDP_GROUP_ASSIGNMENT', STAFF.id),
];

const factors = (native: string, known: boolean, count = 0) => ({
  accountId: accountId(native),
  state: known
    ? {
        known: true as const,
        factors: Array.from({ length: count }, (_, i) => ({
          id: `f${i}`,
          type: 'push',
          provider: 'OKTA',
          status: 'ACTIVE',
        })),
      }
    : { known: false as const, reason: 'not read' },
});

/** An org in which every saved query has something to find, and something that it must not. */
export async function queryWorld(shards: number) {
  const made = await graphWith(shards);
  await made.graph.applyPage(
    page({
      nodes: [
        ...PEOPLE.flatMap(({ nodes }) => nodes),
        ...ASSIGNMENTS.flatMap(({ nodes }) => nodes),
        ...CREDENTIALS.map(([node]) => node),
        ...[SUPER, HELP_DESK, APP_ADMIN, CUSTOM, ADMINS, STAFF, CONSOLE, CRM, WIKI, ROBOT, TOOL, ORG, SET, POOL, AGENT],
        ...[HOST, DOMAIN, CLOUD, IDP, DEVICE, PHONE, REALM, POLICY, SERVICE],
      ],
      edges: [
        ...PEOPLE.flatMap(({ edges }) => edges),
        ...ASSIGNMENTS.flatMap(({ edges }) => edges),
        ...CREDENTIALS.map(([node, kind, to]) => edge(node.id, kind, to)),
        ...OTHERS,
      ],
      factors: [
        factors('ada', true),
        factors('bob', true),
        factors('cyd', true, 1),
        factors('dan', false),
        factors('eve', true),
      ],
    }),
  );
  return made;
}
