/** A path of this console, or `/`: a `next` of another origin would make the log-in an open redirect. */
export function safePath(value: unknown): string {
  if (typeof value !== 'string' || !value.startsWith('/') || value.startsWith('//') || value.includes('\\')) return '/';
  const url = URL.canParse(value, 'https://console.invalid') ? new URL(value, 'https://console.invalid') : null;
  return url?.origin === 'https://console.invalid' ? `${url.pathname}${url.search}` : '/';
}
