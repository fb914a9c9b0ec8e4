import { z } from 'zod';
import { type GraphEdge, type NodeKind, nodeId } from '../../../graph/model.ts';
import { type Mapped, read } from '../read-object.ts';
import { edgeOf, href, idField, nodeOf, partly, type Thing, text } from './thing.ts';

const resourceSetSchema = z.object({ id: idField, label: text, description: text });

/** A resource set as it is listed. What it contains is read apart. */
export function mapResourceSet(sourceId: string, raw: unknown): Mapped<Thing> {
  return read(resourceSetSchema, raw, (set) => {
    const attributes = { label: set.label, description: set.description };
    const node = partly(nodeOf('resource_set', sourceId, set.id, set.label, attributes));
    return { id: set.id, nodes: [node], edges: [], owns: [] };
  });
}

const resourceSchema = z.object({ orn: text, id: text, _links: z.object({ self: href }).nullish().catch(null) });

/** What a row of a resource set names: its ORN, or the link of what has none. */
export function resourceOf(raw: unknown): string | null {
  const parsed = resourceSchema.safeParse(raw);
  if (!parsed.success) return null;
  return parsed.data.orn ?? parsed.data._links?.self?.href ?? parsed.data.id;
}

/** Collections of an ORN, and the kind of their objects. */
const KIND_OF: Record<string, NodeKind> = {
  groups: 'group',
  users: 'account',
  devices: 'device',
  authorization_servers: 'authorization_server',
  policies: 'policy',
  idps: 'identity_provider',
};

/**
 * The edge to what an ORN names when that is one object: `orn:okta:directory:00o…:groups:00g…`,
 * `orn:okta:idp:00o…:apps:{name}:0oa…`. An ORN of a whole collection (`…:users`), or of the members of a group, has
 * no single object to lead to: it is among the attributes only.
 */
export function containsEdge(sourceId: string, setId: string, orn: string): GraphEdge | null {
  const from = nodeId('resource_set', sourceId, setId);
  const to = objectOfOrn(orn);
  return to === null ? null : edgeOf(from, 'RESOURCE_SET_CONTAINS', nodeId(to.kind, sourceId, to.id));
}

/** The one object that an ORN names; null for collections and for what the graph does not hold. */
export function objectOfOrn(orn: string): { kind: NodeKind; id: string } | null {
  const parts = orn.split(':');
  if (parts[0] !== 'orn') return null;
  const [collection = '', ...rest] = parts.slice(4);
  return collection === 'apps' ? appOf(rest) : objectOf(collection, rest);
}

function appOf(rest: string[]): { kind: NodeKind; id: string } | null {
  const id = rest[1];
  return rest.length === 2 && id ? { kind: 'app', id } : null;
}

function objectOf(collection: string, rest: string[]): { kind: NodeKind; id: string } | null {
  const kind = KIND_OF[collection];
  const id = rest[0];
  return kind && rest.length === 1 && id ? { kind, id } : null;
}
