import { oktaError } from '../../sync/testing/fake-okta.ts';

interface FakeRole {
  id: string;
  type: string;
  role?: string;
}

/** Tests only: an Okta org that can be changed, as far as remediation reads and writes it. */
export function createFakeOrg(now: () => number) {
  const org = {
    users: new Map<string, { status: string; factors: string[]; roles: FakeRole[]; sessions: number }>(),
    groups: new Map<string, { type: string; members: Set<string>; roles: FakeRole[]; source?: string }>(),
    rules: [] as { id: string; name: string; groupIds: string[]; exclude: string[] }[],
    apps: new Map<
      string,
      { users: Map<string, 'USER' | 'GROUP'>; groups: Set<string>; grants: Map<string, string>; roles: FakeRole[] }
    >(),
    tokens: new Map<string, { name: string; userId: string }>(),
    consents: new Map<string, string[]>(),
  };
  const fake = {
    org,
    /** Whose API token it is. */
    me: '00uPostern',
    /** Scopes granted to the service app. */
    scopes: new Set<string>(),
    writes: [] as string[],
    reads: [] as string[],
    /** Looked at before each call; the first answer that is not undefined is given. */
    faults: [] as ((method: string, path: string) => Response | undefined)[],
    /** Looked at after each write was made: the answer is lost. */
    after: null as ((method: string, path: string) => void) | null,
    fetch: (async (input, init) => {
      const url = new URL(input instanceof Request ? input.url : input);
      const method = init?.method ?? 'GET';
      if (url.pathname === '/oauth2/v1/token') return token(fake.scopes, String(init?.body));
      (method === 'GET' ? fake.reads : fake.writes).push(`${method} ${url.pathname}${url.search}`);
      const fault = fake.faults.map((one) => one(method, url.pathname)).find(Boolean);
      const response = fault ?? answer(fake, method, url.pathname);
      if (!fault && method !== 'GET') fake.after?.(method, url.pathname);
      const headers = new Headers(response.headers);
      headers.set('date', new Date(now()).toUTCString());
      return new Response(response.body, { status: response.status, headers });
    }) as typeof fetch,
  };
  return fake;
}

export type FakeRemedy = ReturnType<typeof createFakeOrg>;

function token(granted: Set<string>, body: string): Response {
  const asked = (new URLSearchParams(body).get('scope') ?? '').split(' ');
  if (!asked.every((scope) => granted.has(scope))) return Response.json({ error: 'invalid_scope' }, { status: 400 });
  return Response.json({ token_type: 'Bearer', access_token: 'at', expires_in: 3600, scope: asked.join(' ') });
}

const gone = () => oktaError(404, 'E0000007');
const invalid = () => oktaError(400, 'E0000001');
const done = () => new Response(null, { status: 204 });

function answer(fake: FakeRemedy, method: string, path: string): Response {
  const [, , , collection = '', id = '', part = '', more = '', last = ''] = path.split('/');
  if (path.startsWith('/oauth2/v1/clients/')) return clients(fake, method, path);
  if (collection === 'users') return users(fake, method, id, part, more, last);
  if (collection === 'groups') return groups(fake, method, id, part, more);
  if (collection === 'apps') return apps(fake, method, id, part, more);
  if (collection === 'api-tokens') {
    const found = fake.org.tokens.get(id);
    if (!found) return gone();
    if (method === 'GET') return Response.json({ id, ...found });
    fake.org.tokens.delete(id);
    return done();
  }
  return oktaError(404, 'E0000022');
}

