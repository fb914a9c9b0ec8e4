import { Button } from '@mantine/core';
import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/cloudflare';
import { Link, useLoaderData } from '@remix-run/react';
import { apiOf } from '~/api/client.server';
import { type Integration, listAutomations, listIntegrations } from '~/api/outbound.server';
import { useSession } from '~/shell/session';
import { type Column, DataTable } from '~/ui/data-table';
import { Empty, PageHeader, Panel } from '~/ui/page';
import { StatusTag } from '~/ui/status';
import { Ago } from '~/ui/time';
import { plural, words } from '~/ui/words';

export const meta: MetaFunction = () => [{ title: 'Integrations · Postern' }];

export async function loader(args: LoaderFunctionArgs) {
  const api = await apiOf(args);
  const [integrations, automations] = await Promise.all([listIntegrations(api), listAutomations(api)]);
  const rows = integrations.map((integration) => ({
    ...integration,
    automations: automations.filter((each) => each.integrationId === integration.id && each.enabled).length,
  }));
  return { rows };
}

type Row = Integration & { automations: number };

export default function Integrations() {
  const { rows } = useLoaderData<typeof loader>();
  const { can } = useSession();
  const add = can('sources:manage') ? (
    <Button component={Link} to="/integrations/new">
      Add a webhook
    </Button>
  ) : undefined;
  return (
    <>
      <PageHeader
        title="Integrations"
        lead="Where issues are sent, by hand or by themselves, so that the work gets done."
        actions={add}
      />
      <Panel flush>
        {rows.length === 0 ? (
          <Empty title="No integration yet" action={add}>
            Send issues to Okta Workflows, or to any address that takes a signed webhook.
          </Empty>
        ) : (
          <DataTable caption="Integrations" rows={rows} columns={COLUMNS} />
        )}
      </Panel>
    </>
  );
}

const COLUMNS: Column<Row>[] = [
  {
    key: 'name',
    header: 'Name',
    narrow: 'title',
    cell: (row) => (
      <Link to={`/integrations/${row.id}`} prefetch="intent">
        <strong>{row.name}</strong>
      </Link>
    ),
  },
  { key: 'kind', header: 'Kind', narrow: 'hidden', cell: (row) => words(row.kind) },
  { key: 'status', header: 'Status', narrow: 'bare', cell: (row) => <StatusTag status={row.status} /> },
  { key: 'url', header: 'Address', narrow: 'bare', cell: (row) => <span className="mono break">{row.url}</span> },
  {
    key: 'automations',
    header: 'Sends by itself',
    cell: (row) => (row.automations === 0 ? <span className="mute">off</span> : plural(row.automations, 'automation')),
  },
  {
    key: 'tested',
    header: 'Tested',
    align: 'right',
    cell: (row) => <Ago at={row.lastTest?.at ?? null} />,
  },
];
