import type { Millis } from '../platform/clock.ts';
import { invalidRequest } from '../platform/errors.ts';
import { type CursorKey, type Page, toPage } from '../platform/pagination.ts';
import { type Asked, afterOf, stampOf } from './after.ts';
import { hasCriticality, type ListRow, type ShardListQuery } from './list.ts';
import type { Neighbour, NodeDetail, NodeListQuery, NodeSummary } from './port.ts';
import { compareText, nameKey } from './text.ts';

export const NODE_SORTS = ['name', '-name', 'lastLogin', '-lastLogin', 'criticality', '-criticality'] as const;

/** The query for each shard: one row more than the page, which tells whether there is another. */
export function shardQuery(query: NodeListQuery): ShardListQuery {
  const sort = query.sort ?? 'name';
  if (!NODE_SORTS.some((known) => known === sort)) {
    throw invalidRequest({ detail: `sort must be one of ${NODE_SORTS.join(', ')}.` });
  }
  const by = sort.endsWith('lastLogin') ? 'lastLogin' : sort.endsWith('criticality') ? 'criticality' : 'name';
  if (by === 'lastLogin' && query.kind !== 'account' && query.kind !== 'identity') {
    throw invalidRequest({ detail: 'Only identities and accounts have a last sign-in to sort by.' });
  }
  if ((by === 'criticality' || query.criticality !== undefined) && !hasCriticality(query.kind)) {
    throw invalidRequest({ detail: 'Only apps, groups and roles are listed by criticality.' });
  }
  if (query.asOf !== undefined && (by === 'lastLogin' || query.identityKind !== undefined)) {
    throw invalidRequest({
      detail: 'Of a moment that is over, last sign-ins and what identities are were not kept: sort and filter without.',
    });
  }
  const q = query.q === undefined ? '' : nameKey(query.q.trim());
  const wanted: ShardListQuery = {
    kind: query.kind,
    limit: query.limit + 1,
    by,
    descending: sort.startsWith('-'),
    after: null,
    q: q === '' ? null : q,
    sourceId: query.sourceId ?? null,
    within: query.within ?? null,
    status: query.status ?? null,
    tier: query.tier ?? null,
    identityKind: query.identityKind ?? null,
    criticality: query.criticality ?? null,
    app: query.app ?? null,
  };
  const last = afterOf(query.cursor, by === 'lastLogin' ? 'number' : 'string', askedOf(wanted, query.asOf));
  return { ...wanted, after: last && { key: last[0], id: last[1] } };
}

/** A cursor belongs to one list in one order, of one moment. */
function askedOf({ limit: _, after: __, within: ___, ...asked }: ShardListQuery, asOf: Millis | undefined): Asked {
  return { ...asked, asOf };
}

/** One page from what the shards returned for `shardQuery`. */
export function mergeLists(parts: ListRow[][], query: ShardListQuery, asOf: Millis | undefined): Page<NodeSummary> {
  const stamp = stampOf(askedOf(query, asOf));
  const sign = query.descending ? -1 : 1;
  const rows = parts.flat().sort((a, b) => sign * (compareKeys(a.key, b.key) || compareText(a.id, b.id)));
  const page = toPage(rows, query.limit - 1, (row): CursorKey => [stamp, row.key, row.id]);
  return { data: page.data.flatMap((row) => (row.summary ? [row.summary] : [])), next: page.next };
}

function compareKeys(a: string | number, b: string | number): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : compareText(String(a), String(b));
}

/** A node whose neighbours may be spread: structure edges come from every shard, and count once. */
export function mergeDetails(parts: (NodeDetail | null)[], limit: number): NodeDetail | null {
  const found = parts.filter((part) => part !== null);
  const [first] = found;
  if (!first) return null;
  const merge = (way: 'out' | 'in') => {
    const all = new Map(found.flatMap((part) => part[way]).map((neighbour) => [neighbourKey(neighbour), neighbour]));
    return [...all.values()].sort(compareNeighbours).slice(0, limit);
  };
  return { node: first.node, out: merge('out'), in: merge('in') };
}

function neighbourKey({ edge }: Neighbour): string {
  return `${edge.from} ${edge.kind} ${edge.to}`;
}

function compareNeighbours(a: Neighbour, b: Neighbour): number {
  return compareText(a.edge.kind, b.edge.kind) || compareText(a.node.id, b.node.id);
}
