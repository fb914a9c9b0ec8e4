import { useSession } from '~/shell/session';
import type { Column } from '~/ui/data-table';
import { Fix } from './fix';
import type { FixRequest } from './fix-host';

/** A last column of a table with the change that a row offers; none for whom may not change anything. */
export function useFixColumn<Row extends { name: string }>(
  accountId: string | null,
  requestOf: (row: Row, accountId: string) => FixRequest,
): Column<Row>[] {
  const { can } = useSession();
  if (accountId === null || !can('remediate')) return [];
  return [
    {
      key: 'fix',
      header: <span className="spoken">Change</span>,
      align: 'right',
      narrow: 'bare',
      cell: (row) => <Fix spoken={row.name} request={requestOf(row, accountId)} />,
    },
  ];
}
