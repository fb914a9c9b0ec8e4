import { Hono } from 'hono';
import { z } from 'zod';
import { emit } from '../actions/org.ts';
import { iso } from '../core/clock.ts';
import { HOOK_ELIGIBLE } from '../log/hook-eligible.ts';
import type { EventHook } from '../world/model.ts';
import { invalid, notFound, OktaError } from './errors.ts';
import { type OktaContext, type OktaDeps, type OktaEnv, originOf, setLinks } from './http.ts';

const MOST_HOOKS = 25;

/** Okta takes only https; the lab also takes its own machine, or nothing could be tried here. */
function isReachable(uri: string): boolean {
  const url = URL.parse(uri);
  if (url === null) return false;
  const local = ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  return url.protocol === 'https:' || (url.protocol === 'http:' && local);
}

const hookSchema = z.object({
  name: z.string().min(1).max(255),
  description: z.string().nullish(),
  events: z.object({
    type: z.literal('EVENT_TYPE'),
    items: z.array(z.string()).min(1).max(300),
    filter: z.null({ error: 'filters on event hooks are not supported here' }).optional(),
  }),
  channel: z.object({
    type: z.literal('HTTP'),
    version: z.string(),
    config: z.object({
      uri: z.string().refine(isReachable, 'must be an https address'),
      headers: z.array(z.object({ key: z.string(), value: z.string() })).nullish(),
      authScheme: z.object({ type: z.literal('HEADER'), key: z.string(), value: z.string().optional() }).nullish(),
    }),
  }),
});

/** `/api/v1/eventHooks`. */
export function eventHookRoutes(deps: OktaDeps) {
  const { org } = deps;
  const { hooks } = org.world;
  const hook = (c: OktaContext): EventHook => {
    const id = c.req.param('id') ?? '';
    const found = hooks.get(id);
    if (found === undefined) throw notFound(id, 'Webhook');
    return found;
  };
  const tell = (c: OktaContext, type: string, one: EventHook) =>
    emit(org, c.var.principal.origin, {
      type,
      targets: [{ id: one.id, type: 'Event Hook', alternateId: one.uri, displayName: one.name, detailEntry: null }],
    });

  const readBody = async (c: OktaContext) => {
    const parsed = hookSchema.safeParse(await c.req.json().catch(() => null));
    if (!parsed.success)
      throw invalid('eventHook', ...parsed.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`));
    const unknown = parsed.data.events.items.filter((type) => !HOOK_ELIGIBLE.has(type));
    if (unknown.length > 0) throw invalid('events.items', `not eligible for event hooks: ${unknown.join(', ')}`);
    return parsed.data;
  };
  const apply = (one: EventHook, body: z.infer<typeof hookSchema>) => {
    const { uri, headers, authScheme } = body.channel.config;
    if (uri !== one.uri) one.verified = false;
    one.name = body.name;
    one.description = body.description ?? null;
    one.items = body.events.items;
    one.uri = uri;
    one.headers = headers ?? [];
    // The value is write-only: a client that sends back what it read keeps the one it has.
    if (authScheme?.value !== undefined) one.authValue = authScheme.value;
    one.authKey = authScheme?.key ?? '';
    one.lastUpdated = org.clock.now();
  };

  return new Hono<OktaEnv>()
    .get('/', (c) => {
      setLinks(c, null);
      return c.json([...hooks.values()].map((one) => renderHook(one, originOf(c))));
    })
    .post('/', async (c) => {
      const body = await readBody(c);
      if (hooks.size >= MOST_HOOKS) throw invalid('eventHook', `an org has at most ${MOST_HOOKS} event hooks`);
      const now = org.clock.now();
      const one: EventHook = {
        id: org.ids.next('who'),
        name: body.name,
        description: null,
        status: 'ACTIVE',
        verified: false,
        created: now,
        createdBy: c.var.principal.origin.actor.id,
        lastUpdated: now,
        items: [],
        uri: '',
        headers: [],
        authKey: '',
        authValue: '',
      };
      apply(one, body);
      hooks.set(one.id, one);
      tell(c, 'event_hook.created', one);
      return c.json(renderHook(one, originOf(c)));
    })
    .get('/:id', (c) => c.json(renderHook(hook(c), originOf(c))))
    .put('/:id', async (c) => {
      const one = hook(c);
      apply(one, await readBody(c));
      tell(c, 'event_hook.updated', one);
      return c.json(renderHook(one, originOf(c)));
    })
    .delete('/:id', (c) => {
      const one = hook(c);
      if (one.status === 'ACTIVE')
        throw invalid('status', 'an active event hook cannot be deleted; deactivate it first');
      hooks.delete(one.id);
      tell(c, 'event_hook.deleted', one);
      return c.body(null, 204);
    })
    .post('/:id/lifecycle/activate', (c) => {
      const one = hook(c);
      one.status = 'ACTIVE';
      tell(c, 'event_hook.activated', one);
      return c.json(renderHook(one, originOf(c)));
    })
    .post('/:id/lifecycle/deactivate', (c) => {
      const one = hook(c);
      one.status = 'INACTIVE';
      tell(c, 'event_hook.deactivated', one);
      return c.json(renderHook(one, originOf(c)));
    })
    .post('/:id/lifecycle/verify', async (c) => {
      const one = hook(c);
      if (!(await deps.hooks.verify(one))) {
        throw new OktaError(400, 'E0000001', 'Api validation failed: verify', {
          causes: ['The receiver did not echo the verification challenge in time.'],
        });
      }
      one.verified = true;
      one.lastUpdated = org.clock.now();
      tell(c, 'event_hook.verified', one);
      return c.json(renderHook(one, originOf(c)));
    });
}

function renderHook(hook: EventHook, base: string) {
  const self = `${base}/api/v1/eventHooks/${hook.id}`;
  const post = (step: string) => ({ href: `${self}/lifecycle/${step}`, hints: { allow: ['POST'] } });
  return {
    id: hook.id,
    status: hook.status,
    verificationStatus: hook.verified ? 'VERIFIED' : 'UNVERIFIED',
    name: hook.name,
    description: hook.description,
    created: iso(hook.created),
    createdBy: hook.createdBy,
    lastUpdated: iso(hook.lastUpdated),
    events: { type: 'EVENT_TYPE', items: hook.items, filter: null },
    channel: {
      type: 'HTTP',
      version: '1.0.0',
      config: {
        uri: hook.uri,
        headers: hook.headers,
        method: 'POST',
        authScheme: { type: 'HEADER', key: hook.authKey === '' ? 'Authorization' : hook.authKey },
      },
    },
    _links: {
      self: { href: self },
      verify: post('verify'),
      ...(hook.status === 'ACTIVE' ? { deactivate: post('deactivate') } : { activate: post('activate') }),
    },
  };
}
