import autocannon from 'autocannon';
import { benchBill } from './ingest-bill.ts';
import { benchDrain } from './ingest-drain.ts';
import { benchLatency } from './ingest-latency.ts';
import { benchRollup } from './ingest-rollup.ts';
import { envelope, isQuick, productTarget } from './ingest-target.ts';
import { quantile, type Row, row } from './row.ts';
import { startBareEnqueuer } from './runtime.ts';

const SIZES = [1, 25, 500];
/** Both sides take short turns, so that whatever else the machine does meets both; the middle turn counts. */
const TURNS = isQuick() ? 5 : 15;
const SECONDS = 1;

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
    ...(await benchRollup(tell)),
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
      const turns: { ceiling: number; reached: number }[] = [];
      for (let turn = 0; turn <= TURNS; turn++) {
        const ceiling = size * (await load(bare.origin, '/', 'x', body));
        const reached = size * (await load(target.runtime.origin, target.path, target.secret, body));
        // the first turn warms up
        if (turn > 0) turns.push({ ceiling, reached });
      }
      const middle = (of: (turn: { ceiling: number; reached: number }) => number) => quantile(turns.map(of), 0.5);
      const against = { name: 'bare Worker', value: Math.round(middle((turn) => turn.ceiling)) };
      const share = middle((turn) => turn.reached / turn.ceiling);
      rows.push(
        row(
          `ingest, deliveries of ${size}: events`,
          middle((turn) => turn.reached),
          '/s',
          { against },
        ),
        row(`ingest, deliveries of ${size}: share of a bare Worker`, share, 'ratio', { atLeast: 0.8 }),
      );
    }
  } finally {
    await bare.dispose();
    await target.runtime.dispose();
  }
  return rows;
}
