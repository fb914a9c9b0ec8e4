import type { Rng } from './rng.ts';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const HEX = '0123456789abcdef';
/** Ids of one Okta cell end alike. */
const CELL = '5d7';

/** Makes ids that look like Okta's own. */
export interface Ids {
  /** 20 characters that begin with the prefix: `00u…`, `00g…`, `0oa…`. */
  next(prefix: string): string;
  uuid(): string;
  /** Any opaque text of that many characters. */
  opaque(length: number): string;
}

export function createIds(rng: Rng): Ids {
  const text = (alphabet: string, length: number) => {
    let out = '';
    for (let i = 0; i < length; i++) out += alphabet[Math.floor(rng.next() * alphabet.length)];
    return out;
  };
  return {
    next: (prefix) => `${prefix}${text(ALPHABET, 20 - CELL.length - prefix.length)}${CELL}`,
    uuid: () => `${text(HEX, 8)}-${text(HEX, 4)}-4${text(HEX, 3)}-${text('89ab', 1)}${text(HEX, 3)}-${text(HEX, 12)}`,
    opaque: (length) => text(ALPHABET, length),
  };
}
