import { createApiClient } from '../lib/api.ts';
import { startProduct } from '../lib/product.ts';
import { quantile, type Row, row } from './row.ts';

const RUNS = 50;
const GIVE_UP_MS = 30_000;

interface Played {
  startedAt: string;
  subject: { nativeId: string };
}

interface Verdict {
  detection: string;
  subject: { kind: string; nativeId: string };
  verdict: string;
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function until<T>(ask: () => Promise<T | undefined>): Promise<T | undefined> {
  const deadline = performance.now() + GIVE_UP_MS;
  while (performance.now() < deadline) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await wait(20);
  }
  return undefined;
}

/**
 * From the event at Okta to the issue and to the signed webhook: each run creates a person, grants them the highest role
 * without any factor, and waits. And how the open issues compare with what the lab planted.
 */
export async function benchDetections(tell: (line: string) => void): Promise<Row[]> {
  tell('starting the product with its lab');
  const { product, stop } = await startProduct({ port: 19_787, people: 500, console: false });
  try {
    const api = createApiClient(product.api, product.token);
    const lab = async <T>(method: string, path: string): Promise<T> => {
      const response = await fetch(`${product.lab}${path}`, { method });
      if (!response.ok) throw new Error(`lab ${method} ${path}: ${response.status}`);
      return (await response.json()) as T;
    };
    await lab('POST', '/lab/pause');
    const toIssue: number[] = [];
    const toWebhook: number[] = [];
    for (let n = 0; n < RUNS; n++) {
      const began = performance.now();
      const played = await lab<Played>('POST', '/lab/scenarios/admin-without-mfa');
      const issue = await until(async () => {
        const page = await api.request<{ data: { subject: { nativeId: string } }[] }>(
          'GET',
          '/issues?status=open&detection=no-mfa-global-admin&sort=-openedAt&limit=5',
        );
        return page.data.find((found) => found.subject.nativeId === played.subject.nativeId);
      });
      toIssue.push(issue ? performance.now() - began : GIVE_UP_MS);
      const sent = await until(async () => {
        const { data } = await lab<{
          data: { signatureValid: boolean | null; body: { eventData?: { affectedEntity: { idInService: string } } } }[];
        }>('GET', `/receivers/webhooks/demo/messages?since=${encodeURIComponent(played.startedAt)}`);
        return data.find(
          (message) =>
            message.signatureValid === true &&
            message.body.eventData?.affectedEntity.idInService === played.subject.nativeId,
        );
      });
      toWebhook.push(sent ? performance.now() - began : GIVE_UP_MS);
      if ((n + 1) % 10 === 0) tell(`${n + 1} of ${RUNS} runs`);
    }

    await wait(2_000);
    const { recall, precision } = await compare(api, await lab<{ data: Verdict[] }>('GET', '/lab/truth'));
    return [
      row('event → issue in the API, p50', quantile(toIssue, 0.5), 'ms'),
      row(`event → issue in the API, p95 of ${RUNS}`, quantile(toIssue, 0.95), 'ms', { atMost: 5_000 }),
      row('event → signed webhook received, p50', quantile(toWebhook, 0.5), 'ms'),
      row(`event → signed webhook received, p95 of ${RUNS}`, quantile(toWebhook, 0.95), 'ms', { atMost: 5_000 }),
      row("recall against the lab's truth", recall, 'ratio', { atLeast: 1 }),
      row("precision against the lab's truth", precision, 'ratio', { atLeast: 0.98 }),
    ];
  } finally {
    await stop();
  }
}

async function compare(
  api: ReturnType<typeof createApiClient>,
  truth: { data: Verdict[] },
): Promise<{ recall: number; precision: number }> {
  const key = (item: { detection: string; subject: { kind: string; nativeId: string } }) =>
    `${item.detection} ${item.subject.kind} ${item.subject.nativeId}`;
  const expected = new Set(truth.data.filter((item) => item.verdict === 'fail').map(key));
  const open = new Set<string>();
  let cursor: string | null = null;
  do {
    const page: { data: Verdict[]; next: string | null } = await api.request(
      'GET',
      `/issues?status=open&limit=200${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`,
    );
    for (const issue of page.data) open.add(key(issue));
    cursor = page.next;
  } while (cursor);
  const both = [...expected].filter((item) => open.has(item)).length;
  return { recall: expected.size ? both / expected.size : 1, precision: open.size ? both / open.size : 1 };
}
