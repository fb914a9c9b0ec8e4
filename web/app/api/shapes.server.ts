import { z } from 'zod';

/** A list page: rows and the cursor of the next. */
export function pageOf<T extends z.ZodType>(row: T) {
  return z.object({ data: z.array(row), next: z.string().nullish().transform(orNull) });
}

const orNull = <T>(value: T | null | undefined): T | null => value ?? null;

/** A field that may be null or absent: null to the pages. */
export function maybe<T extends z.ZodType>(schema: T) {
  return schema.nullish().transform((value): z.output<T> | null => value ?? null);
}

/** A count that an answer may leave out. */
export const count = z
  .number()
  .nullish()
  .transform((value) => value ?? 0);

/** For answers whose body does not matter. */
export const anything = z.unknown();

export const severity = z.enum(['critical', 'high', 'medium', 'low']);

/** What people may read: facts of evidence, details of the audit log. */
export const plain = z.record(z.string(), z.unknown());

export const pathSteps = z.array(
  z.object({
    node: z.object({ id: z.string(), kind: z.string(), name: z.string() }),
    edge: maybe(z.string()),
  }),
);

export const reach = z.object({
  apps: count,
  groups: count,
  roles: count,
  pathToTierZero: maybe(pathSteps),
  crownJewels: maybe(z.object({ count, first: z.array(z.object({ id: z.string(), name: z.string() })) })),
});
