import styles from './marks.module.css';
import { words } from './words';

export const SEVERITIES = ['critical', 'high', 'medium', 'low'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** A shape of its own for each severity, so that colour is never the only sign. */
const SHAPES: Record<Severity, string> = {
  critical: 'M6 0.4 11.6 6 6 11.6 0.4 6z',
  high: 'M6 0.8 11.6 11H0.4z',
  medium: 'M1.2 1.2h9.6v9.6H1.2z',
  low: 'M6 1a5 5 0 1 1 0 10A5 5 0 0 1 6 1z',
};

export function SeverityShape({ severity, size = 10 }: { severity: Severity; size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 12 12" aria-hidden="true" focusable="false" className={styles.shape}>
      <path d={SHAPES[severity]} fill={`var(--${severity}-fill)`} />
    </svg>
  );
}

export function SeverityTag({ severity }: { severity: Severity }) {
  return (
    <span className={styles.tag} data-tone={severity}>
      <SeverityShape severity={severity} />
      {words(severity)}
    </span>
  );
}
