import { createServer } from 'node:net';

const FIRST = 21_000;
const LAST = 60_000;

const isFree = (port: number) =>
  new Promise<boolean>((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });

/** The first of `count` neighbouring ports that nobody uses. */
export async function freePorts(count: number): Promise<number> {
  const from = FIRST + (process.pid % 1_000) * 10;
  for (let port = from; port < LAST; port += count) {
    const free = await Promise.all(Array.from({ length: count }, (_, n) => isFree(port + n)));
    if (free.every(Boolean)) return port;
  }
  throw new Error(`no ${count} neighbouring ports are free`);
}
