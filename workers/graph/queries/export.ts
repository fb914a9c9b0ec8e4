import type { Millis } from '../../platform/clock.ts';
import type { ShardApi } from '../shard-api.ts';
import { compareText } from '../text.ts';
import type { Row, SavedQuery } from './query.ts';

/** Rows of all shards together that an export holds before it has put them in order. */
const MAX_HELD = 100_000;

export interface ExportAsk {
  after: string | null;
  limit: number;
  now: Millis;
  asOf: Millis | null;
}

export interface Exported {
  rows: Row[];
  /** There are rows after these. */
  more: boolean;
  undetermined: number;
  truncated: boolean;
}

/** What of a shard was read and not yet told. */
interface Stream {
  shard: ShardApi;
  rows: Row[];
  next: number;
  after: string | null;
  done: boolean;
}

/**
 * Up to `limit` rows of a saved query over all shards, by key. Each shard goes on where it is itself, so that no row is
 * read twice; a query that is worked out as a whole is worked out once on a shard (beyond five shards: once for each 100,000 rows of all together).
 */
export async function exportRows(shards: ShardApi[], query: SavedQuery, ask: ExportAsk): Promise<Exported> {
  const { after, limit, now, asOf } = ask;
  const atOnce = Math.max(1, Math.min(query.atOnce, Math.ceil(MAX_HELD / shards.length)));
  const told: Exported = { rows: [], more: false, undetermined: 0, truncated: false };
  const streams = shards.map((shard): Stream => ({ shard, rows: [], next: 0, after, done: false }));
  const fill = async (stream: Stream) => {
    const first = stream.rows.length === 0;
    const found = await stream.shard.savedQuery({ id: query.id, after: stream.after, limit: atOnce }, now, asOf);
    Object.assign(stream, { rows: found.rows, next: 0, done: found.rows.length < atOnce });
    stream.after = found.rows.at(-1)?.key ?? stream.after;
    // what is said of the whole is said with each part
    if (first) told.undetermined += found.undetermined;
    told.truncated ||= found.truncated;
  };
  while (told.rows.length <= limit) {
    await Promise.all(streams.filter((one) => !one.done && one.next >= one.rows.length).map(fill));
    if (!takeInOrder(streams, told.rows, limit + 1)) break;
  }
  return { ...told, rows: told.rows.slice(0, limit), more: told.rows.length > limit };
}

/** Takes rows by key until a shard must be asked for more; false when all have told everything. */
function takeInOrder(streams: Stream[], into: Row[], most: number): boolean {
  while (into.length < most) {
    if (streams.some((one) => !one.done && one.next >= one.rows.length)) return true;
    const heads = streams.flatMap((one) => one.rows[one.next] ?? []);
    const [first, ...others] = heads;
    if (!first) return false;
    const row = others.reduce((least, one) => (compareText(one.key, least.key) < 0 ? one : least), first);
    into.push(row);
    // structure is on every shard, and told once
    for (const one of streams) if (one.rows[one.next]?.key === row.key) one.next++;
  }
  return true;
}
