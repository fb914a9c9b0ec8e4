import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/cloudflare';
import { Link, useLoaderData } from '@remix-run/react';
import { type AuditEntry, listAudit } from '~/api/admin.server';
import { apiOf } from '~/api/client.server';
import { queryOf } from '~/server/query.server';
import { type Column, DataTable } from '~/ui/data-table';
import { FilterBar, TextFilter } from '~/ui/filters';
import { Empty, Panel } from '~/ui/page';
import { Pager } from '~/ui/pager';
import { At } from '~/ui/time';
import { words } from '~/ui/words';
import styles from './settings.module.css';
import { SettingsHeader } from './settings-tabs';

export const meta: MetaFunction = () => [{ title: 'Audit log · Postern' }];

export async function loader(args: LoaderFunctionArgs) {
  const api = await apiOf(args);
  const query = queryOf(args.request, ['actor', 'action', 'cursor']);
  return { page: await listAudit(api, query), filtered: 'actor' in query || 'action' in query };
}

export default function Audit() {
  const { page, filtered } = useLoaderData<typeof loader>();
  return (
    <>
      <SettingsHeader />
      <FilterBar>
        <TextFilter label="Actor ID" name="actor" placeholder="usr_…" />
        <TextFilter label="Action" name="action" placeholder="issue.dismiss" />
      </FilterBar>
      <Panel flush>
        {page.data.length === 0 ? (
          <Empty
            title={filtered ? 'No entry matches' : 'Nothing is recorded yet'}
            action={filtered ? <Link to="/settings/audit">Show all</Link> : undefined}
          >
            Every change that a person or a token makes is written down here.
          </Empty>
        ) : (
          <>
            <DataTable caption="Audit log" rows={page.data} columns={COLUMNS} />
            <Pager shown={page.data.length} next={page.next} noun="entry" nouns="entries" />
          </>
        )}
      </Panel>
    </>
  );
}

const COLUMNS: Column<AuditEntry>[] = [
  { key: 'at', header: 'When', narrow: 'bare', width: '10.5rem', cell: (entry) => <At at={entry.at} /> },
  {
    key: 'action',
    header: 'Action',
    narrow: 'title',
    cell: (entry) => (
      <Link to={`?action=${encodeURIComponent(entry.action)}`} className="mono">
        {entry.action}
      </Link>
    ),
  },
  {
    key: 'actor',
    header: 'Actor',
    cell: (entry) => (
      <Link to={`?actor=${encodeURIComponent(entry.actor.id)}`}>{entry.actor.name ?? entry.actor.id}</Link>
    ),
  },
  {
    key: 'target',
    header: 'Target',
    cell: (entry) =>
      entry.target === null ? (
        '–'
      ) : (
        <span>
          {words(entry.target.kind)} <span className="mono mute nowrap">{entry.target.id}</span>
        </span>
      ),
  },
  {
    key: 'detail',
    header: 'Detail',
    narrow: 'bare',
    cell: (entry) => <span className={styles.detail}>{detailText(entry.detail)}</span>,
  },
  { key: 'ip', header: 'IP', align: 'right', cell: (entry) => <span className="mono">{entry.ip ?? '–'}</span> },
];

function detailText(detail: unknown): string {
  if (detail === null || detail === undefined) return '';
  if (typeof detail !== 'object') return String(detail);
  return Object.entries(detail)
    .map(([key, value]) => `${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');
}
