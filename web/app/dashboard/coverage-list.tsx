import { Link } from '@remix-run/react';
import { IconCircleCheck } from '@tabler/icons-react';
import type { CoverageNote } from '~/api/identities.server';
import { plural, words } from '~/ui/words';
import styles from './dashboard.module.css';

interface CoverageListProps {
  /** What sources do not give; null when that could not be asked. */
  notes: CoverageNote[] | null;
  sources: { id: string; name: string }[];
  /** Checks of single accounts that cannot be decided, over all detections. */
  unknown: number;
}

export function CoverageList({ notes, sources, unknown }: CoverageListProps) {
  return (
    <div className={styles.coverage}>
      <Notes notes={notes} sources={sources} />
      {unknown === 0 ? null : (
        <p>
          <Link to="/detections">{plural(unknown, 'check')}</Link> of single accounts cannot be decided yet.
        </p>
      )}
    </div>
  );
}

function Notes({ notes, sources }: Pick<CoverageListProps, 'notes' | 'sources'>) {
  if (notes === null) return <p className="mute">What the sources give could not be read just now.</p>;
  if (notes.length === 0) {
    return (
      <p className={styles.covered}>
        <IconCircleCheck size={17} aria-hidden="true" /> Every source lets Postern read what the detections need.
      </p>
    );
  }
  return (
    <ul className={styles.coverage}>
      {notes.map((note) => (
        <li key={`${note.source}-${note.need}`} className={styles.coverageNote}>
          <strong>{words(note.need)}</strong>{' '}
          <span className="mute">{sources.find(({ id }) => id === note.source)?.name ?? ''}</span>
          <p>{note.reason}</p>
        </li>
      ))}
    </ul>
  );
}
