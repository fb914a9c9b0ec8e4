import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/cloudflare';
import { Link, useLoaderData } from '@remix-run/react';
import { apiOf, orRefused } from '~/api/client.server';
import { askSavedQueries, type SavedQuery } from '~/api/queries.server';
import { GraphHeader } from '~/graph/graph-header';
import { atMoment, momentFrom } from '~/graph/moment';
import { MomentForm } from '~/graph/moment-form';
import { queryOf } from '~/server/query.server';
import { type Column, DataTable } from '~/ui/data-table';
import { Refused } from '~/ui/notice';
import { Empty, Panel } from '~/ui/page';
import { number } from '~/ui/words';
import { THEMES } from './themes';

export const meta: MetaFunction = () => [{ title: 'Saved queries · Postern' }];

export async function loader(args: LoaderFunctionArgs) {
  const asOf = momentFrom(queryOf(args.request, ['asOf'] as const).asOf);
  return { asOf, answer: orRefused(await askSavedQueries(await apiOf(args), asOf)) };
}

export default function Queries() {
  const { asOf, answer } = useLoaderData<typeof loader>();
  const queries = answer.ok ? answer.value.data : [];
  return (
    <>
      <GraphHeader
        title="Saved queries"
        lead="Questions that security teams ask again and again, with the number of rows that each answers."
      />
      <div className="stack">
        <MomentForm moment={asOf} />
        {answer.ok ? null : <Refused problem={answer.problem} />}
        {answer.ok && queries.length === 0 ? <Empty title="No saved queries" /> : null}
        {THEMES.map(({ id, title, hint }) => {
          const rows = queries.filter(({ theme }) => theme === id);
          return rows.length === 0 ? null : (
            <Panel key={id} title={title} hint={hint} flush>
              <DataTable caption={title} rows={rows} columns={columnsOf(asOf)} />
            </Panel>
          );
        })}
      </div>
    </>
  );
}

const columnsOf = (asOf: string | null): Column<SavedQuery>[] => [
  {
    key: 'query',
    header: 'Query',
    narrow: 'title',
    cell: ({ id, title }) => <Link to={atMoment(`/graph/queries/${id}`, asOf)}>{title}</Link>,
  },
  { key: 'description', header: 'What it lists', narrow: 'bare', cell: ({ description }) => description },
  {
    key: 'rows',
    header: 'Rows',
    align: 'right',
    width: '9rem',
    cell: ({ rows, unknown }) => (
      <span className="num">
        {rows === null ? '–' : `${number(rows.count)}${rows.more ? ' or more' : ''}`}
        {unknown.length === 0 ? null : <span className="mute"> · not all known</span>}
      </span>
    ),
  },
];
