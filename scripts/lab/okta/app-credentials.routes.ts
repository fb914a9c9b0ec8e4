import { Hono } from 'hono';
import { deleteSecret, setSecretStatus } from '../actions/app-secrets.ts';
import { iso } from '../core/clock.ts';
import type { ClientSecret, GroupPush, SigningKey } from '../world/estate/estate.ts';
import type { App } from '../world/model.ts';
import { forbidden, invalid, notFound } from './errors.ts';
import { type OktaContext, type OktaDeps, type OktaEnv, originOf, setLinks } from './http.ts';

/** Below `/api/v1/apps/{id}`: client secrets, signing certificates, provisioning, pushed groups. */
export function appCredentialRoutes(deps: OktaDeps) {
  const { org } = deps;
  const { world } = org;
  const app = (c: OktaContext): App => {
    const id = c.req.param('id') ?? '';
    const found = world.apps.get(id);
    if (found === undefined) throw notFound(id, 'AppInstance');
    return found;
  };
  const secret = (c: OktaContext): ClientSecret => {
    const id = c.req.param('secretId') ?? '';
    const found = world.estate.secrets.get(app(c).id)?.find((one) => one.id === id);
    if (found === undefined) throw notFound(id, 'OAuth2ClientSecret');
    return found;
  };
  const render = (one: ClientSecret, c: OktaContext) => ({
    id: one.id,
    status: one.status,
    // Okta answers with the secret itself: that is why reading it is worth an edge in an attack graph.
    client_secret: one.secret,
    secret_hash: one.hash,
    created: iso(one.created),
    lastUpdated: iso(one.lastUpdated),
    _links: {
      [one.status === 'ACTIVE' ? 'deactivate' : 'activate']: {
        href: `${originOf(c)}/api/v1/apps/${app(c).id}/credentials/secrets/${one.id}/lifecycle/${one.status === 'ACTIVE' ? 'deactivate' : 'activate'}`,
        hints: { allow: ['POST'] },
      },
    },
  });

  return new Hono<OktaEnv>()
    .get('/:id/credentials/secrets', (c) => {
      const secrets = world.estate.secrets.get(app(c).id) ?? [];
      setLinks(c, null);
      return c.json(secrets.map((one) => render(one, c)));
    })
    .get('/:id/credentials/secrets/:secretId', (c) => c.json(render(secret(c), c)))
    .post('/:id/credentials/secrets/:secretId/lifecycle/:operation', (c) => {
      const operation = c.req.param('operation');
      if (operation !== 'activate' && operation !== 'deactivate') throw notFound(operation, 'Operation');
      setSecretStatus(org, c.var.principal.origin, app(c), secret(c), operation === 'activate' ? 'ACTIVE' : 'INACTIVE');
      return c.json(render(secret(c), c));
    })
    .delete('/:id/credentials/secrets/:secretId', (c) => {
      const one = secret(c);
      if (one.status === 'ACTIVE') throw invalid('status', 'an active secret cannot be deleted');
      deleteSecret(org, c.var.principal.origin, app(c), one);
      return c.body(null, 204);
    })
    .get('/:id/credentials/keys', (c) => {
      setLinks(c, null);
      return c.json((world.estate.signingKeys.get(app(c).id) ?? []).map(renderKey));
    })
    .get('/:id/group-push/mappings', (c) => {
      const one = app(c);
      // Okta knows no mappings of an app that takes no groups.
      if (!one.features.includes('GROUP_PUSH')) throw notFound(one.id, 'GroupPushMapping');
      setLinks(c, null);
      return c.json((world.estate.groupPushes.get(one.id) ?? []).map((push) => renderPush(push, one.id, originOf(c))));
    })
    .get('/:id/connections/default', (c) => {
      const { id, features } = app(c);
      const provisions = features.some((feature) => feature.startsWith('PUSH_'));
      return c.json({
        authScheme: 'TOKEN',
        baseUrl: `https://scim.acme.example/${id}`,
        profile: { authScheme: provisions ? 'TOKEN' : 'UNKNOWN' },
        status: provisions ? 'ENABLED' : 'DISABLED',
        _links: { self: { href: `${originOf(c)}/api/v1/apps/${id}/connections/default`, hints: { allow: ['GET'] } } },
      });
    })
    .get('/:id/features', (c) => {
      const { id, features } = app(c);
      const pushes = features.filter((feature) => feature.startsWith('PUSH_'));
      // Okta refuses where provisioning is not set up.
      if (pushes.length === 0) throw forbidden();
      const status = (on: boolean) => ({ status: on ? 'ENABLED' : 'DISABLED' });
      return c.json([
        {
          name: 'USER_PROVISIONING',
          status: 'ENABLED',
          description: 'User provisioning settings from Okta to a downstream application',
          capabilities: {
            create: { lifecycleCreate: status(pushes.includes('PUSH_NEW_USERS')) },
            update: {
              profile: status(pushes.includes('PUSH_PROFILE_UPDATES')),
              lifecycleDeactivate: status(pushes.includes('PUSH_USER_DEACTIVATION')),
              password: {
                ...status(pushes.includes('PUSH_PASSWORD_UPDATES')),
                seed: 'OKTA',
                change: 'CHANGE',
              },
            },
          },
          _links: {
            self: { href: `${originOf(c)}/api/v1/apps/${id}/features/USER_PROVISIONING`, hints: { allow: ['GET'] } },
          },
        },
      ]);
    });
}

function renderKey(key: SigningKey) {
  return {
    kid: key.kid,
    kty: 'RSA',
    use: 'sig',
    created: iso(key.created),
    lastUpdated: iso(key.created),
    expiresAt: iso(key.expiresAt),
    e: 'AQAB',
    n: key.modulus,
    x5c: [key.certificate],
    'x5t#S256': key.kid,
  };
}

function renderPush({ created, lastPush, ...push }: GroupPush, appId: string, origin: string) {
  const base = `${origin}/api/v1`;
  return {
    ...push,
    created: iso(created),
    lastUpdated: iso(lastPush),
    lastPush: iso(lastPush),
    _links: {
      app: { href: `${base}/apps/${appId}` },
      sourceGroup: { href: `${base}/groups/${push.sourceGroupId}` },
      targetGroup: { href: `${base}/groups/${push.targetGroupId}` },
    },
  };
}
