import { type Cost, costOf } from './ingest-drain.ts';
import { type Row, row } from './row.ts';

/**
 * List prices in US dollars a million, beyond what plans include (developers.cloudflare.com: pricing pages of Workers,
 * Queues, D1 and Durable Objects).
 */
const PRICE = { requests: 0.3, cpuMillis: 0.02, queueOperations: 0.4, rowsWritten: 1.0, objectRequests: 0.15 };
/** A message of at most 64 KB is written, read and deleted once each. */
const OPERATIONS_A_MESSAGE = 3;
/** Calls of durable objects that a message leads to at most, where its events change no graph: it wakes the tail. */
const OBJECT_CALLS_A_MESSAGE = 1;
const USERS = [1_000, 10_000, 100_000];
const EVENTS_A_USER_AND_DAY = 15;
const DAYS = 30;
const SIZES = [1, 25, 500];
/** The size of deliveries that the bill is made out for. */
const BILLED_SIZE = 25;
const EVENTS = 3_000;

/** What an event costs, by the size of the deliveries it comes in, and the month's bill with its parts. */
export async function benchBill(tell: (line: string) => void): Promise<Row[]> {
  const rows: Row[] = [];
  const bills: Row[] = [];
  for (const size of SIZES) {
    tell(`cost of deliveries of ${size}`);
    const cost = await costOf(EVENTS, size);
    const operations = cost.messagesPerEvent * OPERATIONS_A_MESSAGE;
    rows.push(
      row(`deliveries of ${size}: rows written an event`, cost.rowsPerEvent, 'rows'),
      row(`deliveries of ${size}: queue operations, 1,000 events`, operations * 1_000, 'operations'),
    );
    if (size === BILLED_SIZE) for (const users of USERS) bills.push(...bill(users, size, cost));
  }
  return [...rows, ...bills];
}

function bill(users: number, size: number, cost: Cost): Row[] {
  const millions = (users * EVENTS_A_USER_AND_DAY * DAYS) / 1_000_000;
  // at most one call of the consumer a message: where there is little to do, it gets them one by one
  const parts = {
    requests: (1 / size + cost.messagesPerEvent) * PRICE.requests,
    'CPU, at most': cost.millisPerEvent * PRICE.cpuMillis,
    'queue operations': cost.messagesPerEvent * OPERATIONS_A_MESSAGE * PRICE.queueOperations,
    'D1 rows written': cost.rowsPerEvent * PRICE.rowsWritten,
    'durable objects, at most': cost.messagesPerEvent * OBJECT_CALLS_A_MESSAGE * PRICE.objectRequests,
  };
  const name = `bill, ${users} users, deliveries of ${size}`;
  const sum = Object.values(parts).reduce((total, part) => total + part, 0);
  return [
    row(name, sum * millions, 'USD/month'),
    ...Object.entries(parts).map(([part, price]) => row(`${name}: ${part}`, price * millions, 'USD/month')),
  ];
}
