import { stageForArchive } from '../archive/stage.ts';
import { discover } from '../discovery/discover.ts';
import type { Deps } from '../platform/deps.ts';
import { describeError, isTransient, PosternError } from '../platform/errors.ts';
import { DEFAULT_RETENTION, recentRetentionOf } from '../settings/retention.repository.ts';
import { backoffSeconds } from './backoff.ts';
import { keepDelivery, keepUnreadable } from './dead-letters.repository.ts';
import { type EffectTargets, effectTargets, runEffects } from './effects.ts';
import type { CanonicalEvent, InboxMessage } from './event.ts';
import { markProcessed } from './mark.ts';
import { readMessage } from './message.ts';
import { deliveryKey, type Recorded, record } from './record.ts';
import { prepareWork, type Work } from './work.ts';

/** What one batch did, for the log and the benchmarks. */
export interface InboxRun {
  messages: number;
  events: number;
  rowsWritten: number;
  /** Rows of SaaS discovery: most events write none. */
  rowsDiscovered: number;
  retried: number;
  dead: number;
}

/** Tenants whose effects are done at once. */
const PARALLEL_TENANTS = 6;

interface Run {
  deps: Deps;
  targets: EffectTargets;
  report: InboxRun;
}

/**
 * Consumes a batch of the inbox queue: records its events, does their effects, marks the deliveries processed and
 * acknowledges them. A crash anywhere repeats the effects and never skips them. One bad message never holds up the
 * others: what fails together is tried again one by one.
 */
export async function consumeInbox(
  batch: MessageBatch<unknown>,
  deps: Deps,
  targets: EffectTargets = effectTargets,
): Promise<InboxRun> {
  const report: InboxRun = {
    messages: batch.messages.length,
    events: 0,
    rowsWritten: 0,
    rowsDiscovered: 0,
    retried: 0,
    dead: 0,
  };
  const run: Run = { deps, targets, report };
  const deliveries = await readBatch(run, batch.messages);
  try {
    await stageForArchive(
      deps,
      [...deliveries.values()].map(({ message }) => message),
    );
  } catch (error) {
    for (const { carriers } of deliveries.values()) retry(run, carriers, error);
    return report;
  }
  const plain: Work[] = [];
  const heavy: { message: InboxMessage; carriers: Message<unknown>[] }[] = [];
  for (const delivery of deliveries.values()) {
    // oversized events are expanded one delivery at a time: memory
    if (delivery.message.events.some((event) => isReference(event))) heavy.push(delivery);
    else plain.push(await prepareWork(deps, delivery.message, delivery.carriers));
  }
  for (const works of byDatabase(deps, plain)) await process(run, works);
  for (const { message, carriers } of heavy) {
    try {
      await process(run, [await prepareWork(deps, message, carriers)]);
    } catch (error) {
      retry(run, carriers, error);
    }
  }
  deps.log.info('inbox batch', { ...report });
  return report;
}

function ofSource({ message, events }: Work) {
  return { tenantId: message.tenantId, sourceId: message.sourceId, events };
}

function isReference(event: unknown): boolean {
  return typeof event === 'object' && event !== null && '$oversized' in event;
}

/** Deliveries of the batch by id: a message that came twice is one delivery. Unreadable messages become dead letters. */
async function readBatch(run: Run, messages: readonly Message<unknown>[]) {
  const deliveries = new Map<string, { message: InboxMessage; carriers: Message<unknown>[] }>();
  for (const carrier of messages) {
    const message = readMessage(carrier.body);
    if (!message) {
      try {
        await keepUnreadable(run.deps, carrier.id, carrier.body);
        run.report.dead++;
        carrier.ack();
      } catch (error) {
        retry(run, [carrier], error);
      }
      continue;
    }
    const key = deliveryKey(message);
    const known = deliveries.get(key);
    if (known) known.carriers.push(carrier);
    else deliveries.set(key, { message, carriers: [carrier] });
  }
  return deliveries;
}

function byDatabase(deps: Deps, works: Work[]): Work[][] {
  const groups = new Map<D1Database, Work[]>();
  for (const work of works) {
    const db = deps.evidence(work.message.tenantId);
    const group = groups.get(db);
    if (group) group.push(work);
    else groups.set(db, [work]);
  }
  return [...groups.values()];
}

