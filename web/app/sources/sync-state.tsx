import type { SyncRun } from '~/api/sources.server';
import { useSession } from '~/shell/session';
import { ActionButton } from '~/ui/forms';
import { ProgressBar } from '~/ui/meter';
import { Notice } from '~/ui/notice';
import { StatusTag } from '~/ui/status';
import { Ago } from '~/ui/time';
import { plural, words } from '~/ui/words';
import { progressOf } from './progress';
import styles from './sources.module.css';

const UNDER_WAY = new Set(['queued', 'pending', 'running', 'waiting']);

export const isUnderWay = (run: SyncRun | null) => run !== null && UNDER_WAY.has(run.status);

/** The last sync in a line, its progress while it runs, and the question when it is held. */
export function SyncState({ run, sourceId }: { run: SyncRun | null; sourceId: string }) {
  if (run === null) return <p className={styles.sync}>Never synced.</p>;
  const progress = progressOf(run.progress);
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
          <ProgressBar value={progress.percent} label="Sync progress" />
          <span className="mute">{progress.text}</span>
        </div>
      ) : null}
      {run.status === 'held' ? <Held run={run} sourceId={sourceId} /> : null}
    </>
  );
}

function Held({ run, sourceId }: { run: SyncRun; sourceId: string }) {
  const { can } = useSession();
  return (
    <div className={styles.held}>
      <Notice tone="warn" title="This sync is held for your word">
        It would remove more than the source allows at once. {progressOf(run.progress).text} Nothing has been removed.
        An app that lost its admin role in Okta looks just like this, so look there first.
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
