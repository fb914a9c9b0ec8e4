import { z } from '@hono/zod-openapi';
import { nodeKindSchema } from '../graph.schemas.ts';
import { CORE_NEEDS, INVENTORY_NEEDS } from '../port.ts';
import { COLUMN_TYPES, QUERY_THEMES } from './query.ts';

const need = z.enum([...CORE_NEEDS, ...INVENTORY_NEEDS]);

const aboutQuery = {
  id: z.string(),
  theme: z.enum(QUERY_THEMES),
  title: z.string(),
  description: z.string(),
  columns: z.array(z.object({ id: z.string(), title: z.string(), type: z.enum(COLUMN_TYPES) })),
  needs: z.array(need),
  unknown: z
    .array(z.object({ source: z.string(), need, reason: z.string() }))
    .openapi({ description: 'What of these needs is not known whole: rows may be missing' }),
};

export const queryListSchema = z.object({
  data: z.array(
    z
      .object({
        ...aboutQuery,
        rows: z
          .object({
            count: z.number().int(),
            more: z.boolean().openapi({ description: 'There are more than counted' }),
          })
          .nullable(),
      })
      .openapi('SavedQuery'),
  ),
  next: z.null(),
});

const cellSchema = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.null(),
  z.object({ id: z.string(), kind: nodeKindSchema.nullable(), name: z.string().nullable() }),
]);

export const queryResultSchema = z
  .object({
    ...aboutQuery,
    undetermined: z.number().int().openapi({
      description: 'Subjects that the question cannot be answered for: what it needs is not known of them',
    }),
    truncated: z.boolean().openapi({ description: 'There are more rows than one question looks at' }),
    data: z.array(z.record(z.string(), cellSchema)).openapi({ description: 'By the ids of the columns' }),
    next: z.string().nullable(),
  })
  .openapi('SavedQueryResult');
