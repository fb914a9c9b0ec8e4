import { createRoute } from '@hono/zod-openapi';
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
    const { verdicts, ...rest } = await graphOf(c.get('deps'), c.get('tenantId')).whatIf(remove);
    const first = verdicts.first.map(({ detection, subject, identityId, before, after, issueId }) => ({
      detection,
      subject: { kind: subject.kind, id: subject.id, name: subject.name },
      identityId,
      before,
      after,
      issueId: before === 'fail' ? issueId : null,
    }));
    return c.json({ ...rest, verdicts: { ...verdicts, first } }, 200);
  });
}
