import { isDeprovisioned, profileGap, roleFacts } from './account-state.ts';
import type { AccountView, AppAssignment, Detection, Verdict } from './types.ts';
import { fail, isMissing, missing, PASS } from './verdicts.ts';

/** Statuses of an app's account in which it is there and usable, or about to be. */
const LIVE_STATUSES: ReadonlySet<string> = new Set(['ACTIVE', 'PROVISIONED', 'IMPORTED', 'MATCHED', 'APPROVED']);

/** Apps named in the evidence at most; the number of all of them is beside it. */
const MAX_NAMED_APPS = 50;

function isLive(assignment: AppAssignment): boolean {
  // A bookmark is a link: there is no account behind it.
  if (assignment.appStatus !== 'ACTIVE' || assignment.signOnMode === 'BOOKMARK') return false;
  return LIVE_STATUSES.has(assignment.status);
}

function evaluate(view: AccountView): Verdict {
  const gap = profileGap(view);
  if (gap) return gap;
  if (!isDeprovisioned(view)) return PASS;
  const live = view.assignments.filter(isLive);
  if (live.length === 0) {
    if (isMissing(view, 'assignments')) return missing(view, 'assignments');
    return isMissing(view, 'apps') ? missing(view, 'apps') : PASS;
  }
  const apps = live.map((a) => (a.userName ? `${a.appName} as ${a.userName}` : a.appName)).sort();
  return fail({
    title: leaverLiveAccounts.title,
    severity: 'high',
    facts: {
      status: view.attributes.status,
      deactivatedAt: view.attributes.statusChanged,
      liveAccounts: live.length,
      apps: apps.slice(0, MAX_NAMED_APPS),
      roles: roleFacts(view.roles),
    },
    eventIds: [],
  });
}

export const leaverLiveAccounts: Detection = {
  id: 'leaver-live-accounts',
  title: 'Partially Offboarded User',
  category: 'Offboarding',
  subjectKind: 'identity',
  severity: 'high',
  needs: ['users', 'apps', 'assignments'],
  description:
    'A person is deactivated in Okta, and still has a live account in at least one active application. Bookmarks are left out: there is no account behind them.',
  riskAndImpact:
    'Deactivation closes the front door only. Where an application also knows a password, an API token or a long session of its own, the leaver still gets in, unseen by Okta, with everything the account could do. Auditors look for exactly this.',
  remediation:
    '1. In each application listed, deactivate the account and revoke its sessions, tokens and keys; hand over what it owns.\n2. Then remove the assignment in Okta, so that the record is right.\n3. Turn on "Deactivate users" in the provisioning settings of these applications; where an application has no SCIM, add it to the leaver checklist with an owner and a deadline.\n4. Look in the application’s own log for use after the day of leaving.',
  evaluate,
};
