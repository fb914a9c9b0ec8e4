import '@mantine/charts/styles.layer.css';
import { BarChart } from '@mantine/charts';
import type { SyncRun } from '~/api/sources.server';
import { utc } from '~/ui/time';
import { number } from '~/ui/words';

/** API calls and rows written of the last syncs, oldest first. */
export default function SyncChart({ runs }: { runs: SyncRun[] }) {
  const data = [...runs].reverse().map((run) => ({
    at: utc(run.startedAt ?? '').slice(5, 16),
    'API calls': run.calls,
    'Rows written': run.rowsWritten,
  }));
  return (
    <BarChart
      h={150}
      data={data}
      dataKey="at"
      series={[
        { name: 'API calls', color: 'var(--low-fill)' },
        { name: 'Rows written', color: 'var(--accent)' },
      ]}
      withLegend
      legendProps={{ verticalAlign: 'top', height: 28 }}
      valueFormatter={number}
      gridAxis="x"
      tickLine="none"
      maxBarWidth={18}
      barProps={{ radius: 2, isAnimationActive: false }}
    />
  );
}
