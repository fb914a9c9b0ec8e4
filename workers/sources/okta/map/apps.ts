import { type AssignmentAttributes, type GraphEdge, type GraphNode, nodeId } from '../../../graph/model.ts';
import { type Millis, parseTime } from '../../../platform/clock.ts';
import type { GraphPart, MappedReference } from '../mapper.ts';
import { type Mapped, read } from '../read-object.ts';
import { appSchema, appUserSchema, referenceSchema } from '../schemas.ts';
import { type AppTraffic, appTies, trafficEdges } from './app-ties.ts';
import { personBeyond } from './people-beyond.ts';
import { idOfHref, sorted } from './thing.ts';

export interface MappedApp extends GraphPart {
  id: string;
  /** When the source says that it last changed. */
  lastUpdated: Millis | null;
  /** The app user that `expand=user/{id}` embeds, as received. */
  user: unknown;
}

export function mapApp(sourceId: string, raw: unknown): Mapped<MappedApp> {
  return read(appSchema, raw, (app) => {
    const client = app.credentials?.oauthClient ?? null;
    const oauth = app.settings?.oauthClient ?? null;
    const accessPolicyId = idOfHref(app._links?.accessPolicy);
    const profileEnrollmentId = idOfHref(app._links?.profileEnrollment);
    const ties = appTies(sourceId, {
      id: app.id,
      name: app.name,
      label: app.label,
      signOnMode: app.signOnMode,
      settings: app.settings?.app ?? null,
      policyIds: [accessPolicyId, profileEnrollmentId],
    });
    const node: GraphNode = {
      id: nodeId('app', sourceId, app.id),
      kind: 'app',
      sourceId,
      nativeId: app.id,
      name: app.label ?? app.name ?? app.id,
      attributes: {
        status: app.status,
        signOnMode: app.signOnMode,
        catalogName: app.name,
        features: sorted(app.features ?? []),
        clientId: client?.client_id ?? null,
        tokenEndpointAuthMethod: client?.token_endpoint_auth_method ?? null,
        grantTypes: sorted(oauth?.grant_types ?? []),
        redirectUris: sorted(oauth?.redirect_uris ?? []).slice(0, MAX_REDIRECTS),
        wildcardRedirect: oauth?.wildcard_redirect ?? null,
        applicationType: oauth?.application_type ?? null,
        dpopBound: oauth?.dpop_bound_access_tokens ?? null,
        consentMethod: oauth?.consent_method ?? null,
        accessPolicyId,
        profileEnrollmentId,
        externalId: ties.externalId,
        entitlementManagement: app.settings?.emOptInStatus ?? null,
        universalLogout: app.universalLogout?.status ?? null,
        created: parseTime(app.created),
        lastUpdated: parseTime(app.lastUpdated),
      },
      // its grants are read apart
      partial: 'make',
    };
    return {
      id: app.id,
      lastUpdated: parseTime(app.lastUpdated),
      user: app._embedded?.user ?? null,
      nodes: [node, ...ties.nodes],
      edges: ties.edges,
      owns: ties.owns,
    };
  });
}

/** Redirect addresses of an app that are kept. */
const MAX_REDIRECTS = 200;

/**
 * A row of an app's users. Its id is the Okta user's; accounts that were imported and not yet matched to a user have an
 * id of their own and no link to a user, and belong to nobody: `id` is then null.
 */
export function mapAppUser(
  sourceId: string,
  appId: string,
  raw: unknown,
  traffic: AppTraffic | null = null,
): Mapped<GraphPart & { id: string; userId: string | null }> {
  return read(appUserSchema, raw, (appUser) => {
    const userId = appUser._links?.user?.href.split('/').pop() || (appUser.id.startsWith('0ua') ? null : appUser.id);
    if (userId === null) return { id: appUser.id, userId, nodes: [], edges: [] };
    const attributes: AssignmentAttributes = {
      status: appUser.status,
      scope: appUser.scope === 'GROUP' ? 'GROUP' : 'USER',
      externalId: appUser.externalId,
      userName: appUser.credentials?.userName ?? null,
    };
    const edge: GraphEdge = {
      from: nodeId('account', sourceId, userId),
      to: nodeId('app', sourceId, appId),
      kind: 'ASSIGNED_TO',
      attributes: { ...attributes },
    };
    const user = { id: userId, syncState: appUser.syncState, scope: appUser.scope };
    const more = traffic === null ? [] : trafficEdges(sourceId, appId, traffic, user);
    const { status, externalId, userName } = attributes;
    const passwords = traffic?.passwords === true && appUser.syncState === 'SYNCHRONIZED';
    const person =
      traffic?.people &&
      personBeyond(sourceId, appId, traffic.people, { id: userId, status, externalId, userName, passwords });
    if (!person) return { id: appUser.id, userId, nodes: [], edges: [edge, ...more] };
    return { id: appUser.id, userId, nodes: [person.node], edges: [edge, ...more, ...person.edges] };
  });
}

/** A row of an app's groups. */
export function mapAppGroup(sourceId: string, appId: string, raw: unknown): Mapped<MappedReference> {
  return read(referenceSchema, raw, ({ id }) => ({
    id,
    nodes: [],
    edges: [
      {
        from: nodeId('group', sourceId, id),
        to: nodeId('app', sourceId, appId),
        kind: 'ASSIGNED_TO',
        attributes: {},
      },
    ],
  }));
}
