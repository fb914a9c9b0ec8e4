import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/cloudflare';
import { Link, useLoaderData } from '@remix-run/react';
import { apiOf, orRefused } from '~/api/client.server';
import { askIdentities, type Identity } from '~/api/identities.server';
import { listSources } from '~/api/sources.server';
import { atMoment, momentFrom } from '~/graph/moment';
import { AsItWas } from '~/graph/moment-form';
import { queryOf } from '~/server/query.server';
import { type Column, DataTable } from '~/ui/data-table';
import { FilterBar, MomentFilter, SearchField, SelectFilter } from '~/ui/filters';
import { None } from '~/ui/none';
import { Refused } from '~/ui/notice';
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
/** Of last sign-ins then, and of what somebody was, no history is kept: lists of the past go without. */
const SORTS_THEN = SORTS.slice(0, 2);
const choices = (values: string[]) => values.map((value) => ({ value, label: words(value) }));

export async function loader(args: LoaderFunctionArgs) {
  const api = await apiOf(args);
  const told = queryOf(args.request, ['q', 'kind', 'status', 'tier', 'source', 'sort', 'cursor', 'asOf']);
  const asOf = momentFrom(told.asOf);
  const { kind, sort = 'name', ...rest } = told;
  const kept = asOf === null || SORTS_THEN.some(({ value }) => value === sort);
  const query = { ...rest, asOf, kind: asOf === null ? kind : undefined, sort: kept ? sort : 'name' };
  const [page, sources] = await Promise.all([askIdentities(api, query), listSources(api)]);
  return {
    asOf,
    page: orRefused(page),
    sort: query.sort,
    leftOut: asOf !== null && (!kept || kind !== undefined),
    filtered: [query.q, query.kind, query.status, query.tier, query.source].some((value) => value !== undefined),
    sources: sources.map(({ id, name }) => ({ value: id, label: name })),
  };
}

export default function Identities() {
  const { asOf, page, leftOut, sources } = useLoaderData<typeof loader>();
  return (
    <>
      <PageHeader title="Identities" lead="People and machines, with the accounts they hold." />
      <FilterBar>
        <SearchField label="Search" placeholder="Name or login" />
        {asOf === null ? (
          <SelectFilter label="Kind" name="kind" all="Any" choices={choices([...IDENTITY_KINDS])} />
        ) : null}
        <SelectFilter label="Status" name="status" all="Any" choices={choices(STATUSES)} />
        <SelectFilter label="Privilege" name="tier" all="Any" choices={choices(TIERS)} />
        <SelectFilter label="Source" name="source" all="Any" choices={sources} />
        <SelectFilter
          label="Sort"
          name="sort"
          choices={asOf === null ? SORTS : SORTS_THEN}
          fallback="name"
          narrowOnly
        />
        <MomentFilter moment={asOf} />
      </FilterBar>
      <div className="stack">
        {asOf === null ? null : (
          <AsItWas moment={asOf}>
            Kinds are those of today.
            {leftOut
              ? ' The filter by kind and the order by last sign-in are left out: those of then are not kept.'
              : ''}
          </AsItWas>
        )}
        {page.ok ? <List page={page.value} /> : <Refused problem={page.problem} />}
      </div>
    </>
  );
}

function List({ page }: { page: { data: Identity[]; next: string | null } }) {
  const { asOf, sort, filtered } = useLoaderData<typeof loader>();
  return (
    <Panel flush>
      {page.data.length === 0 ? (
        <Empty
          title={filtered ? 'Nobody matches' : asOf === null ? 'No identities yet' : 'Nobody was known then'}
          action={
            filtered ? (
              <Link to={atMoment('/identities', asOf)}>Show all</Link>
            ) : (
              <Link to="/sources">Look at the sources</Link>
            )
          }
        >
          {filtered
            ? 'Try fewer filters, or a shorter part of the name.'
            : 'They come with the first sync of a source.'}
        </Empty>
      ) : (
        <>
          <DataTable caption="Identities" rows={page.data} columns={columnsOf(asOf)} sort={sort} />
          <Pager shown={page.data.length} next={page.next} noun="identity" nouns="identities" />
        </>
      )}
    </Panel>
  );
}

function columnsOf(asOf: string | null): Column<Identity>[] {
  return asOf === null ? [nameColumn(asOf), ...WHAT, ISSUES, LAST_SIGN_IN] : [nameColumn(asOf), ...WHAT];
}

function nameColumn(asOf: string | null): Column<Identity> {
  return {
    key: 'name',
    header: 'Name',
    sort: 'name',
    narrow: 'title',
    cell: (identity) => (
      <span className={styles.who}>
        <Link to={atMoment(`/identities/${identity.id}`, asOf)} prefetch="intent">
          {identity.name}
        </Link>
        {identity.kind === 'human' ? null : <Label>{words(identity.kind)}</Label>}
        <span className="mute break">{identity.login ?? identity.email ?? identity.nativeId}</span>
      </span>
    ),
  };
}

const WHAT: Column<Identity>[] = [
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
];

const ISSUES: Column<Identity> = {
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
};

const LAST_SIGN_IN: Column<Identity> = {
  key: 'login',
  header: 'Last sign-in',
  sort: 'lastLogin',
  first: 'desc',
  align: 'right',
  width: '8rem',
  cell: (identity) => <Ago at={identity.lastLoginAt} />,
};
