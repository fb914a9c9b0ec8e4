import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The process group of the Worker; it changes when the Worker is started again. */
export function workerGroup(data: string): number | null {
  const file = join(data, 'logs', 'worker.pid');
  const pid = existsSync(file) ? Number(readFileSync(file, 'utf8')) : Number.NaN;
  return Number.isInteger(pid) && pid > 1 ? pid : null;
}

/** Resident memory of the Worker's runtime in MiB; null where `ps` does not tell. */
export async function runtimeMemory(data: string): Promise<number | null> {
  const group = workerGroup(data);
  if (group === null) return null;
  try {
    const { stdout } = await run('ps', ['-A', '-o', 'pgid=,rss=,comm=']);
    return memoryIn(stdout, group);
  } catch {
    return null;
  }
}

/** Sum over the `workerd` processes of a group, from `ps -o pgid=,rss=,comm=` (KiB). In MiB; null when there is none. */
export function memoryIn(listing: string, group: number): number | null {
  let sum: number | null = null;
  for (const line of listing.split('\n')) {
    const [, pgid, rss, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    if (Number(pgid) === group && command?.includes('workerd')) sum = (sum ?? 0) + Number(rss) / 1_024;
  }
  return sum;
}
