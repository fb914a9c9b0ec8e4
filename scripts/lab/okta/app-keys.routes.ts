import { Hono } from 'hono';
import { z } from 'zod';
import { iso } from '../core/clock.ts';
import type { OAuthClient } from '../world/model.ts';
import { invalid, notFound } from './errors.ts';
import { type OktaContext, type OktaDeps, type OktaEnv, originOf, setLinks } from './http.ts';

type Key = OAuthClient['jwks']['keys'][number];

const keySchema = z
  .looseObject({
    kty: z.enum(['RSA', 'EC']),
    kid: z.string().min(1),
    status: z.enum(['ACTIVE', 'INACTIVE']).optional(),
  })
  .refine((key) => !('d' in key));

/** `/api/v1/apps/{id}/credentials/jwks`: the public keys of a service app. */
export function appKeyRoutes({ org }: OktaDeps) {
  const { world } = org;
  const client = (c: OktaContext): OAuthClient => {
    const id = c.req.param('id') ?? '';
    const found = world.clients.get(id);
    if (found === undefined) throw notFound(id, 'AppInstance');
    return found;
  };
  const render = (c: OktaContext, { clientId }: OAuthClient, key: Key) => {
    const id = `pks${String(key.kid)}`;
    const at = iso(world.apps.get(clientId)?.lastUpdated ?? org.clock.now());
    const href = `${originOf(c)}/api/v1/apps/${clientId}/credentials/jwks/${id}`;
    return {
      id,
      status: 'ACTIVE',
      created: at,
      lastUpdated: at,
      ...key,
      _links: { self: { href, hints: { allow: ['GET', 'DELETE'] } } },
    };
  };

  return new Hono<OktaEnv>()
    .get('/:id/credentials/jwks', (c) => {
      const of = client(c);
      setLinks(c, null);
      return c.json(of.jwks.keys.map((key) => render(c, of, key)));
    })
    .post('/:id/credentials/jwks', async (c) => {
      const of = client(c);
      const parsed = keySchema.safeParse(await c.req.json().catch(() => null));
      if (!parsed.success) throw invalid('jwk', 'it is not a public key with a kid');
      const { kid } = parsed.data;
      if (of.jwks.keys.some((key) => key.kid === kid)) throw invalid('kid', 'the app has a key with this kid');
      of.jwks = { keys: [...of.jwks.keys, parsed.data] };
      return c.json(render(c, of, parsed.data), 201);
    })
    .delete('/:id/credentials/jwks/:keyId', (c) => {
      const of = client(c);
      const keyId = c.req.param('keyId');
      const rest = of.jwks.keys.filter((key) => `pks${String(key.kid)}` !== keyId);
      if (rest.length === of.jwks.keys.length) throw notFound(keyId, 'OAuth2ClientJsonWebKey');
      of.jwks = { keys: rest };
      return c.body(null, 204);
    });
}
