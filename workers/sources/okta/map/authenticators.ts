import { z } from 'zod';
import { type Mapped, read } from '../read-object.ts';
import { idField, nodeOf, partly, type Thing, text } from './thing.ts';

const authenticatorSchema = z.object({ id: idField, name: text, key: text, type: text, status: text });

/** An authenticator. Its methods are read apart. */
export function mapAuthenticator(sourceId: string, raw: unknown): Mapped<Thing> {
  return read(authenticatorSchema, raw, ({ id, name, key, type, status }) => {
    const node = partly(nodeOf('authenticator', sourceId, id, name ?? key, { key, type, status }));
    return { id, nodes: [node], edges: [], owns: [] };
  });
}

const methodSchema = z.object({ type: idField, status: text });

/** A way to use an authenticator (`push`, `totp`, …); null when it cannot be read. */
export function methodOf(raw: unknown): { type: string; status: string | null } | null {
  const parsed = methodSchema.safeParse(raw);
  return parsed.success ? { type: parsed.data.type, status: parsed.data.status } : null;
}
