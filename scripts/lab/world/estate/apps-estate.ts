import { addAppUser } from '../../actions/apps.ts';
import { at, type Org } from '../../actions/org.ts';
import { DAY } from '../../core/clock.ts';
import type { AppSpec } from '../catalog.ts';
import type { App, Group, User } from '../model.ts';
import { appLabelled } from '../structure.ts';
import { addTo, rolesOf } from '../world.ts';

const MOST_INTERNAL_APPS = 150;

const SCIM = ['PUSH_NEW_USERS', 'PUSH_PROFILE_UPDATES', 'PUSH_USER_DEACTIVATION'];

/** Apps that link Okta to other directories and orgs, and the console itself. */
export const INFRASTRUCTURE_APPS: readonly AppSpec[] = [
  {
    name: 'active_directory',
    label: 'Acme Active Directory',
    signOnMode: 'AUTO_LOGIN',
    features: ['IMPORT_NEW_USERS', 'IMPORT_PROFILE_UPDATES', 'PROFILE_MASTERING', 'OUTBOUND_DEL_AUTH'],
  },
  {
    name: 'ldap_sun_one',
    label: 'ldap.acme.example',
    signOnMode: 'AUTO_LOGIN',
    features: ['IMPORT_NEW_USERS', 'IMPORT_PROFILE_UPDATES', 'PROFILE_MASTERING'],
  },
  {
    name: 'office365',
    label: 'Microsoft Office 365',
    signOnMode: 'WS_FEDERATION',
    features: [...SCIM, 'GROUP_PUSH', 'IMPORT_NEW_USERS'],
  },
  {
    name: 'okta_org2org',
    label: 'Acme Subsidiary',
    signOnMode: 'SAML_2_0',
    features: [...SCIM, 'GROUP_PUSH', 'IMPORT_NEW_USERS', 'PUSH_PASSWORD_UPDATES'],
  },
  {
    name: 'scim2headerauth',
    label: 'Vault Directory',
    signOnMode: 'SAML_2_0',
    features: [...SCIM, 'PUSH_PASSWORD_UPDATES', 'SCIM_PROVISIONING'],
  },
  {
    name: '1password_business',
    label: '1Password Business',
    signOnMode: 'AUTO_LOGIN',
    features: [],
  },
  {
    name: 'saasure',
    label: 'Okta Admin Console',
    signOnMode: 'OPENID_CONNECT',
    features: [],
    applicationType: 'web',
  },
  {
    name: 'oidc_client',
    label: 'Partner Dashboard',
    signOnMode: 'OPENID_CONNECT',
    features: [],
    applicationType: 'web',
  },
];

/** People who have the app that Okta fills a stored password into, and those who are users of the subsidiary's org. */
const MOST_VAULT_USERS = 12;
const MOST_SUBSIDIARY_USERS = 8;

/** Adds an app, as old as the org's own. */
export function addEstateApp(org: Org, spec: Pick<AppSpec, 'name' | 'label' | 'signOnMode' | 'features'>): App {
  const created = org.clock.now() - org.rng.int(100, 1000) * DAY;
  const app: App = {
    id: org.ids.next('0oa'),
    name: spec.name,
    label: spec.label,
    status: 'ACTIVE',
    created,
    lastUpdated: created + org.rng.int(0, 60) * DAY,
    signOnMode: spec.signOnMode,
    features: [...spec.features],
  };
  org.world.apps.set(app.id, app);
  org.world.appUsers.set(app.id, new Map());
  org.world.appGroups.set(app.id, new Map());
  return app;
}

/** The infrastructure apps, and one internal app for every hundred people, each for one team. */
export function addEstateApps(org: Org, people: number, teams: readonly Group[]): void {
  const { world, rng } = org;
  for (const spec of INFRASTRUCTURE_APPS) {
    const app = addEstateApp(org, spec);
    if (spec.applicationType !== undefined) {
      app.oauth = { applicationType: spec.applicationType, authMethod: 'client_secret_basic', dpop: false };
    }
  }
  const count = Math.min(MOST_INTERNAL_APPS, Math.round(people / 100));
  for (let i = 0; i < count; i++) {
    const app = addEstateApp(org, {
      name: `acme_internal_${i + 1}`,
      label: `Internal tool ${i + 1}`,
      signOnMode: i % 3 === 2 ? 'BROWSER_PLUGIN' : 'SAML_2_0',
      features: [],
    });
    if (teams.length === 0) continue;
    const team = rng.pick(teams);
    world.appGroups.get(app.id)?.set(team.id, { priority: 0, lastUpdated: app.created });
    addTo(world.groupApps, team.id, app.id);
    for (const userId of world.members.get(team.id) ?? []) {
      const user = world.users.get(userId);
      if (user !== undefined) addAppUser(at(org, Math.max(app.created, user.created)), app, user, team);
    }
  }
}

/** Puts everybody of a directory into its app, as the import does; and the administrators into the admin console. */
export function fillDirectories(org: Org): void {
  const { world } = org;
  const [directory, ldap] = ['Acme Active Directory', 'ldap.acme.example'].map((label) => appLabelled(org, label));
  const desk = appLabelled(org, 'Okta Admin Console');
  // the groups that came from the directory come from its app
  for (const group of world.groups.values()) {
    if (group.type === 'APP_GROUP' && directory !== undefined) group.sourceAppId = directory.id;
  }
  const vault = appLabelled(org, '1Password Business');
  const staff = [...world.users.values()].filter(
    ({ status, provider }) => status === 'ACTIVE' && provider.type === 'OKTA',
  );
  for (const user of staff.slice(0, MOST_VAULT_USERS)) giveQuietly(org, vault, user);
  const subsidiary = appLabelled(org, 'Acme Subsidiary');
  for (const user of staff.slice(0, MOST_SUBSIDIARY_USERS)) {
    importQuietly(org, subsidiary, user, org.ids.next('00u'));
  }
  for (const user of world.users.values()) {
    if (user.status !== 'ACTIVE') continue;
    if (directory !== undefined && user.provider.type === 'ACTIVE_DIRECTORY') importQuietly(org, directory, user);
    if (ldap !== undefined && user.provider.type === 'LDAP') importQuietly(org, ldap, user);
    if (rolesOf(world, user.id).length > 0) giveQuietly(org, desk, user);
  }
}

function importQuietly(org: Org, app: App, user: User, externalId = org.ids.uuid()): void {
  giveQuietly(org, app, user);
  const appUser = org.world.appUsers.get(app.id)?.get(user.id);
  if (appUser === undefined) return;
  appUser.externalId = externalId;
  appUser.status = 'PROVISIONED';
}

/** Gives one person an app directly, since before the log began. */
export function giveQuietly(org: Org, app: App, user: User): void {
  if (org.world.appUsers.get(app.id)?.has(user.id)) return;
  addAppUser(at(org, Math.max(app.created, user.created)), app, user, null);
}
