import { type CheckContext, type Checked, must, refusal } from './check.types.ts';
import { liveFactor, liveUser, readOne, readRows, seg } from './okta-reads.ts';
import type { PlannedCall, Refusal } from './plan.types.ts';
import { type AccountTarget, refOf } from './target.ts';

/** Sessions, suspension, factors: what happens to an account itself. */
export async function checkAccount({ okta, target }: CheckContext): Promise<Checked> {
  const account = must(target.account);
  const { action } = target.request;
  const path = `/api/v1/users/${seg(account.nativeId)}`;
  const user = await readOne(okta, path, liveUser);
  const found: Checked = { subject: refOf(account), object: null, calls: [], refusals: [], warnings: [] };
  if (!user) {
    found.refusals.push(refusal('gone', `Okta has no user ${account.name} any more.`));
    return found;
  }
  const { status } = user;
  found.calls.push(callOf(action, path, account));
  const wrong = wrongStatus(action, status, account.name);
  if (wrong) found.refusals.push(wrong);
  if (action === 'suspend') {
    found.warnings.push({
      code: 'apps_stay_open',
      text: 'Okta ends the sessions in Okta. Sessions inside apps end when the apps ask again.',
    });
  }
  if (action === 'reset_factors' && !wrong) {
    const { rows } = await readRows(okta, `${path}/factors`, liveFactor);
    const kinds = [...new Set(rows.map((factor) => factor.factorType))].sort();
    if (rows.length === 0) found.refusals.push(refusal('nothing_to_do', `${account.name} has no factor enrolled.`));
    else {
      found.warnings.push({
        code: 'enrols_anew',
        text: `Removes ${rows.length} (${kinds.join(', ')}). Whoever knows the password enrols the next factor: end the sessions and change the password as well, if it may be known.`,
      });
    }
  }
  return found;
}

function callOf(action: string, path: string, { name }: AccountTarget): PlannedCall {
  switch (action) {
    case 'revoke_sessions':
      return {
        method: 'DELETE',
        path: `${path}/sessions?oauthTokens=true&forgetDevices=true`,
        what: `Ends every Okta session of ${name}, revokes its OAuth tokens and forgets its remembered devices`,
      };
    case 'suspend':
      return {
        method: 'POST',
        path: `${path}/lifecycle/suspend`,
        what: `Suspends ${name}: no sign-in until it is lifted`,
      };
    case 'unsuspend':
      return { method: 'POST', path: `${path}/lifecycle/unsuspend`, what: `Lifts the suspension of ${name}` };
    default:
      return { method: 'POST', path: `${path}/lifecycle/reset_factors`, what: `Removes every factor of ${name}` };
  }
}

/** Okta suspends active users only, and lifts what is suspended only (400 E0000001 otherwise). */
function wrongStatus(action: string, status: string, name: string): Refusal | null {
  if (action === 'suspend' && status !== 'ACTIVE') {
    if (status === 'SUSPENDED') return refusal('nothing_to_do', `${name} is suspended already.`);
    if (status === 'DEPROVISIONED') return refusal('nothing_to_do', `${name} is deactivated: it cannot sign in.`);
    const how = status === 'LOCKED_OUT' ? 'unlock it first, or deactivate it' : 'deactivate it instead';
    return refusal('not_active', `Okta suspends active users only, and ${name} is ${status}: ${how}, in Okta.`);
  }
  if (action === 'unsuspend' && status !== 'SUSPENDED') {
    return refusal('nothing_to_do', `${name} is not suspended but ${status}.`);
  }
  if (status === 'DEPROVISIONED') return refusal('nothing_to_do', `${name} is deactivated: there is nothing to take.`);
  return null;
}
