import { useRevalidator } from '@remix-run/react';
import { useEffect, useRef } from 'react';

/** Pauses before a page that could not be loaded is asked for again, milliseconds; the last one repeats. */
const PAUSES_MS = [2_000, 4_000, 8_000, 15_000] as const;
/** After as many tries, five minutes, the page is left as it is. */
const MAX_TRIES = 22;

/** Loads the data of a page anew by itself until it comes: a deploy or a restart is over within moments. */
export function useRetry(wanted: boolean): void {
  const { revalidate, state } = useRevalidator();
  const tries = useRef(0);
  useEffect(() => {
    if (!wanted || state !== 'idle' || tries.current >= MAX_TRIES) return;
    const pause = PAUSES_MS[Math.min(tries.current, PAUSES_MS.length - 1)];
    const timer = setTimeout(() => {
      tries.current += 1;
      revalidate();
    }, pause);
    return () => clearTimeout(timer);
  }, [wanted, state, revalidate]);
}
