/** Bytes that mean something in JSON. */
export const QUOTE = 0x22;
export const COMMA = 0x2c;
const SPACE = 0x20;
export const COLON = 0x3a;
const BACKSLASH = 0x5c;
export const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;

/** What comes after a text, as bytes of a word: `":"`, `":`, `","`. */
const TEXT_FOLLOWS = 0x223a22;
const VALUE_FOLLOWS = 0x3a22;
const KEY_FOLLOWS = 0x222c22;

/** Deepest nesting that is scanned. */
export const MAX_SCAN_DEPTH = 200;

/** What every function of this file answers when the bytes are not what it reads, or it is not sure that they are. */
export const UNSURE = -1;

const ESCAPES = new Set([...'"\\/bfnrt'].map((letter) => letter.charCodeAt(0)));
const LITERALS = ['true', 'false', 'null'].map((word) => Uint8Array.from(word, (letter) => letter.charCodeAt(0)));

/** Containers around the value being scanned. One is enough: a scan is never interrupted. */
const containers = new Uint8Array(MAX_SCAN_DEPTH);
/** The body being scanned, four bytes at a time. */
let fours: DataView = new DataView(new ArrayBuffer(0));

/** Before anything else of this file is called with another body. */
export function beginScan(json: Uint8Array): void {
  fours = new DataView(json.buffer, json.byteOffset, json.byteLength);
}

/** The first place at or after `at` that is not white space. */
export function skipSpace(json: Uint8Array, at: number): number {
  let i = at;
  for (;;) {
    const byte = json[i];
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return i;
    i++;
  }
}

/** Keys of so many bytes: where the text of each begins, one after the other. */
export interface KeysOfLength {
  readonly bytes: number;
  places: number[];
}

/**
 * The place after the value that begins at `at` (white space allowed before it): RFC 8259, nothing more. One loop over
 * everything, because most of ingest's time for a large delivery is spent here. When it is an object, `keys` gets those
 * of its own keys that are as long as the one looked for.
 */
export function skipValue(json: Uint8Array, at: number, keys: KeysOfLength | null = null): number {
  let depth = 0;
  let container = 0;
  let i = at;
  for (;;) {
    let byte = json[i] ?? 0;
    if (byte <= SPACE) {
      i = skipSpace(json, i);
      byte = json[i] ?? 0;
    }
    if (byte === QUOTE) {
      i = skipString(json, i + 1);
      if (i === UNSURE) return UNSURE;
    } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
      if (depth === MAX_SCAN_DEPTH) return UNSURE;
      i = skipSpace(json, i + 1);
      // a closing bracket is its opening one and two
      if (json[i] !== byte + 2) {
        containers[depth++] = container;
        container = byte;
        if (byte === OPEN_OBJECT) i = keys !== null && depth === 1 ? skipPlainKey(json, i, keys) : skipKey(json, i);
        if (i === UNSURE) return UNSURE;
        continue;
      }
      i++;
    } else {
      i = skipScalar(json, i);
      if (i === UNSURE) return UNSURE;
    }
    // a value has ended: so may what is around it
    for (;;) {
      if (container === 0) return i;
      byte = json[i] ?? 0;
      if (byte <= SPACE) {
        i = skipSpace(json, i);
        byte = json[i] ?? 0;
      }
      i++;
      if (byte === COMMA) break;
      if (byte !== container + 2) return UNSURE;
      container = containers[--depth] ?? 0;
    }
    if (container === OPEN_OBJECT) {
      i = skipSpace(json, i);
      i = keys !== null && depth === 1 ? skipPlainKey(json, i, keys) : skipKey(json, i);
      if (i === UNSURE) return UNSURE;
    }
  }
}

/** A member of an object that is looked at: `read` gets where its value begins and answers where it ends. */
export interface Member {
  key: Uint8Array;
  read(valueAt: number): number;
}

/**
 * Goes over the members of the object that begins at `at`: those named are read, the others skipped. `UNSURE` also for
 * keys with escapes: what they spell is not looked at.
 */
export function skipObject(json: Uint8Array, at: number, members: readonly Member[]): number {
  if (json[at] !== OPEN_OBJECT) return UNSURE;
  let i = skipSpace(json, at + 1);
  if (json[i] === CLOSE_OBJECT) return i + 1;
  for (;;) {
    const keyFrom = i + 1;
    const keyTo = plainEnd(json, keyFrom);
    const colon = skipSpace(json, keyTo + 1);
    if (json[i] !== QUOTE || json[keyTo] !== QUOTE || json[colon] !== COLON) return UNSURE;
    const member = named(json, keyFrom, keyTo, members);
    i = member ? member.read(skipSpace(json, colon + 1)) : skipValue(json, colon + 1);
    if (i === UNSURE) return UNSURE;
    i = skipSpace(json, i);
    if (json[i] === CLOSE_OBJECT) return i + 1;
    if (json[i] !== COMMA) return UNSURE;
    i = skipSpace(json, i + 1);
  }
}

function named(json: Uint8Array, from: number, to: number, members: readonly Member[]): Member | undefined {
  for (const member of members) if (spells(json, from, to, member.key)) return member;
  return undefined;
}

