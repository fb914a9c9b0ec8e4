/** Bytes of JSON that the body of one stored event may take. */
export const MAX_BODY_BYTES = 64_000;

interface Bounds {
  /** Longest string, in characters. */
  string: number;
  /** Most entries of a list or an object. */
  entries: number;
  depth: number;
}

interface Report {
  cut: boolean;
  /** What the JSON can have at most: most events are so far below the bound that it need not be made to be measured. */
  mostBytes: number;
}

/** A UTF-16 unit takes at most this in JSON, as `\u0000`. */
const MOST_BYTES_A_UNIT = 6;
/** Quotes, colon, comma or brackets around a value, and the longest number. */
const MOST_BYTES_AROUND = 32;

/** Down to here nulls say nothing. Deeper they are kept: some orgs write `behaviors` as keys without a value. */
const NULL_DEPTH = 2;

/** Tried in turn until the body fits: real events pass the first untouched. */
const BOUNDS: Bounds[] = [
  { string: 8_000, entries: 500, depth: 16 },
  { string: 1_000, entries: 100, depth: 8 },
  { string: 200, entries: 30, depth: 5 },
];

/** Fields that are columns of the stored event, or say nothing. */
const IN_COLUMNS = new Set([
  'uuid',
  'published',
  'eventType',
  'displayMessage',
  'severity',
  'outcome',
  'insertionTimestamp',
]);

type Fields = Record<string, unknown>;

/**
 * What is kept of an event beyond its columns: `client`, `debugData`, `authenticationContext`, `securityContext`,
 * `ipChain`, `device`, `transaction`, `targetDetails`, and every field this version does not know. Both forms of the
 * System Log give the same. Absent values are left out. At most `MAX_BODY_BYTES` of JSON; a body that had to
 * be cut says `truncated: true`.
 */
export function bodyOf(raw: Fields): Fields {
  const shaped = shape(raw);
  for (const bounds of BOUNDS) {
    const report: Report = { cut: false, mostBytes: MOST_BYTES_AROUND };
    const body = pruned(shaped, bounds, 0, report);
    const fields = isFields(body) ? body : {};
    if (report.cut) fields.truncated = true;
    if (report.mostBytes <= MAX_BODY_BYTES || Buffer.byteLength(JSON.stringify(fields)) <= MAX_BODY_BYTES)
      return fields;
  }
  return { truncated: true };
}

function shape(raw: Fields): Fields {
  const { actor, client, debugContext, request, target, ...rest } = raw;
  const body: Fields = {};
  for (const [key, value] of Object.entries(rest)) if (!IN_COLUMNS.has(key)) body[key] = value;
  const { ipChain: hookChain, ...clientFields } = isFields(client) ? client : {};
  const { ipChain: apiChain, ...requestFields } = isFields(request) ? request : {};
  const { debugData, ...debugFields } = isFields(debugContext) ? debugContext : {};
  body.client = clientFields;
  body.ipChain = apiChain ?? hookChain;
  body.request = requestFields;
  body.debugData = parsedDebugData(debugData ?? (isFields(debugContext) ? undefined : debugContext));
  body.debugContext = debugFields;
  body.actorDetail = isFields(actor) ? actor.detailEntry : undefined;
  body.targetDetails = Array.isArray(target) ? target.flatMap(targetDetail) : undefined;
  return body;
}

/** Some senders put debugData as JSON text. */
function parsedDebugData(value: unknown): unknown {
  if (typeof value !== 'string' || !value.startsWith('{')) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

function targetDetail(target: unknown): Fields[] {
  if (!isFields(target)) return [];
  const { id, detailEntry, changeDetails } = target;
  return detailEntry || changeDetails ? [{ id, detailEntry, changeDetails }] : [];
}

/** A copy within the bounds, without what says nothing; undefined when nothing is left. */
function pruned(value: unknown, bounds: Bounds, depth: number, report: Report): unknown {
  report.mostBytes += MOST_BYTES_AROUND;
  if (value === undefined) return undefined;
  if (value === null || value === 'null') return depth <= NULL_DEPTH ? undefined : value;
  if (typeof value === 'string') return cut(value, bounds, report);
  if (typeof value !== 'object') return value;
  if (depth >= bounds.depth) {
    report.cut = true;
    return undefined;
  }
  return Array.isArray(value)
    ? prunedList(value, bounds, depth, report)
    : prunedFields(value as Fields, bounds, depth, report);
}

function cut(value: string, bounds: Bounds, report: Report): string {
  const kept = value.length <= bounds.string ? value : value.slice(0, bounds.string);
  report.mostBytes += MOST_BYTES_A_UNIT * kept.length;
  if (kept.length < value.length) report.cut = true;
  return kept;
}

function prunedList(value: unknown[], bounds: Bounds, depth: number, report: Report): unknown[] | undefined {
  if (value.length > bounds.entries) report.cut = true;
  const items: unknown[] = [];
  for (const entry of value.slice(0, bounds.entries)) items.push(pruned(entry, bounds, depth + 1, report) ?? null);
  return items.length > 0 ? items : undefined;
}

function prunedFields(value: Fields, bounds: Bounds, depth: number, report: Report): Fields | undefined {
  const kept: Fields = {};
  let entries = 0;
  let empty = true;
  for (const key of Object.keys(value)) {
    if (++entries > bounds.entries) {
      report.cut = true;
      break;
    }
    if (key.length > bounds.string) {
      report.cut = true;
      continue;
    }
    const inner = pruned(value[key], bounds, depth + 1, report);
    if (inner === undefined) continue;
    empty = false;
    report.mostBytes += MOST_BYTES_A_UNIT * key.length;
    if (key === '__proto__') {
      // an own property whatever the name: a hostile event stays plain data
      Object.defineProperty(kept, key, { value: inner, enumerable: true, configurable: true, writable: true });
    } else kept[key] = inner;
  }
  return empty ? undefined : kept;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
