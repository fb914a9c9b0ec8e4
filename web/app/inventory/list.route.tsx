import { data, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/cloudflare';
import { Link, useLoaderData } from '@remix-run/react';
import { apiOf, orRefused } from '~/api/client.server';
import { askNodes, type GraphNode } from '~/api/nodes.server';
import { listSources } from '~/api/sources.server';
import { PATHS } from '~/criticality/levels';
import { kindName } from '~/graph/kinds';
import { atMoment, momentFrom } from '~/graph/moment';
import { AsItWas } from '~/graph/moment-form';
import { paramOf } from '~/server/params.server';
import { queryOf } from '~/server/query.server';
import { useSession } from '~/shell/session';
import { DataTable } from '~/ui/data-table';
import { FilterBar, MomentFilter, SearchField, SelectFilter } from '~/ui/filters';
import { Refused } from '~/ui/notice';
import { Empty, PageHeader, Panel } from '~/ui/page';
import { Pager } from '~/ui/pager';
import { words } from '~/ui/words';
import { type Inventory, inventoryOf } from './inventories';
import { columnsOf } from './node-columns';

export const meta: MetaFunction<typeof loader> = ({ data: page }) => [
  { title: `${page === undefined ? 'Inventory' : words(page.slug)} · Postern` },
];

const SORTS = [
  { value: 'name', label: 'Name' },
  { value: '-name', label: 'Name, reversed' },
];
/** Of the lists whose rows have a criticality. */
const CRITICAL_SORTS = [...SORTS, { value: 'criticality', label: 'Criticality' }];
const LEVELS = ['tier_zero', 'crown_jewel', 'privileged', 'ordinary'].map((value) => ({ value, label: words(value) }));

export async function loader(args: LoaderFunctionArgs) {
  const inventory = inventoryOf(paramOf(args, 'list'));
  if (inventory === null) throw data({ detail: null }, { status: 404 });
  const api = await apiOf(args);
  const names = ['q', 'kind', 'status', 'criticality', 'source', 'sort', 'cursor', 'asOf'] as const;
  const query = queryOf(args.request, names);
  const asOf = momentFrom(query.asOf);
  const { kind = inventory.kinds?.[0], ...rest } = query;
  const asked = { ...rest, asOf, ...(inventory.kinds === undefined ? {} : { kind }) };
  const [page, sources] = await Promise.all([askNodes(api, inventory.path, asked), listSources(api)]);
  return {
    asOf,
    page: orRefused(page),
    slug: inventory.slug,
    kind: inventory.kinds === undefined ? null : (kind ?? null),
    sort: query.sort ?? 'name',
    filtered: ['q', 'status', 'criticality', 'source'].some((key) => key in query),
    sources: sources.map(({ id, name }) => ({ value: id, label: name })),
  };
}

export default function InventoryList() {
  const { asOf, page, slug, sources } = useLoaderData<typeof loader>();
  const { seesAll } = useSession();
  const inventory = inventoryOf(slug);
  if (inventory === null) return null;
  const critical = Object.values(PATHS).includes(inventory.path);
  return (
    <>
      <PageHeader
        title={words(inventory.many)}
        lead={inventory.lead}
        actions={slug === 'roles' && seesAll ? <RoleQuestions asOf={asOf} /> : undefined}
      />
      {/* another list is another form */}
      <FilterBar key={slug}>
        <SearchField label="Search" placeholder="Name" />
        {inventory.kinds === undefined ? null : (
          <SelectFilter
            label="Kind"
            name="kind"
            choices={inventory.kinds.map((value) => ({ value, label: words(kindName(value, 2)) }))}
            fallback={inventory.kinds[0]}
          />
        )}
        {inventory.statuses === undefined ? null : (
          <SelectFilter
            label="Status"
            name="status"
            all="Any"
            choices={inventory.statuses.map((value) => ({ value, label: words(value) }))}
          />
        )}
        {critical ? <SelectFilter label="Criticality" name="criticality" all="Any" choices={LEVELS} /> : null}
        <SelectFilter label="Source" name="source" all="Any" choices={sources} />
        <SelectFilter label="Sort" name="sort" choices={critical ? CRITICAL_SORTS : SORTS} fallback="name" narrowOnly />
        <MomentFilter moment={asOf} />
      </FilterBar>
      <div className="stack">
        {asOf === null ? null : <AsItWas moment={asOf} />}
        {page.ok ? <List page={page.value} inventory={inventory} /> : <Refused problem={page.problem} />}
      </div>
    </>
  );
}

/** What one asks next of roles: who has which, and of which it is not known what they give. */
function RoleQuestions({ asOf }: { asOf: string | null }) {
  return (
    <>
      <Link to={atMoment('/graph/queries/role-assignments', asOf)}>Who holds them</Link>
      <Link to={atMoment('/graph/unknown-powers', asOf)}>Unknown powers</Link>
    </>
  );
}

function List({ page, inventory }: { page: { data: GraphNode[]; next: string | null }; inventory: Inventory }) {
  const { asOf, slug, kind, sort, filtered, sources } = useLoaderData<typeof loader>();
  const many = kind === null ? inventory.many : kindName(kind, 2);
  const one = kind === null ? inventory.one : kindName(kind);
  return (
    <Panel flush>
      {page.data.length === 0 ? (
        <Empty
          title={filtered ? `No ${one} matches` : asOf === null ? `No ${many}` : `No ${many} were known then`}
          action={
            filtered ? (
              <Link to={atMoment(`/inventory/${slug}`, asOf)}>Show all</Link>
            ) : (
              <Link to="/coverage">What could be read</Link>
            )
          }
        >
          {filtered
            ? 'Try fewer filters, or a shorter part of the name.'
            : 'They come with the sync of a source. Where a source does not let Postern read them, coverage says so.'}
        </Empty>
      ) : (
        <>
          <DataTable
            caption={words(many)}
            rows={page.data}
            columns={columnsOf(slug, new Map(sources.map(({ value, label }) => [value, label])), asOf)}
            sort={sort}
          />
          <Pager shown={page.data.length} next={page.next} noun={one} nouns={many} />
        </>
      )}
    </Panel>
  );
}
