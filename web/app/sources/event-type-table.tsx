import { Link } from '@remix-run/react';
import type { EventType, EventTypes } from '~/api/source-events.server';
import { type Column, DataTable } from '~/ui/data-table';
import { words } from '~/ui/words';
import styles from './source-events.module.css';

type Row = EventType & { id: string };

const COLUMNS: Column<Row>[] = [
  { key: 'type', header: 'Type', narrow: 'title', cell: (row) => <code className="break">{row.type}</code> },
  { key: 'hook', header: 'Hook-eligible', cell: (row) => (row.hookEligible ? 'Yes' : 'No') },
  { key: 'channels', header: 'Comes by', cell: (row) => row.channels.map(words).join(', ') },
  { key: 'used', header: 'Changes at once', cell: (row) => <Uses uses={row.usedBy} /> },
];

/** Every event type that Postern keeps. */
export function EventTypeTable({ types }: { types: EventTypes }) {
  return (
    <>
      <div className={styles.table}>
        <DataTable caption="Event types" rows={types.data.map((row) => ({ ...row, id: row.type }))} columns={COLUMNS} />
      </div>
      <p className={styles.note}>
        Kept too, whatever is new in these families:{' '}
        {types.families.map((family) => (
          <span key={family}>
            <code>{family}</code>{' '}
          </span>
        ))}
      </p>
    </>
  );
}

function Uses({ uses }: { uses: EventType['usedBy'] }) {
  if (uses.length === 0) return <span className="mute">Evidence only</span>;
  return (
    <>
      {uses.map((use, i) => (
        <span key={`${use.kind} ${use.name}`}>
          {i === 0 ? '' : ', '}
          {use.kind === 'detection' ? <Link to={`/detections#${use.name}`}>{use.name}</Link> : use.name}
        </span>
      ))}
    </>
  );
}
