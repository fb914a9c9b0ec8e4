import { isScheme, SCHEME_COOKIE, type Scheme } from '~/theme/scheme';

export function schemePreference(request: Request): Scheme {
  const cookies = request.headers.get('Cookie') ?? '';
  const value = cookies
    .split(';')
    .map((part) => part.trim().split('='))
    .find(([name]) => name === SCHEME_COOKIE)?.[1];
  return isScheme(value) ? value : 'auto';
}

/** What the page is rendered in: the person's choice, else the browser's hint, else light. */
export function renderedScheme(request: Request, preference: Scheme): 'light' | 'dark' {
  if (preference !== 'auto') return preference;
  return request.headers.get('Sec-CH-Prefers-Color-Scheme') === 'dark' ? 'dark' : 'light';
}
