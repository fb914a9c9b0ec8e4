import { type Clock, DAY, type Millis } from '../core/clock.ts';
import type { LogEvent } from './log-event.ts';

/** An event and when it entered the store. The order of `seq` is the order in which pollers see events. */
export interface LogEntry {
  seq: number;
  publishedAt: Millis;
  persistedAt: Millis;
  event: LogEvent;
}

export interface SystemLog {
  /** Adds an event; `delayMs` keeps it out of the store for a while, as Okta's late events are. */
  append(event: LogEvent, delayMs?: number): void;
  /** Tells of every event at once, even of those that reach the store late. Returns a function that stops it. */
  subscribe(listener: (event: LogEvent) => void): () => void;
  /** What the API can see now, in the order of persistence. */
  persisted(): readonly LogEntry[];
  /** What the API can see now, in the order of publication. */
  published(): readonly LogEntry[];
  /** Everything that happened, late events included, in no particular order. */
  all(): Iterable<LogEntry>;
  /** How many events were ever appended. */
  appended(): number;
  /** Ends generation: history is put in order, and from now on listeners are told. */
  seal(): void;
}

const RETENTION = 90 * DAY;
/** A lab that lives for days must not eat the machine. */
const MOST_EVENTS = 400_000;

/** An in-memory System Log with separate publication and persistence. */
export function createSystemLog(clock: Clock): SystemLog {
  let entries: LogEntry[] = [];
  let late: LogEntry[] = [];
  let byPublished: LogEntry[] | null = null;
  let sealed = false;
  let appended = 0;
  let nextSeq = 1;
  const listeners = new Set<(event: LogEvent) => void>();

  const persist = (entry: LogEntry) => {
    entry.seq = nextSeq++;
    entries.push(entry);
    byPublished = null;
  };

  const settle = () => {
    if (late.length > 0) {
      const due = late
        .filter((entry) => entry.persistedAt <= clock.now())
        .sort((a, b) => a.persistedAt - b.persistedAt);
      if (due.length > 0) {
        late = late.filter((entry) => !due.includes(entry));
        for (const entry of due) persist(entry);
      }
    }
    if (sealed && entries.length > MOST_EVENTS) {
      entries = entries.slice(-Math.floor(MOST_EVENTS * 0.9));
      byPublished = null;
    }
  };

  const withinRetention = (list: readonly LogEntry[]): readonly LogEntry[] => {
    const oldest = clock.now() - RETENTION;
    const first = list[0];
    return first !== undefined && first.publishedAt < oldest ? list.filter((e) => e.publishedAt >= oldest) : list;
  };

  return {
    append(event, delayMs = 0) {
      appended++;
      const publishedAt = Date.parse(event.published);
      if (!sealed) {
        entries.push({ seq: 0, publishedAt, persistedAt: publishedAt + delayMs, event });
        return;
      }
      settle();
      const entry = { seq: 0, publishedAt, persistedAt: clock.now() + delayMs, event };
      if (delayMs > 0) late.push(entry);
      else persist(entry);
      for (const listener of listeners) listener(event);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    persisted() {
      settle();
      return withinRetention(entries);
    },
    published() {
      settle();
      byPublished ??= [...entries].sort((a, b) => a.publishedAt - b.publishedAt || a.seq - b.seq);
      return withinRetention(byPublished);
    },
    *all() {
      yield* entries;
      yield* late;
    },
    appended: () => appended,
    seal() {
      entries.sort((a, b) => a.persistedAt - b.persistedAt || (a.event.uuid < b.event.uuid ? -1 : 1));
      for (const entry of entries) entry.seq = nextSeq++;
      sealed = true;
    },
  };
}
