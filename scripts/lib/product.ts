import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './root.ts';

/** What `npm start` writes to run.json, as far as tests and benchmarks use it. */
export interface Product {
  api: string;
  console: string;
  lab: string;
  tenant: string;
  token: string;
  operatorToken: string;
  eventHookSecret: string;
  eventBridgeSecret: string;
  sourceId: string;
  users: { email: string; password: string; role: string }[];
  data: string;
}

const READY_WITHIN_MS = 180_000;

/** Starts everything as `npm start` does, in a folder and on ports of its own. Throws with its output when it does not come up. */
export async function startProduct(options: {
  port: number;
  people: number;
  console: boolean;
}): Promise<{ product: Product; stop(): Promise<void> }> {
  const data = mkdtempSync(join(tmpdir(), 'postern-'));
  const ports = ['--port', options.port, '--console-port', options.port + 1, '--lab-port', options.port + 2];
  const args = [...ports, '--people', options.people, '--data', data, ...(options.console ? [] : ['--no-console'])].map(
    String,
  );
  const child = spawn(process.execPath, [join(root, 'scripts', 'start.mjs'), ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (chunk: Buffer) => {
    output += chunk.toString();
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const stop = async () => {
    if (child.exitCode === null) {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGINT');
      await ended;
    }
    rmSync(data, { recursive: true, force: true });
  };

  const file = join(data, 'run.json');
  const deadline = Date.now() + READY_WITHIN_MS;
  while (!existsSync(file)) {
    if (child.exitCode !== null || Date.now() > deadline) {
      const logs = ['worker', 'console', 'lab'].map((name) => tail(join(data, 'logs', `${name}.log`))).join('\n');
      await stop();
      throw new Error(`the product did not start:\n${output}\n${logs}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return { product: { ...(JSON.parse(readFileSync(file, 'utf8')) as Product), data }, stop };
}

function tail(file: string): string {
  return existsSync(file) ? `${file}:\n${readFileSync(file, 'utf8').slice(-2_000)}` : '';
}
