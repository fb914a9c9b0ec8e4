import { z } from 'zod';

/**
 * One thing that "Test connection" tried. `needs`: the OAuth scope; with an API token, the right of its owner. `role`:
 * the administrator role it takes besides. `detail` says what is missing and what to do; null when all is well.
 */
export const testCheckSchema = z.object({
  name: z.string(),
  ok: z.boolean(),
  needs: z.string(),
  /** Absent in results stored before it was asked. */
  role: z.string().nullable().default(null),
  required: z.boolean().default(true),
  detail: z.string().nullable(),
});

/** The last result of "Test connection" as stored; its time has a column of its own. */
export const storedTestSchema = z.object({ ok: z.boolean(), checks: z.array(testCheckSchema) });
export type StoredTest = z.infer<typeof storedTestSchema>;
