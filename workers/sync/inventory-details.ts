import { type Attributes, type GraphEdge, type GraphNode, nodeId } from '../graph/model.ts';
import { permissionOf, targetEdges, targetOf } from '../sources/okta/map/admin-roles.ts';
import { methodOf } from '../sources/okta/map/authenticators.ts';
import { type Connection, connectionOf, connectionsPart } from '../sources/okta/map/connections.ts';
import { grantOf, mapClientKey, mapClientSecret, mapSamlCertificate } from '../sources/okta/map/credentials.ts';
import { mapEntitlementGrant } from '../sources/okta/map/entitlements.ts';
import { mapIdpUser } from '../sources/okta/map/federation.ts';
import { mapGroupOwner, mapGroupPush } from '../sources/okta/map/groups.ts';
import { mappedApp, mappingEdges } from '../sources/okta/map/policy-mappings.ts';
import { resourceOf, resourceSetPart } from '../sources/okta/map/resource-sets.ts';
import { addendum, edgeOf, type Owned, sorted, type Thing } from '../sources/okta/map/thing.ts';
import { type Mapped, mapRole } from '../sources/okta/mapper.ts';
import type { InventoryObjects } from './inventory-objects.ts';
import type { SyncSession } from './session.ts';
import type { SinkPart } from './sink.ts';

/** What a list of one object becomes. */
export interface Detail {
  /** What of a row is kept until the list is complete: null for a row that says nothing. */
  keep?(row: unknown, id: string): string | null;
  /** The complete list. */
  build?(id: string, kept: string[]): SinkPart;
  /** A row that stands on its own. `fact` tells the end of the phase that it was seen. */
  map?(row: unknown, id: string): { part: SinkPart; fact?: string } | { bad: string };
  /** Whether what was seen is told beyond the phase. */
  tells?: true;
}

const json = (value: unknown) => JSON.stringify(value);
const parsed = <T>(kept: string[]): T[] => kept.map((text) => JSON.parse(text) as T);

function only(nodes: GraphNode[], edges: GraphEdge[] = [], owns: Owned[] = []): SinkPart {
  return { nodes, edges, owns };
}

type Known = Pick<InventoryObjects, 'appsByName' | 'clients' | 'people' | 'linked'>;

