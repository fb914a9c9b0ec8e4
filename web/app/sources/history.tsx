import { NativeSelect } from '@mantine/core';
import { Form } from '@remix-run/react';
import type { Backfill, BackfillState } from '~/api/backfills.server';
import { ActionButton, Submit } from '~/ui/forms';
import { ProgressBar } from '~/ui/meter';
import { Notice } from '~/ui/notice';
import { Panel } from '~/ui/page';
import { number, plural } from '~/ui/words';
import { adviceFor, timeLeft, waitingFor } from './history-text';
import { PastBackfills } from './past-backfills';
import styles from './sources.module.css';

interface HistoryProps {
  state: BackfillState | null;
  runs: Backfill[];
  manage: boolean;
  disabled: boolean;
}

/** The first choice: what a connection begins with, and enough for the detections that count days. */
const FIRST_CHOICE = 30;

/** The log from before the source was connected: offer, progress and past runs. */
export function History({ state, runs, manage, disabled }: HistoryProps) {
  if (state === null) {
    return (
      <Panel title="History">
        <p className="mute">The history of this source could not be read just now.</p>
      </Panel>
    );
  }
  const { last } = state;
  const open = last !== null && last.endedAt === null;
  const failed = last?.status === 'failed' ? adviceFor(last.error) : null;
  return (
    <Panel
      id="history"
      title="History"
      hint="Reads up to 90 days of the System Log, newest first. What is stored already is not stored again."
    >
      {open ? <Progress run={last} manage={manage} /> : null}
      {failed === null ? null : (
        <Notice tone="warn" title="The last backfill failed">
          {failed}
        </Notice>
      )}
      {state.suggested && manage ? (
        <Notice tone="info" title="Bring in the past">
          The source is connected. A backfill shows at once who was active and what changed before today.
        </Notice>
      ) : null}
      {!open && manage ? <Offer state={state} disabled={disabled} /> : null}
      {last === null && !manage ? <p className="mute">No backfill has run yet.</p> : null}
      <PastBackfills runs={runs.filter((run) => run.endedAt !== null)} />
    </Panel>
  );
}

function Progress({ run, manage }: { run: Backfill; manage: boolean }) {
  return (
    <div className={styles.progress}>
      <ProgressBar value={run.status === 'queued' ? null : run.percent} label="Backfill progress" />
      <div className={styles.progressText}>
        <span className="mute">
          {run.percent} % · {plural(run.events, 'event')} read, {number(run.accepted)} kept ·{' '}
          {plural(run.calls, 'API call')} · {timeLeft(run)}
        </span>
        {manage ? (
          <ActionButton intent="cancel-backfill" about={run.id} size="compact-xs" variant="default">
            Cancel
          </ActionButton>
        ) : null}
      </div>
      {run.waiting === null ? null : <span className="mute">{waitingFor(run.waiting.why)}</span>}
      {run.note === null ? null : <span className="mute break">{run.note}</span>}
    </div>
  );
}

function Offer({ state, disabled }: { state: BackfillState; disabled: boolean }) {
  if (disabled) return <p className="mute">Enable the source to read its history.</p>;
  return (
    <Form method="post" className={styles.offer}>
      <NativeSelect
        label="How far back"
        name="days"
        defaultValue={String(FIRST_CHOICE)}
        data={state.offers.map((offer) => ({
          value: String(offer.days),
          label: `${plural(offer.days, 'day')} (about ${roughly(offer.seconds)}, ${plural(offer.calls, 'API call')})`,
        }))}
      />
      <Submit intent="backfill" variant={state.suggested ? 'filled' : 'default'}>
        Start backfill
      </Submit>
    </Form>
  );
}

/** An estimate is never better than this. */
function roughly(seconds: number): string {
  if (seconds < 90) return 'a minute';
  if (seconds < 5_400) return plural(Math.round(seconds / 60), 'minute');
  if (seconds < 129_600) return plural(Math.round(seconds / 3_600), 'hour');
  return plural(Math.round(seconds / 86_400), 'day');
}
