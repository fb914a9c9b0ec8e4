import { IconCircleCheck } from '@tabler/icons-react';
import type { CoverageNote } from '~/api/identities.server';
import { words } from '~/ui/words';
import styles from './dashboard.module.css';

export function CoverageList({
  notes,
  sources,
}: {
  notes: CoverageNote[] | null;
  sources: { id: string; name: string }[];
}) {
  if (notes === null) return <p className="mute">What is covered could not be read just now.</p>;
  if (notes.length === 0) {
    return (
      <p className={styles.covered}>
        <IconCircleCheck size={17} aria-hidden="true" /> Every source gives all the data that the detections need.
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
