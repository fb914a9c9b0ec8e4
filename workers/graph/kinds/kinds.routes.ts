import { createRoute, z } from '@hono/zod-openapi';
import { audit } from '../../auth/audit.ts';
import { notFound } from '../../platform/errors.ts';
import {
  createRouter,
  idParam,
  jsonBody,
  jsonContent,
  problems,
  requirePermission,
} from '../../platform/http/router.ts';
import { graphOf } from '../directory.ts';
import { identityKindSchema } from '../graph.schemas.ts';
import { HUMAN } from './kinds.store.ts';

const change = createRoute({
  method: 'put',
  path: '/identities/{id}/kind',
  tags: ['Identities'],
  summary: 'Say what an identity is',
  description: 'What is said by hand stays, whatever later syncs bring. `null` leaves it to the rules again.',
  middleware: requirePermission('sources:manage'),
  request: { params: idParam(), ...jsonBody(z.object({ kind: identityKindSchema.nullable() })) },
  responses: {
    200: jsonContent(
      z.object({ kind: identityKindSchema, kindReasons: z.array(z.string()), kindSetBy: z.string().nullable() }),
    ),
    ...problems,
  },
});

export function identityKindRoutes() {
  return createRouter().openapi(change, async (c) => {
    const id = c.req.valid('param').id ?? '';
    const { kind } = c.req.valid('json');
    const [deps, tenantId, principal] = [c.get('deps'), c.get('tenantId'), c.get('principal')];
    const graph = graphOf(deps, tenantId);
    if (!(await graph.setIdentityKind(id, kind, principal.name))) {
      throw notFound({ detail: 'There is no such identity.' });
    }
    await audit(deps, tenantId, principal, {
      action: 'identity.kind',
      targetKind: 'identity',
      targetId: id,
      detail: { kind },
    });
    const is = (await graph.identity(id))?.identity.is ?? HUMAN;
    return c.json({ kind: is.kind, kindReasons: is.reasons, kindSetBy: is.setBy }, 200);
  });
}
