import { useEffect, useState } from 'react';

/** How often ages on the page are counted anew, milliseconds. */
const TICK_MS = 30_000;

/** The server's time of rendering, carried forward in the browser by elapsed time, not by its own clock. */
export function useClock(rendered: string): string {
  const [now, setNow] = useState(rendered);
  useEffect(() => {
    const start = performance.now();
    setNow(rendered);
    const timer = setInterval(() => {
      setNow(new Date(Date.parse(rendered) + performance.now() - start).toISOString());
    }, TICK_MS);
    return () => clearInterval(timer);
  }, [rendered]);
  return now;
}
