import { z } from '@hono/zod-openapi';
import { CRITICALITY_LEVELS, CRITICALITY_SOURCES, LEVELS_BY_HAND } from './levels.ts';

export const byHandSchema = z.enum(LEVELS_BY_HAND);

const told = {
  level: z.enum(CRITICALITY_LEVELS),
  source: z
    .enum(CRITICALITY_SOURCES)
    .openapi({ description: 'A person goes before a label, a label before the rule; tier zero by rule before all' }),
  reason: z.string(),
};

export const markingShape = {
  level: byHandSchema,
  note: z.string().nullable(),
  by: z.string(),
  at: z.string().datetime(),
};

export const levelSchema = z.enum(CRITICALITY_LEVELS);

const detail = z.object({
  ...told,
  rule: z.object(told).openapi({ description: 'What holds by rule' }),
  marking: z.object(markingShape).nullable().openapi({ description: 'What a person said' }),
  suggestion: z.string().nullable().openapi({ description: 'Why it may be a crown jewel, as long as nobody said so' }),
});

export const criticalitySchema = detail.openapi('Criticality');

/** In lists only the level and why. */
export const nodeCriticalitySchema = detail
  .partial({ rule: true, marking: true, suggestion: true })
  .openapi('NodeCriticality');
