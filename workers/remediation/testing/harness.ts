import { env } from 'cloudflare:workers';
import { sources } from '../../../db/control/schema.ts';
import { apiUnderTest } from '../../api/test-api.ts';
import { seedTenant } from '../../auth/test-app.ts';
import { graphOf } from '../../graph/directory.ts';
import { type GraphEdge, type GraphNode, type NodeKind, nodeId, orgNode } from '../../graph/model.ts';
import { type OktaCredential, sealCredential } from '../../sources/okta/credential.ts';
import { scopeOf, type Wanted } from '../../sync/wanted.ts';
import { createFakeOrg } from './fake-org.ts';

interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  json: any;
}

let keys = 0;

/**
 * Tests only: the API with remediation on, and an org with its graph. `ann` and `bob` are super admins, `bob` through
 * the group `admins`; `cat` is an app admin with a factor, in `staff` and `admins2`; `dan` is nobody special.
 */
export async function setUp(options: { credential?: OktaCredential; enabled?: boolean } = {}) {
  let now = () => 0;
  const okta = createFakeOrg(() => now());
  const refreshes: (ReturnType<typeof scopeOf> & { sourceId: string })[] = [];
  const REFRESH = {
    idFromName: (name: string) => name,
    get: () => ({
      want: async (_: string, source: string, wanted: Wanted[]) => {
        refreshes.push({ sourceId: source, ...scopeOf(wanted) });
      },
    }),
  };
  const api = apiUnderTest({ fetch: okta.fetch, env: { ...env, REFRESH } as unknown as Env });
  now = () => api.clock.now();
  const { tenantId, adminId, email, tokens } = await seedTenant(api.deps, [
    'super_admin',
    'issue_responder',
    'source_admin',
    'viewer',
  ]);
  const sourceId = `src_${tenantId.slice(4)}`;
  const credential = options.credential ?? { type: 'ssws', token: `tok${++keys}` };
  await api.deps.control.insert(sources).values({
    tenantId,
    id: sourceId,
    kind: 'okta',
    name: 'Acme',
    baseUrl: 'https://acme.okta.com',
    mode: 'polling',
    authType: credential.type,
    clientId: credential.type === 'oauth' ? credential.clientId : null,
    sealedCredential: await sealCredential({ env }, tenantId, sourceId, credential),
    createdAt: 0,
  });
  fillOrg(okta);
  await fillGraph(api.deps, tenantId, sourceId);
  const call = async (method: string, path: string, body?: unknown, token = tokens.super_admin): Promise<Answer> => {
    const response = await api.call(method, `/api/v1${path}`, { token, ...(body === undefined ? {} : { body }) });
    const text = await response.text();
    return { status: response.status, json: text ? JSON.parse(text) : null };
  };
  if (options.enabled !== false) await call('PATCH', '/remediations/settings', { enabled: true });
  const id = (kind: NodeKind, native: string) => nodeId(kind, sourceId, native);
  const plan = (body: unknown, token?: string) => call('POST', '/remediations/plan', body, token);
  /** Plans and confirms; the answer to the confirmation. */
  const make = async (body: unknown, token?: string) => {
    const planned = await plan(body, token);
    if (planned.json.planId === null) throw new Error(`refused: ${JSON.stringify(planned.json.refusals)}`);
    return call('POST', '/remediations', { planId: planned.json.planId, confirm: planned.json.confirm }, token);
  };
  const audited = async () =>
    (await call('GET', '/audit?limit=200')).json.data as { action: string; detail: Record<string, unknown> }[];
  return { ...api, okta, refreshes, tenantId, adminId, email, tokens, sourceId, call, plan, make, id, audited };
}

export type Harness = Awaited<ReturnType<typeof setUp>>;

