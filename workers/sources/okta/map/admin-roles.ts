import { z } from 'zod';
import { type GraphEdge, type GraphNode, type NodeKind, nodeId } from '../../../graph/model.ts';
import { type Mapped, read } from '../read-object.ts';
import { edgeOf, href, idField, idOfHref, nodeOf, partly, sorted, type Thing, text, time } from './thing.ts';

const customRoleSchema = z.object({ id: idField, label: text, description: text });

/** A custom role as `/iam/roles` lists it. Its permissions are read apart. */
export function mapCustomRole(sourceId: string, raw: unknown): Mapped<Thing> {
  return read(customRoleSchema, raw, (role) => {
    const label = role.label ?? role.id;
    const attributes = { type: 'CUSTOM', custom: true, label, description: role.description };
    return { id: role.id, nodes: [partly(nodeOf('role', sourceId, role.id, label, attributes))], edges: [], owns: [] };
  });
}

const permissionSchema = z.object({ label: idField });

export function permissionOf(raw: unknown): string | null {
  const parsed = permissionSchema.safeParse(raw);
  return parsed.success ? parsed.data.label : null;
}

/** Standard roles that may be limited to groups or apps. Without a target they are about all of them. */
const TARGETS: Record<string, 'groups' | 'catalog/apps'> = {
  APP_ADMIN: 'catalog/apps',
  USER_ADMIN: 'groups',
  HELP_DESK_ADMIN: 'groups',
  GROUP_MEMBERSHIP_ADMIN: 'groups',
};

export type HolderKind = Extract<NodeKind, 'account' | 'group' | 'app'>;

const COLLECTION: Record<HolderKind, string> = {
  account: '/api/v1/users',
  group: '/api/v1/groups',
  app: '/oauth2/v1/clients',
};

export interface RoleHolder {
  kind: HolderKind;
  /** Of an app: its id, which an OAuth client has as its client id unless `clientId` says otherwise. */
  nativeId: string;
  clientId?: string | undefined;
}

/** Path of the roles that a user, a group or an OAuth client holds. */
export function holderRolesPath({ kind, nativeId, clientId }: RoleHolder): string {
  return `${COLLECTION[kind]}/${encodeURIComponent(clientId ?? nativeId)}/roles`;
}

export interface RoleRow {
  id: string | null;
  type: string;
  /** Native id of the role. */
  roleId: string;
  label: string;
  status: string | null;
  created: string | null;
  resourceSetId: string | null;
}

/**
 * Native id of a role assignment. Okta's ids of standard assignments to groups and clients are the role's type in
 * Base32, the same for every holder (`IFIFAX2BIRGUSTQ`): with these, the holder is part of it.
 */
export function assignmentId(holder: RoleHolder, row: Pick<RoleRow, 'id' | 'roleId'>): string {
  const id = row.id ?? row.roleId;
  return /[a-z]/.test(id) ? id : `${holder.nativeId}/${id}`;
}

/** Where the targets of an assignment are listed; null for a role that has none. */
export function targetsPath(holder: RoleHolder, row: Pick<RoleRow, 'id' | 'type'>): string | null {
  const what = TARGETS[row.type];
  if (what === undefined || row.id === null) return null;
  return `${holderRolesPath(holder)}/${encodeURIComponent(row.id)}/targets/${what}?limit=200`;
}

/** The assignment of a role, with its holder and the resource set that a custom role is bound to. */
export function assignmentPart(
  sourceId: string,
  holder: RoleHolder,
  row: RoleRow,
): { id: string; nodes: GraphNode[]; edges: GraphEdge[] } {
  const id = assignmentId(holder, row);
  const scope = row.resourceSetId === null ? {} : { scoped: true };
  // whether a standard role has targets is read apart, and unknown until then
  const known = TARGETS[row.type] === undefined || row.id === null ? { scoped: row.resourceSetId !== null } : scope;
  const node = partly(
    nodeOf('role_assignment', sourceId, id, row.label, {
      type: row.type,
      label: row.label,
      status: row.status ?? 'ACTIVE',
      assignmentId: row.id,
      roleId: row.roleId,
      holderKind: holder.kind,
      holderId: holder.nativeId,
      resourceSetId: row.resourceSetId,
      created: parse(row.created),
      ...known,
    }),
  );
  const edges = [edgeOf(nodeId(holder.kind, sourceId, holder.nativeId), 'HAS_ROLE_ASSIGNMENT', node.id)];
  if (row.resourceSetId !== null) {
    edges.push(edgeOf(node.id, 'SCOPED_TO', nodeId('resource_set', sourceId, row.resourceSetId)));
  }
  return { id, nodes: [node], edges };
}

const parse = (at: string | null) => time.parse(at);

const targetSchema = z.object({ id: text, name: text, _links: z.object({ self: href }).nullish().catch(null) });

/**
 * A target: `group/00g…`, `app/0oa…`, or `catalog/{name}`, which stands for every app of that kind. Null when it names
 * nothing.
 */
export function targetOf(raw: unknown, type: string): string | null {
  const parsed = targetSchema.safeParse(raw);
  if (!parsed.success) return null;
  const { id, name, _links } = parsed.data;
  if (TARGETS[type] === 'groups') return id === null ? null : `group/${id}`;
  if (id !== null) return `app/${id}`;
  return name === null ? (idOfHref(_links?.self) ?? null) && `catalog/${idOfHref(_links?.self)}` : `catalog/${name}`;
}

/** Edges of an assignment to its targets. Apps of a catalogue target are those that bear its name. */
export function targetEdges(
  sourceId: string,
  assignment: string,
  targets: readonly string[],
  appsByName: ReadonlyMap<string, readonly string[]>,
): GraphEdge[] {
  const from = nodeId('role_assignment', sourceId, assignment);
  const to = targets.flatMap((target): string[] => {
    const at = target.indexOf('/');
    const [kind, id] = [target.slice(0, at), target.slice(at + 1)];
    if (kind === 'catalog') return (appsByName.get(id) ?? []).map((appId) => nodeId('app', sourceId, appId));
    return [nodeId(kind === 'group' ? 'group' : 'app', sourceId, id)];
  });
  return sorted(to).map((id) => edgeOf(from, 'SCOPED_TO', id));
}
