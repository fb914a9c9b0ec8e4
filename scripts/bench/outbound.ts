import { Webhook } from 'standardwebhooks';
import { hookEnvelope } from '../lib/deliveries.ts';
import { isQuick, push } from './ingest-target.ts';
import { type Arrival, type Receiver, startReceiver } from './outbound-receiver.ts';
import {
  attack,
  type BareSender,
  type Change,
  type OutboundTarget,
  outboundTarget,
  publish,
  startBareSender,
  tell,
} from './outbound-target.ts';
import { quantile, type Row, row } from './row.ts';

const ISSUES = isQuick() ? 200 : 500;
/** Deliveries of one turn; both sides take turns, the first one warms up, and the middle one counts. */
const A_TURN = isQuick() ? 400 : 1_000;
const TURNS = 3;
/** The rate that is to be held, for how long. */
const RATE = 200;
const RATE_SECONDS = isQuick() ? 3 : 10;
/** Issues that events open, and how many a second. */
const OPENED = isQuick() ? 10 : 40;
const OPENED_RATE = 4;
/** Changes that a healthy and a failing receiver are told of, and how many a second. */
const SHARED = isQuick() ? 40 : 80;
const SHARED_RATE = 20;
const GIVE_UP = 40_000;
const MAX_LAG = 5_000;
/** Four: the row and its two indexes when it is stored, the row when it is sent. A retry adds to it. */
const MOST_ROWS = 5;

