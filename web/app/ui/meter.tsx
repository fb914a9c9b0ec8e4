import styles from './meter.module.css';

/** How far a piece of work is, 0 to 100; without a number it only says that it is under way. */
export function ProgressBar({ value, label }: { value: number | null; label: string }) {
  return (
    <div
      className={styles.track}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={value ?? undefined}
      data-indeterminate={value === null}
    >
      <div className={styles.bar} style={{ width: `${value ?? 30}%` }} />
    </div>
  );
}
