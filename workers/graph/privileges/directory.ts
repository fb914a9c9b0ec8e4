import type { Millis } from '../../platform/clock.ts';
import { invalidRequest } from '../../platform/errors.ts';
import { decodeCursor, encodeCursor, type Page } from '../../platform/pagination.ts';
import type { AnyEdgeKind } from '../model.ts';
import type { WayStep } from '../reachable-by.ts';
import type { ShardApi } from '../shard-api.ts';
import { compareText } from '../text.ts';
import { isDerived } from './edge-kinds.ts';
import type { EdgeRow, PowerRow } from './list.ts';
import type { UnknownPower } from './powers.ts';
import { mergeTierZero, type TierZeroPart } from './tier-zero.ts';

/** Powers whose targets one page asks for: a page after many empty ones may be short. */
const MAX_POWERS_A_PAGE = 100;

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

export interface UnknownTold extends Omit<UnknownPower, 'assignment' | 'holder'> {
  assignment: WayStep['to'];
  holder: WayStep['to'];
}

/** The edges of the model, stored and derived. */
export interface GraphEdges {
  /** Stored ones first, then those that role assignments give, each by its ends. */
  edges(query: EdgesQuery): Promise<Page<EdgeTold>>;
  /** Role assignments of which it is not known what they give. */
  unknownPowers(asOf?: Millis): Promise<UnknownTold[]>;
  tierZero(limit: number, asOf?: Millis): Promise<TierZeroPart>;
}

/** Where a page ends: among stored edges by from, kind and to; among derived ones by power and target. */
type Place =
  | { phase: 'stored'; from: string; kind: string; to: string }
  | { phase: 'derived'; power: string; to: string };

interface Shards {
  everyShard<T>(ask: (shard: ShardApi) => Promise<T>): Promise<T[]>;
}

export function graphEdges({ everyShard }: Shards): GraphEdges {
  const named = async (ids: string[], asOf: Millis | undefined) => {
    const refs = new Map<string, WayStep['to']>();
    const parts = await everyShard((shard) => shard.lookup(ids, [], asOf ?? null));
    for (const { nodes } of parts) for (const node of nodes) if (node) refs.set(node.id, node);
    return refs;
  };
  return {
    edges: async (query) => {
      const place = placeOf(query.cursor);
      const rows: { row: EdgeRow; place: Place }[] = [];
      let unfinished: Place | null = null;
      if (place?.phase !== 'derived' && (!query.kind || !isDerived(query.kind))) {
        rows.push(...(await storedRows(everyShard, query, place)));
      }
      if (rows.length <= query.limit && (!query.kind || isDerived(query.kind))) {
        const derived = await derivedRows(everyShard, query, place, query.limit + 1 - rows.length);
        rows.push(...derived.rows);
        unfinished = derived.unfinished;
      }
      const shown = rows.slice(0, query.limit);
      const more = rows.length > query.limit ? (shown.at(-1)?.place ?? null) : unfinished;
      const ids = shown.flatMap(({ row }) => [row.from, row.to, ...(row.assignment === null ? [] : [row.assignment])]);
      const refs = await named([...new Set(ids)], query.asOf);
      return {
        data: shown.flatMap(({ row }) => {
          const [from, to] = [refs.get(row.from), refs.get(row.to)];
          const assignment = row.assignment === null ? null : (refs.get(row.assignment) ?? null);
          return from && to ? [{ ...row, from, to, assignment }] : [];
        }),
        next: more && cursorOf(more),
      };
    },
    unknownPowers: async (asOf) => {
      const parts = await everyShard((shard) => shard.powers(asOf ?? null));
      const once = new Map(
        parts.flatMap((part) => part.unknown).map((one) => [`${one.assignment} ${one.holder}`, one]),
      );
      const refs = await named(
        [...once.values()].flatMap((one) => [one.assignment, one.holder]),
        asOf,
      );
      return [...once.values()].flatMap(({ assignment, holder, ...rest }) => {
        const [what, who] = [refs.get(assignment), refs.get(holder)];
        return what && who ? [{ ...rest, assignment: what, holder: who }] : [];
      });
    },
    tierZero: async (limit, asOf) => mergeTierZero(await everyShard((shard) => shard.tierZero(asOf ?? null)), limit),
  };
}

