import type { z } from 'zod';
import { referenceSchema } from './schemas.ts';

/** An object that cannot be used: reported, and never a reason to stop. `id` is there when it could be read. */
export interface BadObject {
  id: string | null;
  reason: string;
}

export type Mapped<T> = { ok: T } | { bad: BadObject };

/** Reads an object of the source by its schema, and maps it; one that does not fit is told, not thrown. */
export function read<S extends z.ZodType, T>(schema: S, raw: unknown, map: (value: z.infer<S>) => T): Mapped<T> {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return { ok: map(parsed.data) };
  const reference = referenceSchema.safeParse(raw);
  const where = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'object'}: ${issue.message}`);
  return { bad: { id: reference.success ? reference.data.id : null, reason: where.slice(0, 3).join('; ') } };
}
