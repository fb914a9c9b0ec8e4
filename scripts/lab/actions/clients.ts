import type { OAuthClient, RoleType } from '../world/model.ts';
import { appTarget, emit, type Org, type Origin } from './org.ts';
import { grantClientRole } from './roles.ts';

export interface ClientInput {
  clientId?: string | undefined;
  jwks: OAuthClient['jwks'];
  scopes: string[];
  roles: RoleType[];
  dpop: boolean;
}

/** Registers an OAuth service app: the app, its scope grants, its keys and its admin roles. Again replaces it. */
export function registerClient(org: Org, origin: Origin, input: ClientInput): OAuthClient {
  const { world, ids } = org;
  const now = org.clock.now();
  const clientId = input.clientId ?? ids.next('0oa');
  for (const [id, grant] of world.grants) if (grant.appId === clientId) world.grants.delete(id);
  const app = {
    id: clientId,
    name: 'oidc_client',
    label: `Service app ${clientId}`,
    status: 'ACTIVE' as const,
    created: world.apps.get(clientId)?.created ?? now,
    lastUpdated: now,
    signOnMode: 'OPENID_CONNECT' as const,
    features: [],
    oauth: { applicationType: 'service' as const, authMethod: 'private_key_jwt', dpop: input.dpop },
  };
  world.apps.set(clientId, app);
  if (!world.appUsers.has(clientId)) world.appUsers.set(clientId, new Map());
  for (const scopeId of input.scopes) {
    const id = ids.next('oag');
    world.grants.set(id, { id, appId: clientId, scopeId, createdBy: world.rootAdminId, created: now });
  }
  const client: OAuthClient = { clientId, jwks: input.jwks, scopes: input.scopes, roles: [], dpop: input.dpop };
  world.clients.set(clientId, client);
  emit(org, origin, { type: 'application.lifecycle.create', targets: [appTarget(app)] });
  for (const role of input.roles) grantClientRole(org, origin, client, role);
  return client;
}
