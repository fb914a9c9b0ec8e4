import { COLON, QUOTE, skipScalar, skipSpace, UNSURE } from './json-scan.ts';
import type { EventSlice } from './slice-hook.ts';

/** Kinds of events that are remembered of a delivery. */
const MAX_MODELS = 4;
/** Most scalars of a model: events of the System Log have about a hundred. */
const MAX_SCALARS = 500;
/** So many more events that are like none than are like one, and the rest of the delivery is not compared. */
const PATIENCE = 4;

/** An event that was read, and where its scalars (texts, numbers, literals; no keys) begin and end. */
interface Model extends EventSlice {
  /** Where the value of its `eventType` begins; `UNSURE` without one. */
  typeAt: number;
  starts: number[];
  ends: number[];
}

/** Reads the type whose value begins there; undefined when it cannot. */
type TypeOf = (valueAt: number) => string | null | undefined;

/** What is known of the events of one body. */
export interface AlikeEvents {
  json: Uint8Array;
  view: DataView;
  typeOf: TypeOf;
  /** The one that was matched last stands first. */
  models: Model[];
  patience: number;
  /** Read last: a model as soon as another event comes. */
  latest: { event: EventSlice; typeAt: number } | null;
}

/**
 * The events of a delivery mostly have the same keys in the same order, and many of the same values. Bytes that stand
 * the same in an event that is known to be JSON need not be read again, and another scalar in the place of one leaves it
 * JSON: so an event is compared with those before it, and only the scalars that differ are read.
 */
export function alikeEvents(json: Uint8Array, typeOf: TypeOf): AlikeEvents {
  const view = new DataView(json.buffer, json.byteOffset, json.byteLength);
  return { json, view, typeOf, models: [], patience: PATIENCE, latest: null };
}

/** The event at `at`, if it is one that was read but for its scalars. Null: it has to be read. */
export function matchAlike(alike: AlikeEvents, at: number): EventSlice | null {
  if (alike.patience === 0) return null;
  learnLatest(alike);
  const { models } = alike;
  if (models.length === 0) return null;
  for (const [n, model] of models.entries()) {
    const event = compare(alike, at, model);
    if (event === null) continue;
    if (n > 0) models.unshift(...models.splice(n, 1));
    if (alike.patience < PATIENCE) alike.patience++;
    return event;
  }
  alike.patience--;
  return null;
}

/** To be told of each object that was read instead. `typeAt`: where the value of its `eventType` begins, or `UNSURE`. */
export function rememberEvent(alike: AlikeEvents, event: EventSlice, typeAt: number): void {
  alike.latest = { event, typeAt };
}

function learnLatest(alike: AlikeEvents): void {
  if (alike.latest === null) return;
  const model = modelOf(alike.json, alike.latest.event, alike.latest.typeAt);
  alike.latest = null;
  if (model === null) return;
  alike.models.unshift(model);
  if (alike.models.length > MAX_MODELS) alike.models.pop();
}

/** The event at `at`, if it is the model but for its scalars. */
function compare({ json, view, typeOf }: AlikeEvents, at: number, model: Model): EventSlice | null {
  const { starts, ends, to } = model;
  let { type } = model;
  let scalar = 0;
  let i = at;
  let m = model.from;
  for (;;) {
    const same = sameBytes(view, i, m, Math.min(to - m, json.length - i));
    i += same;
    m += same;
    if (m === to) return { from: at, to: i, type };
    // a number may also go on where the model's has ended
    while (scalar < ends.length && (ends[scalar] as number) < m) scalar++;
    const start = starts[scalar] ?? to;
    if (start > m) return null;
    const valueAt = i - (m - start);
    i = skipScalar(json, valueAt);
    if (i === UNSURE) return null;
    if (start === model.typeAt) {
      const another = typeOf(valueAt);
      if (another === undefined) return null;
      type = another;
    }
    m = ends[scalar++] as number;
  }
}

/**
 * How many bytes from `i` on are those from `m` on, of at most `most`. Eight are compared as one number: where two are
 * equal so are their bytes, but for 0 and -0, and the bytes of those are not in a model: it is JSON and UTF-8.
 */
function sameBytes(view: DataView, i: number, m: number, most: number): number {
  let n = 0;
  for (const last = most - 8; n <= last; n += 8) {
    if (view.getFloat64(i + n, true) !== view.getFloat64(m + n, true)) break;
  }
  for (const last = most - 4; n <= last; n += 4) {
    const difference = view.getInt32(i + n, true) ^ view.getInt32(m + n, true);
    if (difference !== 0) return n + ((31 - Math.clz32(difference & -difference)) >> 3);
  }
  while (n < most && view.getUint8(i + n) === view.getUint8(m + n)) n++;
  return n;
}

/** Null when it has too many scalars. */
function modelOf(json: Uint8Array, event: EventSlice, typeAt: number): Model | null {
  const starts: number[] = [];
  const ends: number[] = [];
  for (let i = event.from; i < event.to; ) {
    const end = skipScalar(json, i);
    if (end === UNSURE) {
      i++;
      continue;
    }
    const isKey = json[i] === QUOTE && json[skipSpace(json, end)] === COLON;
    if (!isKey) {
      if (starts.length === MAX_SCALARS) return null;
      starts.push(i);
      ends.push(end);
    }
    i = end;
  }
  return { ...event, typeAt, starts, ends };
}
