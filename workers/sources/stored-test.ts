import { z } from 'zod';

/** One thing that "Test connection" tried. `needs`: the OAuth scope; with an API token, the right of its owner. */
export const testCheckSchema = z.object({
  name: z.string(),
  ok: z.boolean(),
  needs: z.string(),
  detail: z.string().nullable(),
});

/** The last result of "Test connection" as stored; its time has a column of its own. */
export const storedTestSchema = z.object({ ok: z.boolean(), checks: z.array(testCheckSchema) });
export type StoredTest = z.infer<typeof storedTestSchema>;
