import { createHash } from 'node:crypto';

/** Prefixes of the ids that leave the product. */
export type IdPrefix =
  | 'tnt'
  | 'usr'
  | 'tok'
  | 'ses'
  | 'src'
  | 'evt'
  | 'inb'
  | 'ded'
  | 'iss'
  | 'hst'
  | 'int'
  | 'atm'
  | 'dlv'
  | 'aud'
  | 'syn'
  | 'bkf'
  | 'idn'
  | 'acc'
  | 'grp'
  | 'app'
  | 'rol'
  | 'fac'
  | 'uty'
  | 'gru'
  | 'ras'
  | 'rst'
  | 'crd'
  | 'aut'
  | 'pol'
  | 'zon'
  | 'tro'
  | 'idp'
  | 'asv'
  | 'dev'
  | 'rlm'
  | 'lst'
  | 'hok'
  | 'agp'
  | 'agt'
  | 'aps'
  | 'sva'
  | 'aia'
  | 'bhv'
  | 'dva'
  | 'ent'
  | 'ext'
  | 'dap'
  | 'key'
  | 'djb'
  | 'job'
  | 'rmd'
  | 'isp';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'; // Crockford base32: no look-alikes, safe in URLs

function encode(bytes: Uint8Array): string {
  let out = '';
  for (const byte of bytes) out += ALPHABET[byte & 31];
  return out;
}

/** Makes new random ids: `tnt_` and 20 characters (100 bits). Injected so that tests are deterministic. */
export interface Ids {
  next(prefix: IdPrefix): string;
}

export const randomIds: Ids = {
  next: (prefix) => `${prefix}_${encode(crypto.getRandomValues(new Uint8Array(20)))}`,
};

/** Ids in order (`iss_00000000000000000001`), for tests. */
export function sequentialIds(): Ids {
  let n = 0;
  return { next: (prefix) => `${prefix}_${String(++n).padStart(20, '0')}` };
}

/** Ids that were made last, by their parts: a listing names the same groups and people over and over. */
const made = new Map<string, string>();
const MOST_MADE = 20_000;
/** Longer parts are not kept. */
const LONGEST_KEPT = 200;

/**
 * The id that always belongs to the same thing: a hash of its parts (100 bits). Deriving ids instead of drawing them
 * makes every write idempotent.
 */
export function derivedId(prefix: IdPrefix, ...parts: string[]): string {
  const text = parts.join('\u0000');
  const key = `${prefix}_${text}`;
  const known = made.get(key);
  if (known !== undefined) return known;
  const digest = createHash('sha256').update(text).digest();
  const id = `${prefix}_${encode(digest.subarray(0, 20))}`;
  if (key.length > LONGEST_KEPT) return id;
  if (made.size >= MOST_MADE) made.clear();
  made.set(key, id);
  return id;
}