/** From a changed issue to its signed webhook at a receiver on loopback. */
export async function benchOutbound(say: (line: string) => void): Promise<Row[]> {
  say(`opening ${ISSUES} issues`);
  const target = await outboundTarget(ISSUES);
  const well = await startReceiver();
  const ofBare = await startReceiver();
  const refusing = await startReceiver((response) => void response.writeHead(503).end());
  // takes the request and says nothing, until the sender gives up
  const silent = await startReceiver(() => undefined);
  let bare: BareSender | null = null;
  try {
    const secret = await tell(target, well, ['opened', 'resolved', 'reopened']);
    await publish(target, 'opened', 0, 1, 1);
    await well.received(1, GIVE_UP);
    const [sample] = well.arrivals();
    if (!sample) throw new Error('nothing was delivered');
    new Webhook(secret).verify(sample.body, sample.headers);
    bare = await startBareSender(sample.body);
    const rows = await throughput(say, target, well, ofBare, bare);
    rows.push(...(await steady(say, target, well)), ...(await fromEvents(say, target, well)));
    await tell(target, refusing, ['resolved']);
    await tell(target, silent, ['reopened']);
    rows.push(...(await beside(say, target, well, 'resolved', 'refuses (503)')));
    rows.push(...(await beside(say, target, well, 'reopened', 'never answers')));
    rows.push(row('deliveries that came twice, in all of it', well.repeated(), 'deliveries', { atMost: 0 }));
    return rows;
  } finally {
    await bare?.runtime.dispose();
    await target.runtime.dispose();
    for (const receiver of [well, ofBare, refusing, silent]) await receiver.close();
  }
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
const lagOf = ({ at, arrived }: Arrival) => arrived - at;

/** Deliveries a second from a full queue, beside the bare sender, and the rows that they cost. */
async function throughput(
  say: (line: string) => void,
  target: OutboundTarget,
  receiver: Receiver,
  ofBare: Receiver,
  bare: BareSender,
): Promise<Row[]> {
  say(`${A_TURN} deliveries from a full queue, ${TURNS} turns`);
  const rate = async (to: Receiver, fill: () => Promise<void>): Promise<number> => {
    to.begin();
    const began = performance.now();
    await fill();
    if ((await to.received(A_TURN, GIVE_UP)) < A_TURN) throw new Error('deliveries are missing');
    return A_TURN / ((performance.now() - began) / 1_000);
  };
  const turns: { ceiling: number; reached: number }[] = [];
  const before = rowsWritten(target);
  for (let turn = 0; turn <= TURNS; turn++) {
    const ceiling = await rate(ofBare, () => bare.publish(ofBare.url, A_TURN));
    const at = Date.now() + turn;
    const reached = await rate(receiver, () => publish(target, 'opened', 0, A_TURN, at));
    if (turn > 0) turns.push({ ceiling, reached });
  }
  // the last batch is stored after its last delivery came
  await wait(1_000);
  const rows = (rowsWritten(target) - before) / (A_TURN * (TURNS + 1));
  const middle = (of: (turn: { ceiling: number; reached: number }) => number) => quantile(turns.map(of), 0.5);
  const against = { name: 'bare Worker', value: Math.round(middle((turn) => turn.ceiling)) };
  return [
    row(
      'deliveries, signed and stored, from a full queue',
      middle(({ reached }) => reached),
      '/s',
      { atLeast: RATE, against },
    ),
    row(
      'deliveries: share of a bare Worker',
      middle(({ ceiling, reached }) => reached / ceiling),
      'ratio',
    ),
    row('rows written a delivery', rows, 'rows', { atMost: MOST_ROWS }),
  ];
}

function rowsWritten({ runtime }: OutboundTarget): number {
  return runtime.logged.reduce((sum, line) => (line.message === 'outbound rows' ? sum + Number(line.rows) : sum), 0);
}

/** Publishes so many a second, and waits for what the receiver gets of it. */
async function atRate(target: OutboundTarget, receiver: Receiver, change: Change, count: number, aSecond: number) {
  receiver.begin();
  const ticks = Math.min(10, aSecond);
  const aTick = aSecond / ticks;
  const began = performance.now();
  for (let n = 0; n * aTick < count; n++) {
    await wait(began + (n * 1_000) / ticks - performance.now());
    await publish(target, change, n * aTick, aTick);
  }
  return receiver.received(count, GIVE_UP);
}

async function steady(say: (line: string) => void, target: OutboundTarget, receiver: Receiver): Promise<Row[]> {
  say(`${RATE} changes a second for ${RATE_SECONDS} s`);
  const count = RATE * RATE_SECONDS;
  const came = await atRate(target, receiver, 'opened', count, RATE);
  const lags = receiver.arrivals().map(lagOf);
  return [
    row(`change → webhook at ${RATE}/s: p50`, quantile(lags, 0.5), 'ms'),
    row(`change → webhook at ${RATE}/s: p95`, quantile(lags, 0.95), 'ms', { atMost: MAX_LAG }),
    row(`change → webhook at ${RATE}/s: lost`, count - came, 'deliveries', { atMost: 0 }),
  ];
}

/** From the push of what opens an issue to its webhook: ingest, inbox, graph, detection, issue, delivery. */
async function fromEvents(say: (line: string) => void, target: OutboundTarget, receiver: Receiver): Promise<Row[]> {
  say(`${OPENED} issues opened by pushed events`);
  receiver.begin();
  const pushed = new Map<string, number>();
  for (let n = 0; n < OPENED; n++) {
    const nativeId = `00uopen${n}`;
    pushed.set(nativeId, Date.now());
    await push(target, hookEnvelope(attack(nativeId)));
    await wait(1_000 / OPENED_RATE);
  }
  const came = await receiver.received(OPENED, GIVE_UP);
  const delays = receiver.arrivals().flatMap(({ nativeId, arrived }) => {
    const at = pushed.get(nativeId);
    return at === undefined ? [] : [arrived - at];
  });
  return [
    row('event → webhook: p50', quantile(delays, 0.5), 'ms'),
    row(`event → webhook: p95 of ${OPENED}`, quantile(delays, 0.95), 'ms', { atMost: MAX_LAG }),
    row('event → webhook: lost', OPENED - came, 'deliveries', { atMost: 0 }),
  ];
}

/** How long a healthy receiver waits while another one, told of the same changes, is not. */
async function beside(
  say: (line: string) => void,
  target: OutboundTarget,
  receiver: Receiver,
  change: Change,
  what: string,
): Promise<Row[]> {
  say(`${SHARED} changes beside a receiver that ${what}`);
  const came = await atRate(target, receiver, change, SHARED, SHARED_RATE);
  const lags = [...receiver.arrivals().map(lagOf), ...Array.from({ length: SHARED - came }, () => GIVE_UP)];
  return [
    row(`beside a receiver that ${what}: p50`, quantile(lags, 0.5), 'ms'),
    row(`beside a receiver that ${what}: p95`, quantile(lags, 0.95), 'ms', { atMost: MAX_LAG }),
  ];
}
