import type { Millis } from '../../platform/clock.ts';
import { encodeCursor, type Page } from '../../platform/pagination.ts';
import { type Asked, foreignCursor, keyIn, stampOf } from '../after.ts';
import type { AnyEdgeKind } from '../model.ts';
import type { WayStep } from '../reachable-by.ts';
import type { ShardApi } from '../shard-api.ts';
import { compareText } from '../text.ts';
import { isDerived } from './edge-kinds.ts';
import type { EdgeRow } from './list.ts';
import type { Power } from './powers.ts';

/** Stored edges that are read at once for a page that is not full yet, and how often. */
const ROWS_AT_ONCE = 2_000;
const MAX_READS = 10;

/** Powers whose targets are asked for at once, and for one page. */
const POWERS_AT_ONCE = 500;
const MAX_POWERS_A_PAGE = 2_000;

export interface EdgesQuery {
  kind?: AnyEdgeKind | undefined;
  from?: string | undefined;
  to?: string | undefined;
  limit: number;
  cursor?: string | undefined;
  asOf?: Millis | undefined;
}

export interface EdgeTold extends Omit<EdgeRow, 'from' | 'to' | 'assignment'> {
  from: WayStep['to'];
  to: WayStep['to'];
  assignment: WayStep['to'] | null;
}

/** Where a page ends: among stored edges by from, kind and to; among derived ones by power and target. */
type Place =
  | { phase: 'stored'; from: string; kind: string; to: string }
  | { phase: 'derived'; power: string; to: string };

interface Placed<T> {
  edge: T;
  place: Place;
}

/** `unfinished`: where to go on when there may be more after the rows; null when there is none. */
interface Part<T> {
  rows: Placed<T>[];
  unfinished: Place | null;
}

export interface Parts {
  everyShard<T>(ask: (shard: ShardApi) => Promise<T>): Promise<T[]>;
  /** What nodes are called that any shard knows. */
  named(ids: Iterable<string>, asOf: Millis | undefined): Promise<Map<string, WayStep['to']>>;
}

/**
 * A page of edges: stored ones, then those that role assignments give. Edges whose ends are not known (a consent to an
 * app that Okta does not list) are passed over. A page goes on until it is full, through 20,000 stored edges and 2,000
 * powers; only beyond that it is short, or even empty, and has a `next` all the same.
 */
export async function edgePage(parts: Parts, query: EdgesQuery): Promise<Page<EdgeTold>> {
  const asked = { list: 'edges', kind: query.kind, from: query.from, to: query.to, asOf: query.asOf };
  const place = placeOf(query.cursor, asked);
  const stored =
    place?.phase === 'derived' || (query.kind && isDerived(query.kind))
      ? { rows: [], unfinished: null }
      : await storedPart(parts, query, place);
  const left = query.limit + 1 - stored.rows.length;
  const derived =
    left <= 0 || stored.unfinished || (query.kind && !isDerived(query.kind))
      ? { rows: [], unfinished: null }
      : await derivedPart(parts, query, place, left);
  const rows = [...stored.rows, ...derived.rows];
  const shown = rows.slice(0, query.limit);
  const next = rows.length > query.limit ? shown.at(-1)?.place : (stored.unfinished ?? derived.unfinished);
  return { data: shown.map(({ edge }) => edge), next: next ? cursorOf(next, asked) : null };
}

async function storedPart(
  { everyShard, named }: Parts,
  query: EdgesQuery,
  from: Place | null,
): Promise<Part<EdgeTold>> {
  const { limit, asOf } = query;
  const kind = query.kind && !isDerived(query.kind) ? query.kind : null;
  const rows: Placed<EdgeTold>[] = [];
  let after = from?.phase === 'stored' ? from : null;
  for (let reads = 0; reads < MAX_READS; reads++) {
    const most = reads === 0 ? limit + 1 : ROWS_AT_ONCE;
    const ask = { kind, from: query.from ?? null, to: query.to ?? null, after: after && asRow(after), limit: most };
    const parts = await everyShard((shard) => shard.storedEdges(ask, asOf ?? null));
    const once = new Map(parts.flat().map((row) => [`${row.from} ${row.kind} ${row.to}`, row]));
    const read = [...once].sort(([a], [b]) => compareText(a, b)).slice(0, most);
    rows.push(
      ...(await told(
        named,
        read.map(([, row]) => ({ edge: row, place: placeOfRow(row) })),
        asOf,
      )),
    );
    const last = read.at(-1)?.[1];
    if (read.length < most || !last) return { rows, unfinished: null };
    after = placeOfRow(last);
    if (rows.length > limit) return { rows, unfinished: after };
  }
  return { rows, unfinished: after };
}

const placeOfRow = ({ from, kind, to }: EdgeRow) => ({ phase: 'stored' as const, from, kind, to });

