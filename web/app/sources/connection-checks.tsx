import type { TestResult } from '~/api/sources.server';
import { StatusTag } from '~/ui/status';
import { Ago } from '~/ui/time';
import styles from './sources.module.css';

export function ConnectionChecks({ test }: { test: TestResult | null }) {
  if (test === null) return <p className="mute">Not tested yet.</p>;
  return (
    <>
      <ul className={styles.checks}>
        {test.checks.map((check) => (
          <li key={check.name}>
            <StatusTag status={check.ok ? 'connected' : 'failed'} label={check.ok ? 'Reads' : 'Fails'} />
            <strong>{check.name}</strong>
            <span className="break">
              {check.detail === null ? '' : `${check.detail} `}
              {check.needs === null ? null : <code>{check.needs}</code>}
              {check.ok || check.role === null ? null : <span className="mute"> and the role {check.role}</span>}
              {check.ok || check.required ? null : <span className="mute"> (optional)</span>}
            </span>
          </li>
        ))}
      </ul>
      <p className="mute" style={{ marginTop: '0.6rem' }}>
        Tested <Ago at={test.at} />
      </p>
    </>
  );
}
