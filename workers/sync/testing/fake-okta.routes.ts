import { oktaError, paged } from './fake-okta.answers.ts';
import { appBody, appUserBody, groupBody, roleBody, userBody } from './fake-okta.bodies.ts';
import type { FakeOkta } from './fake-okta.ts';

/** What the org answers to one call. */
export function answer(fake: FakeOkta, url: URL, init: RequestInit | undefined): Response {
  if (new Headers(init?.headers).get('authorization') !== 'SSWS secret-token') return oktaError(401, 'E0000011');
  const { org, pageSize } = fake;
  const type = url.searchParams.get('type');
  const filter = url.searchParams.get('filter');
  const more =
    org.more?.[`${url.pathname}?filter=${filter}`] ??
    org.more?.[type === null ? url.pathname : `${url.pathname}?type=${type}`];
  if (more !== undefined) return Array.isArray(more) ? paged(url, more, 200) : Response.json(more);
  if (url.pathname.includes('/targets/')) return Response.json([]);
  if (/\/(owners|grants|methods|credentials\/|group-push)/.test(url.pathname)) return oktaError(404, 'E0000007');
  const [, , , collection, id, part] = url.pathname.split('/');
  if (collection === 'users' && !id) return paged(url, org.users.filter(changedSince(url)), pageSize.users, userBody);
  if (collection === 'groups' && !id)
    return paged(url, org.groups.filter(changedSince(url)), pageSize.groups, (group) => groupBody(group, fake));
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

function userPart(fake: FakeOkta, url: URL, id: string, part: string | undefined): Response {
  const user = fake.org.users.find((one) => one.id === id);
  if (!user) return oktaError(404, 'E0000007');
  if (part === 'factors') return Response.json(user.factors.map((factor) => ({ provider: 'OKTA', ...factor })));
  if (part === 'roles') return Response.json(user.roles.map((role) => roleBody(role, 'USER', id)));
  if (part === 'groups') {
    const mine = fake.org.groups.filter((group) => group.members.includes(id));
    return paged(url, mine, 200, (group) => groupBody(group, fake));
  }
  return Response.json(userBody(user));
}

function groupPart(fake: FakeOkta, url: URL, id: string, part: string | undefined): Response {
  const group = fake.org.groups.find((one) => one.id === id);
  if (!group) return oktaError(404, 'E0000007');
  if (part === 'roles') return Response.json(group.roles.map((role) => roleBody(role, 'GROUP', id)));
  if (part === 'users') {
    const members = new Set(group.members);
    return paged(
      url,
      fake.org.users.filter((user) => members.has(user.id)),
      fake.pageSize.members,
      userBody,
    );
  }
  return Response.json(groupBody(group, fake));
}

function appPart(fake: FakeOkta, url: URL, id: string, part: string | undefined): Response {
  const app = fake.org.apps.find((one) => one.id === id);
  if (!app) return oktaError(404, 'E0000007');
  if (part === 'users') return paged(url, app.users, 500, appUserBody);
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
