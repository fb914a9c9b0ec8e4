import fc from 'fast-check';

/** Values that have broken readers of JSON before. */
const NASTY: readonly unknown[] = [
  null,
  '',
  ' ',
  '\u0000',
  '\ud800',
  'null',
  "'; DROP TABLE events; --",
  '%',
  'x'.repeat(5_000),
  0,
  -1,
  1e308,
  Number.MAX_SAFE_INTEGER,
  true,
  [],
  {},
  [[[]]],
  { $oversized: 'evt_nobody' },
  { toString: null, length: -1 },
  '2026-02-30T25:61:61Z',
  '0000-01-01T00:00:00.000Z',
  '9999-12-31T23:59:59.999Z',
];

const FIELDS = [
  'uuid',
  'eventType',
  'published',
  'actor',
  'actor.id',
  'actor.type',
  'outcome',
  'outcome.result',
  'target',
  'target.0',
  'target.0.id',
  'target.0.type',
  'target.0.detailEntry',
  'client',
  'client.ipAddress',
  'transaction',
  'transaction.id',
  'debugContext',
  'debugContext.debugData',
  'debugContext.debugData.behaviors',
  'securityContext',
  'authenticationContext',
  'severity',
  'displayMessage',
  '__proto__',
  'constructor',
] as const;

const value: fc.Arbitrary<unknown> = fc.oneof(fc.constantFrom(...NASTY), fc.jsonValue({ maxDepth: 3 }));

/** Changes to one event: what is put, or nothing (the field goes), at a path. */
export const mutations = fc.array(fc.tuple(fc.constantFrom(...FIELDS), fc.option(value, { nil: undefined })), {
  minLength: 1,
  maxLength: 4,
});

/** The event with the changes made, as JSON text would carry them. */
export function mutated(event: unknown, changes: readonly (readonly [string, unknown])[]): unknown {
  const copy: unknown = JSON.parse(JSON.stringify(event));
  for (const [path, put] of changes) {
    const steps = path.split('.');
    const last = steps.pop() ?? '';
    let place: unknown = copy;
    for (const step of steps) place = isObject(place) ? place[step] : undefined;
    if (!isObject(place)) continue;
    // an own property, also where its name is the prototype's
    if (put === undefined) delete place[last];
    else Object.defineProperty(place, last, { value: put, enumerable: true, configurable: true, writable: true });
  }
  return copy;
}

/** What may stand where an event should. */
export const junk: fc.Arbitrary<unknown> = value;

function isObject(thing: unknown): thing is Record<string, unknown> {
  return typeof thing === 'object' && thing !== null;
}
