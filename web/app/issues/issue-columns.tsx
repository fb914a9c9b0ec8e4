import { Checkbox } from '@mantine/core';
import { Link } from '@remix-run/react';
import type { Issue } from '~/api/issues.server';
import type { Column } from '~/ui/data-table';
import { None } from '~/ui/none';
import { Priority } from '~/ui/priority';
import { SeverityTag } from '~/ui/severity';
import { StatusTag } from '~/ui/status';
import { Ago } from '~/ui/time';
import { BULK_FORM, SelectAll } from './bulk-bar';
import styles from './issues.module.css';

interface IssueColumns {
  /** Rows can be chosen, to be sent on. */
  selectable: boolean;
  /** The list holds issues of every status. */
  mixed: boolean;
  sources: Map<string, string>;
  users: Map<string, string>;
}

export function columnsOf({ selectable, mixed, sources, users }: IssueColumns): Column<Issue>[] {
  const select: Column<Issue> = {
    key: 'select',
    header: <SelectAll />,
    width: '2.5rem',
    narrow: 'bare',
    cell: (issue) => (
      <Checkbox
        form={BULK_FORM}
        name="issue"
        value={issue.id}
        aria-label={`Select ${issue.title}, ${issue.subject.name}`}
      />
    ),
  };
  const status: Column<Issue> = {
    key: 'status',
    header: 'Status',
    width: '6.5rem',
    narrow: 'bare',
    cell: (issue) => <StatusTag status={issue.status} />,
  };
  const columns: Column<Issue>[] = [
    {
      key: 'priority',
      header: 'Priority',
      sort: 'priority',
      first: 'desc',
      width: '7rem',
      cell: (issue) => <Priority value={issue.priority} />,
    },
    {
      key: 'title',
      header: 'Issue',
      narrow: 'title',
      cell: (issue) => (
        <Link to={`/issues/${issue.id}`} className={styles.title} prefetch="intent">
          {issue.title}
        </Link>
      ),
    },
    {
      key: 'subject',
      header: 'Subject',
      narrow: 'bare',
      cell: (issue) => <span className="break">{issue.subject.name}</span>,
    },
    {
      key: 'severity',
      header: 'Severity',
      width: '6rem',
      narrow: 'bare',
      cell: (issue) => <SeverityTag severity={issue.severity} />,
    },
    ...(mixed ? [status] : []),
    {
      key: 'source',
      header: 'Source',
      cell: (issue) => sources.get(issue.subject.source) ?? issue.subject.source,
    },
    {
      key: 'assignee',
      header: 'Assignee',
      cell: (issue) => (issue.assignee === null ? <None /> : (users.get(issue.assignee) ?? 'Assigned')),
    },
    {
      key: 'age',
      header: 'Age',
      sort: 'openedAt',
      first: 'desc',
      align: 'right',
      width: '5rem',
      cell: (issue) => <Ago at={issue.openedAt} suffix="" />,
    },
  ];
  return selectable ? [select, ...columns] : columns;
}
