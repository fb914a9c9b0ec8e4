import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SoakEvent } from './events.ts';

/** Okta's largest page. */
const MOST = 1_000;

export interface LogServer {
  origin: string;
  /** What the System Log holds from now on, in the order of arrival. */
  add(event: SoakEvent): void;
  close(): Promise<void>;
}

/** The lab's org under an address of its own, with a System Log that holds exactly what it is given. */
export async function startLogServer(lab: string): Promise<LogServer> {
  const log: SoakEvent[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', origin());
    const work =
      url.pathname === '/api/v1/logs' ? readLog(url, log, response) : passOn(lab, origin(), request, response);
    work.catch(() => response.destroy());
  });
  const origin = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: origin(),
    add: (event) => {
      log.push(event);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A polling request: `next` is always there, an empty page is the end. */
async function readLog(url: URL, log: SoakEvent[], response: ServerResponse): Promise<void> {
  const from = Number(url.searchParams.get('after') ?? 0);
  const limit = Math.min(MOST, Number(url.searchParams.get('limit') ?? 100));
  const page = log.slice(from, from + limit);
  url.searchParams.delete('since');
  url.searchParams.set('after', String(from + page.length));
  response.setHeader('link', `<${url.href}>; rel="next"`);
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(page));
}

/** Everything else is asked of the lab, whose own address must not show: a link to another host is refused. */
async function passOn(lab: string, own: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { authorization = '', 'content-type': type = 'application/json' } = request.headers;
  const answer = await fetch(`${lab}${request.url ?? '/'}`, {
    method: request.method ?? 'GET',
    headers: { authorization, 'content-type': type, accept: 'application/json' },
    ...(chunks.length > 0 ? { body: Buffer.concat(chunks) } : {}),
    signal: AbortSignal.timeout(20_000),
  });
  response.statusCode = answer.status;
  for (const [name, value] of answer.headers) {
    if (name.startsWith('x-rate-limit-') || name === 'link' || name === 'content-type')
      response.setHeader(name, value.replaceAll(lab, own));
  }
  response.end((await answer.text()).replaceAll(lab, own));
}
