import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { hookEnvelope } from '../../scripts/lib/deliveries.ts';
import { all, deliver, newSource, product, settled, signOn } from './helpers.ts';

const EVENTS = 5_000;
const PER_DELIVERY = 25;

it('loses and doubles nothing when the Worker is killed in the middle of 5,000 events', async () => {
  const source = await newSource('Crash');
  const events = Array.from({ length: EVENTS }, (_, n) => signOn(n));
  const acknowledged: string[] = [];
  let killed = false;
  for (let start = 0; start < EVENTS; start += PER_DELIVERY) {
    const chunk = events.slice(start, start + PER_DELIVERY);
    if (!killed && start >= EVENTS / 2) {
      killed = true;
      const pid = Number(readFileSync(join(product.data, 'logs', 'worker.pid'), 'utf8'));
      process.kill(-pid, 'SIGKILL');
    }
    // like Okta: the same delivery once more when there was no answer, and the sender's count is what was acknowledged
    for (let attempt = 0; attempt < 200; attempt++) {
      const response = await deliver(
        `/ingest/okta/events/${source.id}`,
        source.eventHookSecret,
        hookEnvelope(chunk),
      ).catch(() => undefined);
      if (response?.status === 200) {
        acknowledged.push(...chunk.map((event) => String(event.uuid)));
        break;
      }
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
  expect(killed).toBe(true);
  expect(acknowledged.length).toBe(EVENTS);
  await settled(source.id, EVENTS, 120_000);
  const stored = (await all<{ uuid: string }>(`/events?source=${source.id}`)).map((event) => event.uuid);
  expect(stored.length).toBe(EVENTS);
  expect(new Set(stored)).toEqual(new Set(acknowledged));
});
