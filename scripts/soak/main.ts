import { cpus, totalmem } from 'node:os';
import { type Row, table } from '../bench/row.ts';
import { optionsOrExit } from '../lib/options.ts';
import { startProduct } from '../lib/product.ts';
import { parseFlags, type SoakOptions, usage } from './flags.ts';
import { freePorts } from './free-ports.ts';
import { killPhase } from './kill-phase.ts';
import { steadyPhase } from './steady-phase.ts';

/** `npm run soak`: the whole product under load and under the axe, and what came out of it. Exit code 1 if a mark is missed. */
const PEOPLE = 200;

async function soak(o: SoakOptions): Promise<number> {
  const tell = (line: string) => console.error(`  ${line}`);
  tell('starting the product');
  const { product, stop } = await startProduct({ port: await freePorts(3), people: PEOPLE, console: false });
  const interrupted = () => void stop().then(() => process.exit(130));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, interrupted);
  const groups: { name: string; rows: Row[] }[] = [];
  const phase = async (name: string, run: () => Promise<Row[]>) => {
    tell(name);
    const rows = await run();
    groups.push({ name, rows });
    if (!o.json) console.log(table(name, rows));
  };
  try {
    if (!o.skipKill) await phase('20,000 events while the Worker is killed ten times', () => killPhase(product, tell));
    await phase(`${o.rate} events a second for ${o.minutes} min`, () => steadyPhase(product, o, tell));
  } finally {
    await stop();
  }
  const machine = {
    cpus: cpus().length,
    cpu: cpus()[0]?.model ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
  };
  const missed = groups.flatMap(({ rows }) => rows.filter((one) => one.holds === false));
  if (o.json) console.log(JSON.stringify({ machine, groups, holds: missed.length === 0 }, null, 2));
  else console.log(`\n${machine.cpus} × ${machine.cpu}, ${machine.memoryGiB} GiB, Node.js ${machine.node}`);
  if (missed.length > 0) console.error(`\n${missed.length} missed: ${missed.map((one) => one.name).join('; ')}`);
  return missed.length === 0 ? 0 : 1;
}

soak(optionsOrExit(parseFlags, usage)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(`\n  ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  },
);
