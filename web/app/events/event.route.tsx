import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/cloudflare';
import { Link, useLoaderData } from '@remix-run/react';
import { apiOf } from '~/api/client.server';
import { getEvent } from '~/api/evidence.server';
import { listSources } from '~/api/sources.server';
import { paramOf } from '~/server/params.server';
import { type Column, DataTable } from '~/ui/data-table';
import { JsonView } from '~/ui/json';
import { Facts, PageHeader, Panel } from '~/ui/page';
import { Label, StatusTag } from '~/ui/status';
import { At } from '~/ui/time';
import { words } from '~/ui/words';
import { partyName } from './party';

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: `${data?.event.type ?? 'Event'} · Postern` }];

export async function loader(args: LoaderFunctionArgs) {
  const api = await apiOf(args);
  const [event, sources] = await Promise.all([getEvent(api, paramOf(args, 'id')), listSources(api)]);
  return { event, sourceName: sources.find(({ id }) => id === event.source)?.name ?? event.source };
}

interface PartyRow {
  id: string;
  part: string;
  type: string;
  name: string;
  alternateId: string;
  nativeId: string;
}

const PARTIES: Column<PartyRow>[] = [
  { key: 'part', header: 'Part', narrow: 'bare', width: '6rem', cell: (row) => <Label>{row.part}</Label> },
  { key: 'name', header: 'Name', narrow: 'title', cell: (row) => <strong>{row.name}</strong> },
  { key: 'type', header: 'Type', cell: (row) => row.type },
  { key: 'alternate', header: 'Also', cell: (row) => <span className="break">{row.alternateId}</span> },
  { key: 'id', header: 'Id', cell: (row) => <span className="mono break">{row.nativeId}</span> },
];

export default function EventPage() {
  const { event, sourceName } = useLoaderData<typeof loader>();
  const parties = [
    ...(event.actor === null ? [] : [{ part: 'Actor', party: event.actor }]),
    ...event.targets.map((party) => ({ part: 'Target', party })),
  ].map(({ part, party }, index) => ({
    id: `${part}-${index}`,
    part,
    type: party.type ?? '–',
    name: partyName(party),
    alternateId: party.alternateId ?? '–',
    nativeId: party.id ?? '–',
  }));
  return (
    <>
      <PageHeader
        title={<span className="mono">{event.type}</span>}
        parent={{ to: '/events', label: 'Events' }}
        marks={
          event.outcome?.result === undefined || event.outcome.result === null ? undefined : (
            <StatusTag status={event.outcome.result} />
          )
        }
        lead={event.displayMessage ?? undefined}
      />
      <div className="stack">
        <Panel>
          <Facts
            facts={[
              { label: 'Published', value: <At at={event.published} /> },
              { label: 'Stored', value: event.storedAt === null ? '–' : <At at={event.storedAt} /> },
              { label: 'Came by', value: event.channels.map(words).join(', ') },
              { label: 'Source', value: <Link to={`/sources/${event.source}`}>{sourceName}</Link> },
              { label: 'Severity', value: event.severity ?? '–' },
              { label: 'Reason', value: event.outcome?.reason ?? '–' },
              { label: 'Client IP', value: event.clientIp ?? '–' },
              { label: 'Transaction', value: <span className="mono">{event.transactionId ?? '–'}</span> },
              { label: 'UUID', value: <span className="mono">{event.uuid ?? '–'}</span> },
            ]}
          />
        </Panel>
        {parties.length === 0 ? null : (
          <Panel title="Who and what" flush>
            <DataTable caption="Actor and targets" rows={parties} columns={PARTIES} />
          </Panel>
        )}
        {event.body === undefined || event.body === null ? null : (
          <Panel title="Body" hint="As Okta sent it. Without the right to raw data, addresses and names are masked.">
            <JsonView value={event.body} label="Event body" />
          </Panel>
        )}
      </div>
    </>
  );
}
