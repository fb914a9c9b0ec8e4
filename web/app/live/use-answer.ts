import { useActionData, useLocation } from '@remix-run/react';
import { useState } from 'react';

/**
 * What the page's action answered, for as long as the page is open. `useActionData` alone forgets it when the data is
 * loaded anew, as live pages do by themselves, and with it a secret that is shown this once.
 */
export function useAnswer<T>(): ReturnType<typeof useActionData<T>> {
  const { pathname } = useLocation();
  const answer = useActionData<T>();
  const [kept, keep] = useState({ pathname, answer });
  const moved = kept.pathname !== pathname;
  if (moved || (answer !== undefined && answer !== kept.answer)) keep({ pathname, answer });
  return answer ?? (moved ? undefined : kept.answer);
}