function fillOrg({ org }: ReturnType<typeof createFakeOrg>): void {
  const user = (roles: { id: string; type: string }[] = [], factors: string[] = []) => ({
    status: 'ACTIVE',
    factors,
    roles,
    sessions: 2,
  });
  org.users.set('00uPostern', user([{ id: 'ra0', type: 'SUPER_ADMIN' }]));
  org.users.set('ann', user([{ id: 'ra1', type: 'SUPER_ADMIN' }]));
  org.users.set('bob', user());
  org.users.set('cat', user([{ id: 'ra2', type: 'APP_ADMIN' }], ['push', 'sms']));
  org.users.set('dan', user());
  org.groups.set('admins', {
    type: 'OKTA_GROUP',
    members: new Set(['bob']),
    roles: [{ id: 'ra3', type: 'SUPER_ADMIN' }],
  });
  org.groups.set('staff', { type: 'OKTA_GROUP', members: new Set(['cat', 'dan']), roles: [] });
  org.groups.set('fromApp', { type: 'APP_GROUP', members: new Set(['dan']), roles: [], source: 'mail' });
  org.groups.set('everyone', { type: 'BUILT_IN', members: new Set(['dan']), roles: [] });
  org.apps.set('mail', {
    users: new Map([
      ['cat', 'USER'],
      ['dan', 'GROUP'],
    ]),
    groups: new Set(['staff']),
    grants: new Map([['oag1', 'okta.users.manage']]),
    roles: [{ id: 'ra4', type: 'ORG_ADMIN' }],
  });
  org.tokens.set('00T1', { name: 'CI', userId: 'ann' });
  org.consents.set('cat mail', ['openid', 'files.read']);
}

async function fillGraph(deps: Parameters<typeof graphOf>[0], tenantId: string, sourceId: string): Promise<void> {
  const node = (kind: NodeKind, nativeId: string, attributes: Record<string, unknown> = {}): GraphNode => ({
    id: nodeId(kind, sourceId, nativeId),
    kind,
    sourceId,
    nativeId,
    name: nativeId,
    attributes,
  });
  const id = (kind: NodeKind, native: string) => nodeId(kind, sourceId, native);
  const edge = (from: string, kind: GraphEdge['kind'], to: string, attributes = {}): GraphEdge => ({
    from,
    kind,
    to,
    attributes,
  });
  const people = ['00uPostern', 'ann', 'bob', 'cat', 'dan'];
  const org = orgNode(sourceId, 'Acme');
  await graphOf(deps, tenantId).applyPage({
    nodes: [
      org,
      ...people.flatMap((name) => [
        node('identity', name, { accountId: id('account', name) }),
        node('account', name, {
          status: 'ACTIVE',
          login: `${name}@acme.test`,
          email: `${name}@acme.test`,
          created: 1,
          hasPassword: true,
          passwordChanged: deps.clock.now(),
          lastLogin: deps.clock.now(),
        }),
      ]),
      ...['admins', 'staff', 'fromApp', 'everyone'].map((name) => node('group', name)),
      node('app', 'mail', { status: 'ACTIVE' }),
      ...['SUPER_ADMIN', 'ORG_ADMIN', 'APP_ADMIN'].map((type) =>
        node('role', type, { type, custom: false, label: type }),
      ),
      node('credential', '00T1', { type: 'api_token', ownerId: 'ann' }),
    ],
    edges: [
      ...people.map((name) => edge(id('identity', name), 'HAS_ACCOUNT', id('account', name))),
      edge(id('role', 'SUPER_ADMIN'), 'GRANTS', org.id),
      edge(id('account', '00uPostern'), 'HOLDS_ROLE', id('role', 'SUPER_ADMIN')),
      edge(id('account', 'ann'), 'HOLDS_ROLE', id('role', 'SUPER_ADMIN')),
      edge(id('account', 'cat'), 'HOLDS_ROLE', id('role', 'APP_ADMIN')),
      edge(id('group', 'admins'), 'HOLDS_ROLE', id('role', 'SUPER_ADMIN')),
      edge(id('account', 'bob'), 'MEMBER_OF', id('group', 'admins')),
      edge(id('account', 'cat'), 'MEMBER_OF', id('group', 'staff')),
      edge(id('account', 'dan'), 'MEMBER_OF', id('group', 'staff')),
      edge(id('account', 'dan'), 'MEMBER_OF', id('group', 'fromApp')),
      edge(id('group', 'staff'), 'ASSIGNED_TO', id('app', 'mail')),
      edge(id('account', 'cat'), 'ASSIGNED_TO', id('app', 'mail'), { status: 'ACTIVE', scope: 'USER' }),
      edge(id('account', 'dan'), 'ASSIGNED_TO', id('app', 'mail'), { status: 'ACTIVE', scope: 'GROUP' }),
      edge(id('credential', '00T1'), 'API_TOKEN_FOR', id('account', 'ann')),
      edge(id('account', 'cat'), 'CONSENTED', id('app', 'mail'), { scopes: ['files.read'] }),
    ],
    factors: [
      {
        accountId: id('account', 'cat'),
        state: { known: true, factors: [{ id: 'f-push', type: 'push', provider: 'OKTA', status: 'ACTIVE' }] },
      },
    ],
    asOf: deps.clock.now(),
    by: { kind: 'sync', id: 'syn_seed' },
    evaluate: true,
  });
}
