import { graphMismatch } from './graph.errors.ts';
import { readMeta, writeMeta } from './meta.store.ts';
import type { Tx } from './tx.ts';

const NAME = 'name';

export function shardName(tenantId: string, index: number): string {
  return `${tenantId}/${index}`;
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
