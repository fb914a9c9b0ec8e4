import type { NodeKind } from '../graph/model.ts';
import type { InventoryNeed } from '../graph/port.ts';
import { holderRolesPath, type RoleHolder, targetsPath } from '../sources/okta/map/admin-roles.ts';
import { grantsPath, MANAGED } from '../sources/okta/map/entitlements.ts';
import { idpPeople, type PeopleBehind } from '../sources/okta/map/federation.ts';
import { MAPPED_TYPES, mappingsPath } from '../sources/okta/map/policy-mappings.ts';
import { consenting, MAX_CONSENTING } from './consenting.ts';
import { type CoverageNotes, PEOPLE_NOT_DRAWN } from './coverage-notes.ts';
import { listOf } from './graph-list.ts';
import { APP_NEEDS, type InventoryPart, wants } from './inventory-part.ts';
import type { SyncSession } from './session.ts';
import { drawsPeople } from './traffic.ts';

/** Apps whose credentials and grants are read, each with a call of its own. */
export const MAX_DETAILED_APPS = 5_000;
/** Role assignments, custom roles, resource sets, providers, servers, agents: an org has some hundred at most. */
export const MAX_OF_KIND = 2_000;

/** A list that belongs to one object, and what the run calls it. */
export interface DetailListing {
  scope: string;
  path: string;
}

const MAPPINGS_NOT_READ = `There are more than ${MAX_DETAILED_APPS} apps: which policies guard them is known from the apps alone.`;

/** What details are read of, by need, with what was left out because there is too much of it. */
export interface InventoryObjects {
  listings: Partial<Record<InventoryNeed, DetailListing[]>>;
  gaps: { need: InventoryNeed; reason: string }[];
  /** What the coverage says beside of needs that are read completely. */
  notes: CoverageNotes;
  /** Apps by their name in the catalogue, where some role is limited to all apps of one. */
  appsByName: [name: string, ids: string[]][];
  /** Client ids that are not the app's own id. */
  clients: [clientId: string, appId: string][];
  /** Apps that name a policy by their links, by the policy. */
  linked: [policyId: string, appIds: string[]][];
  /** Who the users of identity providers are, by the provider, where they are few enough to be drawn. */
  people: [idpId: string, people: PeopleBehind][];
}

type Wanted = (need: InventoryNeed) => boolean;

const SAML: ReadonlySet<unknown> = new Set(['SAML_1_1', 'SAML_2_0', 'WS_FEDERATION']);
const USES_SECRET: ReadonlySet<unknown> = new Set(['client_secret_basic', 'client_secret_post', 'client_secret_jwt']);

/** Finds in the graph what has details of its own. Run it after the listings. `turn`: the needs that it is about. */
export async function collectObjects(
  session: SyncSession,
  part: InventoryPart,
  turn: Wanted = () => true,
): Promise<InventoryObjects> {
  const found: InventoryObjects = {
    listings: {},
    gaps: [],
    notes: {},
    appsByName: [],
    clients: [],
    linked: [],
    people: [],
  };
  const wanted: Wanted = (need) => turn(need) && wants(part, need);
  const whole: Wanted = (need) => turn(need) && part.whole(need);
  const add: Add = (need, scope, path) => {
    if (!wanted(need)) return;
    const listings = found.listings[need] ?? [];
    found.listings[need] = listings;
    listings.push({ scope, path });
  };
  await addApps(session, found, add, part, wanted);
  if (wanted('resourceSets') || wanted('consents')) await addAssignments(session, found, add, part, wanted);
  const each = async (need: InventoryNeed, kind: NodeKind, path: (id: string) => string, part: string) => {
    if (!whole(need)) return;
    const { nodes, more } = await listOf(session, kind, MAX_OF_KIND);
    if (more) found.gaps.push({ need, reason: tooMany(kind, `their ${part} are not read`) });
    for (const { nativeId, attributes } of nodes) {
      if (kind === 'role' && attributes.custom !== true) continue;
      if (kind === 'identity_provider' && attributes.status === 'INACTIVE') continue;
      if (kind === 'policy' && !MAPPED_TYPES.has(attributes.type)) continue;
      if (kind === 'identity_provider') {
        found.people.push([nativeId, idpPeople({ issuer: attributes.issuer, url: attributes.url })]);
      }
      add(need, `${need}/${part}:${nativeId}`, path(encodeURIComponent(nativeId)));
    }
  };
  await each('resourceSets', 'role', (id) => `/api/v1/iam/roles/${id}/permissions`, 'permissions');
  await each(
    'resourceSets',
    'resource_set',
    (id) => `/api/v1/iam/resource-sets/${id}/resources?limit=100`,
    'resources',
  );
  if (!found.notes.policies) await each('policies', 'policy', mappingsPath, 'mappings');
  await each('authenticators', 'authenticator', (id) => `/api/v1/authenticators/${id}/methods`, 'methods');
  await each('idps', 'identity_provider', (id) => `/api/v1/idps/${id}/users?limit=200`, 'users');
  if (found.people.length > 0 && !(await drawsPeople(session, found.people.length))) {
    found.people = [];
    found.notes.idps = PEOPLE_NOT_DRAWN;
  }
  await each(
    'authorizationServers',
    'authorization_server',
    (id) => `/api/v1/authorizationServers/${id}/policies`,
    'policies',
  );
  await each('aiAgents', 'ai_agent', (id) => `/workload-principals/api/v1/ai-agents/${id}/connections`, 'connections');
  return found;
}

type Add = (need: InventoryNeed, scope: string, path: string) => void;

