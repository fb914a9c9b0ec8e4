import { graphMismatch } from './graph.errors.ts';
import { readMeta, writeMeta } from './meta.store.ts';
import type { Tx } from './tx.ts';

const NAME = 'name';

/** Each change of the number of shards fills a new generation of them; the first is 0. */
export function shardName(tenantId: string, index: number, generation = 0): string {
  return generation === 0 ? `${tenantId}/${index}` : `${tenantId}/${generation}.${index}`;
}

/**
 * The tenant whose shard this storage is. The name is kept at the first wake and compared at every later one: a shard
 * never answers for another tenant. (An alarm written by an older runtime may wake the object without a name.)
 * Throws `graph.wrong_shard`.
 */
export function claimName(tx: Tx, name: string | undefined): string {
  const kept = readMeta(tx, NAME);
  const own = kept ?? name;
  if (own === undefined || (name !== undefined && name !== own)) throw graphMismatch();
  const tenantId = own.slice(0, Math.max(0, own.lastIndexOf('/')));
  if (tenantId === '') throw graphMismatch();
  if (kept === null) writeMeta(tx, NAME, own);
  return tenantId;
}
