import { type Principal, seesSource } from '../auth/principal.ts';
import { MINUTE, type Millis, SECOND } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import { notFound } from '../platform/errors.ts';
import { auditRequest } from './audit-line.ts';
import { isTyped } from './confirm-name.ts';
import { planOf } from './plan.ts';
import type { Plan, RemediationRequest } from './plan.types.ts';
import { notConfirmed, planExpired, planNotYours, tooMany } from './remediation.errors.ts';
import {
  confirmPlan,
  countPlans,
  getRemediation,
  hourFreeAt,
  insertPlan,
  MAX_PER_HOUR,
  MAX_PLANS_PER_HOUR,
  type Remediation,
} from './remediations.repository.ts';
import { mustBeOn } from './settings.ts';
import { readStored } from './stored.ts';

/** How long a plan may be confirmed: what it shows may change. */
export const PLAN_LIFE: Millis = 10 * MINUTE;

export interface MadePlan {
  plan: Plan;
  digest: string;
  /** Null when there is a reason not to do it: it is shown, and cannot be confirmed. */
  planId: string | null;
  expiresAt: Millis | null;
}

/**
 * The dry run of a request, kept for ten minutes so that just that can be confirmed. Throws `remediation.disabled`,
 * `remediation.too_many`, `not_found`, `invalid_request`, `source.disabled`, `okta.…`.
 */
export async function makePlan(
  deps: Deps,
  tenantId: string,
  by: Principal,
  request: RemediationRequest,
): Promise<MadePlan> {
  await mustBeOn(deps, tenantId);
  if ((await countPlans(deps, tenantId, deps.clock.now())) >= MAX_PLANS_PER_HOUR) {
    throw tooMany({ detail: `At most ${MAX_PLANS_PER_HOUR} plans an hour.`, retryAfter: (10 * MINUTE) / SECOND });
  }
  const { plan, digest } = await planOf(deps, tenantId, by, request);
  const possible = plan.refusals.length === 0;
  const now = deps.clock.now();
  const row = {
    tenantId,
    id: deps.ids.next('rmd'),
    sourceId: plan.source.id,
    action: plan.action,
    request: JSON.stringify(request),
    confirm: plan.confirm,
    digest,
    plan: JSON.stringify(plan),
    requestedBy: JSON.stringify(by),
    createdAt: now,
    // one that is refused is kept for the count alone
    expiresAt: possible ? now + PLAN_LIFE : now,
  };
  await insertPlan(deps, row);
  return { plan, digest, planId: possible ? row.id : null, expiresAt: possible ? row.expiresAt : null };
}

/**
 * Queues a plan whose target's name was typed by the person it was shown to. Saying it again answers the same. Throws
 * `not_found`, `remediation.disabled`, `remediation.plan_not_yours`, `remediation.not_confirmed`,
 * `remediation.plan_expired`, `remediation.too_many`.
 */
export async function confirm(
  deps: Deps,
  tenantId: string,
  by: Principal,
  input: { planId: string; confirm: string },
): Promise<Remediation> {
  await mustBeOn(deps, tenantId);
  const row = await visibleRemediation(deps, tenantId, by, input.planId);
  const stored = readStored(row);
  if (stored.by.id !== by.id) throw planNotYours({ detail: 'Make a plan of your own and look at it.' });
  if (!isTyped(input.confirm, row.confirm)) throw notConfirmed({ detail: `Type ${row.confirm}` });
  if (row.status !== 'planned') return row;
  const now = deps.clock.now();
  if (row.expiresAt <= now) throw planExpired();
  const queued = await confirmPlan(deps, tenantId, row.id, now);
  const after = await visibleRemediation(deps, tenantId, by, row.id);
  if (!queued && after.status === 'planned') {
    const wait = (await hourFreeAt(deps, tenantId, now)) - now;
    throw tooMany({ detail: `At most ${MAX_PER_HOUR} an hour.`, retryAfter: Math.max(1, Math.ceil(wait / SECOND)) });
  }
  await auditRequest(deps, after, by, stored.plan);
  return after;
}

/** A remediation or plan, if its source is one that the principal may see. Throws `not_found`. */
export async function visibleRemediation(
  deps: Pick<Deps, 'evidence'>,
  tenantId: string,
  by: Principal,
  id: string,
): Promise<Remediation> {
  const row = await getRemediation(deps, tenantId, id);
  if (!row || !seesSource(by, row.sourceId)) throw notFound();
  return row;
}
