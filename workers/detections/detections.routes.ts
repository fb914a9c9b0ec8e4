import { createRoute, z } from '@hono/zod-openapi';
import { graphOf } from '../graph/directory.ts';
import { openByDetection } from '../issues/summary.repository.ts';
import type { Deps } from '../platform/deps.ts';
import { describeError, notFound } from '../platform/errors.ts';
import { createRouter, idParam, jsonContent, problems, requirePermission } from '../platform/http/router.ts';
import { CATALOGUE, detectionInfo } from './registry.ts';
import { DETECTION_CATEGORIES, type DetectionInfo } from './types.ts';

const detectionSchema = z
  .object({
    id: z.string(),
    title: z.string(),
    category: z.enum(DETECTION_CATEGORIES),
    subjectKind: z.enum(['account', 'identity', 'source']).openapi({ description: 'What its issues are about' }),
    severity: z.enum(['low', 'medium', 'high', 'critical']).openapi({ description: 'The highest it gives' }),
    needs: z.array(z.string()).openapi({ description: 'Data without which its verdict is unknown' }),
    description: z.string(),
    riskAndImpact: z.string(),
    remediation: z.string(),
    open: z.number().int().openapi({ description: 'Open issues of it' }),
    unknown: z
      .number()
      .int()
      .optional()
      .openapi({ description: 'Accounts of which it cannot tell; absent for who sees some sources only' }),
  })
  .openapi('Detection');

const tags = ['Detections'];
const read = requirePermission('read', { sources: 'own' });

const list = createRoute({
  method: 'get',
  path: '/detections',
  tags,
  summary: 'List every detection with its open issues',
  middleware: read,
  responses: { 200: jsonContent(z.object({ data: z.array(detectionSchema), next: z.null() })), ...problems },
});

const detail = createRoute({
  method: 'get',
  path: '/detections/{id}',
  tags,
  summary: 'Read a detection',
  middleware: read,
  request: { params: idParam() },
  responses: { 200: jsonContent(detectionSchema), ...problems },
});

interface Counts {
  open: ReadonlyMap<string, number>;
  /** Null when it may not or cannot be told. */
  unknown: ReadonlyMap<string, number> | null;
}

function presentDetection(info: DetectionInfo, counts: Counts) {
  const { id, title, category, subjectKind, severity, needs, description, riskAndImpact, remediation } = info;
  const texts = { id, title, category, subjectKind, severity, needs, description, riskAndImpact, remediation };
  const open = counts.open.get(id) ?? 0;
  return counts.unknown ? { ...texts, open, unknown: counts.unknown.get(id) ?? 0 } : { ...texts, open };
}

type CountUnknown = (deps: Deps, tenantId: string) => Promise<ReadonlyMap<string, number>>;

async function countsFor(deps: Deps, tenantId: string, sourceIds: string[] | null, countUnknown: CountUnknown) {
  const unknown =
    sourceIds === null
      ? countUnknown(deps, tenantId).catch((error: unknown) => {
          // The texts and the issues are worth showing without the graph.
          deps.log.warn('detections: the graph did not answer', { tenantId, error: describeError(error).name });
          return null;
        })
      : null;
  return { open: await openByDetection(deps, tenantId, sourceIds), unknown: await unknown };
}

/** `/detections`. `countUnknown` is replaced by tests. */
export function detectionRoutes(
  countUnknown: CountUnknown = (deps, tenantId) => graphOf(deps, tenantId).unknownCounts(),
) {
  return createRouter()
    .openapi(list, async (c) => {
      const counts = await countsFor(c.get('deps'), c.get('tenantId'), c.get('principal').sourceIds, countUnknown);
      return c.json({ data: CATALOGUE.map((info) => presentDetection(info, counts)), next: null }, 200);
    })
    .openapi(detail, async (c) => {
      const detection = detectionInfo(c.req.valid('param').id ?? '');
      if (!detection) throw notFound({ detail: 'There is no such detection.' });
      const counts = await countsFor(c.get('deps'), c.get('tenantId'), c.get('principal').sourceIds, countUnknown);
      return c.json(presentDetection(detection, counts), 200);
    });
}
