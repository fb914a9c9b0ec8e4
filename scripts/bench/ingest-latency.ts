import { createApiClient } from '../lib/api.ts';
import { envelope, processed, productTarget, push, type Target } from './ingest-target.ts';
import { quantile, type Row, row } from './row.ts';

const RATES = [100, 1_000];
const SECONDS = 10;
const DELIVERIES_A_SECOND = 10;
const SHARES = [0.5, 0.95, 0.99];

/** Delay from an event's publication (it is pushed at once) to its storage, at a steady rate. */
export async function benchLatency(tell: (line: string) => void): Promise<Row[]> {
  const rows: Row[] = [];
  for (const rate of RATES) {
    tell(`${rate} events a second for ${SECONDS} s`);
    const target = await productTarget(true);
    try {
      await send(target, rate);
      await processed(target, rate * SECONDS);
      const delays = await storedDelays(target);
      for (const share of SHARES)
        rows.push(row(`event to stored, ${rate}/s: p${share * 100}`, quantile(delays, share), 'ms'));
    } finally {
      await target.runtime.dispose();
    }
  }
  return rows;
}

async function send(target: Target, rate: number): Promise<void> {
  const began = performance.now();
  const pushes: Promise<void>[] = [];
  for (let n = 0; n < SECONDS * DELIVERIES_A_SECOND; n++) {
    const wait = began + (n * 1_000) / DELIVERIES_A_SECOND - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    pushes.push(push(target, envelope(rate / DELIVERIES_A_SECOND)));
  }
  await Promise.all(pushes);
}

async function storedDelays(target: Target): Promise<number[]> {
  const api = createApiClient(target.runtime.origin, target.token);
  const delays: number[] = [];
  let cursor = '';
  for (;;) {
    const page = await api.request<{ data: { published: string; storedAt: string }[]; next: string | null }>(
      'GET',
      `/events?limit=200${cursor}`,
    );
    for (const { published, storedAt } of page.data) delays.push(Date.parse(storedAt) - Date.parse(published));
    if (page.next === null) return delays;
    cursor = `&cursor=${encodeURIComponent(page.next)}`;
  }
}
