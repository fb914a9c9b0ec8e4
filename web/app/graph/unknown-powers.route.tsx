import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/cloudflare';
import { Link, useLoaderData } from '@remix-run/react';
import { apiOf, orRefused } from '~/api/client.server';
import { askUnknownPowers, type UnknownPower } from '~/api/edges.server';
import { listSources } from '~/api/sources.server';
import { queryOf } from '~/server/query.server';
import { type Column, DataTable } from '~/ui/data-table';
import { Refused } from '~/ui/notice';
import { Empty, PageHeader, Panel } from '~/ui/page';
import { plural } from '~/ui/words';
import styles from './graph.module.css';
import { atMoment, momentFrom } from './moment';
import { MomentForm } from './moment-form';
import { NodeLink } from './node-link';

export const meta: MetaFunction = () => [{ title: 'Unknown powers · Postern' }];

export async function loader(args: LoaderFunctionArgs) {
  const api = await apiOf(args);
  const asOf = momentFrom(queryOf(args.request, ['asOf'] as const).asOf);
  const [powers, sources] = await Promise.all([askUnknownPowers(api, asOf), listSources(api)]);
  return {
    asOf,
    powers: orRefused(powers),
    sources: Object.fromEntries(sources.map(({ id, name }) => [id, name])),
  };
}

export default function UnknownPowers() {
  const { asOf, powers, sources } = useLoaderData<typeof loader>();
  return (
    <>
      <PageHeader
        title="Unknown powers"
        parent={{ to: atMoment('/graph/edges', asOf), label: 'Edges' }}
        lead="Role assignments of which it is not known what they give, or all of it. What is not known gives nobody a path: paths of these holders may be missing."
      />
      <div className="stack">
        <MomentForm moment={asOf} />
        {powers.ok ? (
          <Panel
            flush={powers.value.data.length > 0}
            {...(powers.value.data.length === 0
              ? {}
              : { title: plural(powers.value.data.length, 'assignment'), hint: 'By whoever holds it.' })}
          >
            {powers.value.data.length === 0 ? (
              <Empty
                title={
                  asOf === null ? 'Every role assignment is understood' : 'Every role assignment of then is understood'
                }
                action={<Link to={atMoment('/graph/queries/role-assignments', asOf)}>All role assignments</Link>}
              >
                Of each that Postern has read it is known what it gives. What could not be read at all stands in{' '}
                <Link to="/coverage">coverage</Link>.
              </Empty>
            ) : (
              <DataTable
                caption="Assignments whose power is unknown"
                rows={powers.value.data.map((one) => ({ ...one, id: `${one.assignment.id} ${one.holder.id}` }))}
                columns={columnsOf(sources, asOf)}
              />
            )}
          </Panel>
        ) : (
          <Refused problem={powers.problem} />
        )}
      </div>
    </>
  );
}

type Row = UnknownPower & { id: string };

function columnsOf(sources: Record<string, string>, asOf: string | null): Column<Row>[] {
  return [
    {
      key: 'holder',
      header: 'Holder',
      narrow: 'title',
      width: '14rem',
      cell: ({ holder }) => <NodeLink node={holder} asOf={asOf} />,
    },
    {
      key: 'assignment',
      header: 'Role assignment',
      width: '14rem',
      cell: ({ assignment }) => <NodeLink node={assignment} asOf={asOf} />,
    },
    { key: 'why', header: 'Why', cell: ({ reason }) => <span className="break">{reason}.</span> },
    {
      key: 'next',
      header: 'What to do next',
      cell: ({ remedy, grants, source }) => (
        <span className={styles.pieces}>
          <span>{remedy}</span>
          {grants.map(({ scope, role }) => (
            <span key={scope} className="mute">
              <span className="mono break">{scope}</span> for the service app, or the API token of a {role}.
            </span>
          ))}
          {grants.length === 0 ? null : <Link to={`/sources/${source}`}>{sources[source] ?? 'Source'}</Link>}
        </span>
      ),
    },
  ];
}
