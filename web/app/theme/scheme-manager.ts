import type { MantineColorSchemeManager } from '@mantine/core';
import { SCHEME_COOKIE, SCHEME_MAX_AGE_SECONDS, type Scheme } from './scheme';

/**
 * Runs before the first paint: only "auto" has to be decided in the browser. React escapes the text of a script as it
 * does any other, so there are no quotes, ampersands or angle brackets in it.
 */
export const SCHEME_SCRIPT =
  '(function(e){if(e.dataset.scheme===`auto`)e.setAttribute(`data-mantine-color-scheme`,matchMedia(`(prefers-color-scheme: dark)`).matches?`dark`:`light`)})(document.documentElement)';

/** Keeps the choice in a cookie, where the server can read it, instead of Mantine's own local storage. */
export function schemeManager(initial: Scheme): MantineColorSchemeManager {
  return {
    get: () => initial,
    set: (value) => {
      // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser yet
      document.cookie = `${SCHEME_COOKIE}=${value}; Path=/; Max-Age=${SCHEME_MAX_AGE_SECONDS}; SameSite=Lax`;
    },
    subscribe: () => undefined,
    unsubscribe: () => undefined,
    clear: () => undefined,
  };
}