/** All of one database, from record to acknowledgement. */
async function process(run: Run, works: Work[]): Promise<void> {
  const first = works[0];
  if (!first) return;
  const { deps } = run;
  const db = deps.evidence(first.message.tenantId);
  let recorded: Recorded;
  try {
    // before the record: until that is done the events come again
    run.report.rowsDiscovered += await discover(db, works.map(ofSource), deps.clock.now());
    const tenantIds = [...new Set(works.map((work) => work.message.tenantId))];
    const retention = await recentRetentionOf(deps, tenantIds);
    const signOnDays = (tenantId: string) => (retention.get(tenantId) ?? DEFAULT_RETENTION).signOnRetentionDays;
    recorded = await record(db, works, deps.clock.now(), signOnDays);
    run.report.rowsWritten += recorded.rowsWritten;
  } catch (error) {
    await failed(run, works, error);
    return;
  }
  const done = works.filter((work) => work.inert);
  const tenants = byTenant(works.filter((work) => !work.inert));
  for (let at = 0; at < tenants.length; at += PARALLEL_TENANTS) {
    const ended = await Promise.all(
      tenants.slice(at, at + PARALLEL_TENANTS).map(async (ofTenant) => {
        return (await effectsDone(run, ofTenant, recorded.pending)) ? ofTenant : [];
      }),
    );
    done.push(...ended.flat());
  }
  await finish(run, db, done, recorded.unfinished);
}

async function finish(run: Run, db: D1Database, done: Work[], unfinished: ReadonlySet<string>): Promise<void> {
  if (done.length === 0) return;
  try {
    run.report.rowsWritten += await markProcessed(db, done, unfinished, run.deps.clock.now());
  } catch (error) {
    for (const work of done) retry(run, work.carriers, error);
    return;
  }
  for (const work of done) {
    for (const carrier of work.carriers) carrier.ack();
    run.report.events += work.events.length;
  }
  await wakeTails(run, done);
}

/** True when every effect of these deliveries of one tenant is done; otherwise they are dealt with here. */
async function effectsDone(run: Run, works: Work[], pending: Set<string>): Promise<boolean> {
  const events = new Map<string, CanonicalEvent>();
  for (const work of works) for (const event of work.events) if (pending.has(event.id)) events.set(event.id, event);
  const tenantId = works[0]?.message.tenantId;
  if (events.size === 0 || tenantId === undefined) return true;
  try {
    await runEffects(run.deps, run.targets, tenantId, [...events.values()]);
    return true;
  } catch (error) {
    await failed(run, works, error);
    return false;
  }
}

/** Transient: all wait and come again. Otherwise each for itself, so that only the one to blame is left. */
async function failed(run: Run, works: Work[], error: unknown): Promise<void> {
  if (!isTransient(error) && works.length > 1) {
    run.deps.log.warn('inbox batch failed, going one by one', { messages: works.length, ...describeError(error) });
    for (const work of works) await process(run, [work]);
    return;
  }
  for (const work of works) {
    const permanent = error instanceof PosternError && !isTransient(error);
    if (!permanent) {
      retry(run, work.carriers, error);
      continue;
    }
    try {
      await keepDelivery(run.deps, work.message, error.code, `${error.title}. Mend the cause, then replay.`);
      run.report.dead++;
      for (const carrier of work.carriers) carrier.ack();
    } catch (keeping) {
      retry(run, work.carriers, keeping);
    }
  }
}

/** After the last attempt the queue moves the message to `inbox-dead`, which keeps it. */
function retry(run: Run, carriers: Message<unknown>[], error: unknown): void {
  for (const carrier of carriers) {
    run.report.retried++;
    carrier.retry({ delaySeconds: backoffSeconds(carrier.id, carrier.attempts) });
  }
  const attempts = Math.max(...carriers.map((carrier) => carrier.attempts));
  run.deps.log.warn('inbox message will be tried again', { attempts, ...describeError(error) });
}

function byTenant(works: Work[]): Work[][] {
  const groups = new Map<string, Work[]>();
  for (const work of works) {
    const group = groups.get(work.message.tenantId);
    if (group) group.push(work);
    else groups.set(work.message.tenantId, [work]);
  }
  return [...groups.values()];
}

/** A push is the hint that the log has news. Only a hint: the minute's tick wakes every tail anyway. */
async function wakeTails(run: Run, works: Work[]): Promise<void> {
  const sources = new Map<string, InboxMessage>();
  for (const { message } of works) {
    if (message.channel === 'event_hook' || message.channel === 'eventbridge')
      sources.set(`${message.tenantId}/${message.sourceId}`, message);
  }
  for (const { tenantId, sourceId } of sources.values()) {
    try {
      await run.targets.wakeTail(run.deps, tenantId, sourceId);
    } catch (error) {
      run.deps.log.warn('tail not woken', { tenantId, sourceId, ...describeError(error) });
    }
  }
}
