import { CONTEXT_EDGES, type GraphEdge, type GraphNode } from '../model.ts';
import { ORG } from './fixtures.ts';
import type { AssignmentInput } from './roles.ts';

/** An edge that can be walked; `last`: nobody goes on from its end. */
export interface SlowEdge {
  from: string;
  kind: string;
  to: string;
  last: boolean;
}

export interface SlowWorld {
  nodes: GraphNode[];
  edges: GraphEdge[];
  assignments: AssignmentInput[];
  permissions: Map<string, string[]>;
  /** Kinds that a resource set names as a whole, and groups whose members it does. */
  whole: Map<string, { kinds: string[]; membersOf: string[] }>;
}

const OVER_USERS: Record<string, string[]> = {
  RESET_PASSWORD: ['okta.users.manage', 'okta.users.credentials.resetPassword'],
  RESET_FACTORS: ['okta.users.manage', 'okta.users.credentials.resetFactors'],
};

/** Every pair of a principal and an object it has power over, one after the other: the rules as they are written down. */
export function slowEdges(world: SlowWorld): SlowEdge[] {
  const { nodes, edges, assignments, permissions, whole } = world;
  const of = (kind: string) => nodes.filter((node) => node.kind === kind).map((node) => node.id);
  const ends = (from: string, kind: string) => edges.filter((e) => e.from === from && e.kind === kind).map((e) => e.to);
  const holds = (id: string) => ends(id, 'HOLDS_ROLE').length > 0;
  const privileged = (id: string) => holds(id) || ends(id, 'MEMBER_OF').some(holds);
  const membersOf = (group: string) => edges.filter((e) => e.kind === 'MEMBER_OF' && e.to === group).map((e) => e.from);
  const secretsOf = (apps: string[]) =>
    edges.filter((e) => e.kind === 'SECRET_OF' && apps.includes(e.to)).map((e) => e.from);
  const found: SlowEdge[] = edges
    .filter((e) => !CONTEXT_EDGES.has(e.kind))
    .map((e) => ({
      from: e.from,
      kind: e.kind,
      to: e.to,
      last: e.kind === 'ASSIGNED_TO' || (e.kind === 'GRANTS' && e.to === ORG.id && !isSuper(nodes, e.from)),
    }));
  const give = (from: string, kind: string, to: string[]) => {
    for (const one of new Set(to)) found.push({ from, kind, to: one, last: false });
  };
  const free = (ids: string[]) => ids.filter((id) => !privileged(id));
  for (const { holder, type, roleId = type, targets = [] } of assignments) {
    if (!ends(holder, 'HOLDS_ROLE').some((role) => nodes.find((n) => n.id === role)?.nativeId === roleId)) continue;
    const apps = targets.length > 0 ? targets : of('app');
    const groups = targets.length > 0 ? targets : of('group');
    const users = targets.length > 0 ? targets.flatMap(membersOf) : of('account');
    if (type === 'APP_ADMIN') {
      give(
        holder,
        'APP_ADMIN',
        apps.filter((id) => !holds(id)),
      );
      give(holder, 'READ_CLIENT_SECRET', secretsOf(apps));
    }
    if (type === 'READ_ONLY_ADMIN') give(holder, 'READ_CLIENT_SECRET', secretsOf(of('app')));
    if (type === 'USER_ADMIN') give(holder, 'GROUP_ADMIN', free([...users, ...groups]));
    if (type === 'GROUP_MEMBERSHIP_ADMIN') give(holder, 'GROUP_MEMBERSHIP_ADMIN', free(groups));
    if (type === 'HELP_DESK_ADMIN') give(holder, 'HELP_DESK_ADMIN', free(users));
    if (type === 'MOBILE_ADMIN') give(holder, 'MOBILE_ADMIN', of('device'));
    if (type === 'ORG_ADMIN') give(holder, 'ORG_ADMIN', [...free([...of('account'), ...of('group')]), ...of('device')]);
    if (type === 'CUSTOM') {
      const may = permissions.get(roleId) ?? [];
      const sets = targets.map((id) => ({ ids: ends(id, 'RESOURCE_SET_CONTAINS'), ...whole.get(id) }));
      const inSets = (kind: string) =>
        sets.flatMap(({ ids, kinds = [], membersOf: groupsIn = [] }) => [
          ...of(kind).filter((id) => ids.includes(id) || kinds.includes(kind)),
          ...(kind === 'account' ? groupsIn.flatMap(membersOf) : []),
        ]);
      for (const [kind, any] of Object.entries(OVER_USERS)) {
        if (any.some((one) => may.includes(one))) give(holder, kind, free(inSets('account')));
      }
      if (may.includes('okta.groups.members.manage')) give(holder, 'ADD_MEMBER', free(inSets('group')));
      if (may.includes('okta.apps.manage'))
        give(
          holder,
          'MANAGE_APP',
          inSets('app').filter((id) => !holds(id)),
        );
      if (may.includes('okta.apps.clientCredentials.read')) {
        give(holder, 'READ_CLIENT_SECRET', secretsOf(inSets('app')));
      }
    }
  }
  give(
    ORG.id,
    'CONTAINS',
    nodes.filter((node) => node.kind !== 'identity' && node.id !== ORG.id).map((node) => node.id),
  );
  return found;
}

function isSuper(nodes: GraphNode[], id: string): boolean {
  return nodes.find((node) => node.id === id)?.attributes.type === 'SUPER_ADMIN';
}

/** Edges of a shortest path from each node to a target: relax every edge until nothing moves. */
export function slowDistances(edges: SlowEdge[], target: string): Map<string, number> {
  const far = new Map([[target, 0]]);
  for (let moved = true; moved; ) {
    moved = false;
    for (const { from, to, last } of edges) {
      const rest = far.get(to);
      if (rest === undefined || (last && to !== target)) continue;
      if (rest + 1 < (far.get(from) ?? Number.POSITIVE_INFINITY)) {
        far.set(from, rest + 1);
        moved = true;
      }
    }
  }
  return far;
}