async function storedRows(everyShard: Shards['everyShard'], query: EdgesQuery, place: Place | null) {
  const after = place?.phase === 'stored' ? { from: place.from, kind: place.kind as AnyEdgeKind, to: place.to } : null;
  const kind = query.kind && !isDerived(query.kind) ? query.kind : null;
  const parts = await everyShard((shard) =>
    shard.storedEdges(
      { kind, from: query.from ?? null, to: query.to ?? null, after, limit: query.limit + 1 },
      query.asOf ?? null,
    ),
  );
  const once = new Map(parts.flat().map((row) => [`${row.from} ${row.kind} ${row.to}`, row]));
  return [...once]
    .sort(([a], [b]) => compareText(a, b))
    .slice(0, query.limit + 1)
    .map(([, row]) => {
      const { from, kind: of, to } = row;
      return { row, place: { phase: 'stored' as const, from, kind: of, to } };
    });
}

async function derivedRows(everyShard: Shards['everyShard'], query: EdgesQuery, place: Place | null, limit: number) {
  const after = place?.phase === 'derived' ? place : null;
  const { to: target, kind, from, asOf = null } = query;
  const parts = await everyShard((shard) => shard.powers(asOf));
  const over = target === undefined ? null : new Set((await everyShard((shard) => shard.setsOf(target, asOf))).flat());
  const powers = new Map(parts.flatMap((part) => part.powers).map((power) => [nameOf(power), power]));
  const wanted = [...powers]
    .filter(
      ([name, power]) =>
        (!kind || power.kind === kind) && (!from || power.holder === from) && name >= (after?.power ?? ''),
    )
    .filter(([, power]) => !over || over.has(power.set))
    .sort(([a], [b]) => compareText(a, b));
  const rows: { row: EdgeRow; place: Place }[] = [];
  for (const [looked, [name, power]] of wanted.entries()) {
    if (rows.length >= limit) break;
    if (looked >= MAX_POWERS_A_PAGE) return { rows, unfinished: { phase: 'derived' as const, power: name, to: '' } };
    const last = name === after?.power ? after.to : '';
    const found =
      target === undefined
        ? (await everyShard((shard) => shard.targets(power.over, last, limit - rows.length, asOf))).flat()
        : [target].filter((id) => id > last);
    for (const to of [...new Set(found)].sort(compareText).slice(0, limit - rows.length)) {
      const row = { from: power.holder, kind: power.kind, to, since: null, by: null, assignment: power.assignment };
      rows.push({ row, place: { phase: 'derived', power: name, to } });
    }
  }
  return { rows, unfinished: null };
}

function nameOf({ holder, kind, set, assignment }: PowerRow): string {
  return `${holder} ${kind} ${set} ${assignment ?? ''}`;
}

function cursorOf(place: Place): string {
  return place.phase === 'stored'
    ? encodeCursor(['stored', place.from, place.kind, place.to])
    : encodeCursor(['derived', place.power, '', place.to]);
}

function placeOf(cursor: string | undefined): Place | null {
  if (cursor === undefined) return null;
  const [phase, first, kind, to] = decodeCursor(cursor, 4);
  if (typeof first !== 'string' || typeof kind !== 'string' || typeof to !== 'string') throw foreign();
  if (phase === 'stored') return { phase, from: first, kind, to };
  if (phase === 'derived') return { phase, power: first, to };
  throw foreign();
}

function foreign() {
  return invalidRequest({ detail: 'The cursor belongs to another list. Start again without it.' });
}
