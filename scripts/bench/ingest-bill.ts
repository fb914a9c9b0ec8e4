import { costOf } from './ingest-drain.ts';
import { type Row, row } from './row.ts';

/** List prices in US dollars a million (developers.cloudflare.com: D1, Queues and Workers pricing). */
const PRICE = { rowsWritten: 1.0, queueOperations: 0.4, requests: 0.3 };
/** A message of at most 64 KB is written, read and deleted once each. */
const OPERATIONS_A_MESSAGE = 3;
const USERS = [1_000, 10_000, 100_000];
const EVENTS_A_USER_AND_DAY = 15;
const DAYS = 30;
const SIZES = [1, 25, 500];
/** The size of deliveries that the bill is made out for. */
const BILLED_SIZE = 25;
const EVENTS = 3_000;

/** What an event costs, by the size of the deliveries it comes in, and the month's bill beyond what plans include. */
export async function benchBill(tell: (line: string) => void): Promise<Row[]> {
  const rows: Row[] = [];
  const bills: Row[] = [];
  for (const size of SIZES) {
    tell(`cost of deliveries of ${size}`);
    const { rowsPerEvent, messagesPerEvent } = await costOf(EVENTS, size);
    const operations = messagesPerEvent * OPERATIONS_A_MESSAGE;
    rows.push(
      row(`deliveries of ${size}: rows written an event`, rowsPerEvent, 'rows'),
      row(`deliveries of ${size}: queue operations, 1,000 events`, operations * 1_000, 'operations'),
    );
    if (size !== BILLED_SIZE) continue;
    // at most one call of the consumer a message: where there is little to do, it gets them one by one
    const requests = 1 / size + messagesPerEvent;
    const millionth = rowsPerEvent * PRICE.rowsWritten + operations * PRICE.queueOperations + requests * PRICE.requests;
    for (const users of USERS) {
      const millions = (users * EVENTS_A_USER_AND_DAY * DAYS) / 1_000_000;
      bills.push(row(`marginal bill, ${users} users, deliveries of ${size}`, millions * millionth, 'USD/month'));
    }
  }
  return [...rows, ...bills];
}
