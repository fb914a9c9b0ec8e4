import { type Attributes, type GraphEdge, type GraphNode, nodeId } from '../../../graph/model.ts';
import type { NodeSummary } from '../../../graph/port.ts';
import { beyondNode, type ExternalKind, externalId, externalKindOf } from './externals.ts';
import { edgeOf, type Owned } from './thing.ts';

/**
 * Groups of systems beyond Okta that one org may have drawn one by one: those that are imported, and those that groups
 * are pushed to. Each is a node on every shard. Beyond it the systems stand for the groups that come from them.
 */
export const MAX_GROUPS_BEYOND = 10_000;

/** What an imported group's profile says of it where it comes from. The first two are names for people. */
export const NAMES_BEYOND = ['windowsDomainQualifiedName', 'dn', 'objectSid', 'externalId'] as const;

/** What a group of a system is called, as OktaHound's hybrid edges name them. */
const GROUP_OF: Partial<Record<ExternalKind, string>> = {
  ADDomain: 'ADGroup',
  LDAPDirectory: 'LDAPGroup',
  AZTenant: 'AZGroup',
  GH_Organization: 'GH_Team',
  AWSAccount: 'AWSGroup',
  GCPOrganization: 'GCPGroup',
  SalesforceOrg: 'SalesforceGroup',
  Jamf: 'jamf_Group',
  Snowflake: 'SnowflakeGroup',
  OnePassword: 'OP_Group',
  OktaOrg: 'OktaGroup',
};

/** Marks these nodes, so that a complete look at them ends the others. */
export const GROUP_BEYOND = { name: 'beyond', value: 'group' } as const;

/** An app that leads to a system with groups. */
interface GroupSystem {
  appId: string;
  /** One that is switched off keeps nothing in step. */
  inUse: boolean;
  /** Of the groups: `ADGroup`. */
  kind: string;
  /** Native id of the system. */
  system: string;
}

/** The apps that lead to a known system, by native id. */
export function groupSystems(apps: readonly NodeSummary[]): Map<string, GroupSystem> {
  return new Map(
    apps.flatMap(({ nativeId, name, attributes: { catalogName, externalId: told, status } }) => {
      const system = externalKindOf(typeof catalogName === 'string' ? catalogName : null);
      const kind = system && GROUP_OF[system];
      if (!system || !kind) return [];
      const id = typeof told === 'string' ? told : externalId(system, name);
      return [[nativeId, { appId: nativeId, inUse: status !== 'INACTIVE', kind, system: id }] as const];
    }),
  );
}

/** That an app is sent the members of a group. */
export interface Push {
  appId: string;
  /** Native id of the group that is sent. */
  groupId: string;
  /** Native id of the group that stands for the other one here. */
  targetId: string;
}

export interface GroupsBeyond {
  nodes: GraphNode[];
  edges: GraphEdge[];
  owns: Owned[];
  /** There are too many: the systems stand for them. */
  tooMany: boolean;
}

/**
 * The groups of other systems, and whose members follow whose. An imported group follows the one that it was imported
 * from, which the system contains; the group at the other end of a push follows the group that is pushed. Both go by
 * the group that stands for them here, so that one which is pushed to and imported is one.
 */
export function groupsBeyond(
  sourceId: string,
  systems: ReadonlyMap<string, GroupSystem>,
  groups: readonly NodeSummary[],
  pushes: readonly Push[],
  max = MAX_GROUPS_BEYOND,
): GroupsBeyond {
  const here = new Map(groups.map((group) => [group.nativeId, group]));
  const systemOf = ({ system }: GroupSystem) => nodeId('external', sourceId, system);
  const owns = [...new Set([...systems.values()].map(systemOf))].map(follows);
  const imported = groups.flatMap((group) => {
    const { sourceAppId } = group.attributes;
    const from = typeof sourceAppId === 'string' ? systems.get(sourceAppId) : undefined;
    return from?.inUse ? [{ group, from }] : [];
  });
  const sent = pushes.flatMap((push) => {
    const to = systems.get(push.appId);
    return to?.inUse ? [{ push, to }] : [];
  });
  const made = new Map<string, GraphNode>();
  const edges: GraphEdge[] = [];
  const draw = (of: GroupSystem, id: string, fallback: string): string => {
    const node = groupNode(sourceId, of, id, here.get(id), fallback);
    made.set(node.id, node);
    return node.id;
  };
  for (const { group, from } of imported) {
    const beyond = draw(from, group.nativeId, group.name);
    edges.push(edgeOf(systemOf(from), 'SYSTEM_CONTAINS', beyond), edgeOf(beyond, 'MEMBERSHIP_SYNC', group.id));
  }
  for (const { push, to } of sent) {
    const group = nodeId('group', sourceId, push.groupId);
    const beyond = draw(to, push.targetId, here.get(push.groupId)?.name ?? push.targetId);
    edges.push(edgeOf(group, 'MEMBERSHIP_SYNC', beyond));
  }
  if (made.size > max) {
    const whole = imported.map(({ group, from }) => edgeOf(systemOf(from), 'MEMBERSHIP_SYNC', group.id));
    return { nodes: [], edges: whole, owns, tooMany: true };
  }
  for (const at of made.keys()) {
    owns.push(follows(at), { kind: 'MEMBERSHIP_SYNC', end: 'to', at }, { kind: 'SYSTEM_CONTAINS', end: 'to', at });
  }
  return { nodes: [...made.values()], edges, owns, tooMany: false };
}

const follows = (at: string): Owned => ({ kind: 'MEMBERSHIP_SYNC', end: 'from', at });

/** `group`: what stands for it here, where that is listed. */
function groupNode(
  sourceId: string,
  { appId, kind, system }: GroupSystem,
  id: string,
  group: NodeSummary | undefined,
  fallback: string,
): GraphNode {
  const told: Attributes = {};
  for (const name of NAMES_BEYOND) if (typeof group?.attributes[name] === 'string') told[name] = group.attributes[name];
  const groupName = group?.name ?? fallback;
  const name = [told.windowsDomainQualifiedName, told.dn].find((one) => typeof one === 'string') ?? groupName;
  const attributes = { [GROUP_BEYOND.name]: GROUP_BEYOND.value, system, groupName, ...told };
  return beyondNode(sourceId, kind, `${kind}/${appId}/${id}`, String(name), attributes);
}
