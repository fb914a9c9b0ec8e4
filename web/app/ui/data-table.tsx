import { Link, useSearchParams } from '@remix-run/react';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import styles from './data-table.module.css';

export interface Column<Row> {
  key: string;
  header: ReactNode;
  cell(row: Row): ReactNode;
  align?: 'right';
  /** On narrow screens: the card's heading, a line without its label, or left out. */
  narrow?: 'title' | 'bare' | 'hidden';
  /** Makes the heading a link that sorts; the value is the field of `sort`. */
  sort?: string;
  /** The order a first click gives. */
  first?: 'asc' | 'desc';
  width?: string;
}

interface DataTableProps<Row extends { id: string }> {
  caption: string;
  rows: Row[];
  columns: Column<Row>[];
  /** The sort in force, such as `-priority`. */
  sort?: string;
}

/** A table on wide screens, the same rows as cards on narrow ones. */
export function DataTable<Row extends { id: string }>({ caption, rows, columns, sort }: DataTableProps<Row>) {
  return (
    <div className={styles.scroll}>
      <table className={styles.table}>
        <caption className={styles.caption}>{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th
                key={column.key}
                scope="col"
                data-align={column.align}
                style={column.width === undefined ? undefined : { width: column.width }}
                aria-sort={ariaSort(column.sort, sort)}
              >
                {column.sort === undefined ? column.header : <SortLink column={column} sort={sort} />}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              {columns.map((column) => (
                <td
                  key={column.key}
                  data-align={column.align}
                  data-narrow={column.narrow}
                  data-label={typeof column.header === 'string' ? column.header : undefined}
                >
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function SortLink<Row>({ column, sort }: { column: Column<Row>; sort: string | undefined }) {
  const [query] = useSearchParams();
  const field = column.sort ?? '';
  const descending = sort === `-${field}`;
  const active = descending || sort === field;
  const next = active ? (descending ? field : `-${field}`) : column.first === 'desc' ? `-${field}` : field;
  const to = new URLSearchParams(query);
  to.set('sort', next);
  to.delete('cursor');
  const Icon = descending ? IconArrowDown : IconArrowUp;
  return (
    <Link to={`?${to}`} className={styles.sort} data-active={active}>
      {column.header}
      <Icon size={13} aria-hidden="true" />
    </Link>
  );
}

function ariaSort(field: string | undefined, sort: string | undefined) {
  if (field === undefined || sort === undefined) return undefined;
  if (sort === field) return 'ascending';
  return sort === `-${field}` ? 'descending' : undefined;
}
