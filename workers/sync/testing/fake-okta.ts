import { iso } from '../../platform/clock.ts';

/** An Okta org in memory for tests: pages, counts calls, and answers with the faults it is told to. */
export interface FakeUser {
  id: string;
  status: string;
  factors: { id: string; factorType: string; status: string }[];
  roles: { type: string; role?: string; label?: string; assignmentType?: string }[];
  name?: string;
  mail?: string;
  lastUpdated?: number;
  /** What else it says of itself. */
  body?: Record<string, unknown>;
}

export interface FakeGroup {
  id: string;
  name: string;
  type: string;
  members: string[];
  roles: { type: string; label?: string }[];
  lastUpdated?: number;
  lastMembershipUpdated?: number;
  /** What else it says of itself. */
  body?: Record<string, unknown>;
}

export interface FakeApp {
  id: string;
  label: string;
  users: { id: string; status: string; syncState?: string; scope?: string }[];
  groups: string[];
  lastUpdated?: number;
  /** What else it says of itself. */
  body?: Record<string, unknown>;
}

export interface FakeOrg {
  users: FakeUser[];
  groups: FakeGroup[];
  apps: FakeApp[];
  /** Answers of every other path, by path and, where a type is asked for, `?type=…`. What is not there is not found. */
  more?: Record<string, unknown>;
}

export type Fault = (path: string, url: URL) => Response | undefined;

export interface FakeOkta {
  origin: string;
  org: FakeOrg;
  fetch: typeof fetch;
  /** Paths with queries, in order. */
  calls: string[];
  /** Looked at before each call; the first answer that is not undefined is given. */
  faults: Fault[];
  pageSize: { users: number; groups: number; members: number };
  /** How far its clock is ahead of the one it was given. */
  ahead: number;
  /** Users that it says every group has; the true number when null. */
  counted: number | null;
  /** Rate headers of every answer; absent by default. */
  rate: ((path: string) => { limit: number; remaining: number; reset: number }) | null;
}

export function oktaError(status: number, code: string, headers: Record<string, string> = {}): Response {
  const body = { errorCode: code, errorSummary: `fake ${code}`, errorLink: code, errorId: 'oae1', errorCauses: [] };
  return Response.json(body, { status, headers });
}

export function createFakeOkta(org: FakeOrg, now: () => number): FakeOkta {
  const fake: FakeOkta = {
    origin: 'https://acme.okta.com',
    org,
    calls: [],
    faults: [],
    pageSize: { users: 200, groups: 200, members: 1000 },
    rate: null,
    ahead: 0,
    counted: null,
    fetch: async (input, init) => {
      const url = new URL(input instanceof Request ? input.url : input);
      const path = url.pathname;
      fake.calls.push(path + url.search);
      const response = fake.faults.map((fault) => fault(path, url)).find(Boolean) ?? answer(fake, url, init);
      const headers = new Headers(response.headers);
      if (!headers.has('date')) headers.set('date', new Date(now() + fake.ahead).toUTCString());
      const rate = fake.rate?.(path);
      if (rate && !headers.has('x-rate-limit-limit')) {
        headers.set('x-rate-limit-limit', String(rate.limit));
        headers.set('x-rate-limit-remaining', String(rate.remaining));
        headers.set('x-rate-limit-reset', String(rate.reset));
      }
      return new Response(response.body, { status: response.status, headers });
    },
  };
  return fake;
}

