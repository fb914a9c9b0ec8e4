import { iso, MINUTE, type Millis } from '../../platform/clock.ts';

/** How large a synthetic org is. Nothing of it is kept: every page is made when it is asked for. */
export interface SyncOrgSize {
  people: number;
  groups: number;
  apps: number;
  /** Members of a group, and users of an app. */
  members: number;
  assigned: number;
  /** People with a role of their own. */
  admins: number;
}

/** Largest pages by okta.md §4.3, and of groups and members the largest that Okta recommends for what is asked with them. */
export const PAGE = { users: 200, groups: 200, members: 1_000, apps: 200, appUsers: 500, appGroups: 200, admins: 100 };

/** Calls a minute of a Workforce org by bucket, as Okta published them last (December 2025). */
const LIMITS: [pattern: RegExp, bucket: string, limit: number][] = [
  [/^\/api\/v1\/apps$/, 'apps', 100],
  [/^\/api\/v1\/apps\//, 'apps/{id}', 500],
  [/^\/api\/v1\/groups$/, 'groups', 500],
  [/^\/api\/v1\/groups\//, 'groups/{id}', 1_000],
  [/^\/api\/v1\/users$/, 'users', 600],
  [/^\/api\/v1\/users\//, 'users/{id}', 2_000],
  [/^\/oauth2\/v1\/clients/, 'clients', 100],
  [/^\/api\/v1\/devices/, 'devices', 100],
  [/^/, 'other', 1_200],
];

/** What a call takes; six go at once. */
const LATENCY: Millis = 200;
const AT_ONCE = 6;

export const calls = (rows: number, page: number) => Math.max(1, Math.ceil(rows / page));

/** The fewest calls in which Okta gives users, groups, members, apps, assignments and roles. */
export function listsMinimum(size: SyncOrgSize): number {
  return (
    calls(size.people, PAGE.users) +
    calls(size.groups + 1, PAGE.groups) +
    size.groups * calls(size.members, PAGE.members) +
    calls(size.apps, PAGE.apps) +
    size.apps * (calls(size.assigned, PAGE.appUsers) + 1) +
    calls(size.admins, PAGE.admins) +
    size.admins
  );
}

/**
 * The fewest calls for what else a full sync promises of single objects, one page each: certificates of apps that sign
 * on by SAML, and of people with a role of their own factors, consents, and what the role is limited to where it can be.
 */
export function detailsMinimum({ apps, admins }: SyncOrgSize): number {
  const limitable = Array.from({ length: admins }, (_, n) => roleOf(n)).filter((type) => type === 'APP_ADMIN');
  return apps + 2 * admins + limitable.length;
}

function roleOf(n: number): 'SUPER_ADMIN' | 'APP_ADMIN' {
  return n % 10 === 0 ? 'SUPER_ADMIN' : 'APP_ADMIN';
}

export interface BenchOkta {
  fetch: typeof fetch;
  /** By path. */
  counts: Map<string, number>;
  /** Times that Okta said no. */
  refused(): number;
  change(people: number): void;
}

/** Okta in memory, with its buckets and windows, on a clock that the calls themselves move. */
export function createBenchOkta(size: SyncOrgSize, clock: { now(): Millis; advance(ms: Millis): void }): BenchOkta {
  const buckets = new Map<string, { used: number; resetAt: Millis }>();
  const counts = new Map<string, number>();
  const changed = new Map<number, Millis>();
  let refused = 0;

  const rateOf = (path: string) => {
    const [, name = '', limit = 0] = LIMITS.find(([pattern]) => pattern.test(path)) ?? [];
    let bucket = buckets.get(name);
    if (!bucket || bucket.resetAt <= clock.now()) {
      bucket = { used: 0, resetAt: Math.ceil((clock.now() + MINUTE) / 1_000) * 1_000 };
      buckets.set(name, bucket);
    }
    bucket.used++;
    return { limit, remaining: Math.max(0, limit - bucket.used), resetAt: bucket.resetAt, over: bucket.used > limit };
  };

  const answer = async (input: RequestInfo | URL): Promise<Response> => {
    const url = new URL(input instanceof Request ? input.url : input);
    clock.advance(LATENCY / AT_ONCE);
    const { limit, remaining, resetAt, over } = rateOf(url.pathname);
    counts.set(url.pathname, (counts.get(url.pathname) ?? 0) + 1);
    if (over) refused++;
    const response = over ? new Response('{}', { status: 429 }) : rows(size, changed, url);
    response.headers.set('date', new Date(clock.now()).toUTCString());
    response.headers.set('x-rate-limit-limit', String(limit));
    response.headers.set('x-rate-limit-remaining', String(remaining));
    response.headers.set('x-rate-limit-reset', String(resetAt / 1_000));
    return response;
  };

  return {
    fetch: answer,
    counts,
    refused: () => refused,
    change: (people) => {
      for (let n = 0; n < people; n++) changed.set((n * 97) % size.people, clock.now());
    },
  };
}

function rows(size: SyncOrgSize, changed: ReadonlyMap<number, Millis>, url: URL): Response {
  const [, , , collection, id, part] = url.pathname.split('/');
  const numberOf = (text = '') => Number(text.replace(/\D+/g, ''));
  if (collection === 'users' && !id) {
    const since = Date.parse(/gt "([^"]+)"/.exec(url.searchParams.get('filter') ?? '')?.[1] ?? '') || 0;
    if (since === 0) return page(url, size.people, PAGE.users, (n) => user(n, changed.get(n)));
    const found = [...changed].filter(([, at]) => at > since);
    return page(url, found.length, PAGE.users, (n) => user(found[n]?.[0] ?? 0, found[n]?.[1]));
  }
  if (collection === 'groups' && !id) {
    if (url.searchParams.has('filter')) return page(url, 0, PAGE.groups, () => null);
    return page(url, size.groups + 1, PAGE.groups, (n) => group(n, size));
  }
  if (collection === 'groups' && part === 'users') {
    const first = (numberOf(id) * 131) % size.people;
    return page(url, size.members, PAGE.members, (n) => ({ id: `00u${(first + n) % size.people}` }));
  }
  if (collection === 'apps' && !id && !url.searchParams.has('filter')) return page(url, size.apps, PAGE.apps, app);
  if (collection === 'apps' && part === 'users') {
    const first = (numberOf(id) * 177) % size.people;
    return page(url, size.assigned, PAGE.appUsers, (n) => ({
      id: `00u${(first + n) % size.people}`,
      scope: 'USER',
      status: 'ACTIVE',
    }));
  }
  if (collection === 'apps' && part === 'groups') {
    return page(url, 2, PAGE.appGroups, (n) => ({ id: `00g${(numberOf(id) + n) % size.groups}` }));
  }
  if (collection === 'iam' && url.pathname.endsWith('/assignees/users')) {
    const from = Number(url.searchParams.get('after') ?? 0);
    const value = Array.from({ length: Math.min(PAGE.admins, size.admins - from) }, (_, n) => ({
      id: `00u${from + n}`,
    }));
    const next = new URL(url);
    next.searchParams.set('after', String(from + PAGE.admins));
    return Response.json({ value, _links: from + PAGE.admins < size.admins ? { next: { href: next.href } } : {} });
  }
  if (collection === 'iam') return Response.json({ value: [], roles: [], 'resource-sets': [], _links: {} });
  if (collection === 'users' && part === 'roles') {
    const type = roleOf(numberOf(id));
    return Response.json([{ id: `ra${id}`, label: type, type, status: 'ACTIVE', assignmentType: 'USER' }]);
  }
  if (collection === 'users' && part === 'factors') {
    return Response.json(factorsOf(id ?? ''));
  }
  // what no org is without
  const type = url.searchParams.get('type') ?? 'user';
  if (/\/(policies|authenticators|meta\/types\/user)$/.test(url.pathname)) {
    return Response.json([
      { id: `${collection}${type}`, type, key: 'okta_password', name: 'Default', status: 'ACTIVE' },
    ]);
  }
  return Response.json([]);
}

export function factorsOf(userId: string) {
  return [{ id: `f${userId}`, factorType: 'push', provider: 'OKTA', status: 'ACTIVE' }];
}

function page(url: URL, count: number, largest: number, row: (n: number) => unknown): Response {
  const from = Number(url.searchParams.get('after') ?? 0);
  const limit = Math.min(largest, Number(url.searchParams.get('limit') ?? largest));
  const items = Array.from({ length: Math.max(0, Math.min(limit, count - from)) }, (_, n) => row(from + n));
  const next = new URL(url);
  next.searchParams.set('after', String(from + limit));
  return Response.json(items, { headers: from + limit < count ? { link: `<${next.href}>; rel="next"` } : {} });
}

export const nameOf = (n: number) => `person ${n}`;

function user(n: number, changedAt: Millis | undefined) {
  const login = `person${n}@acme.test`;
  return {
    id: `00u${n}`,
    status: 'ACTIVE',
    created: iso(1_700_000_000_000),
    lastUpdated: iso(changedAt ?? 1_700_000_000_000),
    profile: { login, email: login, displayName: changedAt ? `${nameOf(n)} changed` : nameOf(n) },
    credentials: { password: {}, provider: { type: 'OKTA', name: 'OKTA' } },
  };
}

/** The last is Everyone. */
function group(n: number, size: SyncOrgSize) {
  const everyone = n === size.groups;
  return {
    id: everyone ? '00gEveryone' : `00g${n}`,
    type: everyone ? 'BUILT_IN' : 'OKTA_GROUP',
    lastUpdated: iso(1_700_000_000_000),
    lastMembershipUpdated: iso(1_700_000_000_000),
    profile: { name: everyone ? 'Everyone' : `Group ${n}` },
    _embedded: {
      stats: {
        usersCount: everyone ? size.people : size.members,
        appsCount: everyone ? 0 : 1,
        hasAdminPrivlege: false,
      },
    },
  };
}

function app(n: number) {
  const lastUpdated = iso(1_700_000_000_000);
  return {
    id: `0oa${n}`,
    name: 'saml',
    label: `App ${n}`,
    status: 'ACTIVE',
    signOnMode: 'SAML_2_0',
    features: [],
    lastUpdated,
  };
}
