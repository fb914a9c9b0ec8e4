import { createRoute, z } from '@hono/zod-openapi';
import { openByDetection } from '../issues/summary.repository.ts';
import { notFound } from '../platform/errors.ts';
import { createRouter, idParam, jsonContent, problems, requirePermission } from '../platform/http/router.ts';
import { DETECTIONS, detectionById } from './registry.ts';
import type { Detection } from './types.ts';

const detectionSchema = z
  .object({
    id: z.string(),
    title: z.string(),
    category: z.enum(['MFA', 'Privilege', 'Hygiene', 'Offboarding', 'Credential', 'Threat']),
    severity: z.enum(['low', 'medium', 'high', 'critical']).openapi({ description: 'The highest it gives' }),
    needs: z.array(z.string()).openapi({ description: 'Data without which its verdict is unknown' }),
    description: z.string(),
    riskAndImpact: z.string(),
    remediation: z.string(),
    open: z.number().int().openapi({ description: 'Open issues of it' }),
  })
  .openapi('Detection');

const tags = ['Detections'];
const read = requirePermission('read');

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

function presentDetection(detection: Detection, open: ReadonlyMap<string, number>) {
  const { id, title, category, severity, needs, description, riskAndImpact, remediation } = detection;
  return { id, title, category, severity, needs, description, riskAndImpact, remediation, open: open.get(id) ?? 0 };
}

export function detectionRoutes() {
  return createRouter()
    .openapi(list, async (c) => {
      const open = await openByDetection(c.get('deps'), c.get('tenantId'), c.get('principal').sourceIds);
      return c.json({ data: DETECTIONS.map((detection) => presentDetection(detection, open)), next: null }, 200);
    })
    .openapi(detail, async (c) => {
      const detection = detectionById(c.req.valid('param').id ?? '');
      if (!detection) throw notFound({ detail: 'There is no such detection.' });
      const open = await openByDetection(c.get('deps'), c.get('tenantId'), c.get('principal').sourceIds);
      return c.json(presentDetection(detection, open), 200);
    });
}
