import { Link } from '@remix-run/react';
import type { ExposedPerson } from '~/api/graph.server';
import { type Column, DataTable } from '~/ui/data-table';
import { Empty, Panel } from '~/ui/page';
import { StatusTag, TierTag } from '~/ui/status';
import { number, plural } from '~/ui/words';
import styles from './graph.module.css';

interface ExposedPeopleProps {
  exposed: { identities: number; truncated: boolean; data: ExposedPerson[] };
}

/** Who has a way to tier zero, the weakest first. */
export function ExposedPeople({ exposed: { identities, truncated, data } }: ExposedPeopleProps) {
  const shown = data.length < identities ? `, the weakest ${number(data.length)} of them first` : ', the weakest first';
  return (
    <Panel
      title="Who can reach tier zero"
      hint={`${plural(identities, 'identity', 'identities')}${truncated ? ' or more' : ''}${shown}: who can sign in without a second factor, is no administrator by name, and has the shortest way.`}
      flush={data.length > 0}
    >
      {data.length === 0 ? (
        <Empty title="Nobody can reach tier zero" action={<Link to="/coverage">What could be read</Link>}>
          No path leads from a person to control of the whole org, as far as the sources let Postern see.
        </Empty>
      ) : (
        <DataTable caption="Who can reach tier zero" rows={data} columns={COLUMNS} />
      )}
    </Panel>
  );
}

const FACTORS: Record<string, { label: string; status: string }> = {
  none: { label: 'None', status: 'fail' },
  unknown: { label: 'Unknown', status: 'unknown' },
  some: { label: 'Has one', status: 'pass' },
};

const COLUMNS: Column<ExposedPerson>[] = [
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
  {
    key: 'factors',
    header: 'Second factor',
    width: '8rem',
    cell: ({ factors }) => {
      const told = FACTORS[factors];
      return told === undefined ? factors : <StatusTag status={told.status} label={told.label} />;
    },
  },
  { key: 'tier', header: 'Privilege', narrow: 'bare', width: '8rem', cell: ({ tier }) => <TierTag tier={tier} /> },
  {
    key: 'how',
    header: 'Way',
    cell: ({ how }) => <span className={styles.chain}>{how.map((step) => step.to.name).join(' → ')}</span>,
  },
  {
    key: 'steps',
    header: 'Steps',
    align: 'right',
    width: '6rem',
    cell: (person) => (
      <Link to={`/graph?from=${person.id}`} aria-label={`Path of ${person.name}: ${plural(person.how.length, 'step')}`}>
        {plural(person.how.length, 'step')}
      </Link>
    ),
  },
];
