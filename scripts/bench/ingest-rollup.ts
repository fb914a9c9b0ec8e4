import { createApiClient } from '../lib/api.ts';
import { batches, event, processed, productTarget, push, SIGN_ON, type Target } from './ingest-target.ts';
import { type Row, row } from './row.ts';

const PER_DELIVERY = 500;

interface Mix {
  signOns: number;
  accounts: number;
  apps: number;
  atMost?: number;
}

/** What the goal is held to; a day of a thousand people; and one burst in which nearly nobody comes twice. */
const MIXES: Mix[] = [
  { signOns: 2_000, accounts: 50, apps: 4, atMost: 0.1 },
  { signOns: 11_000, accounts: 1_000, apps: 20, atMost: 0.1 },
  { signOns: 2_000, accounts: 1_500, apps: 100 },
];

/** Rows of sign-ons that are counted and not stored: recorded, then folded into the daily usage. */
export async function benchRollup(tell: (line: string) => void): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { signOns, accounts, apps, ...goal } of MIXES) {
    const mix = `${signOns} of ${accounts} accounts to ${apps} apps`;
    tell(`sign-ons that only roll up: ${mix}`);
    const value = (await rowsOf(signOns, accounts, apps)) / signOns;
    rows.push(row(`rows written a sign-on that only rolls up: ${mix}`, value, 'rows', goal));
  }
  return rows;
}

async function rowsOf(signOns: number, accounts: number, apps: number): Promise<number> {
  const target = await productTarget(true);
  try {
    const api = createApiClient(target.runtime.origin, target.token);
    await api.request('PATCH', '/settings', { signOnRetentionDays: 0 });
    for (let sent = 0; sent < signOns; sent += PER_DELIVERY) await push(target, delivery(sent, accounts, apps));
    await processed(target, signOns);
    const recorded = batches(target).rowsWritten;
    return recorded + (await fold(target));
  } finally {
    await target.runtime.dispose();
  }
}

function delivery(from: number, accounts: number, apps: number): string {
  const events = Array.from({ length: PER_DELIVERY }, (_, i) => {
    const n = from + i;
    const app = `0oabench${String(Math.floor(n / accounts) % apps).padStart(12, '0')}`;
    return {
      ...event(n % accounts, SIGN_ON, Date.now()),
      target: [{ id: app, type: 'AppInstance', alternateId: app, displayName: app }],
    };
  });
  return JSON.stringify({ eventType: 'com.okta.event_hook', eventId: crypto.randomUUID(), data: { events } });
}

/** Makes the minute's tick fold at once, as if the sign-ons had waited, and answers the rows that it wrote. */
async function fold({ runtime }: Target): Promise<number> {
  const evidence = await runtime.miniflare.getD1Database('EVIDENCE_0', 'postern');
  await evidence.prepare('UPDATE usage_segments SET at = 0').run();
  const worker = await runtime.miniflare.getWorker('postern');
  await worker.scheduled({ cron: '* * * * *' });
  const folded = runtime.logged.find((line) => line.message === 'usage folded');
  if (!folded) throw new Error('the tick folded nothing');
  return Number(folded.rowsWritten);
}
