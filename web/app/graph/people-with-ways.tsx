import { Link } from '@remix-run/react';
import type { ExposedPerson, ReachableBy } from '~/api/graph.server';
import { type Column, DataTable } from '~/ui/data-table';
import { None } from '~/ui/none';
import { StatusTag, TierTag } from '~/ui/status';
import { plural } from '~/ui/words';
import styles from './graph.module.css';
import { atMoment } from './moment';

type Person = ReachableBy['data'][number] & Partial<Pick<ExposedPerson, 'factors'>>;

interface PeopleWithWaysProps {
  caption: string;
  people: Person[];
  /** Where their ways lead; tier zero unless told. */
  to?: string;
  /** The moment that is looked at; null: now. */
  asOf: string | null;
  /** Whether it is told who has a second factor. */
  factors?: boolean;
}

/** People, and the shortest way of each. */
export function PeopleWithWays({ caption, people, to, asOf, factors = false }: PeopleWithWaysProps) {
  const columns = [
    nameColumn(asOf),
    STATUS,
    ...(factors ? [SECOND_FACTOR] : []),
    PRIVILEGE,
    WAY,
    stepsColumn(to, asOf),
  ];
  return <DataTable caption={caption} rows={people} columns={columns} />;
}

function nameColumn(asOf: string | null): Column<Person> {
  return {
    key: 'name',
    header: 'Name',
    narrow: 'title',
    cell: (person) => <Link to={atMoment(`/identities/${person.id}`, asOf)}>{person.name}</Link>,
  };
}

const STATUS: Column<Person> = {
  key: 'status',
  header: 'Status',
  narrow: 'bare',
  width: '8rem',
  cell: (person) => (person.status === null ? <None /> : <StatusTag status={person.status} />),
};

const FACTORS: Record<string, { label: string; status: string }> = {
  none: { label: 'None', status: 'fail' },
  unknown: { label: 'Unknown', status: 'unknown' },
  some: { label: 'Has one', status: 'pass' },
};

const SECOND_FACTOR: Column<Person> = {
  key: 'factors',
  header: 'Second factor',
  width: '8rem',
  cell: ({ factors = '–' }) => {
    const told = FACTORS[factors];
    return told === undefined ? factors : <StatusTag status={told.status} label={told.label} />;
  },
};

const PRIVILEGE: Column<Person> = {
  key: 'tier',
  header: 'Privilege',
  narrow: 'bare',
  width: '8rem',
  cell: ({ tier }) => <TierTag tier={tier} />,
};

const WAY: Column<Person> = {
  key: 'how',
  header: 'Way',
  cell: ({ how }) => <span className={styles.chain}>{how.map((step) => step.to.name).join(' → ')}</span>,
};

function stepsColumn(to: string | undefined, asOf: string | null): Column<Person> {
  return {
    key: 'steps',
    header: 'Steps',
    align: 'right',
    width: '6rem',
    cell: ({ id, name, how }) => {
      const steps = plural(how.length, 'step');
      return (
        <Link
          to={atMoment(`/graph?from=${id}${to === undefined ? '' : `&to=${to}`}`, asOf)}
          aria-label={`Path of ${name}: ${steps}`}
        >
          {steps}
        </Link>
      );
    },
  };
}
