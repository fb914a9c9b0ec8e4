import { cpus, totalmem } from 'node:os';
import { benchConsole } from './console.ts';
import { benchDetections } from './detections.ts';
import { benchGraph } from './graph.ts';
import { benchIngest } from './ingest.ts';
import { benchOutbound } from './outbound.ts';
import { type Row, table } from './row.ts';

/** `npm run bench -- [group …] [--json] [--quick]`: the figures, each beside its comparison from the same run. */
const GROUPS: Record<string, (tell: (line: string) => void) => Promise<Row[]>> = {
  ingest: benchIngest,
  graph: benchGraph,
  detections: benchDetections,
  console: benchConsole,
  outbound: benchOutbound,
};

const json = process.argv.includes('--json');
const wanted = process.argv.slice(2).filter((arg) => !arg.startsWith('--'));
const unknown = wanted.filter((name) => !(name in GROUPS));
if (unknown.length > 0) {
  console.error(`No such group: ${unknown.join(', ')}. There are: ${Object.keys(GROUPS).join(', ')}`);
  process.exit(2);
}

const machine = {
  cpus: cpus().length,
  cpu: cpus()[0]?.model ?? 'unknown',
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  node: process.version,
};
const tell = (line: string) => console.error(`  ${line}`);
const rows: Row[] = [];
for (const [name, bench] of Object.entries(GROUPS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const found = await bench(tell);
  rows.push(...found);
  if (!json) console.log(table(name, found));
}
if (json) console.log(JSON.stringify({ machine, rows }, null, 2));
else console.log(`\n${machine.cpus} × ${machine.cpu}, ${machine.memoryGiB} GiB, Node.js ${machine.node}`);
