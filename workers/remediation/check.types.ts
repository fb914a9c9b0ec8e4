import type { TenantGraph } from '../graph/directory.ts';
import type { Reader } from './okta-reads.ts';
import type { PlannedCall, Ref, Refusal, Warning } from './plan.types.ts';
import type { Target } from './target.ts';

export interface CheckContext {
  okta: Reader;
  graph: Pick<TenantGraph, 'access' | 'node'>;
  target: Target;
}

/** What Okta and the graph say of one action. */
export interface Checked {
  /** Whom or what it happens to, and what is taken from it. */
  subject: Ref;
  object: Ref | null;
  calls: PlannedCall[];
  refusals: Refusal[];
  warnings: Warning[];
  /** Okta's id of the person who owns the API token, where that is what is revoked. */
  ownerId?: string | null;
}

export function refusal(code: string, text: string, instead: Refusal['instead'] = []): Refusal {
  return { code, text, instead };
}

/** For the parts of a target that its request's form promises. */
export function must<T>(part: T | null): T {
  if (part === null) throw new Error('the request does not name what its action needs');
  return part;
}
