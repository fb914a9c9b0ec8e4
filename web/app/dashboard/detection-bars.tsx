import { Link } from '@remix-run/react';
import type { IssueSummary } from '~/api/issues.server';
import { SeverityShape } from '~/ui/severity';
import { number } from '~/ui/words';
import styles from './dashboard.module.css';

/** Drawn by the server from the numbers beside the bars: a chart that needs no script and reads as a list. */
export function DetectionBars({ rows }: { rows: IssueSummary['byDetection'] }) {
  const open = rows.filter((row) => row.open > 0).sort((a, b) => b.open - a.open);
  const most = open[0]?.open ?? 1;
  if (open.length === 0) return <p className="mute">No detection has open issues.</p>;
  return (
    <ul className={styles.bars}>
      {open.map((row) => (
        <li key={row.detection}>
          <Link to={`/issues?detection=${row.detection}`} className={styles.barRow}>
            <span className={styles.barName}>
              <SeverityShape severity={row.severity} />
              {row.title}
            </span>
            <span className={styles.barValue}>{number(row.open)}</span>
            <span className={styles.barTrack} aria-hidden="true">
              <span style={{ width: `${(row.open / most) * 100}%`, background: `var(--${row.severity}-fill)` }} />
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
