import { z } from 'zod';
import {
  type Attributes,
  type EdgeKind,
  type GraphEdge,
  type GraphNode,
  type NodeKind,
  nodeId,
} from '../../../graph/model.ts';
import { DAY, HOUR, type Millis, parseTime } from '../../../platform/clock.ts';

/*
 * What the mappers of the org's inventory share. Objects are read leniently: a field that is missing or of another type
 * reads as null, a kind or status never seen before passes through.
 */

/** All edges of a kind at one object are those that its listing told: others have ended. */
export interface Owned {
  kind: EdgeKind;
  end: 'from' | 'to';
  /** Node id. */
  at: string;
  /** Only those with this attribute, or, where its value is null, without it: another listing tells the others. */
  having?: { name: string; value: string | null };
}

/** What one object of a listing brings. */
export interface Thing {
  /** Native id of the node that the listing is about. */
  id: string;
  nodes: GraphNode[];
  edges: GraphEdge[];
  owns: Owned[];
}

export const idField = z.string().min(1).max(200);

export const text = z
  .string()
  .nullish()
  .catch(null)
  .default(null)
  .transform((value) => value || null);

export const flag = z.boolean().nullish().catch(null).default(null);
export const time = text.transform(parseTime);
export const textList = z
  .array(z.string())
  .nullish()
  .catch(null)
  .transform((list) => list ?? []);
/** What moves with every use is kept to the day, or to the hour: so that most syncs find it as it was. */
export const toDay = (at: Millis | null): Millis | null => (at === null ? null : Math.floor(at / DAY) * DAY);
export const toHour = (at: Millis | null): Millis | null => (at === null ? null : Math.floor(at / HOUR) * HOUR);
/** Any object, as received; null when it is something else. */
export const anything = z.record(z.string(), z.unknown()).nullish().catch(null).default(null);
export const href = z.object({ href: z.string() }).nullish().catch(null).default(null);

/** The native id at the end of a link to one object. */
export function idOfHref(link: { href: string } | null | undefined): string | null {
  if (!link) return null;
  const path = link.href.split(/[?#]/)[0] ?? '';
  return path.split('/').filter(Boolean).pop() ?? null;
}

/** Sorted and each once: Okta gives sets in any order, and the same set must read the same. */
export function sorted(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}

export function nodeOf(
  kind: NodeKind,
  sourceId: string,
  nativeId: string,
  name: string | null,
  attributes: Attributes,
): GraphNode {
  return { id: nodeId(kind, sourceId, nativeId), kind, sourceId, nativeId, name: name ?? nativeId, attributes };
}

/** An object of which only some attributes are told here: the others stay as they are. */
export function partly(node: GraphNode): GraphNode {
  return { ...node, partial: 'make' };
}

/** Attributes for an object that another listing makes: it is not made by them. */
export function addendum(kind: NodeKind, sourceId: string, nativeId: string, attributes: Attributes): GraphNode {
  return { ...nodeOf(kind, sourceId, nativeId, nativeId, attributes), partial: 'patch' };
}

export function edgeOf(from: string, kind: EdgeKind, to: string, attributes: Attributes = {}): GraphEdge {
  return { from, to, kind, attributes };
}

/** Last use of what Okta ends when it is idle: the time of its end, less how long it may be idle (`P30D`, `PT2H`). */
export function beforeEnd(expiresAt: Millis | null, window: string | null): Millis | null {
  const parts = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(window ?? '');
  if (expiresAt === null || !parts || window === 'P') return null;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = parts.slice(1).map((part) => Number(part ?? 0));
  const span = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1_000;
  return span > 0 && span <= expiresAt ? expiresAt - span : null;
}
