import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/cloudflare';
import { Link, useLoaderData } from '@remix-run/react';
import { apiOf } from '~/api/client.server';
import { getRemediationSettings, listRemediations, type Remediation } from '~/api/remediation.server';
import { queryOf } from '~/server/query.server';
import { useSession } from '~/shell/session';
import { type Column, DataTable } from '~/ui/data-table';
import { Empty, PageHeader, Panel } from '~/ui/page';
import { Pager } from '~/ui/pager';
import { StatusTag } from '~/ui/status';
import { Ago } from '~/ui/time';
import { useLookAgain } from './look-again';

export const meta: MetaFunction = () => [{ title: 'Remediations · Postern' }];

export async function loader(args: LoaderFunctionArgs) {
  const api = await apiOf(args);
  const query = queryOf(args.request, ['subject', 'cursor']);
  const [page, settings] = await Promise.all([listRemediations(api, query), getRemediationSettings(api)]);
  return { page, enabled: settings.enabled };
}

export default function Remediations() {
  const { page, enabled } = useLoaderData<typeof loader>();
  const { can } = useSession();
  useLookAgain(page.data.some(({ status }) => status === 'queued' || status === 'running'));
  return (
    <>
      <PageHeader title="Remediations" lead="Changes that people made in a source from here, and how they ended." />
      <Panel flush>
        {page.data.length === 0 ? (
          <Empty
            title={enabled ? 'Nothing was changed yet' : 'Remediation is turned off'}
            action={!enabled && can('tenant:manage') ? <Link to="/settings/remediation">Turn it on</Link> : undefined}
          >
            {enabled
              ? 'Choose Fix… on an issue or an identity: it shows what would happen before anything does.'
              : 'Postern only reads until a super admin lets it change things.'}
          </Empty>
        ) : (
          <>
            <DataTable caption="Remediations" rows={page.data} columns={COLUMNS} />
            <Pager shown={page.data.length} next={page.next} noun="remediation" />
          </>
        )}
      </Panel>
    </>
  );
}

const COLUMNS: Column<Remediation>[] = [
  {
    key: 'what',
    header: 'What',
    narrow: 'title',
    cell: (row) => (
      <Link to={`/remediations/${row.id}`}>
        {row.title}: {row.subject.name}
        {row.object === null ? '' : `, ${row.object.name}`}
      </Link>
    ),
  },
  { key: 'status', header: 'Status', narrow: 'bare', cell: (row) => <StatusTag status={row.status} /> },
  { key: 'source', header: 'Source', cell: (row) => row.source.name },
  { key: 'by', header: 'By', cell: (row) => row.requestedBy.name },
  { key: 'at', header: 'When', align: 'right', cell: (row) => <Ago at={row.confirmedAt} /> },
];
