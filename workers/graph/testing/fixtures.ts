import { tenants } from '../../../db/control/schema.ts';
import { freshTenant, T0, testDeps } from '../../../test/deps.ts';
import type { Deps } from '../../platform/deps.ts';
import { graphOf } from '../directory.ts';
import {
  type AccountAttributes,
  type EdgeKind,
  type GraphEdge,
  type GraphNode,
  nodeId,
  orgNode,
  type Provenance,
} from '../model.ts';
import type { PageInput } from '../port.ts';
import type { GraphChange } from '../writes.ts';

export const SRC = 'src_test';
export const SYNC: Provenance = { kind: 'sync', id: 'syn_1' };

export function eventOf(id: string): Provenance {
  return { kind: 'event', id: `evt_${id}` };
}

/** A tenant with a graph of so many shards. */
export async function graphWith(shards: number, deps: Deps = testDeps()) {
  const tenantId = freshTenant();
  await deps.control.insert(tenants).values({ id: tenantId, name: 'Test', graphShards: shards, createdAt: T0 });
  return { deps, tenantId, graph: graphOf(deps, tenantId) };
}

export function accountId(native: string, source = SRC): string {
  return nodeId('account', source, native);
}

export function identityId(native: string, source = SRC): string {
  return nodeId('identity', source, native);
}

export function account(
  native: string,
  attributes: Partial<AccountAttributes> = {},
  name = `User ${native}`,
): GraphNode {
  return {
    id: accountId(native),
    kind: 'account',
    sourceId: SRC,
    nativeId: native,
    name,
    attributes: {
      status: 'ACTIVE',
      login: `${native}@acme.test`,
      email: `${native}@acme.test`,
      created: T0 - 1_000_000,
      activated: T0 - 1_000_000,
      statusChanged: null,
      lastLogin: null,
      passwordChanged: null,
      hasPassword: true,
      provider: 'OKTA',
      department: null,
      title: null,
      managerId: null,
      userType: null,
      employeeNumber: null,
      ...attributes,
    },
  };
}

export function identity(native: string, name = `User ${native}`): GraphNode {
  return {
    id: identityId(native),
    kind: 'identity',
    sourceId: SRC,
    nativeId: native,
    name,
    attributes: { accountId: accountId(native) },
  };
}

/** Identity, account and the edge between them, as a mapper sends them. */
export function person(native: string, attributes: Partial<AccountAttributes> = {}, name?: string) {
  return {
    nodes: [identity(native, name), account(native, attributes, name)],
    edges: [edge(identityId(native), 'HAS_ACCOUNT', accountId(native))],
  };
}

export function structure(kind: 'group' | 'app' | 'role', native: string, attributes = {}, name = native): GraphNode {
  return { id: nodeId(kind, SRC, native), kind, sourceId: SRC, nativeId: native, name, attributes };
}

export function group(native: string, name = native): GraphNode {
  return structure('group', native, {}, name);
}

export function app(
  native: string,
  attributes: Record<string, unknown> = { status: 'ACTIVE', signOnMode: 'SAML_2_0' },
) {
  return structure('app', native, attributes);
}

export function role(type: string): GraphNode {
  return structure('role', type, { type, custom: false }, type);
}

export const ORG = orgNode(SRC, 'acme');

export function edge(from: string, kind: EdgeKind, to: string, attributes: Record<string, unknown> = {}): GraphEdge {
  return { from, kind, to, attributes };
}

export function assigned(from: string, to: string, status = 'ACTIVE'): GraphEdge {
  return edge(from, 'ASSIGNED_TO', to, { status, scope: 'USER', externalId: null, userName: 'u' });
}

export function page(input: Partial<PageInput>): PageInput {
  return { nodes: [], edges: [], asOf: T0, by: SYNC, evaluate: false, ...input };
}

export function pageOfPeople(natives: string[], more: Partial<PageInput> = {}): PageInput {
  const people = natives.map((native) => person(native));
  return page({
    nodes: [...people.flatMap(({ nodes }) => nodes), ...(more.nodes ?? [])],
    edges: [...people.flatMap(({ edges }) => edges), ...(more.edges ?? [])],
    ...(more.factors === undefined ? {} : { factors: more.factors }),
    ...(more.asOf === undefined ? {} : { asOf: more.asOf }),
    ...(more.evaluate === undefined ? {} : { evaluate: more.evaluate }),
  });
}

export function upsert(e: GraphEdge, at: number): GraphChange {
  return { op: 'upsertEdge', edge: e, at, by: eventOf(String(at)) };
}

export function remove(e: GraphEdge, at: number): GraphChange {
  return { op: 'removeEdge', from: e.from, to: e.to, kind: e.kind, at, by: eventOf(String(at)) };
}
