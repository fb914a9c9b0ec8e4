import { CONTEXT_EDGES } from './model.ts';

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

const listOf = (words: Iterable<string>) => [...words].map((word) => `'${word}'`).join(', ');

/** SQL condition: the edge with this alias can be walked. It is no context, and if it is an assignment, a live one. */
export function liveEdge(alias: string): string {
  const live = `coalesce(${alias}.attributes->>'status', 'ACTIVE') IN (${listOf(LIVE_ASSIGNMENT_STATUSES)})`;
  return `(CASE ${alias}.kind WHEN 'ASSIGNED_TO' THEN ${live} ELSE ${alias}.kind NOT IN (${listOf(CONTEXT_EDGES)}) END)`;
}
