import { membersOf, type OrgSize } from '../../workers/graph/testing/bench.org.ts';
import { bareInsert, startBareInserter } from './graph-bare.ts';
import { openGraph, shuffled, timed } from './graph-driver.ts';
import { type Row, row } from './row.ts';
import { startWorker } from './runtime.ts';

const SIZE: OrgSize = { people: 10_000, groups: 2_000, apps: 200, memberships: 240_000 };

/** Memberships into one shard, beside bare inserts of as many rows. */
export async function importRows(script: string, tell: (line: string) => void): Promise<Row[]> {
  const bare = await startBareInserter();
  const runtime = await startWorker({ consumers: false, script });
  try {
    const pairs: [number, number][] = [];
    for (let n = 0; n < SIZE.groups; n++) for (const member of membersOf(n, SIZE)) pairs.push([member, n]);
    const rows: Row[] = [];
    for (const [name, what] of [
      ['by group', 'memberships'],
      ['in random order', 'random'],
    ] as const) {
      const graph = await openGraph(runtime, SIZE, 1);
      await graph.call('structure');
      await graph.fill('people', SIZE.people);
      let edges = 0;
      const took = await timed(async () => {
        ({ edges } = await graph.call<{ edges: number }>(what, 0, SIZE.groups));
        await graph.call('compact', 0, 1);
      });
      const alone = await bareInsert(bare, what, what === 'random' ? shuffled(pairs) : pairs);
      tell(`${edges} edges ${name}: ${Math.round(took)} ms, bare ${Math.round(alone)} ms`);
      rows.push(
        row(`import and compaction of ${edges} edges ${name}`, took / alone, '× bare', {
          atMost: 3,
          against: { name: 'bare engine, as many rows, ms', value: Math.round(alone) },
        }),
      );
    }
    return rows;
  } finally {
    await runtime.dispose();
    await bare.dispose();
  }
}
