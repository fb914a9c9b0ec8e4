import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/cloudflare';
import { Link, useLoaderData } from '@remix-run/react';
import { listPeople } from '~/api/admin.server';
import { apiOf } from '~/api/client.server';
import { type DiscoverySummary, getDiscovery, listApps } from '~/api/discovery.server';
import { listSources } from '~/api/sources.server';
import { queryOf } from '~/server/query.server';
import { DataTable } from '~/ui/data-table';
import { type Choice, FilterBar, SearchField, SelectFilter } from '~/ui/filters';
import { Empty, PageHeader, Panel } from '~/ui/page';
import { Pager } from '~/ui/pager';
import { number, plural, words } from '~/ui/words';
import { appColumns } from './app-columns';
import styles from './discovery.module.css';
import { REVIEWS } from './tags';

export const meta: MetaFunction = () => [{ title: 'Discovery · Postern' }];

const FILTERS = ['q', 'risk', 'managed', 'review', 'source', 'owner', 'sort', 'cursor'] as const;

const choices = (values: readonly string[]): Choice[] => values.map((value) => ({ value, label: words(value) }));
const RISKS = choices(['high', 'medium', 'low']);
const MANAGED = [...choices(['managed', 'unmanaged']), { value: 'unknown', label: 'Not known' }];
const SORTS: Choice[] = [
  { value: '-risk', label: 'Highest risk' },
  { value: '-users', label: 'Most users' },
  { value: '-lastSeen', label: 'Seen last' },
  { value: '-firstSeen', label: 'Newest' },
  { value: 'name', label: 'Name' },
];

export async function loader(args: LoaderFunctionArgs) {
  const api = await apiOf(args);
  const query = queryOf(args.request, FILTERS);
  const [page, summary, sources, people] = await Promise.all([
    listApps(api, query),
    getDiscovery(api),
    listSources(api),
    listPeople(api),
  ]);
  return {
    page,
    summary,
    sort: query.sort ?? '-risk',
    filtered: Object.keys(query).some((key) => key !== 'sort' && key !== 'cursor'),
    sources: sources.map(({ id, name }) => ({ value: id, label: name })),
    people: people.map(({ id, name }) => ({ value: id, label: name })),
  };
}

export default function Discovery() {
  const { page, summary, sort, filtered, sources, people } = useLoaderData<typeof loader>();
  const names = new Map(people.map(({ value, label }) => [value, label]));
  return (
    <>
      <PageHeader
        title="Discovery"
        lead="Every app that sign-ons, consents or assignments speak of, whether or not anybody decided to have it."
      />
      {summary.total === 0 ? null : <Figures summary={summary} />}
      <FilterBar>
        <SearchField label="Search" placeholder="Name or domain" />
        <SelectFilter label="Risk" name="risk" all="Any" choices={RISKS} />
        <SelectFilter label="Managed" name="managed" all="Any" choices={MANAGED} />
        <SelectFilter label="Review" name="review" all="Any" choices={choices(REVIEWS)} />
        <SelectFilter label="Source" name="source" all="Any" choices={sources} />
        {people.length === 0 ? null : (
          <SelectFilter
            label="Owner"
            name="owner"
            all="Anyone"
            choices={[{ value: 'none', label: 'Nobody' }, ...people]}
          />
        )}
        <SelectFilter label="Sort" name="sort" choices={SORTS} fallback="-risk" narrowOnly />
      </FilterBar>
      <Panel flush>
        {page.data.length === 0 ? (
          <NoApps filtered={filtered} />
        ) : (
          <>
            <DataTable caption="Discovered apps" rows={page.data} columns={appColumns(names)} sort={sort} />
            <Pager shown={page.data.length} next={page.next} noun="app" />
          </>
        )}
      </Panel>
    </>
  );
}

/** Each figure leads to the apps that it counts. */
function Figures({ summary }: { summary: DiscoverySummary }) {
  const figures = [
    { label: 'High risk', value: summary.byRisk.high, to: '?risk=high' },
    { label: 'Unmanaged', value: summary.byManaged.unmanaged, to: '?managed=unmanaged' },
    { label: 'Not reviewed', value: summary.byReview.unreviewed, to: '?review=unreviewed' },
    { label: 'Without an owner', value: summary.withoutOwner, to: '?owner=none' },
    { label: 'New in 7 days', value: summary.newLast7d, to: '?sort=-firstSeen' },
  ];
  return (
    <ul className={styles.figures} aria-label={`Of ${plural(summary.total, 'app')}`}>
      {figures.map(({ label, value, to }) => (
        <li key={label}>
          <Link to={to} className={styles.figure}>
            <strong>{number(value)}</strong> {label}
          </Link>
        </li>
      ))}
    </ul>
  );
}

function NoApps({ filtered }: { filtered: boolean }) {
  if (filtered) {
    return (
      <Empty title="No app matches" action={<Link to="/discovery">Show all apps</Link>}>
        Try fewer filters.
      </Empty>
    );
  }
  return (
    <Empty title="No apps yet" action={<Link to="/sources">Look at the sources</Link>}>
      This fills by itself: with the apps of the first full sync, then with each single sign-on, OAuth consent and app
      assignment that a source sends.
    </Empty>
  );
}
