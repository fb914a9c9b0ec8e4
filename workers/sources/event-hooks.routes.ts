import { createRoute, z } from '@hono/zod-openapi';
import { notFound } from '../platform/errors.ts';
import { createRouter, jsonContent, problemSchema, problems, requirePermission } from '../platform/http/router.ts';
import { hookPath, publicOrigin, wantedHooks } from './event-hook-plan.ts';
import { eventHooksSchema, eventTypesSchema, publicUrl, registrationSchema } from './event-hooks.schemas.ts';
import { type HooksInOkta, hooksInOkta, registerHooks } from './event-hooks.ts';
import { hasCode } from './okta/errors.ts';
import { hookBody } from './okta/event-hooks-api.ts';
import { EVENT_FAMILIES, eventTypes, HOOK_TYPES } from './okta/event-types.ts';
import { HOOK_ELIGIBLE } from './okta/hook-eligible.ts';
import { getSource } from './sources.repository.ts';

const tags = ['Sources'];
const params = z.object({ id: z.string().min(1).max(80) });
const SECRET_PLACE = '<the Event Hook secret>';
const ORIGIN_PLACE = 'https://<the address of Postern>';
const refused = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: problemSchema } },
});

const types = createRoute({
  method: 'get',
  path: '/event-types',
  tags: ['Events'],
  summary: 'List the event types that are kept, and by which channel each can come',
  middleware: requirePermission('read', { sources: 'none' }),
  responses: { 200: jsonContent(eventTypesSchema), ...problems },
});

const read = createRoute({
  method: 'get',
  path: '/sources/{id}/event-hooks',
  tags,
  summary: 'Ready-made Event Hooks for Okta, and which ones the org has',
  middleware: requirePermission('read', { sources: 'id' }),
  request: {
    params,
    query: z.object({
      publicUrl,
      okta: z.enum(['true', 'false']).default('true').openapi({ description: '`false`: do not ask Okta' }),
    }),
  },
  responses: { 200: jsonContent(eventHooksSchema), ...problems },
});

const register = createRoute({
  method: 'post',
  path: '/sources/{id}/event-hooks',
  tags,
  summary: 'Make or change the Event Hooks in Okta, with a new secret, and have them verified',
  middleware: requirePermission('sources:manage'),
  request: {
    params,
    body: { required: false, content: { 'application/json': { schema: z.object({ publicUrl }) } } },
  },
  responses: {
    200: jsonContent(registrationSchema, 'What became of each hook'),
    ...problems,
    409: refused('The source is disabled, or its mode takes no Event Hook'),
    422: refused('Okta refuses: the credential may not manage event hooks, or the org has too many'),
  },
});

/** `/event-types` and the Event Hooks of a source. */
export function eventHookRoutes() {
  return createRouter()
    .openapi(types, (c) =>
      c.json(
        { data: eventTypes(), next: null, hookEligible: HOOK_ELIGIBLE.length, families: [...EVENT_FAMILIES] },
        200,
      ),
    )
    .openapi(read, async (c) => {
      const { deps, tenantId } = c.var;
      const source = await getSource(deps, tenantId, c.req.valid('param').id);
      if (!source) throw notFound();
      const query = c.req.valid('query');
      const origin = knownOrigin(() => publicOrigin(deps, query.publicUrl, c.req.url), query.publicUrl);
      const url = origin === null ? null : `${origin}${hookPath(source.id)}`;
      const uri = url ?? `${ORIGIN_PLACE}${hookPath(source.id)}`;
      const bodies = wantedHooks(source.id).map((hook) => hookBody(hook.name, hook.types, uri, SECRET_PLACE));
      const okta = query.okta === 'true' ? presentOkta(await hooksInOkta(deps, tenantId, source)) : null;
      return c.json({ url, secretPlace: SECRET_PLACE, bodies, okta }, 200);
    })
    .openapi(register, async (c) => {
      const { deps, tenantId, principal } = c.var;
      const { id } = c.req.valid('param');
      if (!(await getSource(deps, tenantId, id))) throw notFound();
      const origin = publicOrigin(deps, c.req.valid('json')?.publicUrl, c.req.url);
      return c.json(await registerHooks(deps, tenantId, id, origin, principal), 200);
    });
}

/** Without an address given, an unknown origin is no error: its place is marked. */
function knownOrigin(find: () => string, given: string | undefined): string | null {
  try {
    return find();
  } catch (error) {
    if (given === undefined && hasCode(error, 'source.bad_public_url')) return null;
    throw error;
  }
}

function presentOkta(found: HooksInOkta) {
  if (!found.ok) return { error: found.error, hooks: [], missing: [] };
  const live = found.hooks.filter((h) => h.ours && h.status === 'ACTIVE' && h.verificationStatus === 'VERIFIED');
  const brought = new Set(live.flatMap((hook) => hook.types));
  return {
    error: null,
    hooks: found.hooks.map((hook) => ({ ...hook, types: hook.types.length })),
    missing: HOOK_TYPES.filter((type) => !brought.has(type)),
  };
}
