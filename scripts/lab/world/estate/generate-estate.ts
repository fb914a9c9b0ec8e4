import type { Org } from '../../actions/org.ts';
import { DAY } from '../../core/clock.ts';
import { createIds } from '../../core/ids.ts';
import type { User } from '../model.ts';
import { appLabelled } from '../structure.ts';
import { addNonHumanAccounts } from './accounts-estate.ts';
import { addAdminEstate } from './admin-estate.ts';
import { addEstateApps, fillDirectories } from './apps-estate.ts';
import { addCredentials } from './credentials-estate.ts';
import { addGroupPushes, addRules, addTeams } from './groups-estate.ts';
import { addIntegrations } from './integrations-estate.ts';
import { addLabels } from './labels-estate.ts';
import { addNetwork } from './network-estate.ts';
import { addPeopleEstate } from './people-estate.ts';
import { plantPaths } from './plant-paths.ts';
import { addPosture } from './posture-estate.ts';
import { addAuditors, addRareRoles } from './privileged-estate.ts';
import { sparePeople } from './spare.ts';

/**
 * Adds the rest of the org. It draws from chance and ids of its own, after everything else: whom and what a seed makes
 * stays the same, and nobody gets a problem that the truth would have to list.
 */
export function addEstate(source: Org, people: number, everyone: readonly User[]): void {
  const rng = source.rng.fork('estate');
  const org: Org = { ...source, rng, ids: createIds(rng.fork('ids')) };
  addAuditors(org, everyone);
  const spare = sparePeople(org, everyone);
  addPeopleEstate(org, everyone);
  const teams = addTeams(org, people, everyone);
  addRules(org, everyone);
  addEstateApps(org, people, teams);
  addCredentials(org);
  const parts = addAdminEstate(org);
  addNetwork(org, people);
  addIntegrations(org, people);
  addNonHumanAccounts(org, people, spare);
  addLabels(org);
  addGroupPushes(org);
  addConsents(org);
  plantPaths(org, parts, spare);
  addRareRoles(org, parts, spare);
  fillDirectories(org);
  limitTokens(org);
  addPosture(org);
}

/** Consents to the org's own OAuth apps, from before the log began. */
function addConsents(org: Org): void {
  const { world, rng, ids } = org;
  for (const label of ['Field App', 'Partner Dashboard']) {
    const app = appLabelled(org, label);
    const users = [...world.users.values()].filter(({ status }) => status === 'ACTIVE');
    const root = users.filter(({ id }) => id === world.rootAdminId);
    const some = Array.from({ length: Math.min(60, Math.ceil(users.length / 20)) }, () => rng.pick(users));
    for (const user of new Set([...root, ...some])) {
      for (const scope of ['openid', 'profile', 'offline_access']) {
        const id = ids.next('oag');
        const created = org.clock.now() - rng.int(10, 200) * DAY;
        world.estate.consents.set(id, { id, userId: user.id, clientId: app.id, clientName: label, scope, created });
      }
    }
  }
}

/** One of the tokens works from the first office only. */
function limitTokens(org: Org): void {
  const [zone] = org.world.estate.zones;
  const token = [...org.world.tokens.values()].find(({ name }) => name === 'Provisioning bridge');
  if (zone !== undefined && token !== undefined) org.world.estate.tokenZones.set(token.id, [zone.id]);
}