function answer(fake: FakeOkta, url: URL, init: RequestInit | undefined): Response {
  if (new Headers(init?.headers).get('authorization') !== 'SSWS secret-token') return oktaError(401, 'E0000011');
  const { org, pageSize } = fake;
  const type = url.searchParams.get('type');
  const more = org.more?.[type === null ? url.pathname : `${url.pathname}?type=${type}`];
  if (more !== undefined) return Array.isArray(more) ? paged(url, more, 200) : Response.json(more);
  if (url.pathname.includes('/targets/')) return Response.json([]);
  if (/\/(owners|grants|methods|credentials\/|group-push)/.test(url.pathname)) return oktaError(404, 'E0000007');
  const [, , , collection, id, part] = url.pathname.split('/');
  if (collection === 'users' && !id)
    return paged(url, org.users.filter(changedSince(url)).map(userBody), pageSize.users);
  if (collection === 'groups' && !id)
    return paged(
      url,
      org.groups.filter(changedSince(url)).map((group) => groupBody(group, fake)),
      pageSize.groups,
    );
  if (collection === 'apps' && !id) return paged(url, appsOf(fake, url), 200);
  if (collection === 'iam' && id === 'assignees') {
    const admins = org.users
      .filter((user) => user.roles.length > 0)
      .map(({ id: userId }) => ({ id: userId, orn: 'x' }));
    return Response.json({ value: admins, _links: {} });
  }
  if (collection === 'users') return userPart(fake, url, id ?? '', part);
  if (collection === 'groups') return groupPart(fake, url, id ?? '', part);
  if (collection === 'apps') return appPart(fake, url, id ?? '', part);
  if (collection === 'logs' || collection === 'api-tokens' || collection === 'eventHooks') return Response.json([]);
  return oktaError(404, 'E0000022');
}

/** `lastUpdated gt "…"`, and for groups `or lastMembershipUpdated gt "…"`. */
function changedSince(url: URL) {
  const id = /id eq "([^"]+)"/.exec(url.searchParams.get('filter') ?? '')?.[1];
  const since = Date.parse(/gt "([^"]+)"/.exec(url.searchParams.get('filter') ?? '')?.[1] ?? '') || 0;
  return (thing: { id: string; lastUpdated?: number; lastMembershipUpdated?: number }) =>
    (id === undefined || thing.id === id) && Math.max(thing.lastUpdated ?? 1, thing.lastMembershipUpdated ?? 1) > since;
}

const isoOf = (at: number | undefined) => (at === undefined ? undefined : iso(at));

function userPart(fake: FakeOkta, url: URL, id: string, part: string | undefined): Response {
  const user = fake.org.users.find((one) => one.id === id);
  if (!user) return oktaError(404, 'E0000007');
  if (part === 'factors') return Response.json(user.factors.map((factor) => ({ provider: 'OKTA', ...factor })));
  if (part === 'roles') return Response.json(user.roles.map((role) => roleBody(role, 'USER', id)));
  if (part === 'groups') {
    const mine = fake.org.groups.filter((group) => group.members.includes(id));
    return paged(
      url,
      mine.map((group) => groupBody(group, fake)),
      200,
    );
  }
  return Response.json(userBody(user));
}

function groupPart(fake: FakeOkta, url: URL, id: string, part: string | undefined): Response {
  const group = fake.org.groups.find((one) => one.id === id);
  if (!group) return oktaError(404, 'E0000007');
  if (part === 'roles') return Response.json(group.roles.map((role) => roleBody(role, 'GROUP', id)));
  if (part === 'users') {
    const members = fake.org.users.filter((user) => group.members.includes(user.id));
    return paged(url, members.map(userBody), fake.pageSize.members);
  }
  return Response.json(groupBody(group, fake));
}

function appPart(fake: FakeOkta, url: URL, id: string, part: string | undefined): Response {
  const app = fake.org.apps.find((one) => one.id === id);
  if (!app) return oktaError(404, 'E0000007');
  if (part === 'users') return paged(url, app.users.map(appUserBody), 500);
  if (part === 'groups')
    return paged(
      url,
      app.groups.map((group, priority) => ({ id: group, priority })),
      200,
    );
  return Response.json(appBody(app));
}

function appsOf(fake: FakeOkta, url: URL): unknown[] {
  const userId = /user\.id eq "([^"]+)"/.exec(url.searchParams.get('filter') ?? '')?.[1];
  if (!userId) return fake.org.apps.map(appBody);
  return fake.org.apps.flatMap((app) => {
    const user = app.users.find((one) => one.id === userId);
    return user ? [{ ...appBody(app), _embedded: { user: appUserBody(user) } }] : [];
  });
}

