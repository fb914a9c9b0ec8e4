import { defineError } from '../platform/errors.ts';

export const issueNotFound = defineError({ code: 'issue.not_found', status: 404, title: 'Issue not found' });
export const issueNotOpen = defineError({ code: 'issue.not_open', status: 409, title: 'The issue is not open' });
export const issueNotDismissed = defineError({
  code: 'issue.not_dismissed',
  status: 409,
  title: 'The issue is not dismissed',
});
export const unknownAssignee = defineError({
  code: 'issue.unknown_assignee',
  status: 400,
  title: 'There is no such user to assign to',
});
export const integrationDisabled = defineError({
  code: 'integration.disabled',
  status: 409,
  title: 'The integration is switched off',
});
/** Other writers kept changing the same issues: doing it again later works. */
export const issuesContended = defineError({
  code: 'issue.contended',
  status: 503,
  title: 'The issues are being changed by others',
});
