import { Link } from '@remix-run/react';
import type { DiscoveredApp } from '~/api/discovery.server';
import type { Column } from '~/ui/data-table';
import { None } from '~/ui/none';
import { Ago } from '~/ui/time';
import { number } from '~/ui/words';
import styles from './discovery.module.css';
import { ManagedTag, ReviewTag, RiskTag } from './tags';

export function appColumns(users: Map<string, string>): Column<DiscoveredApp>[] {
  return [
    {
      key: 'risk',
      header: 'Risk',
      sort: 'risk',
      first: 'desc',
      width: '8rem',
      cell: ({ risk }) => (
        <span className={styles.risk}>
          <RiskTag risk={risk} />
          <span className={styles.score} title={`${risk.score} of 100`}>
            {risk.score}
          </span>
        </span>
      ),
    },
    {
      key: 'name',
      header: 'App',
      sort: 'name',
      narrow: 'title',
      cell: ({ id, name, domain, catalogName }) => (
        <>
          <Link to={`/discovery/${id}`} className={styles.name} prefetch="intent">
            {name}
          </Link>
          {(domain ?? catalogName) === null ? null : <span className={styles.also}>{domain ?? catalogName}</span>}
        </>
      ),
    },
    { key: 'managed', header: 'Managed', cell: ({ managed }) => <ManagedTag state={managed.state} /> },
    { key: 'review', header: 'Review', cell: ({ review }) => <ReviewTag state={review.state} /> },
    {
      key: 'owner',
      header: 'Owner',
      cell: ({ owner }) => (owner === null ? <None /> : (users.get(owner) ?? 'Assigned')),
    },
    {
      key: 'users',
      header: 'Users',
      sort: 'users',
      first: 'desc',
      align: 'right',
      width: '5rem',
      cell: ({ users: seen }) => number(seen),
    },
    { key: 'scopes', header: 'Scopes', align: 'right', width: '5rem', cell: ({ scopes }) => number(scopes) },
    {
      key: 'lastSeen',
      header: 'Last seen',
      sort: 'lastSeen',
      first: 'desc',
      align: 'right',
      width: '6.5rem',
      cell: ({ lastSeen }) => <Ago at={lastSeen} suffix="" />,
    },
  ];
}
