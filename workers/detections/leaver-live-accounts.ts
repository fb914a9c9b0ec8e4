import { canSignIn, isDeprovisioned, profileGap, roleFacts } from './account-state.ts';
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

/** The account by name and, among several sources, where it is. */
function placed(view: AccountView): string {
  const login = view.attributes.login ?? view.name;
  return view.sourceName ? `${login} in ${view.sourceName}` : login;
}

/** Why the accounts that were seen may not be all there is; null when they are. */
function gapOf(left: AccountView[], all: AccountView[]): Verdict | null {
  for (const view of all) {
    const gap = profileGap(view);
    if (gap) return gap;
  }
  for (const need of ['assignments', 'apps'] as const) {
    const view = left.find((one) => isMissing(one, need));
    if (view) return missing(view, need);
  }
  return null;
}

/** A person has left when any of their sources says so; an account in another source that still works is as live as an app. */
function evaluate(view: AccountView): Verdict {
  const all = [view, ...(view.others ?? [])];
  const known = all.filter((one) => profileGap(one) === null);
  const left = known.filter(isDeprovisioned);
  const live = left.flatMap((one) => one.assignments.filter(isLive));
  const active = left.length > 0 ? known.filter(canSignIn) : [];
  const [first] = left;
  if (!first || live.length + active.length === 0) return gapOf(left, all) ?? PASS;
  const apps = live.map((a) => (a.userName ? `${a.appName} as ${a.userName}` : a.appName)).sort();
  return fail({
    title: leaverLiveAccounts.title,
    severity: 'high',
    facts: {
      status: first.attributes.status,
      deactivatedAt: first.attributes.statusChanged,
      ...(all.length > 1 ? { deactivated: left.map(placed).sort(), stillActive: active.map(placed).sort() } : {}),
      liveAccounts: live.length + active.length,
      apps: apps.slice(0, MAX_NAMED_APPS),
      roles: roleFacts(all.flatMap(({ roles }) => roles)),
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
    'A person is deactivated in one source, and still has a live account in at least one of its active applications, or an account in another source that still signs in. Bookmarks are left out: there is no account behind them.',
  riskAndImpact:
    'Deactivation closes the front door only. Where an application also knows a password, an API token or a long session of its own, the leaver still gets in, unseen by Okta, with everything the account could do. Auditors look for exactly this.',
  remediation:
    '1. Where an account in another source is still active, deactivate it there. In each application listed, deactivate the account and revoke its sessions, tokens and keys; hand over what it owns.\n2. Then remove the assignment in Okta, so that the record is right.\n3. Turn on "Deactivate users" in the provisioning settings of these applications; where an application has no SCIM, add it to the leaver checklist with an owner and a deadline.\n4. Look in the application’s own log for use after the day of leaving.',
  evaluate,
};
