import { at, type Org } from '../actions/org.ts';
import { DAY, HOUR } from '../core/clock.ts';
import { addEstate } from './estate/generate-estate.ts';
import { writeHistory } from './history.ts';
import type { ApiToken, Device, User } from './model.ts';
import { plantDiscovery } from './plant-discovery.ts';
import { plantEvents } from './plant-events.ts';
import { createPlantKit } from './plant-kit.ts';
import { plantMfa } from './plant-mfa.ts';
import { plantPosture } from './plant-posture.ts';
import { populate } from './populate.ts';
import { addStructure } from './structure.ts';
import { tierOf } from './world.ts';

/** The token that every lab accepts; it belongs to the root administrator. */
export const LAB_TOKEN = 'lab-ssws-token';

/** Fills an empty org: structure, people, planted problems, and the last seven days of its log. */
export function generate(org: Org, people: number): void {
  const joiners = Math.round(people / 100);
  addStructure(org);
  const everyone = populate(org, Math.max(1, people - joiners));
  const kit = createPlantKit(org, everyone);
  plantMfa(org, kit, people);
  plantPosture(org, kit, people);
  plantEvents(org, kit);
  writeHistory(org, kit, joiners, Math.round(people / 125));
  addTokens(org, everyone);
  addDevices(org, everyone);
  plantDiscovery(org, everyone);
  addEstate(org, people, everyone);
  org.log.seal();
}

function quietToken(org: Org, user: User, name: string, createdDays: number, usedDays: number): ApiToken {
  const now = org.clock.now();
  const used = now - usedDays * DAY - HOUR;
  const token: ApiToken = {
    id: org.ids.next('00T'),
    name,
    userId: user.id,
    created: now - createdDays * DAY,
    lastUpdated: used,
    expiresAt: used + 30 * DAY,
  };
  org.world.tokens.set(token.id, token);
  return token;
}

/** Tokens from before the log began, and some refresh tokens of OpenID Connect apps. */
function addTokens(org: Org, everyone: readonly User[]): void {
  const { world, rng, ids } = org;
  const root = world.users.get(world.rootAdminId);
  if (root === undefined) return;
  const lab = quietToken(org, root, 'Lab inventory', 300, 0);
  world.tokenSecrets.set(LAB_TOKEN, lab.id);
  const admins = everyone.filter((user) => user.status === 'ACTIVE' && tierOf(world, user.id) !== 'none');
  for (const [name, created, used] of [
    ['Backup job', 420, 1],
    ['Old dashboard', 700, 27],
    ['Provisioning bridge', 90, 0],
  ] as const) {
    quietToken(org, rng.pick(admins), name, created, used);
  }
  const apps = [...world.apps.values()].filter((app) => app.oauth && app.oauth.applicationType !== 'service');
  for (const app of apps) {
    for (const userId of [...(world.appUsers.get(app.id)?.keys() ?? [])].slice(0, 5)) {
      const created = org.clock.now() - rng.int(1, 80) * DAY;
      world.refreshTokens.push({
        id: ids.next('oar'),
        appId: app.id,
        userId,
        scopes: ['openid', 'profile', 'offline_access'],
        created,
        expiresAt: created + 90 * DAY,
      });
    }
  }
}

const PLATFORMS: readonly (readonly [Device['platform'], string])[] = [
  ['MACOS', 'MacBook Pro'],
  ['WINDOWS', 'ThinkPad'],
  ['IOS', 'iPhone'],
  ['ANDROID', 'Pixel'],
];

function addDevices(org: Org, everyone: readonly User[]): void {
  const { rng } = org;
  everyone.forEach((user, i) => {
    if (user.status !== 'ACTIVE' || i % 3 !== 0) return;
    const [platform, model] = rng.pick(PLATFORMS);
    const created = at(org, org.clock.now() - rng.int(10, 400) * DAY).clock.now();
    org.world.devices.push({
      id: org.ids.next('guo'),
      userId: user.id,
      created,
      lastUpdated: created,
      status: rng.chance(0.97) ? 'ACTIVE' : 'SUSPENDED',
      displayName: `${user.profile.firstName} ${model}`,
      platform,
      managed: rng.chance(0.7),
    });
  });
}
