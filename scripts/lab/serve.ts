import { type ServerType, serve } from '@hono/node-server';
import type { Lab } from './lab.ts';

/** Listens on loopback; port 0 takes any free one. Resolves with the address. */
export function serveLab(lab: Lab, port: number): Promise<{ url: string; close(): Promise<void> }> {
  return new Promise((resolve, reject) => {
    const server: ServerType = serve({ fetch: lab.app.fetch, port, hostname: '127.0.0.1' }, (info) => {
      const url = `http://127.0.0.1:${info.port}`;
      lab.setBaseUrl(url);
      resolve({ url, close });
    });
    server.once('error', reject);
    const close = () =>
      new Promise<void>((done) => {
        lab.close();
        server.close(() => done());
        if ('closeAllConnections' in server) server.closeAllConnections();
      });
  });
}
