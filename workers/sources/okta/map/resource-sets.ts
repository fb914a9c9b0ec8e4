import { z } from 'zod';
import { type GraphEdge, type NodeKind, nodeId } from '../../../graph/model.ts';
import { type Mapped, read } from '../read-object.ts';
import {
  addendum,
  edgeOf,
  href,
  idField,
  nodeOf,
  type Owned,
  partly,
  sorted,
  type Thing,
  text,
  textList,
} from './thing.ts';

const resourceSetSchema = z.object({ id: idField, label: text, description: text });

/** A resource set as it is listed. What it contains is read apart. */
export function mapResourceSet(sourceId: string, raw: unknown): Mapped<Thing> {
  return read(resourceSetSchema, raw, (set) => {
    const attributes = { label: set.label, description: set.description };
    const node = partly(nodeOf('resource_set', sourceId, set.id, set.label, attributes));
    return { id: set.id, nodes: [node], edges: [], owns: [] };
  });
}

const resourceSchema = z.object({
  orn: text,
  id: text,
  _links: z.object({ self: href }).nullish().catch(null),
  conditions: z
    .object({ Exclude: z.object({ 'okta:ORN': textList }).nullish().catch(null) })
    .nullish()
    .catch(null),
});

/** A row of a resource set. */
interface ResourceRow {
  /** What it names, as an ORN where that can be told. */
  orn: string;
  /** ORNs of what it leaves out. */
  excluded: string[];
}

/** What a row of a resource set names: its ORN, or that of the address of what has none. Null for what is no row. */
export function resourceOf(raw: unknown): ResourceRow | null {
  const parsed = resourceSchema.safeParse(raw);
  if (!parsed.success) return null;
  const { orn, id, _links, conditions } = parsed.data;
  const address = _links?.self?.href ?? null;
  const named = orn ?? (address === null ? id : ornOfAddress(address));
  if (named === null) return null;
  return { orn: named, excluded: sorted((conditions?.Exclude?.['okta:ORN'] ?? []).map(ornOfAddress)) };
}

/** Collections of the API, and the service and the name by which ORNs know them. */
const ORN_OF: Record<string, string> = {
  users: 'orn:okta:directory::users',
  groups: 'orn:okta:directory::groups',
  apps: 'orn:okta:idp::apps',
  devices: 'orn:okta:directory::devices',
  authorizationServers: 'orn:okta:idp::authorization_servers',
  policies: 'orn:okta:idp::policies',
  idps: 'orn:okta:idp::idps',
  realms: 'orn:okta:directory::realms',
};

/**
 * The ORN of what an address of the API lists or is, without the org's id: `/api/v1/groups/{id}/users` are a group's
 * members, `/api/v1/apps?filter=name eq "slack"` all apps of a type. Anything else stays as it is.
 */
function ornOfAddress(address: string): string {
  if (!URL.canParse(address)) return address;
  const { pathname, searchParams } = new URL(address);
  const [, collection = '', id, rest] = /^\/api\/v1\/([^/]+)(?:\/([^/]+))?(?:\/([^/]+))?\/?$/.exec(pathname) ?? [];
  const orn = ORN_OF[collection];
  if (orn === undefined) return address;
  if (rest !== undefined) {
    return collection === 'groups' && rest === 'users' ? `${orn}:${id}:contained_resources` : address;
  }
  const query = searchParams.get('filter') ?? searchParams.get('search') ?? searchParams.get('q');
  if (query === null) return id === undefined ? orn : `${orn}:${id}`;
  const name = /^name\s+eq\s+"([^"]+)"$/.exec(query.trim())?.[1];
  return collection === 'apps' && id === undefined && name !== undefined ? `${orn}:${name}` : address;
}

/** Rows that a set carries among its attributes, which are bounded. What they lead to is drawn whole. */
const MAX_ROWS = 400;

/** A resource set with all rows that it has: what they name as a whole is kept before what edges lead to. */
export function resourceSetPart(sourceId: string, setId: string, rows: readonly ResourceRow[]) {
  const edges = rows.flatMap(({ orn }) => containsEdge(sourceId, setId, orn) ?? []);
  const orns = sorted(rows.map(({ orn }) => orn));
  const single = (orn: string) => objectOfOrn(orn) !== null;
  const kept = [...orns.filter((orn) => !single(orn)), ...orns.filter(single)].slice(0, MAX_ROWS);
  const excluded = rows.filter(({ orn, excluded }) => excluded.length > 0 && kept.includes(orn));
  const set = addendum('resource_set', sourceId, setId, {
    orns: sorted(kept),
    resources: orns.length,
    excluded: Object.fromEntries(excluded.map((row) => [row.orn, row.excluded])),
  });
  const owns: Owned[] = [{ kind: 'RESOURCE_SET_CONTAINS', end: 'from', at: set.id }];
  return { nodes: [set], edges, owns };
}

/** Ids of app instances. */
const APP_ID = /^0oa[0-9A-Za-z]+$/;

/** Collections of an ORN, and the kind of their objects. */
const KIND_OF: Record<string, NodeKind> = {
  groups: 'group',
  users: 'account',
  devices: 'device',
  authorization_servers: 'authorization_server',
  policies: 'policy',
  idps: 'identity_provider',
  'entitlement-values': 'entitlement',
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

/** `{name}:{id}`, or the id alone; a name alone stands for all apps of that type. */
function appOf(rest: string[]): { kind: NodeKind; id: string } | null {
  const [first = '', id = APP_ID.test(first) ? first : ''] = rest;
  return rest.length <= 2 && id !== '' ? { kind: 'app', id } : null;
}

function objectOf(collection: string, rest: string[]): { kind: NodeKind; id: string } | null {
  const kind = KIND_OF[collection];
  const id = rest[0];
  return kind && rest.length === 1 && id ? { kind, id } : null;
}
