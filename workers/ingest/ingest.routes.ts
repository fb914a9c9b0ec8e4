import { type Context, Hono } from 'hono';
import type { Deps } from '../platform/deps.ts';
import { describeError, PosternError } from '../platform/errors.ts';
import { countEventHookSecrets } from '../sources/ingest-secrets.repository.ts';
import { authenticateDelivery, bindDelivery } from './authenticate-delivery.ts';
import { enqueueEvents, enqueueSlices } from './enqueue.ts';
import { readEventBridge, readEventHook } from './envelopes.ts';
import { challengeMissing, methodNotAllowed, queueUnavailable, secretMissing } from './errors.ts';
import { parseJson, readBytes } from './read-body.ts';
import { sliceHook } from './slice-hook.ts';

type IngestContext = Context<{ Bindings: Env }>;
type Receive = (c: IngestContext, deps: Deps) => Promise<Response>;

const CHALLENGE_HEADER = 'x-okta-verification-challenge';
const MAX_CHALLENGE = 1_000;

/**
 * Where Okta pushes to, below `prefix`. Answers 200 `{accepted, ignored}` once the queue has the delivery; otherwise
 * `application/problem+json` with a code of `errors.ts`. Okta waits 3 s and sends once more only after a 5xx.
 * One handler a path and no middleware: the router then calls it without composing a chain.
 */
export function ingestRoutes(makeDeps: (env: Env) => Deps, prefix = ''): Hono<{ Bindings: Env }> {
  const routes = new Hono<{ Bindings: Env }>();
  const receive = (path: string, methods: [string, Receive][]) => {
    const handlers = new Map(methods);
    routes.all(`${prefix}${path}`, (c) => {
      const handler = handlers.get(c.req.method === 'HEAD' ? 'GET' : c.req.method);
      return handler ? handler(c, makeDeps(c.env)) : refuseMethod([...handlers.keys()].join(', '));
    });
  };
  for (const path of ['/okta/events', '/okta/events/:sourceId']) {
    receive(path, [
      ['GET', verifyHook],
      ['POST', receiveHook],
    ]);
  }
  for (const path of ['/okta/eventbridge', '/okta/eventbridge/:sourceId']) receive(path, [['POST', receiveBridge]]);
  routes.onError((error, c) => problem(makeDeps(c.env), error));
  return routes;
}

/**
 * Okta's one-time verification. A secret that is presented must be right; without one the answer is given only when a
 * single live Event Hook secret is configured for what the address names, so that nobody can probe for tenants.
 */
async function verifyHook(c: IngestContext, deps: Deps): Promise<Response> {
  const sourceId = c.req.param('sourceId');
  const presented = c.req.header('authorization');
  if (presented) await authenticateDelivery(deps, presented, 'event_hook', sourceId);
  const challenge = c.req.header(CHALLENGE_HEADER);
  if (!challenge || challenge.length > MAX_CHALLENGE) throw challengeMissing();
  if (!presented && (await countEventHookSecrets(deps, sourceId)) !== 1) {
    throw secretMissing({
      detail: 'Add the Authorization header to the hook: the address alone does not say whose it is.',
    });
  }
  return c.json({ verification: challenge });
}

async function receiveHook(c: IngestContext, deps: Deps): Promise<Response> {
  const found = await authenticateDelivery(deps, c.req.header('authorization'), 'event_hook', c.req.param('sourceId'));
  const body = await readBytes(c.req.raw);
  const { tenantId, sourceId } = found;
  const origin = { tenantId, sourceId, channel: 'event_hook' as const };
  const slices = sliceHook(body);
  if (slices) return c.json(await enqueueSlices(deps, { ...origin, body, slices }));
  return c.json(await enqueueEvents(deps, { ...origin, events: readEventHook(parseJson(body)).events }));
}

async function receiveBridge(c: IngestContext, deps: Deps): Promise<Response> {
  const found = await authenticateDelivery(deps, c.req.header('authorization'), 'eventbridge', c.req.param('sourceId'));
  const { events, partnerSources } = readEventBridge(parseJson(await readBytes(c.req.raw)));
  const { tenantId, sourceId } = found;
  await bindDelivery(deps, tenantId, sourceId, partnerSources);
  return c.json(await enqueueEvents(deps, { tenantId, sourceId, channel: 'eventbridge', events }));
}

function refuseMethod(allow: string): never {
  throw methodNotAllowed({ detail: `Use ${allow}.`, fields: { allow } });
}

/** Whatever else fails here (the look-up of the secret, say) is ours and passes: 503 makes Okta send once more. */
function problem(deps: Pick<Deps, 'log'>, error: unknown): Response {
  const known = error instanceof PosternError ? error : queueUnavailable({ cause: error });
  if (known !== error) deps.log.error('ingest failed', describeError(error));
  const { code, status, title, detail, fields, retryAfter } = known;
  const headers = new Headers({ 'content-type': 'application/problem+json' });
  if (retryAfter !== undefined) headers.set('retry-after', String(retryAfter));
  if (typeof fields?.allow === 'string') headers.set('allow', fields.allow);
  const body = {
    type: `urn:postern:problem:${code}`,
    title,
    status,
    code,
    ...(detail === undefined ? {} : { detail }),
  };
  return new Response(JSON.stringify(body), { status, headers });
}