/** Goes over the items of the list that begins at `at`: `onItem` gets where one begins and answers where it ends. */
export function skipList(json: Uint8Array, at: number, onItem: (itemAt: number) => number): number {
  if (json[at] !== OPEN_LIST) return UNSURE;
  let i = skipSpace(json, at + 1);
  if (json[i] === CLOSE_LIST) return i + 1;
  for (;;) {
    i = onItem(i);
    if (i === UNSURE) return UNSURE;
    i = skipSpace(json, i);
    if (json[i] === CLOSE_LIST) return i + 1;
    if (json[i] !== COMMA) return UNSURE;
    i = skipSpace(json, i + 1);
  }
}

/**
 * The end of the text at `from` inside a string: the place of its quote, if nothing is escaped before it. Four bytes at
 * a time: a byte of a word is below n where subtracting n borrows (Hacker's Delight, 6-1); the lowest found is exact.
 */
export function plainEnd(json: Uint8Array, from: number): number {
  let i = from;
  for (const last = json.length - 4; i <= last; i += 4) {
    const four = fours.getInt32(i, true);
    // with this bit turned, the quote stands right above the control characters: one test finds them all
    const low = four ^ 0x02020202;
    const backslash = four ^ 0x5c5c5c5c;
    const hit = (((low - 0x21212121) & ~low) | ((backslash - 0x01010101) & ~backslash)) & 0x80808080;
    if (hit !== 0) return i + ((31 - Math.clz32(hit & -hit)) >> 3);
  }
  for (;;) {
    const byte = json[i] ?? 0;
    if (byte === QUOTE || byte === BACKSLASH || byte < SPACE) return i;
    i++;
  }
}

/** Whether the bytes from `from` to `to` are these. */
export function spells(json: Uint8Array, from: number, to: number, expected: Uint8Array): boolean {
  if (to - from !== expected.length) return false;
  for (let n = 0; n < expected.length; n++) if (json[from + n] !== expected[n]) return false;
  return true;
}

/** The same for a key that may be looked at. `UNSURE` when it has escapes. */
function skipPlainKey(json: Uint8Array, at: number, keys: KeysOfLength): number {
  const end = plainEnd(json, at + 1);
  if (json[at] !== QUOTE || json[end] !== QUOTE) return UNSURE;
  if (end - at - 1 === keys.bytes) keys.places.push(at + 1);
  const colon = skipSpace(json, end + 1);
  return json[colon] === COLON ? colon + 1 : UNSURE;
}

/**
 * From a key's quote to after its colon. On the way it passes members that are text by text, `"a":"b",`: most of an
 * event is those, and a look at three bytes between two texts is all they need.
 */
function skipKey(json: Uint8Array, at: number): number {
  if (json[at] !== QUOTE) return UNSURE;
  let from = at + 1;
  for (const last = json.length - 4; ; ) {
    const colon = plainEnd(json, from);
    if (colon > last) break;
    const after = fours.getInt32(colon, true);
    if ((after & 0xffffff) !== TEXT_FOLLOWS) {
      if ((after & 0xffff) === VALUE_FOLLOWS) return colon + 2;
      break;
    }
    const comma = plainEnd(json, colon + 3);
    if (comma > last || (fours.getInt32(comma, true) & 0xffffff) !== KEY_FOLLOWS) return colon + 2;
    from = comma + 3;
  }
  const end = skipString(json, from);
  if (end === UNSURE) return UNSURE;
  const colon = skipSpace(json, end);
  return json[colon] === COLON ? colon + 1 : UNSURE;
}

/** From after the opening quote to after the closing one. */
function skipString(json: Uint8Array, at: number): number {
  const end = plainEnd(json, at);
  return json[end] === QUOTE ? end + 1 : skipEscaped(json, end);
}

/** The same from where the plain text of a string ends. */
function skipEscaped(json: Uint8Array, at: number): number {
  let i = at;
  for (;;) {
    const byte = json[i];
    if (byte === QUOTE) return i + 1;
    if (byte !== BACKSLASH) return UNSURE;
    const escaped = json[i + 1] ?? 0;
    if (ESCAPES.has(escaped)) i += 2;
    else if (escaped === 0x75 && [2, 3, 4, 5].every((n) => isHex(json[i + n] ?? 0))) i += 6;
    else return UNSURE;
    i = plainEnd(json, i);
  }
}

/** A text, a number or a literal. */
export function skipScalar(json: Uint8Array, at: number): number {
  const byte = json[at] ?? 0;
  if (byte === QUOTE) return skipString(json, at + 1);
  if (byte === 0x2d || isDigit(byte)) return skipNumber(json, at);
  const literal = LITERALS.find((word) => word[0] === byte);
  return literal && spells(json, at, at + literal.length, literal) ? at + literal.length : UNSURE;
}

function skipNumber(json: Uint8Array, at: number): number {
  let i = json[at] === 0x2d ? at + 1 : at;
  i = json[i] === 0x30 ? i + 1 : skipDigits(json, i);
  if (i !== UNSURE && json[i] === 0x2e) i = skipDigits(json, i + 1);
  if (i !== UNSURE && ((json[i] ?? 0) | 0x20) === 0x65) {
    const sign = json[i + 1];
    i = skipDigits(json, sign === 0x2b || sign === 0x2d ? i + 2 : i + 1);
  }
  return i;
}

/** At least one digit. */
function skipDigits(json: Uint8Array, at: number): number {
  let i = at;
  while (isDigit(json[i] ?? 0)) i++;
  return i === at ? UNSURE : i;
}

const isDigit = (byte: number) => byte >= 0x30 && byte <= 0x39;
const isHex = (byte: number) => isDigit(byte) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66);
