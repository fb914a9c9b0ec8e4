/**
 * Statuses of an app's account in which it opens the app (Okta AppUser). An assignment without a status is a group's:
 * it has no account of its own. STAGED, PENDING, SUSPENDED, DEPROVISIONED, INACTIVE, REVOKED and UNASSIGNED do not.
 */
export const LIVE_ASSIGNMENT_STATUSES = [
  'ACTIVE',
  'APPROVED',
  'IMPLICIT',
  'IMPORTED',
  'MATCHED',
  'PROVISIONED',
] as const;

const LIVE: ReadonlySet<string> = new Set(LIVE_ASSIGNMENT_STATUSES);

export function isLiveAssignment(status: unknown): boolean {
  return typeof status !== 'string' || LIVE.has(status);
}

/** SQL condition: the edge with this alias is no assignment, or a live one. */
export function liveEdge(alias: string): string {
  const list = LIVE_ASSIGNMENT_STATUSES.map((status) => `'${status}'`).join(', ');
  return `(${alias}.kind <> 'ASSIGNED_TO' OR coalesce(${alias}.attributes->>'status', 'ACTIVE') IN (${list}))`;
}
