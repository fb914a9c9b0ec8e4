import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hookEnvelope } from '../../scripts/lib/deliveries.ts';
import { executablePath, useBrowser } from '../browser/browser.ts';
import { expectAccessible, logIn } from '../browser/flows.ts';
import { all, api, deliver, eventually, lab, product, sourceHealth } from './helpers.ts';

type Push = 'event_hook' | 'eventbridge';
type Mode = Push | 'polling' | 'hybrid';
const ACCEPTS: Record<Mode, Push[]> = {
  polling: [],
  event_hook: ['event_hook'],
  eventbridge: ['eventbridge'],
  hybrid: ['event_hook', 'eventbridge'],
};
/** How soon a new mode holds everywhere. */
const SECONDS_TO_HOLD = 10_000;
/** Without a push the log is asked every half a minute. */
const LOG_READ_WITHIN = 120_000;

interface Stored {
  uuid: string;
  channels: string[];
}

const source = `/sources/${product.sourceId}`;

/** What an empty delivery by the channel, with its secret, is answered. */
async function answerTo(channel: Push): Promise<number> {
  const [path, secret, body] =
    channel === 'event_hook'
      ? ['events', product.eventHookSecret, hookEnvelope([])]
      : ['eventbridge', product.eventBridgeSecret, '[]'];
  return (await deliver(`/ingest/okta/${path}/${product.sourceId}`, secret, body)).status;
}

/** Everything is worked off and the log is read to its end, so that what comes next comes in the new mode alone. */
async function atRest(): Promise<void> {
  await lab('POST', '/lab/flush');
  await eventually(
    'the source to come to rest',
    async () => ((await sourceHealth(product.sourceId)).pending === 0 ? true : undefined),
    LOG_READ_WITHIN,
  );
}

/** Lets things happen in the lab and returns the events of it that every channel can bring. */
async function happen(types: Set<string>): Promise<string[]> {
  const before = new Set((await logOf()).map((event) => event.uuid));
  await lab('POST', '/lab/life', { steps: 15 });
  await lab('POST', '/lab/flush');
  const fresh = (await logOf()).filter((event) => !before.has(event.uuid) && types.has(event.eventType));
  expect(fresh.length).toBeGreaterThan(0);
  return fresh.map((event) => event.uuid);
}

async function logOf(): Promise<{ uuid: string; eventType: string }[]> {
  const since = new Date(Date.now() - 15 * 60_000).toISOString();
  const response = await fetch(`${product.lab}/api/v1/logs?since=${since}&limit=1000&sortOrder=DESCENDING`, {
    headers: { authorization: 'SSWS lab-ssws-token' },
  });
  expect(response.status).toBe(200);
  return response.json() as Promise<{ uuid: string; eventType: string }[]>;
}

async function switchTo(page: Page, label: string): Promise<void> {
  await page.getByLabel('How events arrive').selectOption({ label });
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('status').getByText('Saved.').waitFor();
}

describe.skipIf(!executablePath)('the four modes of a source, from the console', () => {
  const browser = useBrowser();
  let page: Page;
  let types: Set<string>;
  const admin = product.users.find((user) => user.role === 'super_admin');

  beforeAll(async () => {
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await logIn(page, { consoleUrl: product.console, email: admin?.email ?? '', password: admin?.password ?? '' });
    const known = await api.request<{ data: { type: string; hookEligible: boolean }[] }>('GET', '/event-types');
    types = new Set(known.data.filter((one) => one.hookEligible).map((one) => one.type));
    await lab('POST', '/lab/pause');
  });
  afterAll(async () => {
    await api.request('PATCH', source, { mode: 'hybrid' });
    await lab('POST', '/lab/resume');
  });

  it.each([
    ['polling', 'Polling'],
    ['event_hook', 'Event Hook'],
    ['eventbridge', 'EventBridge'],
    ['hybrid', 'Hybrid'],
  ] as const)('%s takes its channels within seconds, and each event once', async (mode, label) => {
    await atRest();
    await page.goto(product.console + source);
    await switchTo(page, label);
    for (const channel of ['event_hook', 'eventbridge'] as const) {
      const wanted = ACCEPTS[mode].includes(channel) ? 200 : 403;
      await eventually(
        `${channel} to be answered ${wanted}`,
        async () => ((await answerTo(channel)) === wanted ? true : undefined),
        SECONDS_TO_HOLD,
      );
    }
    const signals = page.getByRole('list', { name: 'Signals' });
    for (const channel of ['event_hook', 'eventbridge'] as const) {
      const shown = ACCEPTS[mode].includes(channel) ? 1 : 0;
      // the page is live, and health is asked at most every ten seconds
      await eventually(
        `the page to show ${shown} signal of ${channel}`,
        async () => ((await signals.locator(`[data-signal=${channel}]`).count()) === shown ? true : undefined),
        LOG_READ_WITHIN,
      );
    }
    await expectAccessible(page);

    const since = new Date(Date.now() - 15 * 60_000).toISOString();
    const made = await happen(types);
    const expected = [...ACCEPTS[mode], 'tail'].sort();
    const stored = await eventually(
      `${made.length} events by ${expected.join(', ')}`,
      async () => {
        const wanted = new Set(made);
        const found = (await all<Stored>(`/events?source=${product.sourceId}&since=${since}`)).filter((event) =>
          wanted.has(event.uuid),
        );
        const brought = found.filter((event) => event.channels.length >= expected.length);
        const complete = brought.length >= made.length;
        return complete ? found : undefined;
      },
      LOG_READ_WITHIN,
    );
    expect(stored.map((event) => event.uuid).sort()).toEqual([...made].sort());
    for (const event of stored) expect([...event.channels].sort()).toEqual(expected);
  });

  it('a channel that is new to a source shows its secret this once', async () => {
    const made = await api.request<{ id: string }>('POST', '/sources', {
      kind: 'okta',
      name: 'Modes',
      baseUrl: 'http://127.0.0.1:9',
      mode: 'polling',
      auth: { type: 'ssws', token: 'lab-ssws-token' },
    });
    await page.goto(`${product.console}/sources/${made.id}`);
    await switchTo(page, 'Event Hook');
    await page.getByText('Shown this once').waitFor();
    const secret = page.getByLabel('Event Hook secret');
    expect(await secret.count()).toBe(1);
    await page.goto(`${product.console}/sources/${made.id}`);
    await page.getByRole('heading', { name: 'Addresses and secrets' }).waitFor();
    expect(await page.getByText('Shown this once').count()).toBe(0);
    expect(await page.getByLabel('Event Hook secret').count()).toBe(0);
    await api.request('DELETE', `/sources/${made.id}`);
  });
});
