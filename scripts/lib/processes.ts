import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

export interface Service {
  name: string;
  command: string;
  args: string[];
  cwd: string;
  env?: Record<string, string>;
  /** Everything it prints goes here; the process id goes beside it, into a file that ends in `.pid`. */
  log: string;
  /** Answers 2xx once the service works. */
  healthUrl: string;
  /** How long it may take to come up, each time it is started, milliseconds. */
  startsWithin: number;
}

export interface Supervisor {
  /** Starts a service and waits until it is healthy. Throws with the end of its log when it does not come up. */
  start(service: Service): Promise<void>;
  stopAll(): Promise<void>;
}

/** A machine that is short of processors is silent for seconds: to start again what only is slow makes it worse. */
const LONGEST_SILENCE_MS = 60_000;

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

export async function healthy(url: string, timeoutMs = 2_000): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs), redirect: 'manual' });
    await response.body?.cancel();
    return response.status < 500;
  } catch {
    return false;
  }
}

/** Ended by itself or by a signal, while it came up too. */
const isDead = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined || child.exitCode !== null) return;
  try {
    process.kill(-child.pid, signal); // the whole group: wrangler's workerd as well
  } catch {
    // it is already gone
  }
}

/**
 * Runs the services as process groups, and starts one again that died or stopped answering (a crash of the runtime must
 * not end the product: the work it had accepted is in its stores).
 */
export function createSupervisor(notice: (line: string) => void): Supervisor {
  /** `ready` once it was healthy: only then is silence a fault. */
  const running = new Map<
    string,
    { service: Service; child: ChildProcess; silentSince: number | null; ready: boolean }
  >();
  let stopping = false;

  function launch(service: Service): void {
    mkdirSync(dirname(service.log), { recursive: true });
    const child = spawn(service.command, service.args, {
      cwd: service.cwd,
      env: { ...process.env, ...service.env },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    writeFileSync(service.log.replace(/\.log$/, '.pid'), String(child.pid ?? ''));
    const keep = (chunk: Buffer) => appendFileSync(service.log, chunk);
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    child.on('error', (error) => appendFileSync(service.log, `${error.message}\n`));
    running.set(service.name, { service, child, silentSince: null, ready: false });
  }

  async function watch(): Promise<void> {
    while (!stopping) {
      await wait(1_000);
      for (const entry of running.values()) {
        if (stopping) return;
        if (!entry.ready) continue;
        const dead = isDead(entry.child);
        if (!dead) {
          entry.silentSince = (await healthy(entry.service.healthUrl)) ? null : (entry.silentSince ?? Date.now());
          if (entry.silentSince === null || Date.now() - entry.silentSince < LONGEST_SILENCE_MS) continue;
        }
        notice(`${entry.service.name} stopped; starting it again`);
        killGroup(entry.child, 'SIGKILL');
        await wait(300);
        launch(entry.service);
        await untilHealthy(entry.service).catch(() => {
          notice(`${entry.service.name} does not come up: see ${entry.service.log}`);
          const again = running.get(entry.service.name);
          if (again) again.ready = true; // so that the next round tries once more
        });
      }
    }
  }

  async function untilHealthy(service: Service): Promise<void> {
    const deadline = Date.now() + service.startsWithin;
    while (Date.now() < deadline) {
      if (stopping) return;
      const entry = running.get(service.name);
      if (entry && (await healthy(service.healthUrl))) {
        entry.silentSince = null;
        entry.ready = true;
        return;
      }
      if (entry && isDead(entry.child)) break;
      await wait(150);
    }
    if (!stopping) throw new Error(`${service.name} did not come up; its log is ${service.log}`);
  }

  let watching: Promise<void> | undefined;
  return {
    async start(service) {
      launch(service);
      await untilHealthy(service);
      watching ??= watch();
    },
    async stopAll() {
      stopping = true;
      for (const { child } of running.values()) killGroup(child, 'SIGTERM');
      const deadline = Date.now() + 4_000;
      while (Date.now() < deadline && [...running.values()].some(({ child }) => !isDead(child))) {
        await wait(50);
      }
      for (const { child } of running.values()) killGroup(child, 'SIGKILL');
      await watching;
    },
  };
}
