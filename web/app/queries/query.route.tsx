import { Button } from '@mantine/core';
import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/cloudflare';
import { Link, useLoaderData } from '@remix-run/react';
import { IconDownload } from '@tabler/icons-react';
import { apiOf } from '~/api/client.server';
import { type QueryCell, runSavedQuery } from '~/api/queries.server';
import { listSources } from '~/api/sources.server';
import { atMoment, momentFrom } from '~/graph/moment';
import { MomentForm } from '~/graph/moment-form';
import { paramOf } from '~/server/params.server';
import { queryOf } from '~/server/query.server';
import { type Column, DataTable } from '~/ui/data-table';
import { Notice } from '~/ui/notice';
import { Empty, PageHeader, Panel } from '~/ui/page';
import { Pager } from '~/ui/pager';
import { plural } from '~/ui/words';
import { Cell } from './cells';
import { Unknown } from './unknown';

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: `${data?.result.title ?? 'Saved query'} · Postern` },
];

const SHOWN = 50;

export async function loader(args: LoaderFunctionArgs) {
  const api = await apiOf(args);
  const { cursor, asOf: told } = queryOf(args.request, ['cursor', 'asOf'] as const);
  const asOf = momentFrom(told);
  const [result, sources] = await Promise.all([
    runSavedQuery(api, paramOf(args, 'id'), { cursor, asOf, limit: SHOWN }),
    listSources(api),
  ]);
  return { result, asOf, sources: Object.fromEntries(sources.map(({ id, name }) => [id, name])) };
}

export default function QueryPage() {
  const { result, asOf, sources } = useLoaderData<typeof loader>();
  const { id, columns, data, next, undetermined, truncated, unknown } = result;
  const rows = data.map((cells, place) => ({ id: String(place), cells }));
  const csv = atMoment(`/graph/queries/${id}/csv`, asOf);
  return (
    <>
      <PageHeader
        title={result.title}
        parent={{ to: atMoment('/graph/queries', asOf), label: 'Saved queries' }}
        lead={result.description}
        actions={
          data.length === 0 ? undefined : (
            <Button
              component="a"
              href={csv}
              download
              variant="default"
              leftSection={<IconDownload size={15} aria-hidden="true" />}
            >
              Download CSV
            </Button>
          )
        }
      />
      <div className="stack">
        <MomentForm moment={asOf} />
        <Unknown unknown={unknown} sources={sources} />
        {undetermined === 0 ? null : (
          <Notice tone="info">
            {plural(undetermined, 'more one')} could not be judged: what the question needs is not known of them.
          </Notice>
        )}
        {truncated ? (
          <Notice tone="warn">There is more than one question looks at: these rows are a part.</Notice>
        ) : null}
        <Panel flush>
          {rows.length === 0 ? (
            <Empty title="Nothing found" action={<Link to="/coverage">What could be read</Link>}>
              {unknown.length === 0
                ? 'Nothing in the graph answers to this.'
                : 'Nothing of what is known answers to this.'}
            </Empty>
          ) : (
            <>
              <DataTable
                caption={result.title}
                rows={rows}
                columns={columns.map(
                  (column, place): Column<{ id: string; cells: Record<string, QueryCell> }> => ({
                    key: column.id,
                    header: column.title,
                    ...(place === 0 ? { narrow: 'title' as const } : {}),
                    cell: ({ cells }) => <Cell column={column} value={cells[column.id] ?? null} asOf={asOf} />,
                  }),
                )}
              />
              <Pager shown={rows.length} next={next} noun="row" />
            </>
          )}
        </Panel>
      </div>
    </>
  );
}
