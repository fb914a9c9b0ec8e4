import type { Deps } from '../platform/deps.ts';
import { makeCall } from './call.ts';
import { enrolledBefore, isMade } from './look.ts';
import type { OktaAccess } from './okta-access.ts';
import type { CallAnswer } from './plan.types.ts';
import { gaveUp } from './remediation.errors.ts';
import { beginCall, LEASE, noteProgress, type Remediation } from './remediations.repository.ts';
import type { Stored } from './stored.ts';

/** Of a call whose own answer nobody got. */
const ANSWER_LOST = 'The answer was lost; Okta shows that it was done.';

/**
 * Makes the next call of a plan: its intent is noted before, and its answer after. Where a run broke off in between,
 * Okta is asked first whether it is so already. `over`: it is too late to change anything, and only looked at. False
 * when another run has taken the remediation. Throws what the client throws, and `remediation.gave_up`.
 */
export async function nextCall(
  deps: Pick<Deps, 'evidence' | 'clock'>,
  row: Remediation,
  stored: Stored,
  lease: string,
  okta: OktaAccess,
  over: boolean,
): Promise<boolean> {
  const { answers } = stored;
  answers.push(await answerOf(deps, row, stored, lease, okta, over));
  stored.intent = null;
  const leaseUntil = deps.clock.now() + LEASE;
  const progress = { answers: JSON.stringify(answers), callsDone: answers.length, intent: null, leaseUntil };
  return noteProgress(deps, row, lease, progress, false);
}

async function answerOf(
  deps: Pick<Deps, 'evidence' | 'clock'>,
  row: Remediation,
  stored: Stored,
  lease: string,
  okta: OktaAccess,
  over: boolean,
): Promise<CallAnswer> {
  const at = stored.answers.length;
  const call = stored.plan.calls[at];
  if (!call) throw new RangeError('The plan has no such call.');
  const begun = stored.intent?.call === at ? stored.intent : null;
  if (begun) {
    const made = await isMade(okta, call, begun.enrolled);
    if (made) return { method: call.method, path: call.path, status: 200, note: ANSWER_LOST };
    stored.unsure = made === null;
  }
  if (over) throw gaveUp(row.problem === null ? {} : { detail: row.problem });
  const intent = begun ?? { call: at, enrolled: await enrolledBefore(okta, call) };
  if (!(await beginCall(deps, row, lease, JSON.stringify(intent), deps.clock.now()))) {
    throw new Error('the lease ran out');
  }
  stored.intent = intent;
  return makeCall(okta, call);
}
