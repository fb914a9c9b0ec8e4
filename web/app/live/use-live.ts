import { useLocation, useRevalidator } from '@remix-run/react';
import { useEffect, useRef, useState } from 'react';

/** How often a visible page asks whether anything changed, milliseconds. */
const POLL_MS = 2_000;

export type LiveState = 'off' | 'live' | 'paused' | 'offline';

/** What the server rendered: the page and its revision. */
export interface Rendered {
  path: string;
  revision: string;
}

/** Asks every two seconds while the tab is visible, and loads the page's data anew when something changed. */
export function useLive(rendered: Rendered): LiveState {
  const { pathname } = useLocation();
  const { revalidate } = useRevalidator();
  const [state, setState] = useState<LiveState>('off');
  const known = useRef<string | null>(null);
  const reload = useRef(revalidate);

  useEffect(() => {
    reload.current = revalidate;
  }, [revalidate]);

  useEffect(() => {
    known.current = rendered.path === pathname ? rendered.revision : null;
  }, [rendered, pathname]);

  useEffect(() => {
    let stopped = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const abort = new AbortController();

    const ask = async () => {
      if (document.visibilityState === 'hidden') return setState('paused');
      try {
        const response = await fetch(`/live?path=${encodeURIComponent(pathname)}`, { signal: abort.signal });
        if (response.status === 401) return window.location.reload();
        if (!response.ok) throw new Error(`status ${response.status}`);
        const next = revisionIn(await response.json());
        if (next !== null && known.current !== null && next !== known.current) reload.current();
        known.current = next ?? known.current;
        setState('live');
      } catch {
        if (!stopped) setState('offline');
      }
    };
    const loop = async () => {
      await ask();
      if (!stopped) timer = setTimeout(loop, POLL_MS);
    };
    const look = () => {
      if (document.visibilityState === 'visible') void ask();
      else setState('paused');
    };
    void loop();
    document.addEventListener('visibilitychange', look);
    return () => {
      stopped = true;
      abort.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, [pathname]);

  return state;
}

function revisionIn(answer: unknown): string | null {
  if (typeof answer !== 'object' || answer === null || !('revision' in answer)) return null;
  return typeof answer.revision === 'string' ? answer.revision : null;
}
