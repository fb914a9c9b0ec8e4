/** Characters of a name that take part in its order. */
const NAME_KEY_LENGTH = 120;

/** With the `u` flag, halves that stand in a pair are no surrogates. */
const LONE_SURROGATE = /\p{Surrogate}/gu;

/** JSON with sorted keys and no undefined: equal content gives equal text, so a comparison is one of strings. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sorted(value)) ?? 'null';
}

function sorted(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(sorted);
  // Without a prototype, so that a key named __proto__ is a key like any other.
  const out: Record<string, unknown> = Object.create(null);
  for (const [key, inner] of Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (inner !== undefined) out[key] = sorted(inner);
  }
  return out;
}

/** Text that SQLite gives back as it got it: well-formed, and without NUL, where its string functions end. */
export function cleanText(text: string): string {
  return text.replaceAll('\u0000', '\uFFFD').replace(LONE_SURROGATE, '\uFFFD');
}

/** What names are sorted and searched by. */
export function nameKey(name: string): string {
  return cleanText(cleanText(name).toLowerCase().slice(0, NAME_KEY_LENGTH));
}

/** Order of SQLite's BINARY collation (UTF-8 bytes), which is that of code points, not of JavaScript's code units. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left === right) continue;
    // A surrogate stands for a code point above every unit that is none.
    const leftHigh = left >= 0xd800 && left <= 0xdfff;
    const rightHigh = right >= 0xd800 && right <= 0xdfff;
    if (leftHigh !== rightHigh) return leftHigh ? 1 : -1;
    return left - right;
  }
  return a.length - b.length;
}
