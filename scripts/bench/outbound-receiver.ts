import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Arrival {
  /** `webhook-id`: the same over all attempts of a delivery. */
  id: string;
  /** When the issue changed, and when the delivery came; milliseconds. */
  at: number;
  arrived: number;
  /** Of the affected entity at its source. */
  nativeId: string;
  headers: Record<string, string>;
  body: string;
}

export interface Receiver {
  url: string;
  /** What came since `begin`, without what had come before and was repeated. */
  arrivals(): readonly Arrival[];
  /** Resolves when so many different deliveries have come since `begin`, or after `withinMs`. Says how many came. */
  received(count: number, withinMs: number): Promise<number>;
  /** Counts from here. */
  begin(): void;
  /** How often a delivery came that had come already, ever. */
  repeated(): number;
  close(): Promise<void>;
}

interface Body {
  timestamp: string;
  entityIdInService: string;
}

/** A receiver on loopback that notes what comes, then answers as told: 204 unless `answer` does something else. */
export async function startReceiver(
  answer: (response: ServerResponse) => void = (response) => void response.writeHead(204).end(),
): Promise<Receiver> {
  let arrivals: Arrival[] = [];
  const ids = new Set<string>();
  let repeated = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const arrived = Date.now();
      const body = Buffer.concat(chunks).toString();
      const { timestamp, entityIdInService: nativeId } = JSON.parse(body) as Body;
      const headers = request.headers as Record<string, string>;
      const id = String(headers['webhook-id']);
      if (ids.has(id)) repeated++;
      else arrivals.push({ id, at: Date.parse(timestamp), arrived, nativeId, headers, body });
      ids.add(id);
      answer(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    arrivals: () => arrivals,
    async received(count, withinMs) {
      const until = performance.now() + withinMs;
      while (arrivals.length < count && performance.now() < until)
        await new Promise((resolve) => setTimeout(resolve, 5));
      return arrivals.length;
    },
    begin() {
      arrivals = [];
    },
    repeated: () => repeated,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
