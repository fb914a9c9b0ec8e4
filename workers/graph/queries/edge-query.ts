import type { Millis } from '../../platform/clock.ts';
import { type Attributes, type EdgeKind, NODE_PREFIX, type NodeKind } from '../model.ts';
import { parseAttributes } from '../nodes.store.ts';
import { PACKED_KINDS } from '../packs.store.ts';
import { compareText } from '../text.ts';
import { set } from '../tx.ts';
import {
  type Cell,
  type Column,
  nodeColumn,
  type QueryContext,
  type SavedQuery,
  textColumn,
  timeColumn,
} from './query.ts';

/** A column beside the two ends: told by the attributes of an end or of the edge. */
interface Extra {
  column: Column;
  of: 'from' | 'to' | 'edge';
  cell(attributes: Attributes): Cell;
}

interface EdgeQuery extends Omit<SavedQuery, 'read' | 'columns' | 'atOnce'> {
  kinds: EdgeKind[];
  /** Kinds of nodes at each end; all unless told. */
  from?: NodeKind[];
  to?: NodeKind[];
  titles: { from: string; to: string };
  /** Which end is told first. */
  first?: 'from' | 'to';
  extras?: Extra[];
}

/** Nodes whose packed edges are read at once. */
const NODES_AT_ONCE = 500;
/** Rows that an export reads of a shard at once. */
const EXPORTED_AT_ONCE = 5_000;

type EdgeRow = [from: string, kind: string, to: string, since: Millis, attributes: string];

/** A query whose rows are stored edges of some kinds, by where they leave: paged in the store, however many they are. */
export function edgeQuery(spec: EdgeQuery): SavedQuery {
  const { kinds, from, to, titles, first = 'from', extras = [], ...about } = spec;
  const ends = [nodeColumn('from', titles.from), nodeColumn('to', titles.to)];
  return {
    ...about,
    atOnce: EXPORTED_AT_ONCE,
    columns: [
      ...(first === 'from' ? ends : ends.reverse()),
      ...(kinds.length > 1 ? [textColumn('edge', 'How')] : []),
      ...extras.map(({ column }) => column),
      timeColumn('since', 'Since'),
    ],
    read: (context, after, limit) => {
      const rows = readEdges(context, spec, after, limit);
      const attributes = attributesOf(context, rows, extras);
      return {
        undetermined: 0,
        truncated: false,
        rows: rows.map(([start, kind, end, since, text]) => {
          const nodes: Cell[] = [{ node: start }, { node: end }];
          const more = extras.map(({ of, cell }) =>
            cell(of === 'edge' ? parseAttributes(text) : (attributes.get(of === 'from' ? start : end) ?? {})),
          );
          return {
            key: `${start} ${kind} ${end}`,
            cells: [
              ...(first === 'from' ? nodes : nodes.reverse()),
              ...(kinds.length > 1 ? [kind] : []),
              ...more,
              since,
            ],
          };
        }),
      };
    },
  };
}

function attributesOf({ tx }: QueryContext, rows: EdgeRow[], extras: Extra[]): Map<string, Attributes> {
  const wanted = new Set(
    rows.flatMap(([from, , to]) => extras.flatMap(({ of }) => (of === 'from' ? [from] : of === 'to' ? [to] : []))),
  );
  if (wanted.size === 0) return new Map();
  return new Map(
    tx
      .raw<[string, string]>(
        'SELECT n.id, n.attributes FROM json_each(?) j CROSS JOIN node n ON n.id = j.value',
        set(wanted),
      )
      .map(([id, text]) => [id, parseAttributes(text)]),
  );
}

const prefixesOf = (kinds: NodeKind[] | undefined): string[] | null =>
  kinds ? [...new Set(kinds.map((kind) => NODE_PREFIX[kind]))].sort() : null;

function readEdges(
  context: QueryContext,
  { kinds, from, to }: EdgeQuery,
  after: string | null,
  limit: number,
): EdgeRow[] {
  const starts = prefixesOf(from);
  const low = starts ? `${starts[0]}_` : '';
  const high = starts ? `${starts.at(-1)}\`` : '~';
  const ends = prefixesOf(to);
  const [lastFrom = '', lastKind = '', lastTo = ''] = after?.split(' ') ?? [];
  const [start = low] = [low, lastFrom].sort(compareText).reverse();
  const read = (source: string, nodes: string[] | null, count: number) =>
    context.tx.raw<EdgeRow>(
      `SELECT e.from_id, e.kind, e.to_id, e.began_at, e.attributes FROM ${source}
       WHERE e.kind IN (SELECT value FROM json_each(?1)) AND e.from_id >= ?2 AND e.from_id < ?3
         AND (?4 IS NULL OR substr(e.from_id, 1, 3) IN (SELECT value FROM json_each(?4)))
         AND (?5 IS NULL OR substr(e.to_id, 1, 3) IN (SELECT value FROM json_each(?5)))
         AND (e.from_id, e.kind, e.to_id) > (?6, ?7, ?8) AND ?10 IS NOT NULL
       ORDER BY e.from_id, e.kind, e.to_id LIMIT ?9`,
      set(kinds),
      start,
      high,
      starts && set(starts),
      ends && set(ends),
      lastFrom,
      lastKind,
      lastTo,
      count,
      set(nodes ?? []),
    );
  // what is packed is found by node alone; nothing else is worth going through all nodes for
  if (!kinds.some((kind) => PACKED_KINDS.has(kind))) return read(context.past ? 'edge e' : 'edge_row e', null, limit);
  const rows: EdgeRow[] = [];
  let [next, than] = [start, '>='];
  while (rows.length < limit) {
    const nodes = context.tx
      .raw<[string]>(
        `SELECT n.id FROM node n WHERE n.id ${than} ?1 AND n.id < ?2 ORDER BY n.id LIMIT ${NODES_AT_ONCE}`,
        next,
        high,
      )
      .map(([id]) => id);
    const last = nodes.at(-1);
    if (last === undefined) break;
    rows.push(...read('json_each(?10) j CROSS JOIN edge e ON e.from_id = j.value', nodes, limit - rows.length));
    [next, than] = [last, '>'];
  }
  return rows;
}
