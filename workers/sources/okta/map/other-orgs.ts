import { type GraphEdge, type GraphNode, nodeId } from '../../../graph/model.ts';
import { mayBeConnected } from './externals.ts';
import { edgeOf } from './thing.ts';
import { isUserId } from './users-and-types.ts';

/** Okta's ids of groups. */
const GROUP_ID = /^00g[0-9A-Za-z]{1,40}$/;

/** What a node beyond Okta is in an Okta org that may be a connected source. */
export interface Elsewhere {
  /** Graph id of the external node. */
  from: string;
  /** The org's host, in lower case. */
  host: string;
  /** `id`: the native id there, where it is told; else what it is found by. */
  what: { of: 'org' } | { of: 'account' | 'group'; id: string | null; name: string };
  /** Whether ways lead on to the other org, come from there, or both. */
  way: 'out' | 'in' | 'both';
}

/** Null for what no connected Okta org can have. */
export function elsewhereOf({ id, nativeId, attributes }: GraphNode): Elsewhere | null {
  const { externalKind, system, externalId, idpId, groupName } = attributes;
  if (!mayBeConnected(externalKind)) return null;
  if (externalKind === 'OktaOrg' || externalKind === 'IdentityProvider') {
    const way = externalKind === 'OktaOrg' ? 'both' : 'in';
    return { from: id, host: hostIn(nativeId), what: { of: 'org' }, way };
  }
  if (typeof system !== 'string') return null;
  const host = hostIn(system);
  const key = typeof externalId === 'string' ? externalId : '';
  if (externalKind === 'OktaGroup') {
    const name = typeof groupName === 'string' ? groupName : '';
    return { from: id, host, what: { of: 'group', id: GROUP_ID.test(key) ? key : null, name }, way: 'both' };
  }
  const what = { of: 'account' as const, id: isUserId(key) ? key : null, name: key };
  return { from: id, host, what, way: typeof idpId === 'string' ? 'in' : 'out' };
}

/** `OktaOrg/acme.okta.com` */
function hostIn(system: string): string {
  return system.slice(system.indexOf('/') + 1).toLowerCase();
}

/** The node of the connected org, where its native id is told; null where it has to be found by name. */
export function toldEnd(sourceId: string, { what }: Elsewhere): string | null {
  if (what.of === 'org') return nodeId('resource', sourceId, 'org');
  return what.id === null ? null : nodeId(what.of, sourceId, what.id);
}

/** `end`: graph id of the node in the connected org. */
export function sameAs({ from, way }: Elsewhere, end: string): GraphEdge[] {
  const out = way === 'in' ? [] : [edgeOf(from, 'SAME_AS', end)];
  return way === 'out' ? out : [...out, edgeOf(end, 'SAME_AS', from)];
}
