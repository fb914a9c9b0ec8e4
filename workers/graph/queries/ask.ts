import type { Millis } from '../../platform/clock.ts';
import { notFound } from '../../platform/errors.ts';
import { encodeCursor, toPage } from '../../platform/pagination.ts';
import { type Asked, foreignCursor, keyIn, stampOf } from '../after.ts';
import type { Lookup } from '../lookup.ts';
import type { NodeKind } from '../model.ts';
import type { CoverageInput, CoverageNeed } from '../port.ts';
import type { ShardApi } from '../shard-api.ts';
import { compareText } from '../text.ts';
import { chunks } from '../tx.ts';
import { savedQueryById } from './catalogue.ts';
import { exportRows } from './export.ts';
import type { Cell, Row, SavedQuery } from './query.ts';

/** Nodes that one look-up names. */
const NAMES_AT_ONCE = 5_000;

/** Null where nobody knows the node: an edge may point at something that was never read. */
export interface NodeTold {
  id: string;
  kind: NodeKind | null;
  name: string | null;
}

export type CellTold = Exclude<Cell, { node: string }> | NodeTold;

/** A part of a source that a query needs and that is not known whole. */
export interface UnknownNeed {
  sourceId: string;
  need: CoverageNeed;
  reason: string;
}

export interface QueryAnswer {
  query: SavedQuery;
  /** Cells in the order of the columns. */
  data: CellTold[][];
  next: string | null;
  undetermined: number;
  truncated: boolean;
  unknown: UnknownNeed[];
}

export interface SavedQueryPage {
  limit: number;
  cursor?: string | undefined;
  asOf?: Millis | undefined;
}

/** Rows as they are handed on, without what a page says beside them. */
export type QueryExport = Omit<QueryAnswer, 'unknown'>;

/** The named views over a tenant's whole graph. */
export interface GraphSavedQueries {
  /** Throws `not_found` for a query that does not exist. */
  savedQuery(id: string, page: SavedQueryPage): Promise<QueryAnswer>;
  /** Many rows at a time: the query is asked once, not once a page. */
  exportSavedQuery(id: string, page: SavedQueryPage): Promise<QueryExport>;
  /** Rows of each saved query, up to a bound, and whether there are more. */
  savedQueryCounts(asOf?: Millis): Promise<Map<string, { count: number; more: boolean }>>;
}

interface Parts {
  now(): Millis;
  onAll<T>(work: (shards: ShardApi[]) => Promise<T>): Promise<T>;
  everyShard<T>(ask: (shard: ShardApi) => Promise<T>): Promise<T[]>;
  lookup(nodes: string[], asOf: Millis | undefined): Promise<Lookup>;
}

export function graphSavedQueries({ now, onAll, everyShard, lookup }: Parts): GraphSavedQueries {
  return {
    savedQuery: async (id, { limit, cursor, asOf }) => {
      const query = known(id);
      const asked = askedOf(id, asOf);
      const after = keyAfter(cursor, asked);
      const ask = { id, after, limit: limit + 1 };
      const [parts, coverage] = await Promise.all([
        everyShard((shard) => shard.savedQuery(ask, now(), asOf ?? null)),
        everyShard((shard) => shard.coverage()),
      ]);
      const page = toPage(merged(parts.map(({ rows }) => rows)), limit, ({ key }) => [stampOf(asked), key]);
      const names = await namesIn(page.data, (nodes) => lookup(nodes, asOf));
      return {
        query,
        data: page.data.map((row) => told(row, names)),
        next: page.next,
        undetermined: parts.reduce((sum, part) => sum + part.undetermined, 0),
        truncated: parts.some((part) => part.truncated),
        unknown: unknownNeeds(query.needs, coverage[0] ?? []),
      };
    },
    exportSavedQuery: async (id, { limit, cursor, asOf }) => {
      const query = known(id);
      const asked = askedOf(id, asOf);
      const ask = { after: keyAfter(cursor, asked), limit, now: now(), asOf: asOf ?? null };
      const { rows, more, ...rest } = await onAll((shards) => exportRows(shards, query, ask));
      const names = await namesIn(rows, (nodes) => lookup(nodes, asOf));
      const last = more ? rows.at(-1) : undefined;
      return {
        query,
        data: rows.map((row) => told(row, names)),
        next: last ? encodeCursor([stampOf(asked), last.key]) : null,
        ...rest,
      };
    },
    savedQueryCounts: async (asOf) => {
      const counts = new Map<string, { count: number; more: boolean }>();
      const parts = await everyShard((shard) => shard.savedQueryCounts(now(), asOf ?? null));
      parts.forEach((part, index) => {
        for (const { id, own, shared, more } of part) {
          const known = counts.get(id) ?? { count: 0, more: false };
          // what every shard has counts once
          counts.set(id, { count: known.count + own + (index === 0 ? shared : 0), more: known.more || more });
        }
      });
      return counts;
    },
  };
}

function known(id: string): SavedQuery {
  const query = savedQueryById(id);
  if (!query) throw notFound({ detail: 'There is no such saved query.' });
  return query;
}

const askedOf = (id: string, asOf: Millis | undefined): Asked => ({ list: 'saved-query', id, asOf });

function keyAfter(cursor: string | undefined, asked: Asked): string | null {
  if (cursor === undefined) return null;
  const [key] = keyIn(cursor, 1, asked);
  if (typeof key !== 'string') throw foreignCursor();
  return key;
}

function told({ cells }: Row, names: Map<string, NodeTold>): CellTold[] {
  return cells.map((cell) => {
    if (cell === null || typeof cell !== 'object') return cell;
    return names.get(cell.node) ?? { id: cell.node, kind: null, name: null };
  });
}

/** Structure is on every shard and told once. */
function merged(parts: Row[][]): Row[] {
  const rows = new Map(parts.flat().map((row) => [row.key, row]));
  return [...rows.values()].sort((a, b) => compareText(a.key, b.key));
}

async function namesIn(rows: Row[], lookup: (nodes: string[]) => Promise<Lookup>): Promise<Map<string, NodeTold>> {
  const ids = new Set(
    rows.flatMap(({ cells }) =>
      cells.flatMap((cell) => (cell !== null && typeof cell === 'object' ? [cell.node] : [])),
    ),
  );
  const names = new Map<string, NodeTold>();
  for (const some of chunks([...ids], NAMES_AT_ONCE)) {
    for (const node of (await lookup(some)).nodes) if (node) names.set(node.id, node);
  }
  return names;
}

/** Of each source, what of these is missing or was never read. */
export function unknownNeeds(needs: readonly CoverageNeed[], coverage: CoverageInput[]): UnknownNeed[] {
  const sources = new Set(coverage.map(({ sourceId }) => sourceId));
  return [...sources].flatMap((sourceId) =>
    needs.flatMap((need) => {
      const known = coverage.find((one) => one.sourceId === sourceId && one.need === need);
      if (known?.reason === null) return [];
      return [{ sourceId, need, reason: known?.reason ?? 'It has not been read yet.' }];
    }),
  );
}
