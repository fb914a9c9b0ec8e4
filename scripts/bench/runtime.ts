import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { convertV4MiniflareOptions, Miniflare } from 'miniflare';
import { unstable_getMiniflareWorkerOptions } from 'wrangler';
import { root } from '../lib/root.ts';
import { run } from '../lib/run.ts';

export interface Runtime {
  origin: string;
  /** Lines that the Worker logged as JSON, oldest first. */
  logged: Record<string, unknown>[];
  miniflare: Miniflare;
  dispose(): Promise<void>;
}

export const OPERATOR_TOKEN = 'bench-operator-token';

/**
 * The Worker on bare workerd, without wrangler's proxy and log lines (which cap at hundreds of requests a second), with
 * databases in memory. `consumers: false` leaves the queues unread, to measure ingest alone.
 */
export async function startWorker(options: { consumers: boolean; vars?: Record<string, string> }): Promise<Runtime> {
  const folder = mkdtempSync(join(tmpdir(), 'postern-bench-'));
  await run('wrangler', ['deploy', '--dry-run', '--outdir', folder]);
  // its notes would go to standard output, among the JSON
  process.env.WRANGLER_LOG ??= 'warn';
  const { workerOptions } = unstable_getMiniflareWorkerOptions(join(root, 'wrangler.toml'));
  const { modulesRules: _rules, ...bindings } = workerOptions;
  const worker = {
    ...bindings,
    name: 'postern',
    modules: [{ type: 'ESModule', path: 'index.js', contents: readFileSync(join(folder, 'index.js'), 'utf8') }],
    bindings: {
      ENVIRONMENT: 'development',
      CONSOLE_URL: 'http://127.0.0.1',
      INGEST_SPOOL: 'off',
      SEALING_KEYS: 'k1:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=',
      OPERATOR_TOKEN,
      ...options.vars,
    },
    ...(options.consumers ? {} : { queueConsumers: {} }),
  };
  const runtime = await start(worker);
  for (const [binding, name] of [
    ['CONTROL', 'control'],
    ['EVIDENCE_0', 'evidence'],
  ] as const) {
    const database = await runtime.miniflare.getD1Database(binding, 'postern');
    const migrations = join(root, 'db', name, 'migrations');
    for (const file of readdirSync(migrations)
      .filter((entry) => entry.endsWith('.sql'))
      .sort()) {
      const statements = readFileSync(join(migrations, file), 'utf8').split('--> statement-breakpoint');
      await database.batch(statements.map((statement) => database.prepare(statement)));
    }
  }
  return {
    ...runtime,
    dispose: async () => {
      await runtime.dispose();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A Worker that does nothing but put the bytes it gets into a queue, in the same pieces: the ceiling of the harness. */
export function startBareEnqueuer(): Promise<Runtime> {
  const contents = `
    const PIECE = 64_000;
    export default { async fetch(request, env) {
      const text = await request.text();
      const messages = [];
      for (let at = 0; at < text.length; at += PIECE) messages.push({ body: text.slice(at, at + PIECE), contentType: 'text' });
      for (let at = 0; at < messages.length; at += 3) await env.INBOX.sendBatch(messages.slice(at, at + 3));
      return Response.json({ accepted: messages.length, ignored: 0 });
    } };`;
  return start({
    name: 'bare',
    modules: [{ type: 'ESModule', path: 'index.js', contents }],
    compatibilityDate: '2026-11-01',
    queueProducers: { INBOX: 'bare-inbox' },
  });
}

type Workers = Parameters<typeof convertV4MiniflareOptions>[0];

async function start(worker: object): Promise<Runtime> {
  const logged: Record<string, unknown>[] = [];
  const miniflare = new Miniflare({
    ...convertV4MiniflareOptions({ workers: [worker], host: '127.0.0.1', port: 0 } as Workers),
    // kept off the terminal: a table or JSON is what comes out there
    handleStructuredLogs: ({ level, message }) => {
      const line = parsed(message);
      if (line) logged.push(line);
      if (level === 'error') console.error(message);
    },
  });
  const url = await miniflare.ready;
  return { origin: url.origin, logged, miniflare, dispose: () => miniflare.dispose() };
}

function parsed(message: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(message);
    return typeof value === 'object' ? (value as Record<string, unknown> | null) : null;
  } catch {
    return null;
  }
}
