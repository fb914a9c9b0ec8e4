import { startProduct } from '../lib/product.ts';
import { quantile, type Row, row } from './row.ts';

const ROUNDS = 40;
const LISTS = [
  '/issues?status=open',
  '/issues?status=open&severity=high&sort=-openedAt',
  '/identities',
  '/identities?q=an&sort=-lastLogin',
  '/events',
  '/groups',
  '/issues/summary',
];

/** What the console reads: p95 of each list at the API, over HTTP, with a 5,000 people organisation. */
export async function benchConsole(tell: (line: string) => void): Promise<Row[]> {
  tell('starting the product with 5,000 people');
  const { product, stop } = await startProduct({ port: 19_797, people: 5_000, console: false });
  try {
    await fetch(`${product.lab}/lab/pause`, { method: 'POST' });
    const rows: Row[] = [];
    for (const path of LISTS) {
      const times: number[] = [];
      for (let n = 0; n < ROUNDS; n++) {
        const began = performance.now();
        const response = await fetch(`${product.api}/api/v1${path}`, {
          headers: { authorization: `Bearer ${product.token}` },
        });
        await response.arrayBuffer();
        if (!response.ok) throw new Error(`${path} answered ${response.status}`);
        if (n >= 5) times.push(performance.now() - began);
      }
      rows.push(row(`GET ${path}, p95`, quantile(times, 0.95), 'ms', { atMost: 200 }));
    }
    return rows;
  } finally {
    await stop();
  }
}
