import { type Principal, seesSource } from '../auth/principal.ts';
import type { AccountView } from '../detections/types.ts';
import { graphOf } from '../graph/directory.ts';
import { HUMAN, type StoredKind } from '../graph/kinds/kinds.store.ts';
import type { NodeKind } from '../graph/model.ts';
import type { Deps } from '../platform/deps.ts';
import { invalidRequest, notFound } from '../platform/errors.ts';
import { getSource, type Source } from '../sources/sources.repository.ts';
import { sourceDisabled } from '../sync/sync.errors.ts';
import type { Ref, RemediationRequest } from './plan.types.ts';

/** Memberships of an account that are looked at for what its groups say of it. */
const SHOWN_NEIGHBOURS = 200;

export interface Node extends Ref {
  sourceId: string;
  attributes: Record<string, unknown>;
}

export interface AccountTarget extends Node {
  view: AccountView;
  login: string | null;
  /** Names of its groups, of the first few. */
  groupNames: string[];
  /** What its identity is, by rule or because a person said so. */
  is: StoredKind;
}

/** What a request is about, as the graph knows it. */
export interface Target {
  request: RemediationRequest;
  source: Source;
  account: AccountTarget | null;
  group: Node | null;
  app: Node | null;
  role: Node | null;
  /** `nodeId`: null for a token that the graph does not know. */
  token: { nativeId: string; nodeId: string | null; name: string | null } | null;
  grantId: string | null;
}

type TargetDeps = Pick<Deps, 'env' | 'control' | 'evidence' | 'clock'>;

/**
 * Looks everything up that a request names. What another tenant has, or a source that the principal may not work on, is
 * just not there. Throws `not_found`, `invalid_request` (things of several sources), `source.disabled`.
 */
export async function findTarget(
  deps: TargetDeps,
  tenantId: string,
  by: Principal,
  request: RemediationRequest,
): Promise<Target> {
  const [account, group, app, role, credential] = await Promise.all([
    findAccount(deps, tenantId, request.account),
    findNode(deps, tenantId, 'group', request.group),
    findNode(deps, tenantId, 'app', request.app),
    findNode(deps, tenantId, 'role', request.role),
    findNode(deps, tenantId, 'credential', request.credential),
  ]);
  const named = [account, group, app, role, credential].flatMap((node) => (node ? [node.sourceId] : []));
  const sourceIds = new Set(request.source === undefined ? named : [...named, request.source]);
  if (sourceIds.size > 1) throw invalidRequest({ detail: 'These things belong to several sources.' });
  const [sourceId = ''] = sourceIds;
  const source = await getSource(deps, tenantId, sourceId);
  if (!source || !seesSource(by, source.id)) throw notFound();
  if (source.status === 'disabled') throw sourceDisabled();
  const tokenId = credential?.nativeId ?? request.tokenId;
  return {
    request,
    source,
    account,
    group,
    app,
    role,
    token: tokenId === undefined ? null : tokenOf(tokenId, credential),
    grantId: request.grantId ?? null,
  };
}

function tokenOf(nativeId: string, credential: Node | null): Target['token'] {
  const { type } = credential?.attributes ?? {};
  if (credential && type !== 'api_token') {
    throw invalidRequest({ detail: 'credential: only API tokens can be revoked here.' });
  }
  return { nativeId, nodeId: credential?.id ?? null, name: credential?.name ?? null };
}

async function findNode(
  deps: TargetDeps,
  tenantId: string,
  kind: NodeKind,
  id: string | undefined,
): Promise<Node | null> {
  if (id === undefined) return null;
  const found = await graphOf(deps, tenantId).node(id, 1);
  if (found?.node.kind !== kind) throw notFound({ detail: `There is no such ${kind}.` });
  return nodeOf(found.node);
}

async function findAccount(deps: TargetDeps, tenantId: string, id: string | undefined): Promise<AccountTarget | null> {
  if (id === undefined) return null;
  const graph = graphOf(deps, tenantId);
  const [found, view] = await Promise.all([graph.node(id, SHOWN_NEIGHBOURS), graph.accountView(id)]);
  if (found?.node.kind !== 'account' || !view) throw notFound({ detail: 'There is no such account.' });
  const { login } = found.node.attributes;
  const identity = await graph.identity(view.identityId);
  return {
    ...nodeOf(found.node),
    view,
    is: identity?.identity.is ?? HUMAN,
    login: typeof login === 'string' ? login : null,
    groupNames: found.out.flatMap(({ edge, node }) => (edge.kind === 'MEMBER_OF' ? [node.name] : [])),
  };
}

function nodeOf({ id, kind, nativeId, name, sourceId, attributes }: Node): Node {
  return { id, kind, nativeId, name, sourceId, attributes };
}

export function refOf({ id, kind, nativeId, name }: Ref): Ref {
  return { id, kind, nativeId, name };
}
