import { type Principal, seesSource } from '../auth/principal.ts';
import type { Deps } from '../platform/deps.ts';
import type { Issue } from './issue.ts';
import { issueNotFound } from './issues.errors.ts';
import { getIssue } from './issues.repository.ts';
import { issuesByIds } from './verdict-writes.repository.ts';

/** The issue, if the tenant has it and its source is one that the principal may work on. Throws `issue.not_found`. */
export async function visibleIssue(
  deps: Pick<Deps, 'evidence'>,
  tenantId: string,
  principal: Principal,
  id: string,
): Promise<Issue> {
  const issue = await getIssue(deps, tenantId, id);
  if (!issue || !seesSource(principal, issue.subjectSource)) throw issueNotFound({ detail: 'There is no such issue.' });
  return issue;
}

/** All of the issues, each once. Throws `issue.not_found`, with the ids, when one of them is not visible. */
export async function visibleIssues(
  deps: Pick<Deps, 'evidence'>,
  tenantId: string,
  principal: Principal,
  ids: string[],
): Promise<Issue[]> {
  const wanted = [...new Set(ids)];
  const found = await issuesByIds(deps, tenantId, wanted);
  const issues = [...found.values()].filter((issue) => seesSource(principal, issue.subjectSource));
  const visible = new Set(issues.map((issue) => issue.id));
  const missing = wanted.filter((id) => !visible.has(id));
  if (missing.length > 0) throw issueNotFound({ detail: 'Some issues do not exist.', fields: { issueIds: missing } });
  return issues;
}
