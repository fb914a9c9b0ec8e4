import { Link } from '@remix-run/react';
import type { Source, SourceHealth } from '~/api/sources.server';
import { StatusTag } from '~/ui/status';
import { Ago } from '~/ui/time';
import { duration, number, plural, words } from '~/ui/words';
import styles from './dashboard.module.css';

export function SourceLines({
  shown,
  more,
}: {
  shown: { source: Source; health: SourceHealth | null }[];
  more: number;
}) {
  return (
    <ul className={styles.lines}>
      {shown.map(({ source, health }) => (
        <li key={source.id} className={styles.line}>
          <span className="row">
            <Link to={`/sources/${source.id}`}>
              <strong>{source.name}</strong>
            </Link>
            <StatusTag status={source.status} />
          </span>
          <span className={styles.lineFacts}>
            <span>{words(source.mode)}</span>
            {health === null ? (
              <span>no health to show</span>
            ) : (
              <>
                <span>{number(health.processed)} processed</span>
                <span>lag {health.lagSeconds === null ? '–' : duration(health.lagSeconds)}</span>
                {health.dead === 0 ? null : (
                  <Link to={`/dead-letters?source=${source.id}`}>{plural(health.dead, 'dead letter')}</Link>
                )}
                <span>
                  last event <Ago at={health.tail?.lastEventAt ?? null} />
                </span>
              </>
            )}
          </span>
        </li>
      ))}
      {more > 0 ? (
        <li className={styles.line}>
          <Link to="/sources">{plural(more, 'more source')}</Link>
        </li>
      ) : null}
    </ul>
  );
}
