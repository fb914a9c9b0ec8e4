import { Link } from '@remix-run/react';
import type { SourceHealth } from '~/api/sources.server';
import { Ago } from '~/ui/time';
import { duration, number } from '~/ui/words';
import styles from './sources.module.css';

/** How events of the source have fared, and how far its log has been read. */
export function HealthFigures({ health, sourceId }: { health: SourceHealth; sourceId: string }) {
  const counts = [
    ['Received', health.received],
    ['Processed', health.processed],
    ['Pending', health.pending],
    ['Ignored', health.ignored],
    ['Duplicate', health.duplicate],
  ] as const;
  return (
    <dl className={styles.figures}>
      {counts.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{number(value)}</dd>
        </div>
      ))}
      <div>
        <dt>Dead so far</dt>
        <dd>{health.dead === 0 ? '0' : <Link to={`/dead-letters?source=${sourceId}`}>{number(health.dead)}</Link>}</dd>
      </div>
      <div>
        <dt>Lag</dt>
        <dd>{health.lagSeconds === null ? '–' : duration(health.lagSeconds)}</dd>
      </div>
      <div>
        <dt>Log read to</dt>
        <dd>
          <Ago at={health.tail?.lastEventAt ?? null} />
        </dd>
      </div>
    </dl>
  );
}
