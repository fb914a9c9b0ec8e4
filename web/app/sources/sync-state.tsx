import type { SyncRun } from '~/api/sources.server';
import { useSession } from '~/shell/session';
import { ActionButton } from '~/ui/forms';
import { ProgressBar } from '~/ui/meter';
import { Notice } from '~/ui/notice';
import { StatusTag } from '~/ui/status';
import { Ago, Until } from '~/ui/time';
import { number, plural, words } from '~/ui/words';
import { more, percentOf, phaseText, scopeText } from './progress';
import styles from './sources.module.css';

const UNDER_WAY = new Set(['queued', 'running']);

export const isUnderWay = (run: SyncRun | null) => run !== null && UNDER_WAY.has(run.status);

interface SyncStateProps {
  run: SyncRun | null;
  sourceId: string;
}

/** The last sync in a line, its progress while it runs, what failed in it, and the question when it is held. */
export function SyncState({ run, sourceId }: SyncStateProps) {
  const { can } = useSession();
  if (run === null) return <p className={styles.sync}>Never synced.</p>;
  return (
    <>
      <div className={styles.sync}>
        <span>{words(run.kind ?? 'full')} sync</span>
        <StatusTag status={run.status} />
        <span className="mute">
          {run.endedAt === null ? 'started ' : 'ended '}
          <Ago at={run.endedAt ?? run.startedAt} /> · {plural(run.calls, 'API call')} · {plural(run.rowsWritten, 'row')}{' '}
          written
        </span>
      </div>
      {isUnderWay(run) ? (
        <div className={styles.progress}>
          <ProgressBar value={percentOf(run)} label="Sync progress" />
          <div className={styles.progressText}>
            <span className="mute">
              {phaseText(run.progress)}
              {run.estimate === null ? null : (
                <>
                  {' '}
                  · {number(run.estimate.calls)} of about {plural(run.estimate.of, 'API call')}, done{' '}
                  <Until at={run.estimate.readyAt} />
                </>
              )}
            </span>
            {can('sources:manage') ? (
              <ActionButton
                intent="cancel"
                about={run.id}
                action={`/sources/${sourceId}`}
                size="compact-xs"
                variant="default"
              >
                Cancel
              </ActionButton>
            ) : null}
          </div>
        </div>
      ) : null}
      {run.error === null ? null : <p className={styles.syncError}>{run.error}</p>}
      <FailedScopes run={run} />
      {run.status === 'held' ? <Held run={run} sourceId={sourceId} /> : null}
    </>
  );
}

function FailedScopes({ run }: { run: SyncRun }) {
  const failed = run.progress?.failedScopes ?? [];
  if (failed.length === 0) return null;
  return (
    <details className={styles.failed}>
      <summary>{plural(failed.length + (run.progress?.failedMore ?? 0), 'part')} could not be read</summary>
      <ul>
        {failed.map(({ scope, reason }) => (
          <li key={scope}>
            <strong>{scopeText(scope)}</strong>: {reason}
          </li>
        ))}
      </ul>
    </details>
  );
}

function Held({ run, sourceId }: { run: SyncRun; sourceId: string }) {
  const { can } = useSession();
  const held = run.progress?.held ?? [];
  const losses = held.map(
    ({ scope, existing, removing }) => `${scopeText(scope)}: ${number(removing)} of ${number(existing)}`,
  );
  return (
    <div className={styles.held}>
      <Notice tone="warn" title="This sync is held for your word">
        It would remove more than the source allows at once ({losses.join(', ')}
        {more(run.progress?.heldMore ?? 0)}). None of that has been removed. An app that lost its admin role in Okta
        looks just like this, so look there first.
      </Notice>
      {can('sources:manage') ? (
        <div className="row">
          <ActionButton
            intent="confirm"
            about={run.id}
            action={`/sources/${sourceId}`}
            color="crimson"
            variant="outline"
          >
            Confirm the removals
          </ActionButton>
          <ActionButton intent="reject" about={run.id} action={`/sources/${sourceId}`} variant="default">
            Reject and keep everything
          </ActionButton>
        </div>
      ) : null}
    </div>
  );
}
