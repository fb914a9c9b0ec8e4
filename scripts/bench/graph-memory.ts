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
/** Milliseconds between two looks at an isolate. */
const PAUSE = 250;

/** Megabytes of an isolate, as V8's inspector tells (Runtime.getHeapUsage of the Chrome DevTools protocol). */
export interface IsolateMemory {
  /** Objects and buffers, those that nobody uses but are not collected yet among them. */
  used: number;
  /** All that V8 holds for objects, and the buffers. It gives nothing back before it collects. */
  held: number;
}

export interface IsolateWatch {
  now(): Promise<IsolateMemory>;
  /** The most that was held at any look so far. */
  mostHeld(): number;
  stop(): void;
}

/** Looks at the isolate of a Worker until it is stopped. */
export async function watchIsolate(miniflare: Miniflare, worker: string): Promise<IsolateWatch> {
  const { host } = await miniflare.getInspectorURL();
  const socket = new WebSocket(`ws://${host}/core:user:${worker}`);
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve());
    socket.addEventListener('error', () => reject(new Error('The inspector does not answer.')));
  });
  let most = 0;
  let asked = 0;
  const waiting = new Map<number, (memory: IsolateMemory) => void>();
  socket.addEventListener('message', ({ data }) => {
    const { id = 0, result } = JSON.parse(String(data)) as { id?: number; result?: Partial<HeapUsage> };
    const { usedSize = 0, totalSize = 0, backingStorageSize = 0 } = result ?? {};
    const memory = { used: (usedSize + backingStorageSize) / 1e6, held: (totalSize + backingStorageSize) / 1e6 };
    most = Math.max(most, memory.held);
    waiting.get(id)?.(memory);
    waiting.delete(id);
  });
  const look = (): number => {
    asked += 1;
    socket.send(JSON.stringify({ id: asked, method: 'Runtime.getHeapUsage' }));
    return asked;
  };
  const looks = setInterval(look, PAUSE);
  return {
    now: () =>
      new Promise((resolve, reject) => {
        setTimeout(() => reject(new Error('The inspector does not answer.')), PATIENCE).unref();
        waiting.set(look(), resolve);
      }),
    mostHeld: () => most,
    stop: () => {
      clearInterval(looks);
      socket.close();
    },
  };
}

interface HeapUsage {
  usedSize: number;
  totalSize: number;
  backingStorageSize: number;
}
