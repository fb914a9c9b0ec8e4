import { z } from 'zod';
import type { Api, Query } from './client.server';
import { count, maybe, pageOf } from './shapes.server';

export const nodeRef = z.object({ id: z.string(), kind: z.string(), name: z.string() });
export type NodeRef = z.output<typeof nodeRef>;

/** The sync run or the event that made something. */
export const provenance = z.object({ kind: z.string(), id: z.string() });
export type Provenance = z.output<typeof provenance>;

const attributes = z.record(z.string(), z.unknown()).default({});

export const criticality = maybe(
  z.object({
    level: z.string(),
    source: maybe(z.string()),
    reason: maybe(z.string()),
    /** What would hold by rule alone. */
    rule: maybe(z.object({ level: z.string(), reason: z.string() })),
    /** What a person said. */
    marking: maybe(z.object({ level: z.string(), note: maybe(z.string()), by: z.string(), at: z.string() })),
    suggestion: maybe(z.string()),
  }),
);

const node = nodeRef.extend({
  source: z.string(),
  nativeId: z.string(),
  since: maybe(z.string()),
  attributes,
  criticality,
});
export type GraphNode = z.output<typeof node>;

const neighbour = z.object({
  kind: z.string(),
  node: nodeRef,
  since: maybe(z.string()),
  by: maybe(provenance),
  attributes,
});
export type Neighbour = z.output<typeof neighbour>;

const namedOrn = z.object({ orn: z.string(), text: z.string(), node: maybe(nodeRef) });
const exclusion = z.object({ row: namedOrn, excluded: z.array(namedOrn) });
export type Exclusion = z.output<typeof exclusion>;

const detail = z.object({
  node,
  out: z.array(neighbour).default([]),
  in: z.array(neighbour).default([]),
  usage: maybe(z.object({ lastUsedAt: maybe(z.string()), users30d: count, signOns30d: count })),
  /** Of resource sets. */
  exclusions: z.array(exclusion).default([]),
});
export type NodeDetail = z.output<typeof detail>;

const coverage = z.object({
  source: z.string(),
  need: z.string(),
  name: z.string(),
  grants: z.array(z.object({ scope: z.string(), role: z.string() })),
  reason: maybe(z.string()),
  note: maybe(z.string()),
  progress: maybe(z.object({ known: z.number(), total: z.number(), readyAt: z.string() })),
  at: maybe(z.string()),
});
export type Coverage = z.output<typeof coverage>;

/** `path`: the list's place in the API, such as `/groups`. */
export const askNodes = (api: Api, path: string, query: Query) => api.ask('GET', path, pageOf(node), { query });
const named = z.object({ id: z.string(), name: z.string() });
/** Of any list, identities too, only what its rows are called. */
export const askNames = (api: Api, path: string, query: Query) => api.ask('GET', path, pageOf(named), { query });
export const getNode = (api: Api, path: string, id: string, asOf: string | undefined) =>
  api.get(`${path}/${encodeURIComponent(id)}`, detail, { asOf });
export const listCoverage = async (api: Api) => (await api.get('/coverage', pageOf(coverage))).data;
