export const SCHEMES = ['auto', 'light', 'dark'] as const;
export type Scheme = (typeof SCHEMES)[number];

/** Readable by scripts on purpose: it holds a taste, not a secret. */
export const SCHEME_COOKIE = 'postern_scheme';
export const SCHEME_MAX_AGE_SECONDS = 31_536_000;

export function isScheme(value: unknown): value is Scheme {
  return SCHEMES.some((scheme) => scheme === value);
}
