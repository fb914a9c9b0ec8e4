import { TextInput } from '@mantine/core';
import { Form, useRevalidator, useSearchParams } from '@remix-run/react';
import { useEffect } from 'react';
import type { DeadLetterJob } from '~/api/evidence.server';
import { useSession } from '~/shell/session';
import { ActionButton, Disclosure, Submit } from '~/ui/forms';
import { ProgressBar } from '~/ui/meter';
import { Panel } from '~/ui/page';
import { StatusTag } from '~/ui/status';
import { Ago } from '~/ui/time';
import { number, plural, words } from '~/ui/words';
import styles from './dead-letters.module.css';

/** While something is under way the page looks again this often, milliseconds. */
const LOOK_MS = 3_000;

/** Replays or discards all open letters that the page's filter matches, after a second look. */
export function BulkActions({ matching }: { matching: number }) {
  const { can } = useSession();
  const [query] = useSearchParams();
  const status = query.get('status');
  const about = { source: query.get('source') ?? '', letterReason: query.get('reason') ?? '' };
  if (matching === 0 || !can('sources:manage') || (status !== null && status !== '' && status !== 'open')) return null;
  const narrowed = about.source !== '' || about.letterReason !== '';
  const which = `${plural(matching, 'open letter')}${narrowed ? ' that match the filter' : ''}`;
  return (
    <div className={styles.bulk}>
      <Disclosure label={`Replay all ${number(matching)}…`}>
        <div className="row">
          <p>Send {which} through once more? Those that cannot be replayed stay open.</p>
          <ActionButton intent="replay-all" fields={about} size="compact-sm">
            Replay all {number(matching)}
          </ActionButton>
        </div>
      </Disclosure>
      <Disclosure label={`Discard all ${number(matching)}…`} tone="danger">
        <Form method="post" className="row">
          {Object.entries(about).map(([name, value]) => (
            <input key={name} type="hidden" name={name} value={value} />
          ))}
          <p>Give up {which}? This cannot be undone.</p>
          <TextInput
            aria-label="Reason for discarding all"
            name="reason"
            placeholder="Reason"
            required
            maxLength={500}
          />
          <Submit intent="discard-all" color="crimson" size="compact-sm">
            Discard all {number(matching)}
          </Submit>
        </Form>
      </Disclosure>
    </div>
  );
}

/** What was begun for many letters: how far it is while it runs, and how the last ones ended. */
export function Jobs({ jobs, people }: { jobs: DeadLetterJob[]; people: Record<string, string> }) {
  const { can } = useSession();
  const { revalidate } = useRevalidator();
  const running = jobs.some((job) => job.endedAt === null);
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(revalidate, LOOK_MS);
    return () => clearInterval(timer);
  }, [running, revalidate]);
  if (jobs.length === 0) return null;
  return (
    <Panel title="Replays and discards">
      <ul className={styles.jobs}>
        {jobs.map((job) => (
          <li key={job.id}>
            <div className="row">
              <strong>{words(job.kind)}</strong>
              <StatusTag status={job.status} />
              <span>
                {job.done} of {job.matched}
                {job.skipped === 0 ? '' : `, ${job.skipped} cannot be replayed`}
              </span>
              <span className={styles.when}>
                {job.requestedBy === null ? '' : `${people[job.requestedBy] ?? job.requestedBy} · `}
                <Ago at={job.createdAt} />
              </span>
            </div>
            {job.endedAt !== null ? null : (
              <>
                <ProgressBar value={progressOf(job)} label={`Progress of ${job.kind} ${job.id}`} />
                {job.error === null ? null : <p className="mute break">It goes on by itself. Last: {job.error}</p>}
                {can('sources:manage') && job.status === 'running' ? (
                  <div>
                    <ActionButton intent="cancel-job" about={job.id} size="compact-sm" variant="default">
                      Cancel
                    </ActionButton>
                  </div>
                ) : null}
              </>
            )}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function progressOf({ done, skipped, matched }: DeadLetterJob): number {
  return matched === 0 ? 100 : Math.min(100, Math.round(((done + skipped) / matched) * 100));
}
