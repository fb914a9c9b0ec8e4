import { Link } from '@remix-run/react';
import type { IdentityDetail } from '~/api/identities.server';
import { StatusTag } from '~/ui/status';
import styles from './identities.module.css';

const ORDER = ['fail', 'unknown', 'pass'];
const LABELS: Record<string, string> = { fail: 'Fails', unknown: 'Unknown', pass: 'Passes' };

interface VerdictsProps {
  verdicts: IdentityDetail['verdicts'];
  titles: Record<string, string>;
}

/** Failing first, then what is not known and why. */
export function Verdicts({ verdicts, titles }: VerdictsProps) {
  if (verdicts.length === 0) return <p className="mute">Not checked yet. The first sync ends with all checks.</p>;
  const sorted = [...verdicts].sort((a, b) => ORDER.indexOf(a.status) - ORDER.indexOf(b.status));
  return (
    <ul className={styles.verdicts}>
      {sorted.map((verdict) => (
        <li key={`${verdict.detection} ${verdict.status} ${verdict.reason ?? ''}`}>
          <Link to={`/detections#${verdict.detection}`}>{titles[verdict.detection] ?? verdict.detection}</Link>
          <StatusTag status={verdict.status} label={LABELS[verdict.status]} />
          {verdict.reason === null ? null : <p>{verdict.reason}</p>}
        </li>
      ))}
    </ul>
  );
}
