import { Hono } from 'hono';
import { html } from 'hono/html';
import { z } from 'zod';
import { registerClient } from '../actions/clients.ts';
import { BY_SYSTEM, type Org } from '../actions/org.ts';

/** What an ISPM product reads of an org. */
const SCOPES = ['users', 'groups', 'apps', 'roles', 'logs', 'apiTokens', 'eventHooks'].map((of) => `okta.${of}.read`);

const publicKey = z
  .looseObject({ kty: z.enum(['RSA', 'EC']), kid: z.string().min(1) })
  .refine((key) => !('d' in key), 'this is a private key: paste the public one');

const form = z.object({
  jwk: z.string().transform((text, ctx) => {
    try {
      return publicKey.parse(JSON.parse(text));
    } catch {
      ctx.addIssue({ code: 'custom', message: 'Paste a public key as a JWK with a kid.' });
      return z.NEVER;
    }
  }),
  clientId: z.string().trim().optional(),
  dpop: z.literal('on').optional(),
});

/**
 * `/lab/service-app`: what the Admin Console of a real org does by hand. A form that takes a public key and makes a
 * service app with the read scopes and the super administrator's role; with the id of one it adds the key to it.
 */
export function serviceAppRoutes(org: Org) {
  return new Hono()
    .get('/', (c) => c.html(page(null, null)))
    .post('/', async (c) => {
      const read = form.safeParse(Object.fromEntries((await c.req.formData()).entries()));
      if (!read.success) return c.html(page(read.error.issues[0]?.message ?? 'The form is not valid.', null), 400);
      const { jwk, clientId, dpop } = read.data;
      if (!clientId) {
        const made = registerClient(org, BY_SYSTEM, {
          jwks: { keys: [jwk] },
          scopes: SCOPES,
          roles: ['SUPER_ADMIN'],
          dpop: dpop === 'on',
        });
        return c.html(page(null, made.clientId), 201);
      }
      const client = org.world.clients.get(clientId);
      if (client === undefined) return c.html(page('There is no service app with this client ID.', null), 404);
      client.jwks = { keys: [...client.jwks.keys.filter((key) => key.kid !== jwk.kid), jwk] };
      return c.html(page(null, client.clientId), 200);
    });
}

function page(problem: string | null, clientId: string | null) {
  return html`<!doctype html><html lang="en"><head><title>Service app</title><meta name="viewport" content="width=device-width" />
    <style>body{font:16px/1.5 system-ui;max-width:40rem;margin:2rem auto;padding:0 1rem}textarea,input[type=text]{width:100%;font:inherit}code{background:#eee;padding:.1em .3em}</style></head>
    <body><h1>OAuth service app</h1>
    ${problem === null ? '' : html`<p role="alert"><strong>${problem}</strong></p>`}
    ${clientId === null ? '' : html`<p role="status">Client ID: <code id="client-id">${clientId}</code>. It holds the key, the read scopes and the role Super Administrator.</p>`}
    <form method="post">
      <p><label>Public key (JWK)<br><textarea name="jwk" rows="8" required></textarea></label></p>
      <p><label>Client ID, to add the key to an app that is there<br><input type="text" name="clientId"></label></p>
      <p><label><input type="checkbox" name="dpop"> Demand DPoP</label></p>
      <p><button>Save</button></p>
    </form><p><a href="/lab">Lab</a></p></body></html>`;
}