function paged(url: URL, rows: unknown[], pageSize: number): Response {
  const from = Number(atob(url.searchParams.get('after') ?? '') || 0);
  const page = rows.slice(from, from + pageSize);
  const link = [`<${url.href}>; rel="self"`];
  if (from + pageSize < rows.length) {
    const next = new URL(url);
    next.searchParams.set('after', btoa(String(from + pageSize)));
    link.push(`<${next.href}>; rel="next"`);
  }
  return Response.json(page, { headers: { link: link.join(', ') } });
}

function userBody(user: FakeUser) {
  return {
    id: user.id,
    status: user.status,
    created: iso(1_700_000_000_000),
    activated: iso(1_700_000_000_000),
    lastLogin: iso(1_750_000_000_000),
    passwordChanged: iso(1_740_000_000_000),
    lastUpdated: isoOf(user.lastUpdated),
    profile: {
      login: `${user.id}@acme.test`,
      email: user.mail ?? `${user.id}@acme.test`,
      firstName: user.name ?? 'A',
      lastName: user.id,
    },
    credentials: { password: {}, provider: { type: 'OKTA', name: 'OKTA' } },
    ...user.body,
  };
}

function groupBody(group: FakeGroup, fake: FakeOkta) {
  const stats = {
    usersCount: fake.counted ?? group.members.length,
    appsCount: fake.org.apps.filter((app) => app.groups.includes(group.id)).length,
    hasAdminPrivlege: group.roles.length > 0,
  };
  const times = { lastUpdated: isoOf(group.lastUpdated), lastMembershipUpdated: isoOf(group.lastMembershipUpdated) };
  return {
    ...times,
    id: group.id,
    type: group.type,
    profile: { name: group.name, description: null },
    _embedded: { stats },
    ...group.body,
  };
}

function appBody(app: FakeApp) {
  return {
    lastUpdated: isoOf(app.lastUpdated),
    id: app.id,
    name: 'saml',
    label: app.label,
    status: 'ACTIVE',
    signOnMode: 'SAML_2_0',
    features: [],
    ...app.body,
  };
}

function appUserBody(user: { id: string; status: string }) {
  return { externalId: null, scope: 'USER', credentials: { userName: user.id }, ...user };
}

function roleBody(
  role: { type: string; role?: string; label?: string; assignmentType?: string },
  type: string,
  holder: string,
) {
  return {
    id: `ra${role.type}${role.role ?? ''}${holder}`,
    label: role.type,
    status: 'ACTIVE',
    assignmentType: type,
    ...role,
  };
}

/** An org of `n` active users: all in Everyone, `u0` a super admin, `u1` an app admin through a group, two apps. */
export function smallOrg(n: number): FakeOrg {
  const id = (i: number) => `00u${i}`;
  const users = Array.from(
    { length: n },
    (_, i): FakeUser => ({
      id: id(i),
      status: 'ACTIVE',
      factors: i % 2 === 0 ? [{ id: `f${i}`, factorType: 'push', status: 'ACTIVE' }] : [],
      roles: i === 0 ? [{ type: 'SUPER_ADMIN' }] : [],
    }),
  );
  return {
    users,
    groups: [
      { id: '00gEveryone', name: 'Everyone', type: 'BUILT_IN', members: users.map((user) => user.id), roles: [] },
      { id: '00gAdmins', name: 'Admins', type: 'OKTA_GROUP', members: [id(1)], roles: [{ type: 'APP_ADMIN' }] },
      { id: '00gEmpty', name: 'Empty', type: 'OKTA_GROUP', members: [], roles: [] },
      {
        id: '00gHalf',
        name: 'Half',
        type: 'OKTA_GROUP',
        members: users.slice(0, Math.ceil(n / 2)).map((user) => user.id),
        roles: [],
      },
    ],
    apps: [
      {
        id: '0oaMail',
        label: 'Mail',
        users: users.slice(0, 12).map((user) => ({ id: user.id, status: 'ACTIVE' })),
        groups: ['00gHalf'],
      },
      { id: '0oaBare', label: 'Bare', users: [], groups: [] },
    ],
  };
}