/** How each list of `inventory-objects.ts` is read, by the part of its scope before the colon. */
export function detailsFor(session: Pick<SyncSession, 'source'>, known: Known): Record<string, Detail> {
  const source = session.source.id;
  const clients = new Map(known.clients);
  const people = new Map(known.people);
  const linked = new Map(known.linked.map(([policy, apps]) => [policy, new Set(apps)]));
  const appsByName = new Map(known.appsByName);
  const credential = (map: (source: string, appId: string, raw: unknown) => Mapped<Thing>): Detail => ({
    map: (row, appId) => standing(map(source, appId, row)),
    tells: true,
  });
  return {
    'resourceSets/permissions': {
      keep: permissionOf,
      build: (id, kept) => only([addendum('role', source, id, { permissions: sorted(kept) })]),
    },
    'resourceSets/resources': {
      keep: (row) => {
        const resource = resourceOf(row);
        return resource && json(resource);
      },
      build: (id, kept) => resourceSetPart(source, id, parsed(kept)),
    },
    // `{role type}/{native id of the assignment}`
    'resourceSets/targets': {
      keep: (row, id) => targetOf(row, id.slice(0, id.indexOf('/'))),
      build: (id, kept) => {
        const assignment = id.slice(id.indexOf('/') + 1);
        const node = addendum('role_assignment', source, assignment, {
          scoped: kept.length > 0,
          targets: sorted(kept).slice(0, MAX_TARGETS),
        });
        const edges = targetEdges(source, assignment, kept, appsByName);
        return only([node], edges, [{ kind: 'SCOPED_TO', end: 'from', at: node.id }]);
      },
    },
    owners: {
      keep: (row, id) => {
        const owner = mapGroupOwner(source, id, row);
        return 'ok' in owner ? owner.ok.id : null;
      },
      build: (id, kept) => {
        const group = nodeId('group', source, id);
        const edges = sorted(kept).map((owner) => edgeOf(owner, 'OWNER_OF', group));
        return only([], edges, [{ kind: 'OWNER_OF', end: 'to', at: group }]);
      },
    },
    groupPush: {
      keep: (row, id) => {
        const push = mapGroupPush(source, id, row);
        const [edge] = 'ok' in push ? push.ok.edges : [];
        return edge ? json([edge.from, edge.attributes]) : null;
      },
      build: (id, kept) => {
        const app = nodeId('app', source, id);
        const pushes = parsed<[group: string, target: Attributes]>(sorted(kept));
        const edges = pushes.map(([group, target]) => edgeOf(group, 'GROUP_PUSH', app, target));
        return only([], edges, [{ kind: 'GROUP_PUSH', end: 'to', at: app }]);
      },
    },
    clientRoles: {
      keep: json,
      build: (id, kept) => clientRoles(session.source, id, parsed(kept)),
    },
    'appCredentials/secrets': credential(mapClientSecret),
    'appCredentials/jwks': credential(mapClientKey),
    'appCredentials/keys': credential(mapSamlCertificate),
    grants: {
      keep: (row) => {
        const grant = grantOf(row);
        return grant && json({ id: grant.id, scope: grant.scope, source: grant.source, created: grant.created });
      },
      build: (id, kept) => {
        const grants = parsed<{ id: string }>(sorted(kept)).slice(0, MAX_GRANTS);
        return only([addendum('app', source, id, { grants })]);
      },
    },
    consents: {
      keep: (row) => {
        const grant = grantOf(row);
        return grant?.clientId ? json([clients.get(grant.clientId) ?? grant.clientId, grant.scope]) : null;
      },
      build: (id, kept) => consents(source, id, parsed<[string, string]>(kept)),
    },
    'authenticators/methods': {
      keep: (row) => {
        const method = methodOf(row);
        return method && json(method);
      },
      build: (id, kept) => only([addendum('authenticator', source, id, { methods: parsed(sorted(kept)) })]),
    },
    'idps/users': {
      map: (row, id) => {
        const mapped = mapIdpUser(source, id, row, people.get(id) ?? null);
        if ('bad' in mapped) return { bad: mapped.bad.id ?? mapped.bad.reason };
        const { nodes, edges } = mapped.ok;
        return { part: only(nodes, edges), fact: [mapped.ok.id, ...nodes.map((person) => person.id)].join(' ') };
      },
    },
    'policies/mappings': {
      keep: mappedApp,
      build: (id, kept) => {
        const { edges, owns } = mappingEdges(source, id, kept, linked.get(id) ?? new Set());
        return only([], edges, owns);
      },
    },
    entitlements: {
      map: (row, appId) => {
        const mapped = mapEntitlementGrant(source, appId, row);
        if ('bad' in mapped) return { bad: mapped.bad.id ?? mapped.bad.reason };
        const { holder, nodes, edges } = mapped.ok;
        return { part: only(nodes, edges), fact: [holder, ...nodes.map(({ id }) => id)].join(' ') };
      },
    },
    'authorizationServers/policies': {
      keep: () => '1',
      build: (id, kept) => only([addendum('authorization_server', source, id, { policies: kept.length })]),
    },
    'aiAgents/connections': {
      keep: (row) => {
        const connection = connectionOf(row);
        return connection && json(connection);
      },
      build: (id, kept) => connectionsPart(source, id, parsed<Connection>(kept)),
    },
  };
}

/** Targets and grants that a node carries: its attributes are bounded. What they lead to is drawn whole. */
const MAX_TARGETS = 400;
const MAX_GRANTS = 300;

function standing(mapped: Mapped<Thing>): { part: SinkPart; fact: string } | { bad: string } {
  if ('bad' in mapped) return { bad: `${mapped.bad.id ?? 'a credential'}: ${mapped.bad.reason}` };
  const { id, nodes, edges, owns } = mapped.ok;
  return { part: { nodes, edges, owns }, fact: id };
}

function clientRoles(source: { id: string; name: string }, appId: string, rows: unknown[]): SinkPart {
  const app = nodeId('app', source.id, appId);
  const part = only(
    [],
    [],
    [
      { kind: 'HOLDS_ROLE', end: 'from', at: app },
      { kind: 'HAS_ROLE_ASSIGNMENT', end: 'from', at: app },
    ],
  );
  for (const row of rows) {
    const mapped = mapRole(source, { kind: 'app', nativeId: appId }, row);
    if (!('ok' in mapped) || !mapped.ok.held) continue;
    part.nodes.push(...mapped.ok.nodes);
    part.edges.push(...mapped.ok.edges);
  }
  return part;
}

function consents(source: string, userId: string, grants: [appId: string, scope: string][]): SinkPart {
  const account = nodeId('account', source, userId);
  const scopes = new Map<string, string[]>();
  for (const [appId, scope] of grants) scopes.set(appId, [...(scopes.get(appId) ?? []), scope]);
  const edges = [...scopes].map(([appId, given]) =>
    edgeOf(account, 'CONSENTED', nodeId('app', source, appId), { scopes: sorted(given) }),
  );
  return only([], edges, [{ kind: 'CONSENTED', end: 'from', at: account }]);
}
