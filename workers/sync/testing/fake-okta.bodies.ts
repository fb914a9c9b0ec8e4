import { iso } from '../../platform/clock.ts';
import type { FakeApp, FakeGroup, FakeOkta, FakeUser } from './fake-okta.ts';

const isoOf = (at: number | undefined) => (at === undefined ? undefined : iso(at));

export function userBody(user: FakeUser) {
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

export function groupBody(group: FakeGroup, fake: FakeOkta) {
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

export function appBody(app: FakeApp) {
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

export function appUserBody(user: { id: string; status: string }) {
  return { externalId: null, scope: 'USER', credentials: { userName: user.id }, ...user };
}

export function roleBody(
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
