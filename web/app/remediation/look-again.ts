import { useRevalidator } from '@remix-run/react';
import { useEffect } from 'react';

/** While something is under way the page looks again this often, milliseconds. */
const LOOK_MS = 2_000;

export function useLookAgain(underWay: boolean): void {
  const { revalidate } = useRevalidator();
  useEffect(() => {
    if (!underWay) return;
    const timer = setInterval(revalidate, LOOK_MS);
    return () => clearInterval(timer);
  }, [underWay, revalidate]);
}
