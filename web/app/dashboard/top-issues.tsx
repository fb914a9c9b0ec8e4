import { Link } from '@remix-run/react';
import type { Issue } from '~/api/issues.server';
import { Empty } from '~/ui/page';
import { Priority } from '~/ui/priority';
import { SeverityTag } from '~/ui/severity';
import { Ago } from '~/ui/time';
import styles from './dashboard.module.css';

export function TopIssues({ issues }: { issues: Issue[] }) {
  if (issues.length === 0) {
    return <Empty title="No open issues">Issues appear here within seconds of the event that causes them.</Empty>;
  }
  return (
    <ol className={styles.top}>
      {issues.map((issue) => (
        <li key={issue.id}>
          <Link to={`/issues/${issue.id}`} className={styles.topRow} prefetch="intent">
            <Priority value={issue.priority} />
            <span className={styles.topText}>
              <strong>{issue.title}</strong>
              <span className="mute break">{issue.subject.name}</span>
            </span>
            <SeverityTag severity={issue.severity} />
            <span className={styles.topAge}>
              <Ago at={issue.openedAt} />
            </span>
          </Link>
        </li>
      ))}
    </ol>
  );
}
