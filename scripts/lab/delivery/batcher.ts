/** Collects items for a short while and hands them over together. */
export interface Batcher<T> {
  add(item: T): void;
  /** Hands over what waits, now, and resolves when everything handed over is done. */
  flush(): Promise<void>;
  /** Forgets what waits. */
  close(): void;
}

export function createBatcher<T>(windowMs: number, deliver: (items: T[]) => Promise<void>): Batcher<T> {
  let waiting: T[] = [];
  let timer: NodeJS.Timeout | null = null;
  const running = new Set<Promise<void>>();

  const hand = () => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (waiting.length === 0) return;
    const items = waiting;
    waiting = [];
    const work = deliver(items).finally(() => running.delete(work));
    running.add(work);
  };
  return {
    add(item) {
      waiting.push(item);
      if (timer !== null) return;
      timer = setTimeout(hand, windowMs);
      timer.unref();
    },
    async flush() {
      while (waiting.length > 0 || running.size > 0) {
        hand();
        await Promise.all(running);
      }
    },
    close() {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      waiting = [];
    },
  };
}
