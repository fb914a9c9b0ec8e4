import { useState } from 'react';

/**
 * What an action answered, for as long as its page is open. Loading the page's data anew, as live pages do, drops the
 * answer, and with it a secret that is shown this once.
 */
export function useKept<T>(answer: T | undefined, page: string): T | undefined {
  const [kept, keep] = useState({ page, answer });
  const moved = kept.page !== page;
  if (moved || (answer !== undefined && answer !== kept.answer)) keep({ page, answer });
  return answer ?? (moved ? undefined : kept.answer);
}
