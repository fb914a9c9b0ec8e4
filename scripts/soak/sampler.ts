import { quantile, type Row, row } from '../bench/row.ts';
import { runtimeMemory } from './memory.ts';
import type { Ledger } from './sender.ts';
import type { Health, SoakSource } from './source.ts';

const TELL_EVERY = 15;

export interface Sampler {
  /** Ends it. The rows of what was seen. */
  stop(): Row[];
}

/** Asks each second how far behind the source is and how much memory the runtime takes. */
export function sampleEachSecond(
  source: SoakSource,
  data: string,
  ledger: Ledger,
  tell: (line: string) => void,
): Sampler {
  const lags: number[] = [];
  const pending: number[] = [];
  const memory: number[] = [];
  let asking = false;
  let unanswered = 0;
  let ticks = 0;
  const sample = async () => {
    const health = await source.api.request<Health>('GET', `/sources/${source.id}/health`);
    pending.push(health.pending);
    if (health.lagSeconds !== null) lags.push(health.lagSeconds);
    const rss = await runtimeMemory(data);
    if (rss !== null) memory.push(rss);
    if (ticks++ % TELL_EVERY === 0)
      tell(
        `sent ${ledger.sentAt.size}, acknowledged ${ledger.acknowledged.size}, pending ${health.pending}, ` +
          `lag ${health.lagSeconds ?? 0} s, memory ${Math.round(rss ?? 0)} MiB`,
      );
  };
  const timer = setInterval(() => {
    if (asking) return;
    asking = true;
    sample()
      .catch(() => {
        unanswered++;
      })
      .finally(() => {
        asking = false;
      });
  }, 1_000);
  return {
    stop() {
      clearInterval(timer);
      return [
        row('lag as the health says, sampled: p50', quantile(lags, 0.5), 's'),
        row('lag as the health says, sampled: max', quantile(lags, 1), 's'),
        row('pending, sampled: p95', quantile(pending, 0.95), 'events'),
        row('pending, sampled: max', quantile(pending, 1), 'events'),
        row('health not answered', unanswered, 'samples'),
        row('memory of the runtime, first minute', quantile(memory.slice(0, 60), 0.5), 'MiB'),
        row('memory of the runtime, last minute', quantile(memory.slice(-60), 0.5), 'MiB'),
        row('memory of the runtime, most', quantile(memory, 1), 'MiB'),
      ];
    },
  };
}
