import { createRoute, type z } from '@hono/zod-openapi';
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
import { visibleIssue } from './access.ts';
import { issueDetail, presentIssue } from './issues.present.ts';
import { listIssues } from './issues.repository.ts';
import {
  assignBody,
  bulkSendBody,
  dismissBody,
  issueDetailSchema,
  issueListQuery,
  issueSchema,
  sendBody,
  sentSchema,
  summarySchema,
} from './issues.schemas.ts';
import { assignIssue, dismissIssue, reopenIssue, sendIssues } from './lifecycle.ts';
import { issueSummary } from './summary.ts';

const tags = ['Issues'];
const read = requirePermission('read', { sources: 'own' });
const work = requirePermission('issues:work', { sources: 'own' });
const params = idParam();
const conflicts = {
  409: {
    description: 'The issue is not in a state that allows it',
    content: { 'application/problem+json': { schema: problemSchema } },
  },
};

const list = createRoute({
  method: 'get',
  path: '/issues',
  tags,
  summary: 'List issues, the most urgent first',
  middleware: read,
  request: { query: issueListQuery },
  responses: { 200: jsonContent(pageOf(issueSchema)), ...problems },
});

const summary = createRoute({
  method: 'get',
  path: '/issues/summary',
  tags,
  summary: 'Counts of open issues; `changedAt` tells live pages whether anything changed',
  middleware: read,
  responses: { 200: jsonContent(summarySchema), ...problems },
});

const detail = createRoute({
  method: 'get',
  path: '/issues/{id}',
  tags,
  summary: 'Read an issue with its evidence, history and deliveries',
  middleware: read,
  request: { params },
  responses: { 200: jsonContent(issueDetailSchema), ...problems },
});

/** A POST on one issue that answers with the issue. */
const action = <B extends z.ZodType>(path: string, text: string, body: B) =>
  createRoute({
    method: 'post',
    path,
    tags,
    summary: text,
    middleware: work,
    request: { params, ...jsonBody(body) },
    responses: { 200: jsonContent(issueSchema), ...problems, ...conflicts },
  });

const dismiss = action('/issues/{id}/dismiss', 'Set an open issue aside, with a reason', dismissBody);
const assign = action('/issues/{id}/assign', 'Give an issue to a user, or to nobody', assignBody);

const reopen = createRoute({
  method: 'post',
  path: '/issues/{id}/reopen',
  tags,
  summary: 'Take a dismissed issue up again',
  middleware: work,
  request: { params },
  responses: { 200: jsonContent(issueSchema), ...problems, ...conflicts },
});

const send = createRoute({
  method: 'post',
  path: '/issues/{id}/send',
  tags,
  summary: 'Send an issue to an integration now',
  middleware: work,
  request: { params, ...jsonBody(sendBody) },
  responses: { 202: jsonContent(sentSchema, 'On its way'), ...problems, ...conflicts },
});

const sendMany = createRoute({
  method: 'post',
  path: '/issues/send',
  tags,
  summary: 'Send up to 200 issues to an integration now; none is sent when one is not found',
  middleware: work,
  request: jsonBody(bulkSendBody),
  responses: { 202: jsonContent(sentSchema, 'On their way'), ...problems, ...conflicts },
});

export function issueRoutes() {
  return createRouter()
    .openapi(list, async (c) => {
      const visible = c.get('principal').sourceIds;
      const page = await listIssues(c.get('deps'), c.get('tenantId'), visible, c.req.valid('query'));
      return c.json({ data: page.data.map(presentIssue), next: page.next }, 200);
    })
    .openapi(summary, async (c) =>
      c.json(await issueSummary(c.get('deps'), c.get('tenantId'), c.get('principal').sourceIds), 200),
    )
    .openapi(sendMany, async (c) => {
      const { integrationId, issueIds } = c.req.valid('json');
      const sent = await sendIssues(c.get('deps'), c.get('tenantId'), c.get('principal'), integrationId, issueIds);
      return c.json({ sent }, 202);
    })
    .openapi(detail, async (c) => {
      const { id = '' } = c.req.valid('param');
      const issue = await visibleIssue(c.get('deps'), c.get('tenantId'), c.get('principal'), id);
      return c.json(await issueDetail(c.get('deps'), c.get('tenantId'), issue, c.get('principal')), 200);
    })
    .openapi(dismiss, async (c) => {
      const { id = '' } = c.req.valid('param');
      const { reason, note } = c.req.valid('json');
      const why = { reason, note: note || null };
      return c.json(
        presentIssue(await dismissIssue(c.get('deps'), c.get('tenantId'), c.get('principal'), id, why)),
        200,
      );
    })
    .openapi(reopen, async (c) => {
      const { id = '' } = c.req.valid('param');
      return c.json(presentIssue(await reopenIssue(c.get('deps'), c.get('tenantId'), c.get('principal'), id)), 200);
    })
    .openapi(assign, async (c) => {
      const { id = '' } = c.req.valid('param');
      const { assignee } = c.req.valid('json');
      return c.json(
        presentIssue(await assignIssue(c.get('deps'), c.get('tenantId'), c.get('principal'), id, assignee)),
        200,
      );
    })
    .openapi(send, async (c) => {
      const { id = '' } = c.req.valid('param');
      const { integrationId } = c.req.valid('json');
      const sent = await sendIssues(c.get('deps'), c.get('tenantId'), c.get('principal'), integrationId, [id]);
      return c.json({ sent }, 202);
    });
}
