import { number, words } from '~/ui/words';

export interface Progress {
  /** 0 to 100; null when the work has no known end. */
  percent: number | null;
  text: string;
}

/**
 * Reads a run's `progress`, whatever its phase gave: a share, done of total, or counts by name. What it does not
 * know it leaves out, so that a new phase of the sync does not break the page.
 */
export function progressOf(progress: unknown): Progress {
  if (typeof progress === 'number') return { percent: percentOf(progress), text: '' };
  if (typeof progress === 'string') return { percent: null, text: progress };
  if (typeof progress !== 'object' || progress === null) return { percent: null, text: '' };
  const entries = Object.entries(progress);
  const numbers = new Map(entries.filter((entry): entry is [string, number] => typeof entry[1] === 'number'));
  const done = numbers.get('done');
  const total = numbers.get('total');
  const share = numbers.get('percent') ?? numbers.get('share');
  const percent =
    share !== undefined
      ? percentOf(share)
      : done !== undefined && total !== undefined && total > 0
        ? Math.min(100, Math.round((done / total) * 100))
        : null;
  const skipped = new Set(['percent', 'share', 'done', 'total']);
  const parts = entries
    .filter(([key]) => !skipped.has(key))
    .flatMap(([key, value]) => {
      if (typeof value === 'number') return [`${number(value)} ${words(key).toLowerCase()}`];
      return typeof value === 'string' && value !== '' ? [words(value)] : [];
    });
  if (done !== undefined && total !== undefined) parts.push(`${number(done)} of ${number(total)}`);
  return { percent, text: parts.length === 0 ? '' : `${parts.join(' · ')}.` };
}

function percentOf(value: number): number {
  return Math.max(0, Math.min(100, Math.round(value <= 1 ? value * 100 : value)));
}
