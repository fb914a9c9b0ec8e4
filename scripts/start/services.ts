import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withArchive } from '../deploy/config.ts';
import type { Service } from '../lib/processes.ts';
import { bin, root } from '../lib/root.ts';
import type { StartOptions } from './flags.ts';

export const origin = (port: number) => `http://127.0.0.1:${port}`;
/** On a machine with few processors and much else to do. */
const STARTS_WITHIN_MS = 120_000;
const stateOf = (options: StartOptions) => join(options.data, 'state');

function wranglerEnv(options: StartOptions): Record<string, string> {
  return {
    // a registry of its own, so that two instances on one machine do not find each other's Worker
    WRANGLER_REGISTRY_PATH: join(options.data, 'registry'),
    WRANGLER_SEND_METRICS: 'false',
    WRANGLER_LOG_PATH: join(options.data, 'logs'),
    CI: 'true',
  };
}

/** Beside wrangler.toml, whose paths and `.dev.vars` it shares. */
const LOCAL_CONFIG = join(root, 'wrangler.local.toml');

/** Writes the configuration that the Worker runs with here: the one of deployments, and the archive's bucket. */
export function writeLocalConfig(): void {
  writeFileSync(LOCAL_CONFIG, withArchive(readFileSync(join(root, 'wrangler.toml'), 'utf8')));
}

export function workerService(options: StartOptions): Service {
  return {
    name: 'worker',
    command: bin('wrangler'),
    args: [
      'dev',
      '--config',
      LOCAL_CONFIG,
      '--ip',
      '127.0.0.1',
      '--port',
      String(options.port),
      '--inspector-port',
      '0',
      '--persist-to',
      stateOf(options),
      '--show-interactive-dev-session=false',
      '--log-level',
      'warn',
      '--var',
      `CONSOLE_URL:${origin(options.consolePort)}`,
    ],
    cwd: root,
    env: wranglerEnv(options),
    log: join(options.data, 'logs', 'worker.log'),
    healthUrl: `${origin(options.port)}/api/v1/health`,
    startsWithin: STARTS_WITHIN_MS,
  };
}

export function consoleService(options: StartOptions): Service {
  return {
    name: 'console',
    command: bin('wrangler'),
    args: [
      'pages',
      'dev',
      '--ip',
      '127.0.0.1',
      '--port',
      String(options.consolePort),
      '--inspector-port',
      '0',
      '--persist-to',
      stateOf(options),
      '--show-interactive-dev-session=false',
      `--binding=PUBLIC_API_URL=${origin(options.port)}`,
      '--log-level',
      'warn',
    ],
    cwd: join(root, 'web'),
    env: wranglerEnv(options),
    log: join(options.data, 'logs', 'console.log'),
    healthUrl: `${origin(options.consolePort)}/login`,
    startsWithin: STARTS_WITHIN_MS,
  };
}

export function labService(options: StartOptions): Service {
  return {
    name: 'lab',
    command: process.execPath,
    args: [
      '--disable-warning=ExperimentalWarning',
      join(root, 'scripts', 'lab', 'main.ts'),
      '--port',
      String(options.labPort),
      '--people',
      String(options.people),
      '--seed',
      String(options.seed),
    ],
    cwd: root,
    log: join(options.data, 'logs', 'lab.log'),
    healthUrl: `${origin(options.labPort)}/lab/health`,
    // it makes its people first
    startsWithin: STARTS_WITHIN_MS + 3 * options.people,
  };
}

/** The commands that bring both databases up to date. */
export function migrations(options: StartOptions): { args: string[]; env: Record<string, string> }[] {
  return ['CONTROL', 'EVIDENCE_0'].map((binding) => ({
    args: ['d1', 'migrations', 'apply', binding, '--local', '--persist-to', stateOf(options)],
    env: wranglerEnv(options),
  }));
}
