import { Link } from '@remix-run/react';
import type { IssueSummary } from '~/api/issues.server';
import { SEVERITIES, SeverityShape } from '~/ui/severity';
import { number, words } from '~/ui/words';
import styles from './dashboard.module.css';

/** Open issues by severity as figures and as shares of one bar, and what the last day changed. */
export function SeverityBand({ summary }: { summary: IssueSummary }) {
  const { open, openedLast24h, resolvedLast24h } = summary;
  return (
    <section className={styles.band} aria-label="Open issues">
      <Link to="/issues" className={styles.total}>
        <span className={styles.figure}>{number(open.total)}</span>
        <span>open issues</span>
      </Link>
      <div className={styles.severities}>
        <ul>
          {SEVERITIES.map((severity) => (
            <li key={severity}>
              <Link to={`/issues?severity=${severity}`} className={styles.severity}>
                <span className={styles.figure}>{number(open[severity])}</span>
                <span className={styles.severityName}>
                  <SeverityShape severity={severity} size={11} />
                  {words(severity)}
                </span>
              </Link>
            </li>
          ))}
        </ul>
        <div className={styles.shares} aria-hidden="true">
          {SEVERITIES.map((severity) =>
            open[severity] === 0 ? null : (
              <span key={severity} style={{ flexGrow: open[severity], background: `var(--${severity}-fill)` }} />
            ),
          )}
        </div>
      </div>
      <dl className={styles.day}>
        <div>
          <dt>Opened, 24 h</dt>
          <dd>
            <Link to="/issues?sort=-openedAt">{signed('+', openedLast24h)}</Link>
          </dd>
        </div>
        <div>
          <dt>Resolved, 24 h</dt>
          <dd>
            <Link to="/issues?status=resolved">{signed('−', resolvedLast24h)}</Link>
          </dd>
        </div>
      </dl>
    </section>
  );
}

function signed(sign: string, value: number): string {
  return value === 0 ? '0' : `${sign}${number(value)}`;
}
