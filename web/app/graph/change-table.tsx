import type { GraphChange } from '~/api/graph.server';
import { type Column, DataTable } from '~/ui/data-table';
import { StatusTag, type Tone } from '~/ui/status';
import { Ago } from '~/ui/time';
import { words } from '~/ui/words';
import { kindName, verbOf } from './kinds';
import { FormerNode, MadeBy } from './node-link';

const TONES: Record<string, Tone> = { began: 'good', changed: 'busy', ended: 'held' };

type Row = GraphChange & { id: string };

const COLUMNS: Column<Row>[] = [
  {
    key: 'change',
    header: 'Change',
    narrow: 'bare',
    width: '7rem',
    cell: ({ change }) => <StatusTag status={change} tone={TONES[change]} />,
  },
  {
    key: 'what',
    header: 'What',
    narrow: 'title',
    cell: ({ at, change, kind, node, edge }) => {
      const asOf = change === 'ended' ? justBefore(at) : null;
      if (edge !== null) {
        return (
          <span className="row">
            <FormerNode node={edge.from} asOf={asOf} /> <span className="mute">{verbOf(kind)}</span>{' '}
            <FormerNode node={edge.to} asOf={asOf} />
          </span>
        );
      }
      return (
        <span className="row">
          <span className="mute">{words(kindName(kind))}</span>{' '}
          {node === null ? null : <FormerNode node={node} asOf={asOf} />}
        </span>
      );
    },
  },
  { key: 'by', header: 'By', width: '7rem', cell: ({ by }) => <MadeBy by={by} /> },
  { key: 'at', header: 'When', align: 'right', width: '7rem', cell: ({ at }) => <Ago at={at} /> },
];

/** What ended was last there a millisecond before. */
function justBefore(at: string): string {
  return new Date(Date.parse(at) - 1).toISOString();
}

/** What changed in the graph, in the order it is given. */
export function ChangeTable({ changes }: { changes: GraphChange[] }) {
  const rows = changes.map((change) => ({
    ...change,
    id: [change.at, change.change, change.kind, change.node?.id, change.edge?.from.id, change.edge?.to.id].join(' '),
  }));
  return <DataTable caption="Changes" rows={rows} columns={COLUMNS} />;
}
