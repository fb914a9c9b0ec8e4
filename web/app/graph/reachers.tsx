import { Link } from '@remix-run/react';
import type { ReachableBy } from '~/api/graph.server';
import { type Column, DataTable } from '~/ui/data-table';
import { Panel } from '~/ui/page';
import { Pager } from '~/ui/pager';
import { StatusTag, TierTag } from '~/ui/status';
import { number, plural } from '~/ui/words';
import styles from './graph.module.css';

interface ReachersProps {
  reachable: ReachableBy;
  to: { id: string; name: string };
  /** Whether the pages of the list are the pages of the page. */
  paged?: boolean;
}

/** The people with a path to a node, by name, and how each gets there. */
export function Reachers({ reachable: { counts, truncated, data, next }, to, paged = false }: ReachersProps) {
  const admins = counts.global_admin + counts.admin;
  const columns: Column<ReachableBy['data'][number]>[] = [
    ...COLUMNS,
    {
      key: 'steps',
      header: 'Steps',
      align: 'right',
      width: '6rem',
      cell: (person) => (
        <Link
          to={`/graph?from=${person.id}&to=${to.id}`}
          aria-label={`Path of ${person.name}: ${plural(person.how.length, 'step')}`}
        >
          {plural(person.how.length, 'step')}
        </Link>
      ),
    },
  ];
  return (
    <Panel
      title="Who can reach it"
      hint={`${plural(counts.total, 'identity', 'identities')}${truncated ? ' or more' : ''}, ${number(admins)} of them with admin rights.`}
      flush={data.length > 0}
    >
      {data.length === 0 ? (
        <p className="mute">Nobody has a path to {to.name}.</p>
      ) : (
        <>
          <DataTable caption={`Who can reach ${to.name}`} rows={data} columns={columns} />
          {paged ? <Pager shown={data.length} next={next} noun="identity" nouns="identities" /> : null}
        </>
      )}
    </Panel>
  );
}

const COLUMNS: Column<ReachableBy['data'][number]>[] = [
  {
    key: 'name',
    header: 'Name',
    narrow: 'title',
    cell: (person) => <Link to={`/identities/${person.id}`}>{person.name}</Link>,
  },
  {
    key: 'status',
    header: 'Status',
    narrow: 'bare',
    width: '8rem',
    cell: (person) => (person.status === null ? '–' : <StatusTag status={person.status} />),
  },
  { key: 'tier', header: 'Privilege', narrow: 'bare', width: '8rem', cell: ({ tier }) => <TierTag tier={tier} /> },
  {
    key: 'how',
    header: 'Way',
    cell: ({ how }) => <span className={styles.chain}>{how.map((step) => step.to.name).join(' → ')}</span>,
  },
];
