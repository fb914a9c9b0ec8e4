import { type Runtime, start } from './runtime.ts';

const SCRIPT = `
import { DurableObject } from 'cloudflare:workers';
const id = (prefix, n) => prefix + (n * 2654435761 >>> 0).toString(36).padStart(8, '0') + (n * 40503 >>> 0).toString(36).padStart(18, '0');
export class Bare extends DurableObject {
  insert(pairs, first) {
    const { sql } = this.ctx.storage;
    sql.exec('CREATE TABLE IF NOT EXISTS edge (from_id TEXT, kind TEXT, to_id TEXT, at INTEGER, PRIMARY KEY (from_id, kind, to_id)) WITHOUT ROWID');
    const rows = JSON.stringify(pairs.map(([a, b]) => [id('acc_', a), 'MEMBER_OF', id('grp_', b), first]));
    this.ctx.storage.transactionSync(() => sql.exec('INSERT INTO edge SELECT value->>0, value->>1, value->>2, value->>3 FROM json_each(?)', rows).toArray());
  }
}
export default { async fetch(request, env) {
  const { name, pairs, page } = await request.json();
  const bare = env.BARE.getByName(name);
  for (let at = 0; at < pairs.length; at += page) await bare.insert(pairs.slice(at, at + page), at);
  return Response.json({});
} };`;

/** A Worker that does nothing but insert rows of two ids into a Durable Object: what the engine takes by itself. */
export function startBareInserter(): Promise<Runtime> {
  return start({
    name: 'bare',
    modules: [{ type: 'ESModule', path: 'index.js', contents: SCRIPT }],
    compatibilityDate: '2026-11-01',
    durableObjects: { BARE: { className: 'Bare', useSQLite: true } },
  });
}

/** Milliseconds to insert these pairs, in pages as the product gets them. */
export async function bareInsert(runtime: Runtime, name: string, pairs: [number, number][]): Promise<number> {
  const body = JSON.stringify({ name, pairs, page: 10_000 });
  const began = performance.now();
  const response = await fetch(runtime.origin, { method: 'POST', body });
  if (!response.ok) throw new Error(`bare insert: ${response.status} ${await response.text()}`);
  return performance.now() - began;
}
