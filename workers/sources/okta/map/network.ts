import { z } from 'zod';
import { type Mapped, read } from '../read-object.ts';
import { flag, idField, nodeOf, type Thing, text } from './thing.ts';

/** Addresses, places, networks: a list of text or objects in static zones, include and exclude in dynamic ones. */
const listing = z.unknown().optional();

const zoneSchema = z.object({
  id: idField,
  name: text,
  type: text,
  status: text,
  usage: text,
  system: flag,
  gateways: listing,
  proxies: listing,
  locations: listing,
  asns: listing,
  ipServiceCategories: listing,
  proxyType: text,
});

/** A network zone. Its addresses are kept up to this many characters; a block list can have thousands. */
const MAX_CHARS = 10_000;

export function mapZone(sourceId: string, raw: unknown): Mapped<Thing> {
  return read(zoneSchema, raw, (zone) => {
    const { id, name, type, status, usage, system, proxyType, ...lists } = zone;
    const bounded = Object.fromEntries(Object.entries(lists).map(([key, list]) => [key, atMost(list)]));
    const attributes = { type, status, usage, system: system ?? false, proxyType, ...bounded };
    return { id, nodes: [nodeOf('zone', sourceId, id, name, attributes)], edges: [], owns: [] };
  });
}

function atMost(list: unknown): unknown {
  if (!Array.isArray(list))
    return JSON.stringify(list ?? null).length > MAX_CHARS ? { truncated: true } : (list ?? null);
  const texts = [...new Set(list.map((item) => JSON.stringify(item)))].sort();
  const kept: unknown[] = [];
  let left = MAX_CHARS;
  for (const item of texts) {
    left -= item.length;
    if (left < 0) return [...kept, { truncated: texts.length - kept.length }];
    kept.push(JSON.parse(item));
  }
  return kept;
}

const originSchema = z.object({
  id: idField,
  name: text,
  origin: text,
  status: text,
  scopes: z
    .array(z.object({ type: text }))
    .nullish()
    .catch(null),
});

export function mapTrustedOrigin(sourceId: string, raw: unknown): Mapped<Thing> {
  return read(originSchema, raw, ({ id, name, origin, status, scopes }) => {
    const kinds = [...new Set((scopes ?? []).flatMap((scope) => scope.type ?? []))].sort();
    const attributes = { origin, scopes: kinds, status };
    return { id, nodes: [nodeOf('trusted_origin', sourceId, id, name ?? origin, attributes)], edges: [], owns: [] };
  });
}
