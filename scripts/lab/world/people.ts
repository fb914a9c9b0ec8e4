import { addFactor } from '../actions/factors.ts';
import { at, type Org } from '../actions/org.ts';
import { addUser } from '../actions/users.ts';
import { DAY, HOUR, MINUTE } from '../core/clock.ts';
import type { Ids } from '../core/ids.ts';
import type { Rng } from '../core/rng.ts';
import type { ClientContext, LogSecurity } from '../log/log-event.ts';
import { COMPANY, DEPARTMENTS, DOMAIN } from './catalog.ts';
import type { ProviderType, User, UserProfile } from './model.ts';
import { CULTURES } from './names.ts';
import { CITIES, DEVICES } from './places.ts';
import type { World } from './world.ts';

const SECURITIES: ReadonlyMap<string, LogSecurity> = new Map(
  CITIES.map(({ asOrg }, i) => [
    asOrg,
    { asNumber: 7018 + i, asOrg, isp: asOrg, domain: `${asOrg.split(' ')[0]}.net`, isProxy: false },
  ]),
);

/** A device somewhere: what the log says of every request from it. */
export function makeClient(rng: Rng): ClientContext {
  const place = rng.pick(CITIES);
  const device = rng.weighted([[rng.pick(DEVICES.slice(0, 3)), 8] as const, [rng.pick(DEVICES), 2] as const]);
  const ip = `${rng.pick([81, 92, 203, 198, 185])}.${rng.int(0, 255)}.${rng.int(0, 255)}.${rng.int(1, 254)}`;
  const geographicalContext = {
    city: place.city,
    state: place.state,
    country: place.country,
    postalCode: place.postalCode,
    geolocation: { lat: place.lat, lon: place.lon },
  };
  return {
    client: {
      userAgent: { rawUserAgent: device.raw, os: device.os, browser: device.browser },
      zone: 'null',
      device: device.device,
      id: null,
      ipAddress: ip,
      geographicalContext,
    },
    request: { ipChain: [{ ip, geographicalContext, version: 'V4', source: null }] },
    security: SECURITIES.get(place.asOrg) ?? { asNumber: null, asOrg: null, isp: null, domain: null, isProxy: null },
  };
}

/** A person's profile with a log-in nobody else has. */
export function makeProfile(rng: Rng, world: World): UserProfile {
  const culture = rng.weighted(CULTURES);
  const [first, firstAscii] = rng.pick(culture.first);
  const [last, lastAscii] = rng.pick(culture.last);
  const [department, , titles] = rng.weighted(DEPARTMENTS.map((entry) => [entry, entry[1]] as const));
  const stem = `${firstAscii}.${lastAscii}`;
  let login = `${stem}@${DOMAIN}`;
  for (let n = 2; world.logins.has(login); n++) login = `${stem}${n}@${DOMAIN}`;
  return {
    login,
    email: login,
    firstName: first,
    lastName: last,
    displayName: culture.familyFirst ? `${last} ${first}` : `${first} ${last}`,
    department,
    title: rng.pick(titles),
    userType: rng.chance(0.1) ? 'Contractor' : 'Employee',
    employeeNumber: String(100000 + world.users.size),
    organization: COMPANY,
    locale: culture.locale,
    countryCode: culture.country,
    city: rng.pick(CITIES).city,
  };
}

const PROVIDERS: readonly (readonly [ProviderType, string, number])[] = [
  ['OKTA', 'OKTA', 80],
  ['ACTIVE_DIRECTORY', 'corp-ad', 14],
  ['FEDERATION', 'FEDERATION', 4],
  ['LDAP', 'ldap.acme.example', 1.5],
  ['SOCIAL', 'SOCIAL', 0.5],
];

const STRONG = [
  ['push', 60],
  ['webauthn', 15],
  ['token:software:totp', 10],
  ['signed_nonce', 8],
  ['sms', 7],
] as const;

/** Adds a person without a problem: active, with a second factor, a fresh password and a recent sign-in. */
export function addHealthyPerson(org: Org, provider: ProviderType = 'OKTA'): User {
  const { rng } = org;
  const now = org.clock.now();
  const created = now - rng.int(40, 1400) * DAY - rng.int(0, 24 * 60) * MINUTE;
  const name = PROVIDERS.find(([type]) => type === provider)?.[1] ?? provider;
  const user = addUser(at(org, created), {
    profile: makeProfile(rng, org.world),
    home: makeClient(rng),
    provider: { type: provider, name },
  });
  user.status = 'ACTIVE';
  user.activated = created + rng.int(1, 90) * MINUTE;
  user.statusChanged = user.activated;
  const age = Math.floor((now - user.activated) / DAY);
  const daysAway = rng.chance(0.85) ? 3 : Math.min(20, age);
  user.lastLogin = now - rng.int(20, daysAway * 24 * 60) * MINUTE;
  if (provider === 'OKTA') {
    user.hasPassword = true;
    user.passwordChanged = now - rng.int(2, Math.min(150, age)) * DAY - rng.int(0, 23) * HOUR;
  }
  user.lastUpdated = Math.max(user.passwordChanged ?? 0, user.activated);
  if (provider !== 'FEDERATION' && provider !== 'SOCIAL') addSecondFactor(org, user);
  return user;
}

/** Enrols the usual factors at some time between activation and eight days ago. */
export function addSecondFactor(org: Org, user: User): void {
  const from = user.activated ?? user.created;
  const when = at(org, from + Math.floor(org.rng.next() * Math.max(0, org.clock.now() - 8 * DAY - from)));
  const type = org.rng.weighted(STRONG);
  addFactor(when, user, type);
  if (type === 'push' && org.rng.chance(0.5)) addFactor(when, user, 'signed_nonce');
  if (org.rng.chance(0.3)) addFactor(when, user, 'email');
  if (org.rng.chance(0.1)) addFactor(when, user, 'question');
}

export function pickProvider(rng: Rng): ProviderType {
  return rng.weighted(PROVIDERS.map(([type, , weight]) => [type, weight] as const));
}

/** Everyone but the first has a manager. */
export function assignManagers(users: readonly User[], rng: Rng): void {
  users.forEach((user, i) => {
    if (i === 0) return;
    const manager = users[rng.int(0, Math.max(0, Math.floor(i / 8)))];
    if (manager === undefined || manager === user) return;
    user.profile.managerId = manager.id;
    user.profile.manager = manager.profile.displayName;
  });
}

/** A place nobody of the company works from. */
export function strangerClient(rng: Rng, ids: Ids): ClientContext {
  const base = makeClient(rng);
  const ip = `45.${rng.int(0, 255)}.${rng.int(0, 255)}.${rng.int(1, 254)}`;
  const geographicalContext = {
    city: 'Unknown',
    state: null,
    country: 'Netherlands',
    postalCode: null,
    geolocation: { lat: 52.37, lon: 4.89 },
  };
  return {
    client: { ...base.client, ipAddress: ip, geographicalContext, id: ids.opaque(20) },
    request: { ipChain: [{ ip, geographicalContext, version: 'V4', source: null }] },
    security: {
      asNumber: 60068,
      asOrg: 'datacamp limited',
      isp: 'datacamp limited',
      domain: 'cdn77.com',
      isProxy: true,
    },
  };
}
