import { z } from '@hono/zod-openapi';
import { CRITICALITY_LEVELS, LEVELS_BY_HAND } from './levels.ts';

export const byHandSchema = z.enum(LEVELS_BY_HAND);

const told = {
  level: z.enum(CRITICALITY_LEVELS),
  source: z.enum(['rule', 'person']),
  reason: z.string(),
};

export const markingShape = {
  level: byHandSchema,
  note: z.string().nullable(),
  by: z.string(),
  at: z.string().datetime(),
};

export const criticalitySchema = z
  .object({
    ...told,
    rule: z.object(told).openapi({ description: 'What holds by rule' }),
    marking: z.object(markingShape).nullable().openapi({ description: 'What a person said' }),
    suggestion: z
      .string()
      .nullable()
      .openapi({ description: 'Why it may be a crown jewel, as long as nobody said so' }),
  })
  .openapi('Criticality');