async function addApps(
  session: SyncSession,
  found: InventoryObjects,
  into: Add,
  part: InventoryPart,
  wanted: Wanted,
): Promise<void> {
  const needs: InventoryNeed[] = [...APP_NEEDS, 'consents', 'resourceSets', 'policies', 'entitlements'];
  if (!needs.some(wanted)) return;
  const { nodes, more } = await listOf(session, 'app', MAX_DETAILED_APPS);
  const byName = new Map<string, string[]>();
  const linked = new Map<string, string[]>();
  for (const { nativeId: id, attributes } of nodes) {
    const path = `/api/v1/apps/${encodeURIComponent(id)}`;
    const add: Add = (need, ...listing) => {
      if (part.whole(need) || part.only?.apps.has(id)) into(need, ...listing);
    };
    const { clientId, grantTypes, tokenEndpointAuthMethod: method, catalogName, features } = attributes;
    for (const policy of new Set([attributes.accessPolicyId, attributes.profileEnrollmentId])) {
      if (typeof policy !== 'string') continue;
      const apps = linked.get(policy) ?? [];
      linked.set(policy, apps);
      apps.push(id);
    }
    if (typeof catalogName === 'string') byName.set(catalogName, [...(byName.get(catalogName) ?? []), id]);
    if (typeof clientId === 'string' && clientId !== id) found.clients.push([clientId, id]);
    const oidc = attributes.signOnMode === 'OPENID_CONNECT' || typeof clientId === 'string';
    if (oidc && USES_SECRET.has(method))
      add('appCredentials', `appCredentials/secrets:${id}`, `${path}/credentials/secrets`);
    if (oidc && method === 'private_key_jwt')
      add('appCredentials', `appCredentials/jwks:${id}`, `${path}/credentials/jwks`);
    if (SAML.has(attributes.signOnMode)) add('appCredentials', `appCredentials/keys:${id}`, `${path}/credentials/keys`);
    if (attributes.entitlementManagement === MANAGED) add('entitlements', `entitlements:${id}`, grantsPath(id));
    if (oidc) add('grants', `grants:${id}`, `${path}/grants?limit=200`);
    if (Array.isArray(features) && features.includes('GROUP_PUSH')) {
      add('groupPush', `groupPush:${id}`, `${path}/group-push/mappings?limit=1000`);
    }
    // only a client that signs in as itself can hold a role
    if (Array.isArray(grantTypes) && grantTypes.includes('client_credentials')) {
      const holder: RoleHolder = { kind: 'app', nativeId: id, ...(typeof clientId === 'string' ? { clientId } : {}) };
      add('clientRoles', `clientRoles:${id}`, holderRolesPath(holder));
    }
  }
  found.appsByName = wanted('resourceSets') ? [...byName] : [];
  if (wanted('policies')) found.linked = [...linked];
  if (!more) return;
  // an app beyond the bound may name its policy itself: the two could not be told apart
  if (wanted('policies')) found.notes.policies = MAPPINGS_NOT_READ;
  const reason = `There are more than ${MAX_DETAILED_APPS} apps: those after them by name are not read.`;
  for (const need of [...APP_NEEDS, 'entitlements'] as const) {
    if (wanted(need) && part.whole(need)) found.gaps.push({ need, reason });
  }
}

/** Targets of roles that can be limited, and the consents of the people who hold any, also through a group. */
async function addAssignments(
  session: SyncSession,
  found: InventoryObjects,
  into: Add,
  { whole, only }: InventoryPart,
  wanted: Wanted,
): Promise<void> {
  const { nodes, more } = await listOf(session, 'role_assignment', MAX_OF_KIND);
  const holders = { people: new Set<string>(), groups: new Set<string>() };
  const names = new Set<string>();
  for (const { nativeId, attributes, beganAt } of nodes) {
    const { holderKind, holderId, assignmentId, type, targets } = attributes;
    const isNew = only !== null && only.assignedAfter !== null && beganAt > only.assignedAfter;
    if (holderKind !== 'account' && holderKind !== 'group' && holderKind !== 'app') continue;
    if (typeof holderId !== 'string' || typeof type !== 'string') continue;
    if (holderKind !== 'app' && (whole('consents') || isNew)) {
      holders[holderKind === 'group' ? 'groups' : 'people'].add(holderId);
    }
    const id = typeof assignmentId === 'string' ? assignmentId : null;
    const path = targetsPath({ kind: holderKind, nativeId: holderId }, { id, type });
    if (path === null) continue;
    if (type === 'APP_ADMIN') names.add(type);
    // which apps bear a name changes with the apps
    const byName = (only?.apps.size ?? 0) > 0 && Array.isArray(targets) && targets.some(isCatalogue);
    if (whole('resourceSets') || isNew || byName)
      into('resourceSets', `resourceSets/targets:${type}/${nativeId}`, path);
  }
  if (names.size === 0) found.appsByName = [];
  if (more && whole('resourceSets') && wanted('resourceSets')) {
    found.gaps.push({
      need: 'resourceSets',
      reason: tooMany('role_assignment', 'what they are limited to is not read'),
    });
  }
  if (!wanted('consents')) return;
  const asked = await consenting(session, holders);
  for (const id of asked.ids) {
    into('consents', `consents:${id}`, `/api/v1/users/${encodeURIComponent(id)}/grants?limit=200`);
  }
  if (asked.more) {
    found.gaps.push({ need: 'consents', reason: `Only the consents of ${MAX_CONSENTING} administrators are read.` });
  } else if (more && whole('consents')) {
    found.gaps.push({ need: 'consents', reason: tooMany('role_assignment', 'consents of their holders are not read') });
  }
}

function tooMany(kind: NodeKind, what: string): string {
  return `There are more than ${MAX_OF_KIND} nodes of the kind ${kind}: of those after them by name ${what}.`;
}

const isCatalogue = (target: unknown) => typeof target === 'string' && target.startsWith('catalog/');
