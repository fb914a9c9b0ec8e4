import { z } from 'zod';
import type { Org } from '../actions/org.ts';
import type { LabFaults } from '../control/faults.ts';
import { iso } from '../core/clock.ts';
import type { LogEvent } from '../log/log-event.ts';
import { type Batcher, createBatcher } from './batcher.ts';
import { postJson } from './post.ts';

/** What `PUT /lab/eventbridge` takes. */
export const relaySchema = z.strictObject({
  url: z.url(),
  authorization: z.string().optional(),
  sourceName: z.string().default('ispm-prod'),
  /** More than 1 sends arrays of up to that many envelopes; 1 sends one envelope a POST. */
  batch: z.number().int().min(1).max(1000).default(1),
});

export type RelaySettings = z.infer<typeof relaySchema>;

export interface EventBridgeRelay {
  start(settings: RelaySettings): void;
  stop(): void;
  settings(): RelaySettings | null;
  stats(): { events: number; posts: number; failures: number };
  flush(): Promise<void>;
  close(): void;
}

const ATTEMPTS = 2;

/** Relays every log event, as a rule with an API destination does behind Okta's log stream. */
export function createEventBridgeRelay(deps: {
  org: Org;
  faults: LabFaults;
  batchMs: number;
  timeoutMs: number;
}): EventBridgeRelay {
  const { org, faults } = deps;
  const stats = { events: 0, posts: 0, failures: 0 };
  let settings: RelaySettings | null = null;
  let batcher: Batcher<LogEvent> | null = null;

  const envelope = (event: LogEvent, sourceName: string) => ({
    version: '0',
    id: org.ids.uuid(),
    'detail-type': 'SystemLog',
    source: `aws.partner/okta.com/lab/${sourceName}`,
    account: '123456789012',
    time: `${iso(Date.parse(event.published)).slice(0, 19)}Z`,
    region: 'us-east-2',
    resources: [],
    detail: event,
  });

  const post = async (to: RelaySettings, body: unknown, count: number): Promise<void> => {
    const headers: Record<string, string> = to.authorization === undefined ? {} : { authorization: to.authorization };
    const text = JSON.stringify(body);
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      stats.posts++;
      const result = await postJson(to.url, headers, text, deps.timeoutMs);
      if (result.ok) {
        stats.events += count;
        return;
      }
    }
    stats.failures++;
  };

  const deliver = async (to: RelaySettings, events: LogEvent[]): Promise<void> => {
    let list = events.flatMap((event) => (faults.happens('duplicateEvents') ? [event, event] : [event]));
    if (faults.current().outOfOrder) list = org.rng.shuffle(list);
    const envelopes = list.map((event) => envelope(event, to.sourceName));
    if (to.batch === 1) {
      for (const one of envelopes) await post(to, one, 1);
      return;
    }
    for (let i = 0; i < envelopes.length; i += to.batch) {
      const slice = envelopes.slice(i, i + to.batch);
      await post(to, slice, slice.length);
    }
  };

  const stop = org.log.subscribe((event) => batcher?.add(event));
  return {
    start(next) {
      batcher?.close();
      settings = next;
      batcher = createBatcher(deps.batchMs, (events) => deliver(next, events));
    },
    stop() {
      batcher?.close();
      batcher = null;
      settings = null;
    },
    settings: () => settings,
    stats: () => ({ ...stats }),
    flush: async () => await batcher?.flush(),
    close() {
      stop();
      batcher?.close();
    },
  };
}
