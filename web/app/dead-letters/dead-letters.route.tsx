import { TextInput } from '@mantine/core';
import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/cloudflare';
import { Form, Link, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { listPeople } from '~/api/admin.server';
import { apiOf } from '~/api/client.server';
import {
  askDeadLetterJobs,
  askOpenLetters,
  cancelDeadLetterJob,
  type DeadLetter,
  discardDeadLetter,
  listDeadLetters,
  replayDeadLetter,
  resolveMatching,
} from '~/api/evidence.server';
import { listSources } from '~/api/sources.server';
import { useAnswer } from '~/live/use-answer';
import { answer } from '~/server/answer.server';
import { filled, readForm, UNKNOWN_INTENT } from '~/server/form.server';
import { queryOf } from '~/server/query.server';
import { useSession } from '~/shell/session';
import { FilterBar, SelectFilter, TextFilter } from '~/ui/filters';
import { ActionButton, Disclosure, Submit } from '~/ui/forms';
import { JsonView } from '~/ui/json';
import { AnswerNotice } from '~/ui/notice';
import { Empty, PageHeader, Panel } from '~/ui/page';
import { Pager } from '~/ui/pager';
import { Label, StatusTag } from '~/ui/status';
import { Ago } from '~/ui/time';
import { plural, words } from '~/ui/words';
import { BulkActions, Jobs } from './bulk';
import styles from './dead-letters.module.css';

export const meta: MetaFunction = () => [{ title: 'Dead letters · Postern' }];

const STATUSES = ['open', 'replayed', 'discarded'].map((value) => ({ value, label: words(value) }));

export async function loader(args: LoaderFunctionArgs) {
  const api = await apiOf(args);
  const query = queryOf(args.request, ['status', 'source', 'reason', 'cursor']);
  const [page, people, sources, jobs, matching] = await Promise.all([
    listDeadLetters(api, query),
    listPeople(api),
    listSources(api),
    askDeadLetterJobs(api, SHOWN_JOBS),
    askOpenLetters(api, query),
  ]);
  return {
    page,
    matching: matching.ok ? matching.value.open : 0,
    jobs: jobs.ok ? jobs.value.data : [],
    people: Object.fromEntries(people.map(({ id, name }) => [id, name])),
    filtered: ['status', 'source', 'reason'].some((key) => key in query),
    sources: sources.map(({ id, name }) => ({ value: id, label: name })),
  };
}

const SHOWN_JOBS = 5;

const letterForm = z.object({ id: filled('Which letter?', 80) });
const discardForm = letterForm.extend({ reason: filled('Say why it may be discarded', 500) });
const manyForm = z.object({ source: z.string().max(80).optional(), letterReason: z.string().max(100).optional() });
const discardManyForm = manyForm.extend({ reason: filled('Say why they may be discarded', 500) });

/** Only what was chosen narrows. */
function filterOf({ source, letterReason }: z.output<typeof manyForm>): Record<string, string> {
  return { ...(source ? { source } : {}), ...(letterReason ? { reason: letterReason } : {}) };
}

export async function action(args: ActionFunctionArgs) {
  const api = await apiOf(args);
  const form = await args.request.formData();
  switch (form.get('intent')) {
    case 'replay': {
      const read = readForm(form, letterForm);
      return answer(
        read.ok ? await replayDeadLetter(api, read.value.id) : read,
        'Replayed: it goes through the inbox again.',
      );
    }
    case 'discard': {
      const read = readForm(form, discardForm);
      if (read.ok) return answer(await discardDeadLetter(api, read.value.id, read.value.reason), 'Discarded.');
      const detail = Object.values(read.problem.fields).join('. ');
      return answer({ ok: false, problem: { ...read.problem, title: 'Nothing was discarded', detail } }, '');
    }
    case 'replay-all': {
      const read = readForm(form, manyForm);
      if (!read.ok) return answer(read, '');
      const started = await resolveMatching(api, 'replay', filterOf(read.value), null);
      return answer(started, started.ok ? startedText(started.value.matched) : '');
    }
    case 'discard-all': {
      const read = readForm(form, discardManyForm);
      if (!read.ok) {
        const detail = Object.values(read.problem.fields).join('. ');
        return answer({ ok: false, problem: { ...read.problem, title: 'Nothing was discarded', detail } }, '');
      }
      const started = await resolveMatching(api, 'discard', filterOf(read.value), read.value.reason);
      return answer(started, started.ok ? startedText(started.value.matched) : '');
    }
    case 'cancel-job': {
      const read = readForm(form, letterForm);
      return answer(
        read.ok ? await cancelDeadLetterJob(api, read.value.id) : read,
        'It stops after the chunk it is at.',
      );
    }
    default:
      return answer({ ok: false, problem: UNKNOWN_INTENT }, '');
  }
}

function startedText(matched: number): string {
  return matched === 0 ? 'No open letter matches any more.' : `Started: ${plural(matched, 'letter')}.`;
}

export default function DeadLetters() {
  const { page, people, jobs, matching, filtered, sources } = useLoaderData<typeof loader>();
  const result = useAnswer<typeof action>();
  const names = new Map(sources.map(({ value, label }) => [value, label]));
  return (
    <>
      <PageHeader
        title="Dead letters"
        lead="What could not be processed. Nothing is dropped: replay it once the cause is gone, or discard it with a reason."
      />
      <AnswerNotice answer={result} />
      <FilterBar>
        <SelectFilter label="Status" name="status" all="Any" choices={STATUSES} />
        <SelectFilter label="Source" name="source" all="Any" choices={sources} />
        <TextFilter label="Reason" name="reason" placeholder="event.no_uuid" />
      </FilterBar>
      <Jobs jobs={jobs} people={people} />
      <BulkActions matching={matching} />
      <Panel flush>
        {page.data.length === 0 ? (
          <Empty
            title={filtered ? 'No dead letter matches' : 'No dead letters'}
            action={filtered ? <Link to="/dead-letters">Show all</Link> : undefined}
          >
            {filtered ? 'Try fewer filters.' : 'Everything that arrived has been processed.'}
          </Empty>
        ) : (
          <>
            <ul className={styles.letters}>
              {page.data.map((letter) => (
                <li key={letter.id}>
                  <Letter
                    letter={letter}
                    people={people}
                    sourceName={letter.source === null ? null : (names.get(letter.source) ?? letter.source)}
                  />
                </li>
              ))}
            </ul>
            <Pager shown={page.data.length} next={page.next} noun="letter" />
          </>
        )}
      </Panel>
    </>
  );
}

interface LetterProps {
  letter: DeadLetter;
  /** Names by id; whoever is gone, and tokens, stand there by their id. */
  people: Record<string, string>;
  sourceName: string | null;
}

function Letter({ letter, people, sourceName }: LetterProps) {
  const { can } = useSession();
  const open = letter.status !== 'replayed' && letter.status !== 'discarded';
  return (
    <article className={styles.letter}>
      <div className="row">
        <strong className="mono break">{letter.reason}</strong>
        <StatusTag status={letter.status} tone={letter.status === 'open' ? 'bad' : undefined} />
        {letter.channel === null ? null : <Label>{words(letter.channel)}</Label>}
        <span className={styles.when}>
          {sourceName === null ? '' : `${sourceName} · `}
          <Ago at={letter.createdAt} />
        </span>
      </div>
      {letter.detail === null ? null : <p className="break">{letter.detail}</p>}
      {letter.resolvedAt === null ? null : (
        <p className="mute">
          {words(letter.status)} <Ago at={letter.resolvedAt} />
          {letter.resolvedBy === null ? '' : ` by ${people[letter.resolvedBy] ?? letter.resolvedBy}`}
          {letter.note === null ? '' : `: ${letter.note}`}
        </p>
      )}
      <div className={styles.actions}>
        {letter.payload === undefined || letter.payload === null ? null : (
          <Disclosure label="Payload" tone="plain">
            <JsonView value={letter.payload} label={`Payload of ${letter.id}`} />
          </Disclosure>
        )}
        {open && can('sources:manage') ? (
          <>
            <ActionButton intent="replay" about={letter.id} size="compact-sm" variant="default">
              Replay
            </ActionButton>
            <Disclosure label="Discard…" tone="plain">
              <Form method="post" className="row">
                <input type="hidden" name="id" value={letter.id} />
                <TextInput
                  aria-label="Reason for discarding"
                  name="reason"
                  placeholder="Reason"
                  required
                  maxLength={500}
                />
                <Submit intent="discard" about={letter.id} variant="default">
                  Discard
                </Submit>
              </Form>
            </Disclosure>
          </>
        ) : null}
      </div>
    </article>
  );
}
