import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/cloudflare';
import { Link, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { listPeople } from '~/api/admin.server';
import { apiOf } from '~/api/client.server';
import { listDetections, listIssues, sendIssues } from '~/api/issues.server';
import { knownIntegrations, sendable } from '~/api/outbound.server';
import { listSources } from '~/api/sources.server';
import { useAnswer } from '~/live/use-answer';
import { answer } from '~/server/answer.server';
import { filled, listField, readForm } from '~/server/form.server';
import { queryOf } from '~/server/query.server';
import { useSession } from '~/shell/session';
import { DataTable } from '~/ui/data-table';
import { AnswerNotice } from '~/ui/notice';
import { Empty, PageHeader, Panel } from '~/ui/page';
import { Pager } from '~/ui/pager';
import { plural } from '~/ui/words';
import { BulkBar } from './bulk-bar';
import { columnsOf } from './issue-columns';
import { IssueFilters } from './issue-filters';
import styles from './issues.module.css';

export const meta: MetaFunction = () => [{ title: 'Issues · Postern' }];

const FILTERS = ['status', 'severity', 'detection', 'source', 'identity', 'assignee', 'q', 'sort', 'cursor'] as const;
const MAX_SENT = 200;

export async function loader(args: LoaderFunctionArgs) {
  const api = await apiOf(args);
  const query = queryOf(args.request, FILTERS);
  const [page, detections, sources, people, integrations] = await Promise.all([
    listIssues(api, query),
    listDetections(api),
    listSources(api),
    listPeople(api),
    knownIntegrations(api),
  ]);
  return {
    page,
    sort: query.sort ?? '-priority',
    mixed: query.status === 'all',
    filtered: Object.keys(query).some((key) => key !== 'sort' && key !== 'cursor'),
    detections: detections.map(({ id, title }) => ({ value: id, label: title })),
    sources: sources.map(({ id, name }) => ({ value: id, label: name })),
    users: people.map(({ id, name }) => ({ value: id, label: name })),
    targets: sendable(integrations).map(({ id, name }) => ({ value: id, label: name })),
  };
}

const bulkForm = z.object({
  integrationId: filled('Choose where to send them'),
  issue: listField.pipe(
    z.array(z.string()).min(1, 'Select at least one issue').max(MAX_SENT, `At most ${MAX_SENT} at a time`),
  ),
});

export async function action(args: ActionFunctionArgs) {
  const api = await apiOf(args);
  const read = readForm(await args.request.formData(), bulkForm);
  if (!read.ok) {
    const detail = Object.values(read.problem.fields).join('. ');
    return answer({ ok: false, problem: { ...read.problem, title: 'Nothing was sent', detail } }, '');
  }
  const sent = await sendIssues(api, read.value.integrationId, read.value.issue);
  return answer(sent, `${plural(read.value.issue.length, 'issue')} on the way. Deliveries shows how they fare.`);
}

export default function Issues() {
  const { page, sort, mixed, filtered, targets, sources, ...choices } = useLoaderData<typeof loader>();
  const result = useAnswer<typeof action>();
  const { can } = useSession();
  const sourceNames = new Map(sources.map(({ value, label }) => [value, label]));
  const userNames = new Map(choices.users.map(({ value, label }) => [value, label]));
  const selectable = can('issues:work') && targets.length > 0;

  return (
    <div className={styles.list}>
      <PageHeader title="Issues" lead="What is dangerous now, the paths to the most power first." />
      <AnswerNotice answer={result} />
      <IssueFilters sources={sources} {...choices} />
      <Panel flush>
        {page.data.length === 0 ? (
          <NoIssues filtered={filtered} />
        ) : (
          <>
            <DataTable
              caption="Issues"
              rows={page.data}
              columns={columnsOf({ selectable, mixed, sources: sourceNames, users: userNames })}
              sort={sort}
            />
            <Pager shown={page.data.length} next={page.next} noun="issue" />
          </>
        )}
      </Panel>
      {selectable && page.data.length > 0 ? <BulkBar targets={targets} /> : null}
    </div>
  );
}

function NoIssues({ filtered }: { filtered: boolean }) {
  if (filtered) {
    return (
      <Empty title="No issue matches" action={<Link to="/issues">Show all open issues</Link>}>
        Try fewer filters, or another status.
      </Empty>
    );
  }
  return (
    <Empty title="No open issues" action={<Link to="/sources">Look at the sources</Link>}>
      Every check that could be made passes. Issues appear here within seconds of the event that causes them.
    </Empty>
  );
}
