import { useEffect, useState } from 'react';

/** How often ages on the page are counted anew, milliseconds. */
const TICK_MS = 30_000;

/** The server's time of rendering, carried forward in the browser by elapsed time, not by its own clock. */
export function useClock(rendered: string): string {
  const [elapsed, setElapsed] = useState(0);
  useEffect(() => {
    setElapsed(0);
    const start = performance.now();
    const timer = setInterval(() => setElapsed(performance.now() - start), TICK_MS);
    return () => clearInterval(timer);
  }, [rendered]);
  return elapsed === 0 ? rendered : new Date(Date.parse(rendered) + elapsed).toISOString();
}
