import { cpus, totalmem } from 'node:os';
import { benchConsole } from './console.ts';
import { benchDetections } from './detections.ts';
import { benchGraph } from './graph.ts';
import { benchIngest } from './ingest.ts';
import { benchOutbound } from './outbound.ts';
import { createReport } from './report.ts';
import { type Row, table } from './row.ts';
import { benchSyncCalls } from './sync-calls.ts';

type Bench = (tell: (line: string) => void) => Promise<Row[]>;

/**
 * `npm run bench -- [group …] [--json] [--quick]`: the figures, each beside its comparison from the same run. A bench
 * that fails, or is stopped, prints the rows that it has; the others go on, and the exit code is 1.
 */
const GROUPS: Record<string, Bench> = {
  ingest: benchIngest,
  graph: benchGraph,
  detections: benchDetections,
  console: benchConsole,
  outbound: benchOutbound,
};

/** Parts of a group that can be run alone. */
const PARTS: Record<string, Bench> = { sync: benchSyncCalls };

const json = process.argv.includes('--json');
const wanted = process.argv.slice(2).filter((arg) => !arg.startsWith('--'));
const unknown = wanted.filter((name) => !(name in GROUPS) && !(name in PARTS));
if (unknown.length > 0) {
  const names = [...Object.keys(GROUPS), ...Object.keys(PARTS)];
  console.error(`No such group: ${unknown.join(', ')}. There are: ${names.join(', ')}`);
  process.exit(2);
}

const machine = {
  cpus: cpus().length,
  cpu: cpus()[0]?.model ?? 'unknown',
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  node: process.version,
};
const tell = (line: string) => console.error(`  ${line}`);
const report = createReport((group, rows) => {
  if (!json) console.log(table(group, rows));
});

function died(name: string, reason: string): void {
  tell(`${name} died: ${reason}`);
  report.died(reason);
}

function finish(): void {
  const { rows, failed } = report;
  if (json) console.log(JSON.stringify({ machine, rows, ...(failed.length > 0 ? { failed } : {}) }, null, 2));
  else console.log(`\n${machine.cpus} × ${machine.cpu}, ${machine.memoryGiB} GiB, Node.js ${machine.node}`);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    died('the bench', signal);
    finish();
    process.exit(1);
  });
}

const benches = wanted.length > 0 ? Object.entries({ ...GROUPS, ...PARTS }) : Object.entries(GROUPS);
for (const [name, bench] of benches) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  report.begin(name);
  try {
    report.end(await bench(tell));
  } catch (error) {
    died(name, error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
}
finish();
if (report.failed.length > 0) process.exitCode = 1;
