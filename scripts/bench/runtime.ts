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
export async function startWorker(options: {
  consumers: boolean;
  vars?: Record<string, string>;
  /** Another entry than the product's own, from the root. */
  entry?: string;
  /** What `bundle` made of that entry, where it is at hand. */
  script?: string;
}): Promise<Runtime> {
  const contents = options.script ?? (await bundle(options.entry));
  const { workerOptions } = unstable_getMiniflareWorkerOptions(join(root, 'wrangler.toml'));
  const { modulesRules: _rules, ...bindings } = workerOptions;
  const worker = {
    ...bindings,
    name: 'postern',
    modules: [{ type: 'ESModule', path: 'index.js', contents }],
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
  return runtime;
}

/** The script of a Worker, by default the product's. `entry`: its path from the root. */
export async function bundle(entry?: string): Promise<string> {
  // its notes would go to standard output, among the JSON
  process.env.WRANGLER_LOG ??= 'warn';
  const folder = mkdtempSync(join(tmpdir(), 'postern-bench-'));
  try {
    await run('wrangler', ['deploy', ...(entry ? [entry] : []), '--dry-run', '--outdir', folder]);
    const script = readdirSync(folder).find((file) => file.endsWith('.js')) ?? 'index.js';
    return readFileSync(join(folder, script), 'utf8');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * A Worker that does nothing but put the bytes it gets into a queue, in the same pieces and by the same calls as the
 * product, in the cheapest form there is (bytes, not text): the ceiling of the harness.
 */
export function startBareEnqueuer(): Promise<Runtime> {
  const contents = `
    const PIECE = 64_000;
    export default { async fetch(request, env) {
      const body = new Uint8Array(await request.arrayBuffer());
      const messages = [];
      for (let at = 0; at < body.length; at += PIECE) {
        messages.push({ body: body.subarray(at, at + PIECE), contentType: 'bytes' });
      }
      const calls = [];
      for (let at = 0; at < messages.length; at += 3) calls.push(env.INBOX.sendBatch(messages.slice(at, at + 3)));
      await Promise.all(calls);
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

/** One Worker on bare workerd. `options`: more for the runtime as a whole. */
export async function start(worker: object, options: { inspectorPort?: number } = {}): Promise<Runtime> {
  const logged: Record<string, unknown>[] = [];
  const miniflare = new Miniflare({
    ...convertV4MiniflareOptions({ workers: [worker], host: '127.0.0.1', port: 0, ...options } as Workers),
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
