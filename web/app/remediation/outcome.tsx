import { Button } from '@mantine/core';
import { Link } from '@remix-run/react';
import type { Remediation } from '~/api/remediation.server';
import { Notice } from '~/ui/notice';
import { StatusTag } from '~/ui/status';
import styles from './remediation.module.css';

const SAID: Record<Remediation['status'], string> = {
  queued: 'It will be done in a moment.',
  running: 'Okta is being called.',
  done: 'Done. The graph and the issues follow within seconds.',
  failed: 'It was not done.',
};

/** How far a confirmed change is. */
export function Outcome({ made, onClose }: { made: Remediation; onClose: () => void }) {
  return (
    <div className={styles.outcome}>
      <p className="row" role="status">
        <StatusTag status={made.status} /> {SAID[made.status]}
      </p>
      <Answer made={made} />
      <div className="row">
        <Link to={`/remediations/${made.id}`}>What was done</Link>
        {made.status === 'done' || made.status === 'failed' ? (
          <Button size="compact-sm" variant="default" onClick={onClose}>
            Close this
          </Button>
        ) : null}
      </div>
    </div>
  );
}

/** What Okta said where it did not work at once, and what to do next. */
export function Answer({ made: { status, problem, advice } }: { made: Remediation }) {
  if (problem === null || status === 'done') return null;
  if (status !== 'failed') {
    return (
      <Notice tone="warn" title="It will be tried again">
        {problem}
      </Notice>
    );
  }
  return (
    <Notice tone="bad" title={problem}>
      {advice}
    </Notice>
  );
}
