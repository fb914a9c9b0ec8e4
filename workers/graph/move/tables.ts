import { isAccountId, isDeviceId, isIdentityId, type Placer, placeEdge } from '../sharding.ts';
import type { Tx } from '../tx.ts';

export type Value = string | number | null;
export type Row = Record<string, Value>;
export type Key = (string | number)[];

/** A shard of the new graph, all of them, or none: another shard of the old one sends it. */
export type Destination = number | 'all' | 'nowhere';

/** Where a row goes: which shard of the old graph it is on, how many the new one has. */
export interface Where {
  index: number;
  shards: number;
  /** The accounts of the identities in question, as far as they are known. */
  accounts: ReadonlyMap<string, string>;
  /** Where an account goes. */
  place: Placer;
}

interface MovedTable {
  name: string;
  /** SQL: about how many characters a row has. */
  size: string;
  /** `gone`: the row is no longer here, and only its key is known. */
  place(row: Row, where: Where, gone: boolean): Destination;
}

/** What is in a shard and does not move: it is of the shard itself, or settled before the move ends. */
export const STAYS: ReadonlySet<string> = new Set([
  'meta',
  'migration',
  'verdict_change',
  'pack_waiting',
  'move_log',
  'move_stamp',
  'move_seen',
  'account_place',
  'account_parcel',
]);

const structure = ({ index }: Where): Destination => (index === 0 ? 'all' : 'nowhere');

/**
 * Where a node lives is told by its id (accounts) or by the account it belongs to (identities, devices). An end of one
 * that was never seen names no account, and is kept by all.
 */
function ofNode({ id, attributes }: Row, where: Where, gone: boolean): Destination {
  const node = String(id);
  if (isAccountId(node)) return where.place(node);
  if (!livesWithAccount(node)) return structure(where);
  const account = isDeviceId(node) ? deviceKey(node, attributes) : where.accounts.get(node);
  return gone || account === undefined ? 'all' : where.place(account);
}

export function livesWithAccount(nodeId: string): boolean {
  return isIdentityId(nodeId) || isDeviceId(nodeId);
}

/** Each version of a device is where the account of that time is. */
function deviceKey(id: string, attributes: Value | undefined): string | undefined {
  if (typeof attributes !== 'string') return undefined;
  const { accountId } = JSON.parse(attributes) as { accountId?: unknown };
  return typeof accountId === 'string' ? accountId : id;
}

function ofEdge({ from_id, to_id }: Row, where: Where): Destination {
  const placement = placeEdge({ from: String(from_id), to: String(to_id) }, where.place);
  return 'shard' in placement ? placement.shard : structure(where);
}

const ofAccount = ({ account_id }: Row, where: Where): Destination => where.place(String(account_id));
const everywhere = (): Destination => 'all';

/** In the order in which they are copied. `pack_in` is dealt out by its ends, each shard getting its own. */
export const MOVED: readonly MovedTable[] = [
  { name: 'pack_stamp', size: '60', place: everywhere },
  { name: 'node', size: '300 + length(attributes)', place: ofNode },
  { name: 'node_history', size: '200 + coalesce(length(attributes), 0)', place: ofNode },
  { name: 'edge_row', size: '150 + length(attributes)', place: ofEdge },
  { name: 'edge_history', size: '150 + coalesce(length(attributes), 0)', place: ofEdge },
  { name: 'pack_in', size: '60 + length(ends)', place: everywhere },
  { name: 'pack_out', size: '60 + length(ends)', place: ({ from_id }, where) => where.place(String(from_id)) },
  { name: 'activity', size: '50', place: ofAccount },
  { name: 'factor', size: '60 + length(state)', place: ofAccount },
  { name: 'signal', size: '120', place: ofAccount },
  { name: 'pending_patch', size: '50 + length(fields)', place: ofAccount },
  { name: 'pending_evaluation', size: '30', place: ofAccount },
  { name: 'verdict', size: '100 + length(verdict) + coalesce(length(last_change), 0)', place: ofAccount },
  { name: 'identity_kind', size: '100 + length(reasons)', place: ofAccount },
  { name: 'account_link', size: '300', place: ofAccount },
  { name: 'criticality_said', size: '150 + length(reason)', place: (_, where) => structure(where) },
  { name: 'kept_since', size: '30', place: (_, where) => structure(where) },
  { name: 'coverage', size: '100', place: (_, where) => structure(where) },
];

export interface Columns {
  all: string[];
  key: string[];
}

/** The columns of a moved table, and those of its key in their order. */
export function columnsOf(tx: Tx, table: string): Columns {
  if (!MOVED.some(({ name }) => name === table)) throw new TypeError('Not a table that moves.');
  const rows = tx.all<{ name: string; pk: number }>(`PRAGMA table_info(${table})`);
  const key = rows.filter((row) => row.pk > 0).sort((a, b) => a.pk - b.pk);
  return { all: rows.map((row) => row.name), key: key.map((row) => row.name) };
}
