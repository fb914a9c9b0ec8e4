import type { Millis } from '../../platform/clock.ts';
import type { AnyEdgeKind, EdgeKind, Provenance } from '../model.ts';
import { PACKED_KINDS } from '../packs.store.ts';
import { parseProvenance } from '../page.ts';
import { set, type Tx } from '../tx.ts';
import { powersOf } from '../walk-back.ts';
import type { Power, UnknownPower } from './powers.ts';
import { setsOver, targetsIn } from './targets.ts';

export interface EdgeRow {
  from: string;
  kind: AnyEdgeKind;
  to: string;
  /** Since when and by what it is here; null when it is derived. */
  since: Millis | null;
  by: Provenance | null;
  /** The role assignment that a derived edge comes from; null for any other. */
  assignment: string | null;
}

export interface StoredEdgesQuery {
  kind: EdgeKind | null;
  from: string | null;
  to: string | null;
  after: Pick<EdgeRow, 'from' | 'kind' | 'to'> | null;
  limit: number;
}

/** Nodes whose edges are read at once. */
const NODES_AT_ONCE = 500;

type Row = [from: string, kind: EdgeKind, to: string, since: number, by: string];

const COLUMNS = 'e.from_id, e.kind, e.to_id, e.began_at, e.began_by';

/**
 * Stored edges of this shard by from, kind and to. Those of nodes that are not here are left out. `past`: `tx` reads a
 * moment that is over.
 */
export function readStoredEdges(tx: Tx, query: StoredEdgesQuery, past = false): EdgeRow[] {
  const rows =
    query.from !== null
      ? leaving(tx, [query.from], query)
      : query.to !== null
        ? arriving(tx, query)
        : all(tx, query, past);
  return rows.map(([from, kind, to, since, by]) => ({
    from,
    kind,
    to,
    since,
    by: parseProvenance(by),
    assignment: null,
  }));
}

const AFTER = '(?3 IS NULL OR (e.from_id, e.kind, e.to_id) > (?3, ?4, ?5))';
const OF_KIND = '(?2 IS NULL OR e.kind = ?2)';

function afterOf({ after }: StoredEdgesQuery): (string | null)[] {
  return [after?.from ?? null, after?.kind ?? null, after?.to ?? null];
}

function leaving(tx: Tx, nodes: string[], query: StoredEdgesQuery): Row[] {
  return tx.raw<Row>(
    `SELECT ${COLUMNS} FROM json_each(?1) j CROSS JOIN edge e ON e.from_id = j.value
     WHERE ${OF_KIND} AND ${AFTER} AND (?6 IS NULL OR e.to_id = ?6) ORDER BY e.from_id, e.kind, e.to_id LIMIT ?7`,
    set(nodes),
    query.kind,
    ...afterOf(query),
    query.to,
    query.limit,
  );
}

function arriving(tx: Tx, query: StoredEdgesQuery): Row[] {
  return tx.raw<Row>(
    `SELECT ${COLUMNS} FROM edge_in e WHERE e.to_id = ?1 AND ${OF_KIND} AND ${AFTER}
     ORDER BY e.from_id, e.kind, e.to_id LIMIT ?6`,
    query.to,
    query.kind,
    ...afterOf(query),
    query.limit,
  );
}

/** The edges that are here, and those that were. */
const EVER = '(SELECT from_id, kind FROM main.edge_row UNION ALL SELECT from_id, kind FROM main.edge_history)';

/** Goes through the nodes that edges leave, in order; kinds that are never packed have them in one table. */
function all(tx: Tx, query: StoredEdgesQuery, past: boolean): Row[] {
  const rows: Row[] = [];
  let after = query.after?.from ?? '';
  let first = true;
  while (rows.length < query.limit) {
    const than = first ? '>=' : '>';
    const nodes =
      query.kind === null || PACKED_KINDS.has(query.kind)
        ? tx.raw<[string]>(`SELECT id FROM node WHERE id ${than} ?1 ORDER BY id LIMIT ${NODES_AT_ONCE}`, after)
        : tx.raw<[string]>(
            `SELECT DISTINCT from_id FROM ${past ? EVER : 'edge_row'} WHERE kind = ?2 AND from_id ${than} ?1
             ORDER BY from_id LIMIT ${NODES_AT_ONCE}`,
            after,
            query.kind,
          );
    const last = nodes.at(-1)?.[0];
    if (last === undefined) break;
    rows.push(
      ...leaving(
        tx,
        nodes.map(([id]) => id),
        { ...query, limit: query.limit - rows.length },
      ),
    );
    after = last;
    first = false;
  }
  return rows;
}

/** Who has which power, over which set: of the holders on this shard. */
export function readPowerRows(tx: Tx): { powers: Power[]; unknown: UnknownPower[] } {
  const { powers, told, unknown } = powersOf(tx);
  return { powers: [...powers, ...told], unknown };
}

/** Sets of targets in the order in which they are wanted; of the first one only what comes after an id. */
export interface TargetsQuery {
  /** Keys of the sets: those that role assignments make are the same on every shard. */
  sets: string[];
  after: string;
  limit: number;
}

/** What of each set is on this shard, by id, until `limit` are told: sets after that are left out. */
export function readTargets(tx: Tx, { sets, after, limit }: TargetsQuery): string[][] {
  const powers = powersOf(tx);
  const whole = new Map<string, string[]>();
  const told: string[][] = [];
  let left = limit;
  for (const [place, key] of sets.entries()) {
    if (left <= 0) break;
    const over = powers.sets.get(key);
    const from = place === 0 ? after : '';
    // many administrators have the same set; what was read is a beginning of it, and enough
    const known = from === '' ? whole.get(key) : undefined;
    const found = known ?? (over ? targetsIn(tx, powers, over, from, left) : []);
    if (from === '') whole.set(key, found);
    told.push(found.slice(0, left));
    left -= told.at(-1)?.length ?? 0;
  }
  return told;
}

/** The keys of the sets that a node of this shard is in. */
export function readSetsOf(tx: Tx, id: string): string[] {
  return setsOver(tx, powersOf(tx), [id]).map(([key]) => key);
}
