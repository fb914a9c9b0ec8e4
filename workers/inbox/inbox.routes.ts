import { createRoute } from '@hono/zod-openapi';
import { seesSource } from '../auth/principal.ts';
import { notFound } from '../platform/errors.ts';
import {
  createRouter,
  idParam,
  jsonBody,
  jsonContent,
  pageOf,
  problemSchema,
  problems,
  requirePermission,
} from '../platform/http/router.ts';
import { deadLetterJobRoutes } from './dead-letter-jobs.routes.ts';
import { listDeadLetters } from './dead-letters.repository.ts';
import { listInboxDeliveries } from './deliveries.repository.ts';
import { getEvent, listEvents } from './events.repository.ts';
import { presentDeadLetter, presentEvent, presentEventDetail, presentInboxDelivery } from './inbox.present.ts';
import {
  deadLetterListQuery,
  deadLetterSchema,
  discardBody,
  eventDetailSchema,
  eventListQuery,
  eventSchema,
  inboxDeliverySchema,
  inboxListQuery,
} from './inbox.schemas.ts';
import { discardDeadLetter, replayDeadLetter } from './resolve-dead-letter.ts';

const read = requirePermission('read');
const manage = requirePermission('sources:manage');
const conflicts = {
  409: {
    description: 'The dead letter is not open, or cannot be replayed',
    content: { 'application/problem+json': { schema: problemSchema } },
  },
};

const events = createRoute({
  method: 'get',
  path: '/events',
  tags: ['Events'],
  summary: 'List events, newest first',
  middleware: requirePermission('read', { sources: 'own' }),
  request: { query: eventListQuery },
  responses: { 200: jsonContent(pageOf(eventSchema)), ...problems },
});

const event = createRoute({
  method: 'get',
  path: '/events/{id}',
  tags: ['Events'],
  summary: 'One event with everything that is kept of it',
  middleware: requirePermission('read', { sources: 'own' }),
  request: { params: idParam() },
  responses: { 200: jsonContent(eventDetailSchema), ...problems },
});

const inbox = createRoute({
  method: 'get',
  path: '/inbox',
  tags: ['Events'],
  summary: 'List deliveries of events, newest first',
  middleware: read,
  request: { query: inboxListQuery },
  responses: { 200: jsonContent(pageOf(inboxDeliverySchema)), ...problems },
});

const deadLetters = createRoute({
  method: 'get',
  path: '/dead-letters',
  tags: ['Dead letters'],
  summary: 'List what could not be processed, newest first',
  middleware: read,
  request: { query: deadLetterListQuery },
  responses: { 200: jsonContent(pageOf(deadLetterSchema)), ...problems },
});

const replay = createRoute({
  method: 'post',
  path: '/dead-letters/{id}/replay',
  tags: ['Dead letters'],
  summary: 'Send it through once more',
  middleware: manage,
  request: { params: idParam() },
  responses: { 200: jsonContent(deadLetterSchema), ...problems, ...conflicts },
});

const discard = createRoute({
  method: 'post',
  path: '/dead-letters/{id}/discard',
  tags: ['Dead letters'],
  summary: 'Give it up, with a reason',
  middleware: manage,
  request: { params: idParam(), ...jsonBody(discardBody) },
  responses: { 200: jsonContent(deadLetterSchema), ...problems, ...conflicts },
});

/** `/events`, `/inbox` and `/dead-letters` of the REST API. */
export function inboxRoutes() {
  const router = createRouter();

  router.openapi(events, async (c) => {
    const page = await listEvents(c.get('deps'), c.get('tenantId'), {
      ...c.req.valid('query'),
      within: c.get('principal').sourceIds,
    });
    return c.json({ data: page.data.map(presentEvent), next: page.next }, 200);
  });

  router.openapi(event, async (c) => {
    const row = await getEvent(c.get('deps'), c.get('tenantId'), c.req.valid('param').id ?? '');
    if (!row || !seesSource(c.get('principal'), row.sourceId)) throw notFound();
    return c.json(presentEventDetail(row, c.get('principal')), 200);
  });

  router.openapi(inbox, async (c) => {
    const page = await listInboxDeliveries(c.get('deps'), c.get('tenantId'), c.req.valid('query'));
    return c.json({ data: page.data.map(presentInboxDelivery), next: page.next }, 200);
  });

  router.openapi(deadLetters, async (c) => {
    const page = await listDeadLetters(c.get('deps'), c.get('tenantId'), c.req.valid('query'));
    const principal = c.get('principal');
    return c.json({ data: page.data.map((row) => presentDeadLetter(row, principal)), next: page.next }, 200);
  });

  router.openapi(replay, async (c) => {
    const principal = c.get('principal');
    const { id } = c.req.valid('param');
    const row = await replayDeadLetter(c.get('deps'), c.get('tenantId'), principal, id ?? '');
    return c.json(presentDeadLetter(row, principal), 200);
  });

  router.openapi(discard, async (c) => {
    const principal = c.get('principal');
    const { id } = c.req.valid('param');
    const { reason } = c.req.valid('json');
    const row = await discardDeadLetter(c.get('deps'), c.get('tenantId'), principal, id ?? '', reason);
    return c.json(presentDeadLetter(row, principal), 200);
  });

  router.route('/', deadLetterJobRoutes());
  return router;
}
