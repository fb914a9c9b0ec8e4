/** Bytes of JSON that the body of one stored event may take. */
export const MAX_BODY_BYTES = 64_000;

interface Bounds {
  /** Longest string, in characters. */
  string: number;
  /** Most entries of a list or an object. */
  entries: number;
  depth: number;
}

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
    const report = { cut: false };
    const body = pruned(shaped, bounds, 0, report);
    const fields = isFields(body) ? body : {};
    if (report.cut) fields.truncated = true;
    if (Buffer.byteLength(JSON.stringify(fields)) <= MAX_BODY_BYTES) return fields;
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
function pruned(value: unknown, bounds: Bounds, depth: number, report: { cut: boolean }): unknown {
  if (value === undefined) return undefined;
  if (value === null || value === 'null') return depth <= NULL_DEPTH ? undefined : value;
  if (typeof value === 'string') {
    if (value.length <= bounds.string) return value;
    report.cut = true;
    return value.slice(0, bounds.string);
  }
  if (typeof value !== 'object') return value;
  if (depth >= bounds.depth) {
    report.cut = true;
    return undefined;
  }
  const list = Array.isArray(value);
  const entries = Object.entries(value);
  if (entries.length > bounds.entries) report.cut = true;
  const kept: Fields = {};
  const items: unknown[] = [];
  for (const [key, entry] of entries.slice(0, bounds.entries)) {
    if (!list && key.length > bounds.string) {
      report.cut = true;
      continue;
    }
    const inner = pruned(entry, bounds, depth + 1, report);
    if (list) items.push(inner ?? null);
    // own property, whatever the name: "__proto__" of a hostile event stays plain data
    else if (inner !== undefined)
      Object.defineProperty(kept, key, { value: inner, enumerable: true, configurable: true, writable: true });
  }
  if (list) return items.length > 0 ? items : undefined;
  return Object.keys(kept).length > 0 ? kept : undefined;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
