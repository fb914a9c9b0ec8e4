import { OPERATOR_TENANT } from '../../db/control/schema.ts';
import { tenantSuspended } from '../auth/auth.errors.ts';
import { holds, type Principal, seesSource } from '../auth/principal.ts';
import { findTenant } from '../auth/tenants.repository.ts';
import { findUser, principalOf } from '../auth/users.repository.ts';
import { DAY, HOUR, MINUTE, type Millis, SECOND } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import { describeError, isTransient, PosternError } from '../platform/errors.ts';
import { getSource } from '../sources/sources.repository.ts';
import { sourceDisabled } from '../sync/sync.errors.ts';
import { adviceFor } from './advice.ts';
import { auditOutcome, auditRequest } from './audit-line.ts';
import { followUp } from './follow.ts';
import { type OktaAccess, openOkta } from './okta-access.ts';
import { examine } from './plan.ts';
import { gaveUp, notAllowed, notPossible, orgChanged } from './remediation.errors.ts';
import {
  deleteOld,
  dueRemediations,
  getRemediation,
  noteProgress,
  type Remediation,
  takeRemediation,
} from './remediations.repository.ts';
import { mustBeOn } from './settings.ts';
import { nextCall } from './step.ts';
import { readStored, type Stored } from './stored.ts';

/** What Okta does not let be done within this time after the confirmation is given up: people agreed to it for now. */
export const GIVE_UP_AFTER: Millis = HOUR;
const FIRST_BACKOFF: Millis = 10 * SECOND;
const LONGEST_BACKOFF: Millis = 10 * MINUTE;
/** Plans nobody confirmed, and what was done. */
const PLANS_KEPT: Millis = DAY;
const ENDED_KEPT: Millis = 400 * DAY;

/** Goes on with what is due of every tenant. For the minute's tick; safe to run twice. */
export async function continueRemediations(deps: Deps): Promise<void> {
  for (const db of deps.evidenceShards) {
    for (const { tenantId, id } of await dueRemediations(db, deps.clock.now()))
      await runRemediation(deps, tenantId, id);
  }
}

/** Nightly. Returns how many rows went. */
export async function purgeRemediations(deps: Pick<Deps, 'evidenceShards' | 'clock'>): Promise<number> {
  const now = deps.clock.now();
  let gone = 0;
  for (const db of deps.evidenceShards) gone += await deleteOld(db, now - PLANS_KEPT, now - ENDED_KEPT);
  return gone;
}

/**
 * Makes a confirmed change, if nobody else is at it. Each call is noted before it is made and after Okta has answered
 * it: after a run that broke off in between, Okta is asked whether it was done. What may work later is tried again by
 * the minute's tick, for an hour. However it ends, what may have changed is read anew.
 */
export async function runRemediation(deps: Deps, tenantId: string, id: string): Promise<void> {
  const lease = deps.ids.next('rmd');
  const row = await takeRemediation(deps, tenantId, id, lease, deps.clock.now());
  if (!row) return;
  try {
    await work(deps, row, lease);
  } catch (error) {
    await tryLater(deps, row, lease, error);
  }
}

async function work(deps: Deps, row: Remediation, lease: string): Promise<void> {
  const stored = readStored(row);
  const { answers, plan, by } = stored;
  await auditRequest(deps, row, by, plan);
  try {
    const okta = answers.length < plan.calls.length ? await opened(deps, row, stored) : null;
    while (okta && answers.length < plan.calls.length) {
      // another run has taken it: it is that one's now
      if (!(await nextCall(deps, row, stored, lease, okta, isOver(deps, row) && row.attempts > 1))) return;
    }
  } catch (error) {
    if (!isFinal(error)) throw error;
    await end(deps, row, stored, lease, error);
    return;
  }
  await end(deps, row, stored, lease, null);
}

