import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/cloudflare';
import { Link, useLoaderData } from '@remix-run/react';
import { apiOf } from '~/api/client.server';
import { type Identity, listIdentities } from '~/api/identities.server';
import { listSources } from '~/api/sources.server';
import { queryOf } from '~/server/query.server';
import { type Column, DataTable } from '~/ui/data-table';
import { FilterBar, SearchField, SelectFilter } from '~/ui/filters';
import { None } from '~/ui/none';
import { Empty, PageHeader, Panel } from '~/ui/page';
import { Pager } from '~/ui/pager';
import { Label, StatusTag, TierTag } from '~/ui/status';
import { Ago } from '~/ui/time';
import { number, words } from '~/ui/words';
import styles from './identities.module.css';
import { IDENTITY_KINDS } from './kinds';

export const meta: MetaFunction = () => [{ title: 'Identities · Postern' }];

const STATUSES = [
  'ACTIVE',
  'STAGED',
  'PROVISIONED',
  'RECOVERY',
  'PASSWORD_EXPIRED',
  'LOCKED_OUT',
  'SUSPENDED',
  'DEPROVISIONED',
];
const TIERS = ['global_admin', 'admin', 'none'];
const SORTS = [
  { value: 'name', label: 'Name' },
  { value: '-name', label: 'Name, reversed' },
  { value: '-lastLogin', label: 'Last sign-in, newest' },
  { value: 'lastLogin', label: 'Last sign-in, oldest' },
];
const choices = (values: string[]) => values.map((value) => ({ value, label: words(value) }));

export async function loader(args: LoaderFunctionArgs) {
  const api = await apiOf(args);
  const query = queryOf(args.request, ['q', 'kind', 'status', 'tier', 'source', 'sort', 'cursor']);
  const [page, sources] = await Promise.all([listIdentities(api, query), listSources(api)]);
  return {
    page,
    sort: query.sort ?? 'name',
    filtered: ['q', 'kind', 'status', 'tier', 'source'].some((key) => key in query),
    sources: sources.map(({ id, name }) => ({ value: id, label: name })),
  };
}

export default function Identities() {
  const { page, sort, filtered, sources } = useLoaderData<typeof loader>();
  return (
    <>
      <PageHeader title="Identities" lead="People and machines, with the accounts they hold." />
      <FilterBar>
        <SearchField label="Search" placeholder="Name or login" />
        <SelectFilter label="Kind" name="kind" all="Any" choices={choices([...IDENTITY_KINDS])} />
        <SelectFilter label="Status" name="status" all="Any" choices={choices(STATUSES)} />
        <SelectFilter label="Privilege" name="tier" all="Any" choices={choices(TIERS)} />
        <SelectFilter label="Source" name="source" all="Any" choices={sources} />
        <SelectFilter label="Sort" name="sort" choices={SORTS} fallback="name" narrowOnly />
      </FilterBar>
      <Panel flush>
        {page.data.length === 0 ? (
          <Empty
            title={filtered ? 'Nobody matches' : 'No identities yet'}
            action={filtered ? <Link to="/identities">Show all</Link> : <Link to="/sources">Look at the sources</Link>}
          >
            {filtered
              ? 'Try fewer filters, or a shorter part of the name.'
              : 'They come with the first sync of a source.'}
          </Empty>
        ) : (
          <>
            <DataTable caption="Identities" rows={page.data} columns={COLUMNS} sort={sort} />
            <Pager shown={page.data.length} next={page.next} noun="identity" nouns="identities" />
          </>
        )}
      </Panel>
    </>
  );
}

const COLUMNS: Column<Identity>[] = [
  {
    key: 'name',
    header: 'Name',
    sort: 'name',
    narrow: 'title',
    cell: (identity) => (
      <span className={styles.who}>
        <Link to={`/identities/${identity.id}`} prefetch="intent">
          {identity.name}
        </Link>
        {identity.kind === 'human' ? null : <Label>{words(identity.kind)}</Label>}
        <span className="mute break">{identity.login ?? identity.email ?? identity.nativeId}</span>
      </span>
    ),
  },
  {
    key: 'status',
    header: 'Status',
    narrow: 'bare',
    width: '8.5rem',
    cell: (identity) => (identity.status === null ? <None /> : <StatusTag status={identity.status} />),
  },
  {
    key: 'tier',
    header: 'Privilege',
    narrow: 'bare',
    width: '8rem',
    cell: (identity) => <TierTag tier={identity.tier} />,
  },
  { key: 'department', header: 'Department', narrow: 'hidden', cell: (identity) => identity.department ?? '–' },
  {
    key: 'issues',
    header: 'Open issues',
    align: 'right',
    width: '7rem',
    cell: (identity) =>
      identity.openIssues === 0 ? (
        <span className="mute">0</span>
      ) : (
        <Link to={`/issues?identity=${identity.id}`}>{number(identity.openIssues)}</Link>
      ),
  },
  {
    key: 'login',
    header: 'Last sign-in',
    sort: 'lastLogin',
    first: 'desc',
    align: 'right',
    width: '8rem',
    cell: (identity) => <Ago at={identity.lastLoginAt} />,
  },
];
