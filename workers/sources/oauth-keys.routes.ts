import { createRoute, z } from '@hono/zod-openapi';
import { notFound } from '../platform/errors.ts';
import { createRouter, jsonContent, problemSchema, problems, requirePermission } from '../platform/http/router.ts';
import { getOauthKey } from './oauth-keys.repository.ts';
import { deleteKey, makeNextKey, makeUnusedKey } from './oauth-keys.ts';
import { presentOauthKey } from './present.ts';
import { oauthKeySchema } from './sources.schemas.ts';

const tags = ['Sources'];
const manage = requirePermission('sources:manage');
const params = z.object({ id: z.string().min(1).max(80) });
const keyParams = z.object({ keyId: z.string().min(1).max(80) });
const conflicting = (description: string) => ({
  409: { description, content: { 'application/problem+json': { schema: problemSchema } } },
});

const make = createRoute({
  method: 'post',
  path: '/sources/oauth-keys',
  tags,
  summary: 'Make a key pair for a service app in Okta, before its source is connected',
  description:
    'Paste `publicJwk` into the service app in Okta (Client Credentials, Public key / Private key, Save keys in Okta), ' +
    'grant it the scopes and roles in `grants`, then connect the source with `auth: {"type": "oauth", "clientId", ' +
    '"keyId"}`. The private key is sealed and never shown. A key that no source uses is forgotten after 7 days.',
  middleware: manage,
  responses: {
    201: jsonContent(oauthKeySchema, 'The public key'),
    ...problems,
    ...conflicting('Too many key pairs wait for a source'),
  },
});

const read = createRoute({
  method: 'get',
  path: '/sources/oauth-keys/{keyId}',
  tags,
  summary: 'The public side of a key pair',
  middleware: manage,
  request: { params: keyParams },
  responses: { 200: jsonContent(oauthKeySchema), ...problems },
});

const remove = createRoute({
  method: 'delete',
  path: '/sources/oauth-keys/{keyId}',
  tags,
  summary: 'Forget a key pair that no source signs with',
  middleware: manage,
  request: { params: keyParams },
  responses: { 204: { description: 'Forgotten' }, ...problems, ...conflicting('A source signs with it') },
});

const next = createRoute({
  method: 'post',
  path: '/sources/{id}/oauth-keys',
  tags,
  summary: 'Begin to rotate the key of a source: make the key pair that follows',
  description:
    'Add the new `publicJwk` to the service app in Okta beside the old one. The source signs with the old key, and ' +
    'shows both (`publicJwk`, `nextKey`), until the new one passes `POST /sources/{id}/test`; then it signs with the ' +
    'new one, and the old one can be removed in Okta. Asking again replaces a new key that still waits; one that waits ' +
    'for 7 days is forgotten.',
  middleware: manage,
  request: { params },
  responses: {
    201: jsonContent(oauthKeySchema, 'The public key to add in Okta'),
    ...problems,
    ...conflicting('The source uses an API token'),
  },
});

/** `/sources/oauth-keys` and the rotation of a source's key. */
export function oauthKeyRoutes() {
  return createRouter()
    .openapi(make, async (c) => {
      const { deps, tenantId, principal } = c.var;
      return c.json(await presentOauthKey(await makeUnusedKey(deps, tenantId, principal)), 201);
    })
    .openapi(read, async (c) => {
      const { deps, tenantId } = c.var;
      const key = await getOauthKey(deps, tenantId, c.req.valid('param').keyId, deps.clock.now());
      if (!key) throw notFound();
      return c.json(await presentOauthKey(key), 200);
    })
    .openapi(remove, async (c) => {
      const { deps, tenantId, principal } = c.var;
      await deleteKey(deps, tenantId, c.req.valid('param').keyId, principal);
      return c.body(null, 204);
    })
    .openapi(next, async (c) => {
      const { deps, tenantId, principal } = c.var;
      const key = await makeNextKey(deps, tenantId, c.req.valid('param').id, principal);
      return c.json(await presentOauthKey(key), 201);
    });
}
