import { type Principal, seesSource } from '../auth/principal.ts';
import type { PathStep } from '../detections/types.ts';
import { forbidden } from '../platform/errors.ts';
import type { IdentityDetail } from './identity-detail.ts';
import type { NodeDetail } from './port.ts';

/** A node with those of its neighbours that somebody sees; null for what is of a source that they do not. */
export function visibleNode(principal: Principal, found: NodeDetail | null): NodeDetail | null {
  if (principal.sourceIds === null || found === null) return found;
  if (!seesSource(principal, found.node.sourceId)) return null;
  const seen = ({ node }: NodeDetail['out'][number]) => seesSource(principal, node.sourceId);
  return { ...found, out: found.out.filter(seen), in: found.in.filter(seen) };
}

/** A path as far as it is in the source that it begins in, for who sees some sources only: others are not told of. */
export function visiblePath(principal: Principal, path: PathStep[] | null): PathStep[] | null {
  const leaves = principal.sourceIds === null ? -1 : (path ?? []).findIndex(({ edge }) => edge === 'SAME_AS');
  if (path === null || leaves < 0) return path;
  return path.slice(0, leaves + 1).map((step, place) => (place === leaves ? { ...step, edge: null } : step));
}

/**
 * An identity, which is told whole or not at all: what it holds comes through all of its accounts. Null when none of
 * it is of a source that somebody sees, `forbidden` when only a part is.
 */
export function visibleIdentity(principal: Principal, found: IdentityDetail | null): IdentityDetail | null {
  if (principal.sourceIds === null || found === null) return found;
  const parts = [found.identity, ...found.accounts.map(({ node }) => node)];
  const seen = parts.filter((node) => seesSource(principal, node.sourceId));
  if (seen.length === 0) return null;
  if (seen.length < parts.length) {
    throw forbidden({ detail: 'It has accounts in sources that you do not see. Open its account in yours instead.' });
  }
  return found;
}
