import { audit } from '../auth/audit.ts';
import { type Principal, seesSource } from '../auth/principal.ts';
import { findUser } from '../auth/users.repository.ts';
import { getIntegration } from '../outbound/integrations.repository.ts';
import { publishIssueChange } from '../outbound/publish.ts';
import type { Deps } from '../platform/deps.ts';
import { visibleIssue, visibleIssues } from './access.ts';
import type { DismissReason, HistoryChange, Issue } from './issue.ts';
import { integrationDisabled, issueNotDismissed, issueNotOpen, unknownAssignee } from './issues.errors.ts';
import { addNotes, lastReopening, moveIssue, type PersonNote, setAssignee } from './lifecycle.repository.ts';

/** What people and tokens do with issues. Each leaves history and a line of the audit log. */
type LifecycleDeps = Pick<Deps, 'evidence' | 'control' | 'clock' | 'ids' | 'env'>;

function noteOf(deps: LifecycleDeps, principal: Principal, change: HistoryChange, detail: string | null): PersonNote {
  return { id: deps.ids.next('hst'), at: deps.clock.now(), change, by: principal.id, detail };
}

/**
 * Sets an open issue aside. It stays dismissed while the condition lasts, resolves with it, and opens again when the
 * condition returns later. Throws `issue.not_found`, `issue.not_open`.
 */
export async function dismissIssue(
  deps: LifecycleDeps,
  tenantId: string,
  principal: Principal,
  id: string,
  why: { reason: DismissReason; note: string | null },
): Promise<Issue> {
  await visibleIssue(deps, tenantId, principal, id);
  const detail = why.note === null ? why.reason : `${why.reason}: ${why.note}`;
  const note = noteOf(deps, principal, 'dismissed', detail);
  const moved = await moveIssue(deps, tenantId, id, { from: 'open', to: 'dismissed', dismiss: why }, note);
  if (!moved) throw issueNotOpen({ detail: 'Only an open issue can be dismissed.' });
  await audit(deps, tenantId, principal, {
    action: 'issue.dismiss',
    targetKind: 'issue',
    targetId: id,
    detail: { reason: why.reason, note: why.note },
  });
  return visibleIssue(deps, tenantId, principal, id);
}

/**
 * Takes a dismissed issue up again and tells the outbound queue. Repeating it tells the queue again with the same time,
 * so that a call that died before the queue had it can be repeated. Throws `issue.not_found`, `issue.not_dismissed`.
 */
export async function reopenIssue(
  deps: LifecycleDeps,
  tenantId: string,
  principal: Principal,
  id: string,
): Promise<Issue> {
  const issue = await visibleIssue(deps, tenantId, principal, id);
  const note = noteOf(deps, principal, 'reopened', 'Taken up again');
  const move = { from: 'dismissed', to: 'open', dismiss: null } as const;
  const moved = await moveIssue(deps, tenantId, id, move, note);
  if (moved) {
    await audit(deps, tenantId, principal, { action: 'issue.reopen', targetKind: 'issue', targetId: id });
  }
  const at = moved ? note.at : issue.status === 'open' ? await lastReopening(deps, tenantId, id, principal.id) : null;
  if (at === null) throw issueNotDismissed({ detail: 'Only a dismissed issue can be reopened.' });
  await publishIssueChange(deps, [{ v: 1, tenantId, issueId: id, change: 'reopened', at }]);
  return visibleIssue(deps, tenantId, principal, id);
}

/** Gives the issue to a user of the tenant, or to nobody. Throws `issue.not_found`, `issue.unknown_assignee`. */
export async function assignIssue(
  deps: LifecycleDeps,
  tenantId: string,
  principal: Principal,
  id: string,
  assignee: string | null,
): Promise<Issue> {
  const issue = await visibleIssue(deps, tenantId, principal, id);
  let detail = 'Assigned to nobody';
  if (assignee !== null) {
    const user = await findUser(deps, tenantId, assignee);
    if (!user || user.disabledAt !== null) throw unknownAssignee({ detail: 'Name an enabled user of this tenant.' });
    if (!seesSource(user, issue.subjectSource)) {
      throw unknownAssignee({ detail: 'This user may not see issues of that source.' });
    }
    detail = `Assigned to ${user.name}`;
  }
  if (await setAssignee(deps, tenantId, id, assignee, noteOf(deps, principal, 'assigned', detail))) {
    await audit(deps, tenantId, principal, {
      action: 'issue.assign',
      targetKind: 'issue',
      targetId: id,
      detail: { assignee },
    });
  }
  return visibleIssue(deps, tenantId, principal, id);
}

/**
 * Sends issues to one integration, whatever their status. Returns how many. Throws `issue.not_found` (nothing is sent),
 * `not_found` for the integration, `integration.disabled`.
 */
export async function sendIssues(
  deps: LifecycleDeps,
  tenantId: string,
  principal: Principal,
  integrationId: string,
  issueIds: string[],
): Promise<number> {
  const issues = await visibleIssues(deps, tenantId, principal, issueIds);
  const integration = await getIntegration(deps, tenantId, integrationId);
  if (integration.status === 'disabled') throw integrationDisabled({ detail: 'Switch the integration on first.' });
  const at = deps.clock.now();
  await publishIssueChange(
    deps,
    issues.map((issue) => ({ v: 1, tenantId, issueId: issue.id, change: 'manual', at, integrationId })),
  );
  const detail = `Sent to ${integration.name}`;
  const notes = issues.map((issue) => ({ ...noteOf(deps, principal, 'sent', detail), issueId: issue.id }));
  await addNotes(deps, tenantId, notes);
  await audit(deps, tenantId, principal, {
    action: 'issue.send',
    targetKind: 'integration',
    targetId: integrationId,
    detail: { issues: issues.map((issue) => issue.id) },
  });
  return issues.length;
}