function isOver({ clock }: Pick<Deps, 'clock'>, { confirmedAt }: Remediation): boolean {
  return confirmedAt !== null && clock.now() - confirmedAt >= GIVE_UP_AFTER;
}

/** The org, looked at once more before the first call: what was agreed to must be what happens. */
async function opened(deps: Deps, row: Remediation, stored: Stored): Promise<OktaAccess> {
  const { tenantId, status } = row;
  const { request } = stored;
  if ((await findTenant(deps, tenantId))?.status === 'suspended') throw tenantSuspended();
  await mustBeOn(deps, tenantId);
  const by = await asOfNow(deps, row, stored.by);
  if (status === 'running') {
    const source = await getSource(deps, tenantId, row.sourceId);
    if (source === null || source.status === 'disabled') throw sourceDisabled();
    return openOkta(deps, tenantId, source, request);
  }
  const { okta, checked, digest } = await examine(deps, tenantId, by, request);
  const [first] = checked.refusals;
  if (first) throw notPossible({ detail: checked.refusals.map(({ text }) => text).join(' ') });
  if (digest !== row.digest) throw orgChanged({ detail: 'Other calls than the plan named would be made now.' });
  return okta;
}

/**
 * Who confirmed it, with the rights of now: what was agreed to by somebody who may not any more is not done. Throws
 * `remediation.not_allowed`.
 */
async function asOfNow(deps: Deps, row: Remediation, by: Principal): Promise<Principal> {
  if (by.kind !== 'user') return by;
  const user = await findUser(deps, by.role === 'operator' ? OPERATOR_TENANT : row.tenantId, by.id);
  const now = user && user.disabledAt === null ? principalOf(user) : null;
  if (!now || !holds(now, 'remediate') || !seesSource(now, row.sourceId)) {
    throw notAllowed({ detail: `${by.name} may not change this source any more.` });
  }
  return now;
}

/** Saying it again to Okta would not change the answer. */
function isFinal(error: unknown): error is PosternError {
  return error instanceof PosternError && !isTransient(error);
}

/** What was touched is read anew first: a run that dies in here ends it once more. */
async function end(
  deps: Deps,
  row: Remediation,
  { plan, by, answers, intent, request, unsure }: Stored,
  lease: string,
  error: PosternError | null,
): Promise<void> {
  const made = answers.length === plan.calls.length;
  if (answers.length > 0 || intent !== null) await followUp(deps, row, request, plan, made);
  const problem = error && (error.detail ?? error.title);
  const status = error ? ('failed' as const) : ('done' as const);
  await auditOutcome(deps, row, by, plan, { status, answers, problem });
  const done = answers.length > 0 ? 'partly' : unsure ? 'unknown' : 'nothing';
  const advice = error && adviceFor(error, request, done);
  const progress = { status, problem, advice, endedAt: deps.clock.now(), nextAttemptAt: null };
  await noteProgress(deps, row, lease, progress, true);
}

/** Later, or not at all any more. */
async function tryLater(deps: Deps, row: Remediation, lease: string, error: unknown): Promise<void> {
  const now = deps.clock.now();
  const posternError = error instanceof PosternError ? error : null;
  deps.log.warn('remediation will be tried again', { tenantId: row.tenantId, id: row.id, ...describeError(error) });
  const problem = posternError ? (posternError.detail ?? posternError.title) : 'Something went wrong here.';
  const stored = readStored((await getRemediation(deps, row.tenantId, row.id)) ?? row);
  // where every call is made, only what follows is missing
  if (isOver(deps, row) && stored.answers.length < stored.plan.calls.length) {
    return end(deps, row, stored, lease, gaveUp({ detail: problem }));
  }
  const backoff = Math.min(LONGEST_BACKOFF, FIRST_BACKOFF * 2 ** Math.min(row.attempts, 10));
  const wait = Math.max(backoff, (posternError?.retryAfter ?? 0) * SECOND);
  await noteProgress(deps, row, lease, { problem, nextAttemptAt: now + wait }, true);
}
