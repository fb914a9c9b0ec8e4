import { lazy, Suspense, useSyncExternalStore } from 'react';
import type { SyncRun } from '~/api/sources.server';
import { type Column, DataTable } from '~/ui/data-table';
import { Panel } from '~/ui/page';
import { StatusTag } from '~/ui/status';
import { Ago } from '~/ui/time';
import { duration, number, words } from '~/ui/words';
import styles from './sources.module.css';

/** Its own chunk, for browsers only: the charts library is larger than the rest, and the table says the same. */
const SyncChart = import.meta.env.SSR ? () => null : lazy(() => import('./sync-chart'));
const noSubscription = () => () => undefined;

const COLUMNS: Column<SyncRun>[] = [
  { key: 'kind', header: 'Sync', narrow: 'title', cell: (run) => words(run.kind ?? 'full') },
  { key: 'status', header: 'Status', narrow: 'bare', cell: (run) => <StatusTag status={run.status} /> },
  { key: 'calls', header: 'API calls', align: 'right', cell: (run) => number(run.calls) },
  { key: 'rows', header: 'Rows written', align: 'right', cell: (run) => number(run.rowsWritten) },
  { key: 'took', header: 'Took', align: 'right', cell: (run) => took(run) },
  { key: 'started', header: 'Started', align: 'right', cell: (run) => <Ago at={run.startedAt} /> },
];

export function SyncRuns({ runs }: { runs: SyncRun[] }) {
  const inBrowser = useSyncExternalStore(
    noSubscription,
    () => true,
    () => false,
  );
  const charted = runs.filter((run) => run.startedAt !== null);
  if (runs.length === 0) {
    return (
      <Panel title="Syncs">
        <p className="mute">No sync has run yet.</p>
      </Panel>
    );
  }
  return (
    <Panel title="Syncs" hint="A sync of an org that did not change writes nothing." flush>
      {inBrowser && charted.length > 1 ? (
        <div className={styles.chart} aria-hidden="true" style={{ minHeight: 158 }}>
          <Suspense fallback={null}>
            <SyncChart runs={charted} />
          </Suspense>
        </div>
      ) : null}
      <DataTable caption="Syncs" rows={runs} columns={COLUMNS} />
    </Panel>
  );
}

function took(run: SyncRun): string {
  if (run.startedAt === null || run.endedAt === null) return '–';
  return duration((Date.parse(run.endedAt) - Date.parse(run.startedAt)) / 1_000);
}
