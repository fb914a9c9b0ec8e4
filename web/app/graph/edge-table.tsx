import type { GraphEdge } from '~/api/edges.server';
import { type Column, DataTable } from '~/ui/data-table';
import { None } from '~/ui/none';
import { Ago } from '~/ui/time';
import { BasketButton } from './basket-button';
import { isRemovable, verbOf } from './kinds';
import { MadeBy, NodeLink } from './node-link';

type Row = GraphEdge & { id: string };

/** Edges with both ends. `asOf`: the moment that is looked at; null: now. */
export function EdgeTable({ edges, asOf }: { edges: GraphEdge[]; asOf: string | null }) {
  const rows = edges.map(
    (edge): Row => ({ ...edge, id: [edge.from.id, edge.kind, edge.to.id, edge.assignment?.id].join(' ') }),
  );
  const derived = rows.some((row) => row.derived);
  const stored = rows.some((row) => !row.derived);
  const removable = asOf === null && rows.some(({ kind }) => isRemovable(kind));
  return (
    <DataTable
      caption="Edges"
      rows={rows}
      columns={[
        { key: 'from', header: 'From', narrow: 'title', cell: ({ from }) => <NodeLink node={from} asOf={asOf} /> },
        {
          key: 'kind',
          header: 'How',
          narrow: 'bare',
          cell: ({ kind }) => <span className="mute">{verbOf(kind)}</span>,
        },
        { key: 'to', header: 'To', narrow: 'bare', cell: ({ to }) => <NodeLink node={to} asOf={asOf} /> },
        ...(derived ? [through(asOf)] : []),
        ...(stored ? SEEN : []),
        ...(removable ? [ASK] : []),
      ]}
    />
  );
}

const through = (asOf: string | null): Column<Row> => ({
  key: 'through',
  header: 'Role assignment',
  cell: ({ assignment }) => (assignment === null ? <None /> : <NodeLink node={assignment} asOf={asOf} />),
});

const SEEN: Column<Row>[] = [
  { key: 'by', header: 'Seen by', width: '7rem', cell: ({ by }) => <MadeBy by={by} /> },
  {
    key: 'since',
    header: 'Since',
    align: 'right',
    width: '7rem',
    cell: ({ since }) => (since === null ? <None /> : <Ago at={since} />),
  },
];

const ASK: Column<Row> = {
  key: 'ask',
  header: 'What if',
  narrow: 'bare',
  width: '11rem',
  cell: ({ from, kind, to }) =>
    isRemovable(kind) ? (
      <BasketButton
        removal={{ kind: 'edge', from: from.id, edgeKind: kind, to: to.id }}
        about={`${from.name} ${verbOf(kind)} ${to.name}`}
      />
    ) : (
      <None />
    ),
};
