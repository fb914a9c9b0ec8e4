import autocannon from 'autocannon';
import { benchBill } from './ingest-bill.ts';
import { benchDrain } from './ingest-drain.ts';
import { benchLatency } from './ingest-latency.ts';
import { envelope, productTarget } from './ingest-target.ts';
import { type Row, row } from './row.ts';
import { startBareEnqueuer } from './runtime.ts';

const SIZES = [1, 25, 500];
/** Both sides take turns, so that whatever else the machine does meets both. */
const TURNS = 4;
const SECONDS = 2;

async function load(origin: string, path: string, secret: string, body: string): Promise<number> {
  const result = await autocannon({
    url: origin + path,
    method: 'POST',
    connections: 16,
    duration: SECONDS,
    headers: { authorization: secret, 'content-type': 'application/json' },
    body,
  });
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${result.non2xx} answers were not 2xx, ${result.errors} errors`);
  return result.requests.total / result.duration;
}

/** Ingest beside a bare Worker that only enqueues the same bytes; then drain, delay and what both cost. */
export async function benchIngest(tell: (line: string) => void): Promise<Row[]> {
  return [
    ...(await acceptance(tell)),
    ...(await benchDrain(tell)),
    ...(await benchLatency(tell)),
    ...(await benchBill(tell)),
  ];
}

async function acceptance(tell: (line: string) => void): Promise<Row[]> {
  const rows: Row[] = [];
  const bare = await startBareEnqueuer();
  const target = await productTarget(false);
  try {
    for (const size of SIZES) {
      tell(`deliveries of ${size}`);
      const body = envelope(size);
      let ceiling = 0;
      let reached = 0;
      for (let turn = 0; turn <= TURNS; turn++) {
        const ofBare = await load(bare.origin, '/', 'x', body);
        const ofProduct = await load(target.runtime.origin, target.path, target.secret, body);
        // the first turn warms up
        if (turn === 0) continue;
        ceiling += (ofBare * size) / TURNS;
        reached += (ofProduct * size) / TURNS;
      }
      const against = { name: 'bare Worker', value: Math.round(ceiling) };
      rows.push(
        row(`ingest, deliveries of ${size}: events`, reached, '/s', { against }),
        row(`ingest, deliveries of ${size}: share of a bare Worker`, reached / ceiling, 'ratio', { atLeast: 0.8 }),
      );
    }
  } finally {
    await bare.dispose();
    await target.runtime.dispose();
  }
  return rows;
}