const asRow = ({ from, kind, to }: ReturnType<typeof placeOfRow> | Extract<Place, { phase: 'stored' }>) => ({
  from,
  kind: kind as AnyEdgeKind,
  to,
});

/** Rows with their ends named; without those whose ends nobody knows. */
async function told(
  named: Parts['named'],
  rows: Placed<EdgeRow>[],
  asOf: Millis | undefined,
): Promise<Placed<EdgeTold>[]> {
  const ids = rows.flatMap(({ edge: { from, to, assignment } }) => [from, to, ...(assignment ? [assignment] : [])]);
  const refs = await named(new Set(ids), asOf);
  return rows.flatMap(({ edge, place }) => {
    const [from, to] = [refs.get(edge.from), refs.get(edge.to)];
    const assignment = edge.assignment === null ? null : (refs.get(edge.assignment) ?? null);
    return from && to ? [{ edge: { ...edge, from, to, assignment }, place }] : [];
  });
}

async function derivedPart(parts: Parts, query: EdgesQuery, from: Place | null, most: number): Promise<Part<EdgeTold>> {
  const after = from?.phase === 'derived' ? from : null;
  const wanted = await wantedPowers(parts, query, after?.power ?? '');
  const rows: Placed<EdgeRow>[] = [];
  let looked = 0;
  while (rows.length < most && looked < Math.min(wanted.length, MAX_POWERS_A_PAGE)) {
    const some = wanted.slice(looked, looked + POWERS_AT_ONCE);
    const last = after && some[0]?.[0] === after.power && looked === 0 ? after.to : '';
    const found = await targetsOf(parts, query, some, last, most - rows.length);
    for (const [index, [name, power]] of some.entries()) {
      for (const to of (found[index] ?? []).slice(0, most - rows.length)) {
        const { holder, kind, assignment } = power;
        const edge: EdgeRow = { from: holder, kind, to, since: null, by: null, assignment };
        rows.push({ edge, place: { phase: 'derived', power: name, to } });
      }
    }
    looked += some.length;
  }
  const [name] = wanted[looked] ?? [];
  const unfinished: Place | null =
    rows.length < most && name !== undefined ? { phase: 'derived', power: name, to: '' } : null;
  return { rows: await told(parts.named, rows, query.asOf), unfinished };
}

type NamedPower = [name: string, power: Power];

/** The powers that are asked about, by name, from one on. */
async function wantedPowers({ everyShard }: Parts, query: EdgesQuery, first: string): Promise<NamedPower[]> {
  const { to, kind, from } = query;
  const asOf = query.asOf ?? null;
  const [known, over] = await Promise.all([
    everyShard((shard) => shard.powers(asOf)),
    to === undefined ? null : everyShard((shard) => shard.setsOf(to, asOf)),
  ]);
  const sets = over && new Set(over.flat());
  const powers = new Map(known.flatMap((part) => part.powers).map((power) => [nameOf(power), power]));
  return [...powers]
    .filter(([name, power]) => (!kind || power.kind === kind) && (!from || power.holder === from) && name >= first)
    .filter(([, power]) => !sets || sets.has(power.set))
    .sort(([a], [b]) => compareText(a, b));
}

/** Of each power the ids that it is over, by id; together at least `most` where there are so many. */
async function targetsOf(
  { everyShard }: Parts,
  { to, asOf }: EdgesQuery,
  powers: NamedPower[],
  after: string,
  most: number,
): Promise<string[][]> {
  // of the first power, its one target may have been told already
  if (to !== undefined) return powers.map((_, index) => (index > 0 || after === '' ? [to] : []));
  const sets = powers.map(([, power]) => power.set);
  const parts = await everyShard((shard) => shard.targets({ sets, after, limit: most }, asOf ?? null));
  return sets.map((_, index) => [...new Set(parts.flatMap((part) => part[index] ?? []))].sort(compareText));
}

function nameOf({ holder, kind, set, assignment }: Power): string {
  return `${holder} ${kind} ${set} ${assignment ?? ''}`;
}

function cursorOf(place: Place, asked: Asked): string {
  const key = place.phase === 'stored' ? [place.from, place.kind, place.to] : [place.power, '', place.to];
  return encodeCursor([stampOf(asked), place.phase, ...key]);
}

function placeOf(cursor: string | undefined, asked: Asked): Place | null {
  if (cursor === undefined) return null;
  const [phase, first, kind, to] = keyIn(cursor, 4, asked);
  if (typeof first !== 'string' || typeof kind !== 'string' || typeof to !== 'string') throw foreignCursor();
  if (phase === 'stored') return { phase, from: first, kind, to };
  if (phase === 'derived') return { phase, power: first, to };
  throw foreignCursor();
}
