import type { ChannelCounts, Completeness as Counted } from '~/api/source-events.server';
import { type Column, DataTable } from '~/ui/data-table';
import { Disclosure } from '~/ui/forms';
import { Facts, Panel } from '~/ui/page';
import { utc } from '~/ui/time';
import { duration, number } from '~/ui/words';
import styles from './source-events.module.css';

/** Hours that are open to the eye; the others are a click away. */
const SHOWN_HOURS = 6;

type Hour = Counted['hours'][number] & { id: string };

const total = (counts: ChannelCounts) => counts.onlyPush + counts.both + counts.onlyTail + counts.onlyBackfill;
const delayOf = (seconds: number) => (seconds < 10 ? `${Math.round(seconds * 10) / 10} s` : duration(seconds));

/** Whether push and the System Log brought the same events, by the hour. */
export function Completeness({ counted }: { counted: Counted | null }) {
  if (counted === null) {
    return (
      <Panel title="Completeness">
        <p className="mute">The events could not be counted just now.</p>
      </Panel>
    );
  }
  const { totals } = counted;
  const hours = counted.hours
    .filter((hour) => total(hour) > 0)
    .reverse()
    .map((hour) => ({ ...hour, id: hour.hour }));
  if (hours.length === 0) {
    return (
      <Panel title="Completeness">
        <p className="mute">No events in the last 24 hours.</p>
      </Panel>
    );
  }
  const most = Math.max(...hours.map(total));
  return (
    <Panel
      title="Completeness"
      hint="Events of the last 24 hours by the channels that brought them. What push missed, the System Log brought."
      flush
    >
      <div className={styles.totals}>
        <Facts
          facts={[
            { label: 'By push and log', value: number(totals.both) },
            { label: 'By push alone', value: `${number(totals.onlyPush)} (the log is read up to a minute later)` },
            {
              label: 'By the log alone',
              value: `${number(totals.onlyTail)}, of which push missed ${number(totals.missedByPush)}`,
            },
            ...(totals.onlyBackfill === 0
              ? []
              : [{ label: 'By backfill alone', value: `${number(totals.onlyBackfill)} (no loss of push)` }]),
            {
              label: 'Delay',
              value:
                totals.delay === null
                  ? 'Unknown'
                  : `half within ${delayOf(totals.delay.p50)}, 95 % within ${delayOf(totals.delay.p95)}, all within ${delayOf(totals.delay.max)}`,
            },
          ]}
        />
        {counted.truncated ? (
          <p className="mute">There were too many to count them all: these are the newest.</p>
        ) : null}
      </div>
      <DataTable caption="Events by hour and channel" rows={hours.slice(0, SHOWN_HOURS)} columns={columns(most)} />
      {hours.length > SHOWN_HOURS ? (
        <div className={styles.earlier}>
          <Disclosure label="Earlier hours">
            <DataTable caption="Earlier hours" rows={hours.slice(SHOWN_HOURS)} columns={columns(most)} />
          </Disclosure>
        </div>
      ) : null}
    </Panel>
  );
}

const columns = (most: number): Column<Hour>[] => [
  {
    key: 'hour',
    header: 'Hour',
    narrow: 'title',
    cell: (hour) => <span className="nowrap">{utc(hour.hour).slice(5)}</span>,
  },
  { key: 'bar', header: 'Share', narrow: 'hidden', width: '30%', cell: (hour) => <Bar counts={hour} most={most} /> },
  { key: 'both', header: 'Both', align: 'right', cell: (hour) => number(hour.both) },
  { key: 'push', header: 'Push only', align: 'right', cell: (hour) => number(hour.onlyPush) },
  { key: 'tail', header: 'Log only', align: 'right', cell: (hour) => number(hour.onlyTail) },
  { key: 'missed', header: 'Missed by push', align: 'right', cell: (hour) => number(hour.missedByPush) },
  {
    key: 'delay',
    header: 'Delay: half, 95 %, all',
    align: 'right',
    cell: ({ delay }) =>
      delay === null ? '–' : [delay.p50, delay.p95, delay.max].map((seconds) => delayOf(seconds)).join(' · '),
  },
];

/** The numbers beside it say the same. */
function Bar({ counts, most }: { counts: ChannelCounts; most: number }) {
  const width = (value: number) => ({ width: `${(value / most) * 100}%` });
  return (
    <div className={styles.bar} aria-hidden="true">
      <span data-part="both" style={width(counts.both)} />
      <span data-part="push" style={width(counts.onlyPush)} />
      <span data-part="tail" style={width(counts.onlyTail)} />
    </div>
  );
}
