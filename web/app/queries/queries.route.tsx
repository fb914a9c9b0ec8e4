import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/cloudflare';
import { Link, useLoaderData } from '@remix-run/react';
import { apiOf } from '~/api/client.server';
import { listSavedQueries, type SavedQuery } from '~/api/queries.server';
import { GraphHeader } from '~/graph/graph-header';
import { type Column, DataTable } from '~/ui/data-table';
import { Empty, Panel } from '~/ui/page';
import { number } from '~/ui/words';
import { THEMES } from './themes';

export const meta: MetaFunction = () => [{ title: 'Saved queries · Postern' }];

export async function loader(args: LoaderFunctionArgs) {
  return { queries: await listSavedQueries(await apiOf(args)) };
}

export default function Queries() {
  const { queries } = useLoaderData<typeof loader>();
  return (
    <>
      <GraphHeader
        title="Saved queries"
        lead="Questions that security teams ask again and again, with the number of rows that each answers now."
      />
      <div className="stack">
        {queries.length === 0 ? <Empty title="No saved queries" /> : null}
        {THEMES.map(({ id, title, hint }) => {
          const rows = queries.filter(({ theme }) => theme === id);
          return rows.length === 0 ? null : (
            <Panel key={id} title={title} hint={hint} flush>
              <DataTable caption={title} rows={rows} columns={COLUMNS} />
            </Panel>
          );
        })}
      </div>
    </>
  );
}

const COLUMNS: Column<SavedQuery>[] = [
  {
    key: 'query',
    header: 'Query',
    narrow: 'title',
    cell: ({ id, title }) => <Link to={`/graph/queries/${id}`}>{title}</Link>,
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
