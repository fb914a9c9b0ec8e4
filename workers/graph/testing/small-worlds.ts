import * as fc from 'fast-check';
import type { GraphEdge } from '../model.ts';
import { accountId, app, edge, group, ORG, pageOfPeople, role } from './fixtures.ts';
import { type AssignmentInput, assign, thing, tie } from './roles.ts';
import { slowEdges } from './slow-paths.ts';

export const PEOPLE = ['p', 'q', 'r', 's'];
const acc = accountId;
const [G, H] = [group('g'), group('h')];
export const [CRM, SVC] = [app('crm'), app('svc')];
const TYPES = ['SUPER_ADMIN', 'APP_ADMIN', 'USER_ADMIN', 'HELP_DESK_ADMIN', 'READ_ONLY_ADMIN'];
const ROLES = TYPES.map((type) => role(type));
export const SUPER = role('SUPER_ADMIN').id;
const SECRET = thing('credential', 'secret/svc');
export const TOKEN = thing('credential', 'token', { type: 'api_token' });
/** Whom some are in another system, and who is others here. */
const BEYOND = thing('external', 'beyond', { externalKind: 'OktaUser' });
/** Everything beside people and assignments. */
export const NODES = [G, H, CRM, SVC, ...ROLES, SECRET, TOKEN, ORG, BEYOND];
export const FIXED: GraphEdge[] = [
  edge(SUPER, 'GRANTS', ORG.id),
  tie(SECRET, 'SECRET_OF', SVC),
  tie(TOKEN, 'API_TOKEN_FOR', { id: acc('q') }),
];
const POSSIBLE: GraphEdge[] = PEOPLE.flatMap((who) => [
  edge(acc(who), 'MEMBER_OF', G.id),
  edge(acc(who), 'MEMBER_OF', H.id),
  edge(acc(who), 'ASSIGNED_TO', SVC.id),
  tie(CRM, 'READ_PASSWORD_UPDATES', { id: acc(who) }),
  edge(acc(who), 'OUTBOUND_SSO', BEYOND.id),
  tie(BEYOND, 'SAME_AS', { id: acc(who) }),
]);
const HOLDERS = [...PEOPLE.map((who) => acc(who)), G.id, H.id, SVC.id];
const SCOPES: Omit<AssignmentInput, 'holder'>[] = [
  ...TYPES.map((type) => ({ type })),
  { type: 'APP_ADMIN', targets: [CRM.id] },
  { type: 'HELP_DESK_ADMIN', targets: [H.id] },
];
/** Small graphs: who is where, and who holds which role over what. */
export const smallWorlds = fc.record({
  edges: fc.subarray(POSSIBLE),
  held: fc.array(fc.tuple(fc.constantFrom(...HOLDERS), fc.constantFrom(...SCOPES)), { minLength: 2, maxLength: 6 }),
});

/** Such a graph as a sync brings it, and every edge of it that can be walked. */
export function built({ edges, held }: { edges: GraphEdge[]; held: [string, Omit<AssignmentInput, 'holder'>][] }) {
  const assignments = held.map(([holder, scope]): AssignmentInput => ({ holder, ...scope }));
  const parts = assignments.map((one, place) => assign(`ra${place}`, one));
  const input = pageOfPeople(PEOPLE, {
    nodes: [...NODES, ...parts.flatMap((part) => part.nodes)],
    edges: [...FIXED, ...edges, ...parts.flatMap((part) => part.edges)],
  });
  const once = new Map(input.edges.map((e) => [`${e.from} ${e.kind} ${e.to}`, e]));
  const all = { ...input, edges: [...once.values()] };
  return {
    input: all,
    walked: slowEdges({ nodes: all.nodes, edges: all.edges, assignments, permissions: new Map(), whole: new Map() }),
  };
}
