import type { Backfill } from '~/api/backfills.server';
import { type Column, DataTable } from '~/ui/data-table';
import { Disclosure } from '~/ui/forms';
import { StatusTag } from '~/ui/status';
import { Ago, utc } from '~/ui/time';
import { duration, number, plural } from '~/ui/words';
import { adviceFor } from './history-text';
import styles from './sources.module.css';

const COLUMNS: Column<Backfill>[] = [
  {
    key: 'range',
    header: 'Days',
    narrow: 'title',
    cell: (run) => (
      <span className="nowrap">
        {utc(run.since).slice(0, 10)} to {utc(run.until).slice(0, 10)}
      </span>
    ),
  },
  {
    key: 'status',
    header: 'Status',
    narrow: 'bare',
    cell: (run) => (
      <>
        <StatusTag status={run.status} />
        {run.status === 'succeeded' ? null : <span className="mute"> at {run.percent} %</span>}
        {run.error === null ? null : <p className="mute break">{adviceFor(run.error)}</p>}
      </>
    ),
  },
  { key: 'events', header: 'Events', align: 'right', cell: (run) => number(run.events) },
  { key: 'calls', header: 'API calls', align: 'right', cell: (run) => number(run.calls) },
  { key: 'took', header: 'Took', align: 'right', cell: took },
  { key: 'started', header: 'Started', align: 'right', cell: (run) => <Ago at={run.startedAt} /> },
];

export function PastBackfills({ runs }: { runs: Backfill[] }) {
  if (runs.length === 0) return null;
  return (
    <div className={styles.past}>
      <Disclosure label={plural(runs.length, 'past backfill')} open={runs.length < 4}>
        <DataTable caption="Past backfills" rows={runs} columns={COLUMNS} />
      </Disclosure>
    </div>
  );
}

function took(run: Backfill): string {
  if (run.endedAt === null) return '–';
  return duration((Date.parse(run.endedAt) - Date.parse(run.startedAt)) / 1_000);
}
