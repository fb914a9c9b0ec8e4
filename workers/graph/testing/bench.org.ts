import { type GraphEdge, type GraphNode, nodeId, orgNode } from '../model.ts';

/** How large a synthetic org is. `groups` includes those that hold roles. */
export interface OrgSize {
  people: number;
  groups: number;
  apps: number;
  /** Memberships, about. */
  memberships: number;
}

const SOURCE = 'src_bench';
const ROLES = ['SUPER_ADMIN', 'ORG_ADMIN', 'APP_ADMIN', 'HELP_DESK_ADMIN', 'READ_ONLY_ADMIN'];
/** Groups at the beginning of the list that hold a role, small ones, and a role for each. */
const PRIVILEGED = 40;
/** Members of a privileged group. */
const ADMINS = 12;
/** Apps that a group opens. */
const APPS_PER_GROUP = 2;
/** People with an assignment of their own, one of so many. */
const DIRECT_EVERY = 2;

/** Mulberry32: a small generator of numbers from 0 to 1, the same from the same seed. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export const accountOf = (n: number) => nodeId('account', SOURCE, `u${n}`);
export const identityOf = (n: number) => nodeId('identity', SOURCE, `u${n}`);
export const groupOf = (n: number) => nodeId('group', SOURCE, `g${n}`);
export const appOf = (n: number) => nodeId('app', SOURCE, `a${n}`);
export const roleOf = (name: string) => nodeId('role', SOURCE, name);
export const ORG = orgNode(SOURCE, 'Bench');

const node = (kind: GraphNode['kind'], id: string, nativeId: string, name: string, attributes = {}): GraphNode => ({
  id,
  kind,
  sourceId: SOURCE,
  nativeId,
  name,
  attributes,
});
const edge = (from: string, kind: GraphEdge['kind'], to: string, attributes = {}): GraphEdge => ({
  from,
  kind,
  to,
  attributes,
});

const FIRST = ['Ada', 'Bo', 'Cyd', 'Dan', 'Eve', 'Finn', 'Gia', 'Hal', 'Ines', 'Jo', 'Kim', 'Lea', 'Max', 'Noor'];

/** A person: the identity, its account and what ties them. */
export function person(n: number): { nodes: GraphNode[]; edges: GraphEdge[] } {
  const [account, identity] = [accountOf(n), identityOf(n)];
  const name = `${FIRST[n % FIRST.length]} ${(n * 7_919) % 1_000_003}`;
  const attributes = {
    status: n % 37 === 0 ? 'SUSPENDED' : 'ACTIVE',
    login: `p${n}@bench.test`,
    email: `p${n}@bench.test`,
    department: `Dept ${n % 60}`,
    title: 'Engineer',
    provider: 'OKTA',
    hasPassword: true,
    lastLogin: n % 11 === 0 ? null : 1_790_000_000_000 - n * 1_000,
  };
  return {
    nodes: [
      node('account', account, `u${n}`, name, attributes),
      node('identity', identity, `u${n}`, name, { accountId: account }),
    ],
    edges: [edge(identity, 'HAS_ACCOUNT', account)],
  };
}

/** Groups, apps, roles, what the groups open and hold, and the org. */
export function* structure(size: OrgSize): Generator<{ nodes: GraphNode[]; edges: GraphEdge[] }> {
  const super_ = roleOf('SUPER_ADMIN');
  yield {
    nodes: [ORG, ...ROLES.map((name) => node('role', roleOf(name), name, name, { type: name }))],
    edges: [edge(super_, 'GRANTS', ORG.id), edge(roleOf('ORG_ADMIN'), 'GRANTS', ORG.id)],
  };
  for (let n = 0; n < size.apps; n++) {
    yield { nodes: [node('app', appOf(n), `a${n}`, `App ${n}`, { status: 'ACTIVE' })], edges: [] };
  }
  for (let n = 0; n < size.groups; n++) {
    const id = groupOf(n);
    const edges = Array.from({ length: APPS_PER_GROUP }, (_, k) =>
      edge(id, 'ASSIGNED_TO', appOf((n * 31 + k * 17) % size.apps)),
    );
    const nodes = [node('group', id, `g${n}`, `Group ${n}`, { type: 'OKTA_GROUP' })];
    if (n < PRIVILEGED) {
      const type = ROLES[n % ROLES.length] ?? 'SUPER_ADMIN';
      const assignment = nodeId('role_assignment', SOURCE, `ra${n}`);
      // about everybody and everything: what it gives is the most it can be
      nodes.push(node('role_assignment', assignment, `ra${n}`, type, { type, roleId: type, scoped: false }));
      edges.push(edge(id, 'HOLDS_ROLE', roleOf(type)), edge(id, 'HAS_ROLE_ASSIGNMENT', assignment));
    }
    yield { nodes, edges };
  }
}

/** Numbers of the members of a group. Few groups are large and most are small. */
export function membersOf(n: number, size: OrgSize): number[] {
  if (n < PRIVILEGED) return Array.from({ length: ADMINS }, (_, k) => (n * 997 + k * 31) % size.people);
  const random = randomFrom(n + 1);
  const mean = size.memberships / size.groups;
  // an exponential distribution: the mean is `mean`, a few are ten times as large
  const wanted = Math.min(size.people, Math.max(1, Math.round(-Math.log(1 - random()) * mean)));
  const members = new Set<number>();
  while (members.size < wanted) members.add(Math.floor(random() * size.people));
  return [...members];
}

export function directAssignment(n: number, size: OrgSize): GraphEdge[] {
  if (n % DIRECT_EVERY !== 0) return [];
  const attributes = { status: 'ACTIVE', scope: 'USER', externalId: null, userName: `p${n}` };
  return [edge(accountOf(n), 'ASSIGNED_TO', appOf(n % size.apps), attributes)];
}

/** Shards of the large org. */
export const SHARDS = 4;

/** The person that the n-th question begins at. */
export function startOf(n: number, size: OrgSize): number {
  return Math.floor(randomFrom(n + 77)() * size.people);
}
