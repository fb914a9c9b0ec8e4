import { z } from '@hono/zod-openapi';
import { ISSUE_DETECTION_IDS } from '../detections/types.ts';

export const MAX_AUTOMATIONS = 100;

const severity = z.enum(['low', 'medium', 'high', 'critical']);
const change = z.enum(['opened', 'reopened', 'resolved']);

const unique = <T>(values: T[]) => [...new Set(values)];

const fields = {
  name: z.string().trim().min(1).max(120),
  integrationId: z.string().min(1).max(80),
  enabled: z.boolean().openapi({ description: 'Auto-send notifications' }),
  detections: z
    .array(z.enum(ISSUE_DETECTION_IDS))
    .min(1)
    .transform(unique)
    .nullable()
    .openapi({ description: 'Detections whose issues are sent; null for all' }),
  minSeverity: severity.nullable().openapi({ description: 'Least severity that is sent; null for all' }),
  changes: z.array(change).min(1).transform(unique),
};

export const newAutomationSchema = z
  .object({
    ...fields,
    enabled: fields.enabled.default(true),
    detections: fields.detections.default(null),
    minSeverity: fields.minSeverity.default(null),
    changes: fields.changes.default(['opened', 'reopened']),
  })
  .openapi('NewAutomation');
export type NewAutomation = z.infer<typeof newAutomationSchema>;

export const automationPatchSchema = z.object(fields).partial().openapi('AutomationPatch');
export type AutomationPatch = z.infer<typeof automationPatchSchema>;

export const automationSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    integrationId: z.string(),
    enabled: z.boolean(),
    detections: z.array(z.string()).nullable(),
    minSeverity: severity.nullable(),
    changes: z.array(change),
    createdAt: z.string(),
  })
  .openapi('Automation');
