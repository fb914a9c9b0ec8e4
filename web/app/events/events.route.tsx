import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/cloudflare';
import { Link, useLoaderData } from '@remix-run/react';
import { apiOf } from '~/api/client.server';
import { listEvents, type SystemEvent } from '~/api/evidence.server';
import { listSources } from '~/api/sources.server';
import { queryOf } from '~/server/query.server';
import { type Column, DataTable } from '~/ui/data-table';
import { FilterBar, SelectFilter, TextFilter } from '~/ui/filters';
import { Empty, PageHeader, Panel } from '~/ui/page';
import { Pager } from '~/ui/pager';
import { StatusTag } from '~/ui/status';
import { At } from '~/ui/time';
import { words } from '~/ui/words';
import { partyName } from './party';

export const meta: MetaFunction = () => [{ title: 'Events · Postern' }];

const FILTERS = ['source', 'type', 'target', 'since', 'until', 'cursor'] as const;

export async function loader(args: LoaderFunctionArgs) {
  const api = await apiOf(args);
  const query = queryOf(args.request, FILTERS);
  const [page, sources] = await Promise.all([
    listEvents(api, { ...query, since: instant(query.since), until: instant(query.until) }),
    listSources(api),
  ]);
  return {
    page,
    filtered: Object.keys(query).some((key) => key !== 'cursor'),
    sources: sources.map(({ id, name }) => ({ value: id, label: name })),
  };
}

/** `2026-11-22` or `2026-11-22 01:18` as UTC; what is not a time is left to the API to refuse. */
function instant(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const at = new Date(
    /\d{2}:\d{2}/.test(text) && !/(Z|[+-]\d{2}:?\d{2})$/.test(text) ? `${text.replace(' ', 'T')}Z` : text,
  );
  return Number.isNaN(at.getTime()) ? text : at.toISOString();
}

export default function Events() {
  const { page, filtered, sources } = useLoaderData<typeof loader>();
  return (
    <>
      <PageHeader title="Events" lead="Every accepted event, once, whichever ways it came." />
      <FilterBar>
        <SelectFilter label="Source" name="source" all="Any" choices={sources} />
        <TextFilter label="Type" name="type" placeholder="user.session.start" />
        <TextFilter label="Target ID" name="target" placeholder="00u…" />
        <TextFilter label="Since (UTC)" name="since" placeholder="2026-11-22 08:00" />
        <TextFilter label="Until (UTC)" name="until" placeholder="2026-11-23" />
      </FilterBar>
      <Panel flush>
        {page.data.length === 0 ? (
          <Empty
            title={filtered ? 'No event matches' : 'No events yet'}
            action={filtered ? <Link to="/events">Show all</Link> : <Link to="/sources">Look at the sources</Link>}
          >
            {filtered
              ? 'Try a wider time or fewer filters.'
              : 'They arrive as soon as a source sends or its log is read.'}
          </Empty>
        ) : (
          <>
            <DataTable caption="Events" rows={page.data} columns={COLUMNS} />
            <Pager shown={page.data.length} next={page.next} noun="event" />
          </>
        )}
      </Panel>
    </>
  );
}

const COLUMNS: Column<SystemEvent>[] = [
  {
    key: 'published',
    header: 'Published',
    narrow: 'bare',
    width: '10.5rem',
    cell: (event) => <At at={event.published} />,
  },
  {
    key: 'type',
    header: 'Type',
    narrow: 'title',
    cell: (event) => (
      <Link to={`/events/${event.id}`} className="mono break" prefetch="intent">
        {event.type}
      </Link>
    ),
  },
  {
    key: 'outcome',
    header: 'Outcome',
    narrow: 'bare',
    width: '7rem',
    cell: (event) =>
      event.outcome?.result === undefined || event.outcome.result === null ? (
        '–'
      ) : (
        <StatusTag status={event.outcome.result} />
      ),
  },
  { key: 'actor', header: 'Actor', cell: (event) => <span className="break">{partyName(event.actor)}</span> },
  {
    key: 'targets',
    header: 'Targets',
    cell: (event) => (
      <span className="break">{event.targets.length === 0 ? '–' : event.targets.map(partyName).join(', ')}</span>
    ),
  },
  {
    key: 'channels',
    header: 'Came by',
    align: 'right',
    width: '11rem',
    cell: (event) => <span className="mute nowrap">{event.channels.map(words).join(', ')}</span>,
  },
];
