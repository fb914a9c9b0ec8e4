/** Bytes that mean something in JSON. */
export const QUOTE = 0x22;
export const COMMA = 0x2c;
const SPACE = 0x20;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
export const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;

/** Deepest nesting that is scanned. */
export const MAX_SCAN_DEPTH = 200;

/** What every function of this file answers when the bytes are not what it reads, or it is not sure that they are. */
export const UNSURE = -1;

const ESCAPES = new Set([...'"\\/bfnrt'].map((letter) => letter.charCodeAt(0)));
const LITERALS = ['true', 'false', 'null'].map((word) => Uint8Array.from(word, (letter) => letter.charCodeAt(0)));

/** Containers around the value being scanned. One is enough: a scan is never interrupted. */
const containers = new Uint8Array(MAX_SCAN_DEPTH);

/** The first place at or after `at` that is not white space. */
export function skipSpace(json: Uint8Array, at: number): number {
  let i = at;
  for (;;) {
    const byte = json[i];
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return i;
    i++;
  }
}

/**
 * The place after the value that begins at `at` (white space allowed before it): RFC 8259, nothing more. One loop over
 * everything, because most of ingest's time for a large delivery is spent here.
 */
export function skipValue(json: Uint8Array, at: number): number {
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
        if (byte === OPEN_OBJECT) i = skipKey(json, i);
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
      i = skipKey(json, skipSpace(json, i));
      if (i === UNSURE) return UNSURE;
    }
  }
}

/**
 * Goes over the members of the object that begins at `at`. `onMember` gets where the key's text is and where the value
 * begins, and answers where the value ends. `UNSURE` also for keys with escapes: what they spell is not looked at.
 */
export function skipObject(
  json: Uint8Array,
  at: number,
  onMember: (keyFrom: number, keyTo: number, valueAt: number) => number,
): number {
  if (json[at] !== OPEN_OBJECT) return UNSURE;
  let i = skipSpace(json, at + 1);
  if (json[i] === CLOSE_OBJECT) return i + 1;
  for (;;) {
    const keyFrom = i + 1;
    const keyTo = plainEnd(json, keyFrom);
    const colon = skipSpace(json, keyTo + 1);
    if (json[i] !== QUOTE || json[keyTo] !== QUOTE || json[colon] !== COLON) return UNSURE;
    i = onMember(keyFrom, keyTo, skipSpace(json, colon + 1));
    if (i === UNSURE) return UNSURE;
    i = skipSpace(json, i);
    if (json[i] === CLOSE_OBJECT) return i + 1;
    if (json[i] !== COMMA) return UNSURE;
    i = skipSpace(json, i + 1);
  }
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

/** The end of the text at `from` inside a string: the place of its quote, if nothing is escaped before it. */
export function plainEnd(json: Uint8Array, from: number): number {
  let i = from;
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

/** From a key's quote to after its colon. */
function skipKey(json: Uint8Array, at: number): number {
  if (json[at] !== QUOTE) return UNSURE;
  const end = skipString(json, at + 1);
  if (end === UNSURE) return UNSURE;
  if (json[end] === COLON) return end + 1;
  const colon = skipSpace(json, end);
  return json[colon] === COLON ? colon + 1 : UNSURE;
}

/** From after the opening quote to after the closing one. */
function skipString(json: Uint8Array, at: number): number {
  let i = at;
  for (;;) {
    i = plainEnd(json, i);
    const byte = json[i];
    if (byte === QUOTE) return i + 1;
    if (byte !== BACKSLASH) return UNSURE;
    const escaped = json[i + 1] ?? 0;
    if (ESCAPES.has(escaped)) i += 2;
    else if (escaped === 0x75 && [2, 3, 4, 5].every((n) => isHex(json[i + n] ?? 0))) i += 6;
    else return UNSURE;
  }
}

/** A number or a literal. */
function skipScalar(json: Uint8Array, at: number): number {
  const byte = json[at] ?? 0;
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
