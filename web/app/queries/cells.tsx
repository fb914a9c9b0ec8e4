import type { QueryCell, QueryColumn } from '~/api/queries.server';
import { verbOf } from '~/graph/kinds';
import { FormerNode } from '~/graph/node-link';
import { None } from '~/ui/none';
import { StatusTag } from '~/ui/status';
import { At } from '~/ui/time';
import { words } from '~/ui/words';

/** Columns whose words are names of edges. */
const EDGE_COLUMNS = new Set(['edge', 'power']);

/** A value of a saved query, as its column says. */
export function Cell({ column, value, asOf }: { column: QueryColumn; value: QueryCell; asOf: string | null }) {
  if (value === null || value === '') return <None />;
  if (typeof value === 'object') return <FormerNode node={value} asOf={asOf} />;
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  if (typeof value === 'number') return <span className="num">{value}</span>;
  if (column.type === 'time') return <At at={value} />;
  if (column.id === 'status') return <StatusTag status={value} />;
  if (EDGE_COLUMNS.has(column.id)) return verbOf(value);
  if (column.id === 'type') return words(value);
  return <span className="break">{value}</span>;
}
