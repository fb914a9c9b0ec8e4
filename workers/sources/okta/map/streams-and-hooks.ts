import { z } from 'zod';
import { type Mapped, read } from '../read-object.ts';
import { anything, idField, nodeOf, sorted, type Thing, text, textList } from './thing.ts';

const streamSchema = z.object({ id: idField, name: text, type: text, status: text, settings: anything });

/** Settings of a log stream that say where it goes. Tokens are not among them. */
const DESTINATION = ['accountId', 'eventSourceName', 'region', 'host', 'edition'] as const;

export function mapLogStream(sourceId: string, raw: unknown): Mapped<Thing> {
  return read(streamSchema, raw, ({ id, name, type, status, settings }) => {
    const destination = Object.fromEntries(
      DESTINATION.flatMap((key) => (typeof settings?.[key] === 'string' ? [[key, settings[key]]] : [])),
    );
    const host = settings?.host;
    const attributes = { type, status, verification: null, url: typeof host === 'string' ? host : null, destination };
    return { id, nodes: [nodeOf('log_stream', sourceId, id, name, attributes)], edges: [], owns: [] };
  });
}

const hookSchema = z.object({
  id: idField,
  name: text,
  type: text,
  status: text,
  verificationStatus: text,
  events: z.object({ items: textList }).nullish().catch(null),
  channel: z
    .object({ type: text, config: z.object({ uri: text }).nullish().catch(null) })
    .nullish()
    .catch(null),
});

type Hook = z.infer<typeof hookSchema>;

function hook(sourceId: string, type: 'event_hook' | 'inline_hook', read: Hook): Thing {
  const attributes = {
    type,
    status: read.status,
    verification: read.verificationStatus,
    url: read.channel?.config?.uri ?? null,
    channel: read.channel?.type ?? null,
    inlineType: type === 'inline_hook' ? read.type : null,
    events: sorted(read.events?.items ?? []),
  };
  return { id: read.id, nodes: [nodeOf('hook', sourceId, read.id, read.name, attributes)], edges: [], owns: [] };
}

export function mapEventHook(sourceId: string, raw: unknown): Mapped<Thing> {
  return read(hookSchema, raw, (one) => hook(sourceId, 'event_hook', one));
}

export function mapInlineHook(sourceId: string, raw: unknown): Mapped<Thing> {
  return read(hookSchema, raw, (one) => hook(sourceId, 'inline_hook', one));
}
