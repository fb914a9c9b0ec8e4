import { createRoute } from '@hono/zod-openapi';
import { issuesByIds } from '../issues/verdict-writes.repository.ts';
import { createRouter, jsonBody, jsonContent, problems, requirePermission } from '../platform/http/router.ts';
import { graphOf } from './directory.ts';
import { whatIfBody, whatIfSchema } from './questions.schemas.ts';

const whatIf = createRoute({
  method: 'post',
  path: '/graph/what-if',
  tags: ['Graph'],
  summary: 'What would follow if edges and nodes were not there',
  description: 'Changes nothing: the question is answered on a picture of the graph.',
  middleware: requirePermission('read'),
  request: jsonBody(whatIfBody),
  responses: { 200: jsonContent(whatIfSchema), ...problems },
});

export function whatIfRoutes() {
  return createRouter().openapi(whatIf, async (c) => {
    const { remove } = c.req.valid('json');
    const [deps, tenantId] = [c.get('deps'), c.get('tenantId')];
    const { verdicts, scores, ...rest } = await graphOf(deps, tenantId).whatIf(remove);
    const failing = verdicts.first.filter(({ before }) => before === 'fail');
    const standing = await issuesByIds(
      deps,
      tenantId,
      [...failing, ...scores.first].map(({ issueId }) => issueId),
    );
    const first = verdicts.first.map(({ detection, subject, identityId, before, after, issueId }) => {
      const issue = standing.get(issueId);
      return {
        detection,
        subject: { kind: subject.kind, id: subject.id, name: subject.name },
        identityId,
        before,
        after,
        issueId: before === 'fail' ? issueId : null,
        issue: issue ? { title: issue.title, status: issue.status, priority: issue.priority } : null,
      };
    });
    const moved = scores.first.map(({ detection, subject, identityId, before, after, issueId }) => ({
      detection,
      subject: { kind: subject.kind, id: subject.id, name: subject.name },
      identityId,
      before,
      after,
      issueId,
      title: standing.get(issueId)?.title ?? null,
    }));
    return c.json(
      { ...rest, verdicts: { ...verdicts, first }, scores: { changed: scores.changed, first: moved } },
      200,
    );
  });
}
