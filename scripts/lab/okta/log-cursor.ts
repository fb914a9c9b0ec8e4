import { z } from 'zod';
import { badParameter } from './errors.ts';

const cursorSchema = z.union([
  z.object({ kind: z.literal('polling'), seq: z.number() }),
  z.object({
    kind: z.literal('bounded'),
    published: z.number(),
    seq: z.number(),
    since: z.number(),
    until: z.number(),
  }),
]);

/** Where a walk through the log stands. Clients must not look inside. */
export type LogCursor = z.infer<typeof cursorSchema>;

export function encodeLogCursor(cursor: LogCursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

export function decodeLogCursor(text: string): LogCursor {
  try {
    return cursorSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
  } catch {
    throw badParameter('after is not a valid cursor');
  }
}
