import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { it } from 'vitest';
import { graphWith } from './testing/fixtures.ts';
it('x', async () => {
  const { graph, tenantId } = await graphWith(1);
  await graph.counts();
  await runInDurableObject(env.GRAPH.getByName(`${tenantId}/0`), (_, { storage }) => {
    const P = `WITH edge AS (SELECT e.from_id, e.kind, e.to_id, e.began_at, e.attributes FROM main.edge e WHERE e.began_at <= 5 AND NOT EXISTS (SELECT 1 FROM main.edge_history h WHERE h.from_id = e.from_id AND h.kind = e.kind AND h.to_id = e.to_id AND h.ended_at > 5 AND h.began_at <= 5)
     UNION ALL SELECT h.from_id, h.kind, h.to_id, h.began_at, h.attributes FROM main.edge_history h WHERE h.began_at <= 5 AND h.ended_at > 5),
     node AS (SELECT n.id, n.kind, n.name FROM main.node n WHERE n.began_at <= 5 UNION ALL SELECT h.id, h.kind, h.name FROM main.node_history h WHERE h.began_at <= 5 AND h.ended_at > 5) `;
    for (const q of [
     `SELECT e.from_id, e.kind, e.to_id FROM json_each('["a"]') j CROSS JOIN edge e ON e.from_id = j.value JOIN node n ON n.id = e.to_id WHERE e.kind <> 'x' ORDER BY e.to_id`,
     `SELECT e.from_id, e.kind, e.to_id FROM json_each('["a"]') j CROSS JOIN edge e ON e.from_id = j.value ORDER BY e.to_id`,
     `SELECT e.from_id, e.kind, e.to_id FROM edge e WHERE e.from_id IN (SELECT value FROM json_each('["a"]')) ORDER BY e.to_id`,
     `SELECT e.from_id FROM edge e WHERE e.from_id ='c'`,
    ]) {
      console.log(q + '\n' + storage.sql.exec('EXPLAIN QUERY PLAN ' + P + q).toArray().map((r) => `${r.id} ${r.parent} ${r.detail}`).join('\n'));
    }
    console.log(storage.sql.exec('select sqlite_version() v').toArray());
  });
});
