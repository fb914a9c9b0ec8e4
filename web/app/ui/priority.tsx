import styles from './priority.module.css';

/** Priority, 0 to 100: the number, and its length as a bar. */
export function Priority({ value }: { value: number }) {
  const shown = Math.max(0, Math.min(100, Math.round(value)));
  return (
    <span className={styles.priority} title={`Priority ${shown} of 100`}>
      <span className={styles.value}>{shown}</span>
      <span className={styles.track} aria-hidden="true">
        <span className={styles.bar} style={{ width: `${shown}%` }} />
      </span>
    </span>
  );
}
