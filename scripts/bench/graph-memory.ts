import { readdirSync, readFileSync } from 'node:fs';
import type { Miniflare } from 'miniflare';

/** Ids of the runtime processes that this one started (Linux; none elsewhere). */
export function runtimePids(): string[] {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name) && isOwnRuntime(name));
  } catch {
    return [];
  }
}

function isOwnRuntime(pid: string): boolean {
  const status = statusOf(pid);
  return Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]) === process.pid && /^Name:\s+workerd/m.test(status);
}

/** Megabytes that a process holds in memory, and the most it ever held. 0 where that cannot be told. */
export function megabytesOf(pid: string): { now: number; most: number } {
  const status = statusOf(pid);
  const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0) / 1e3;
  return { now: field('VmRSS'), most: field('VmHWM') };
}

/** Clock ticks in a second, as /proc counts them (USER_HZ of Linux). */
const TICKS = 100;

/** Seconds of processor time that these processes took so far. */
export function processorSeconds(pids: string[]): number {
  return pids.reduce((sum, pid) => {
    try {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      return sum + (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / TICKS;
    } catch {
      return sum;
    }
  }, 0);
}

function statusOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    // it ended meanwhile
    return '';
  }
}

/** Most milliseconds to wait for the inspector. */
const PATIENCE = 20_000;

/**
 * Megabytes of objects and buffers in the isolate of a Worker, as V8's inspector tells (Runtime.getHeapUsage of the
 * Chrome DevTools protocol).
 */
export async function isolateMegabytes(miniflare: Miniflare, worker: string): Promise<number> {
  const { host } = await miniflare.getInspectorURL();
  const socket = new WebSocket(`ws://${host}/core:user:${worker}`);
  try {
    const answer = await new Promise<string>((resolve, reject) => {
      const fail = () => reject(new Error('The inspector does not answer.'));
      setTimeout(fail, PATIENCE).unref();
      socket.addEventListener('error', fail);
      socket.addEventListener('message', ({ data }) => resolve(String(data)));
      socket.addEventListener('open', () => socket.send('{"id":1,"method":"Runtime.getHeapUsage"}'));
    });
    const { result } = JSON.parse(answer) as { result?: { usedSize: number; backingStorageSize?: number } };
    return ((result?.usedSize ?? 0) + (result?.backingStorageSize ?? 0)) / 1e6;
  } finally {
    socket.close();
  }
}