function users(fake: FakeRemedy, method: string, id: string, part: string, more: string, last: string): Response {
  const { org } = fake;
  if (id === 'me') return Response.json({ id: fake.me, status: 'ACTIVE' });
  const user = org.users.get(id);
  if (!user) return gone();
  if (part === '') return Response.json({ id, status: user.status });
  if (part === 'groups') {
    const mine = [...org.groups].filter(([, group]) => group.members.has(id));
    return Response.json(mine.map(([groupId, { type }]) => ({ id: groupId, type })));
  }
  if (part === 'factors')
    return Response.json(user.factors.map((factorType) => ({ id: `f-${factorType}`, factorType })));
  if (part === 'sessions') {
    user.sessions = 0;
    return done();
  }
  if (part === 'clients') {
    const key = `${id} ${more}`;
    if (method === 'GET')
      return Response.json((org.consents.get(key) ?? []).map((scopeId) => ({ id: scopeId, scopeId })));
    if (last === 'grants') org.consents.delete(key);
    return done();
  }
  if (part === 'roles') {
    if (method === 'DELETE') return removeRole(user.roles, more);
    const inherited = [...org.groups].flatMap(([groupId, group]) =>
      group.members.has(id)
        ? group.roles.map((role) => ({ ...role, assignmentType: 'GROUP', ...assignee(`groups/${groupId}`) }))
        : [],
    );
    const own = user.roles.map((role) => ({ ...role, assignmentType: 'USER', ...assignee(`users/${id}`) }));
    return Response.json([...own, ...inherited]);
  }
  if (more === 'suspend' || more === 'unsuspend') {
    const [from, to] = more === 'suspend' ? ['ACTIVE', 'SUSPENDED'] : ['SUSPENDED', 'ACTIVE'];
    if (user.status !== from) return invalid();
    user.status = to;
  } else user.factors = [];
  return Response.json({});
}

function assignee(path: string) {
  return { status: 'ACTIVE', _links: { assignee: { href: `https://acme.okta.com/api/v1/${path}` } } };
}

function groups(fake: FakeRemedy, method: string, id: string, part: string, more: string): Response {
  const { org } = fake;
  if (id === 'rules') {
    return Response.json(
      org.rules.map(({ id: ruleId, name, groupIds, exclude }) => ({
        id: ruleId,
        name,
        status: 'ACTIVE',
        conditions: { people: { users: { exclude } } },
        actions: { assignUserToGroups: { groupIds } },
      })),
    );
  }
  const group = org.groups.get(id);
  if (!group) return gone();
  if (part === '')
    return Response.json({ id, type: group.type, ...(group.source ? { source: { id: group.source } } : {}) });
  if (part === 'roles') return method === 'DELETE' ? removeRole(group.roles, more) : Response.json(group.roles);
  if (group.type !== 'OKTA_GROUP') return oktaError(403, 'E0000006');
  group.members.delete(more);
  return done();
}

function apps(fake: FakeRemedy, method: string, id: string, part: string, more: string): Response {
  const app = fake.org.apps.get(id);
  if (!app) return gone();
  if (part === 'groups') {
    if (method === 'GET') return Response.json([...app.groups].map((groupId) => ({ id: groupId })));
    return app.groups.delete(more) ? done() : gone();
  }
  if (part === 'grants') {
    const scopeId = app.grants.get(more);
    if (scopeId === undefined) return gone();
    if (method === 'GET') return Response.json({ id: more, scopeId });
    app.grants.delete(more);
    return done();
  }
  const scope = app.users.get(more);
  if (scope === undefined) return gone();
  if (method === 'GET') return Response.json({ id: more, scope });
  if (scope === 'GROUP') return invalid();
  app.users.delete(more);
  return done();
}

function clients(fake: FakeRemedy, method: string, path: string): Response {
  const [, , , , id = '', , roleId = ''] = path.split('/');
  const roles = fake.org.apps.get(id)?.roles;
  if (!roles) return gone();
  return method === 'DELETE' ? removeRole(roles, roleId) : Response.json(roles);
}

function removeRole(roles: FakeRole[], id: string): Response {
  const place = roles.findIndex((role) => role.id === id);
  if (place < 0) return gone();
  roles.splice(place, 1);
  return done();
}
