import { createDurable } from 'itty-durable';
import { graphOf } from '../graph/directory.ts';
import { enqueueEvents } from '../ingest/enqueue.ts';
import { type Millis, SECOND } from '../platform/clock.ts';
import { createDeps, type Deps } from '../platform/deps.ts';
import { describeError } from '../platform/errors.ts';
import { oktaClientOf } from '../sources/okta/client.ts';
import { getSource } from '../sources/sources.repository.ts';
import { eventsMissing, pollTail } from './poll.ts';
import { NEW_TAIL, type TailState } from './tail-state.ts';

/** Without a push the log is asked this often. */
export const POLL_INTERVAL: Millis = 30 * SECOND;
/** A push wakes the tail after this, so that a burst is one poll and the log has had time to take it in. */
export const WAKE_DELAY: Millis = 2 * SECOND;
/** Pushes wake it no more often than this. */
const WAKE_INTERVAL: Millis = 5 * SECOND;
/** How soon a run that reached its page bound goes on. */
const NEXT_RUN: Millis = SECOND / 2;

/** The only methods that a caller of the object may name; itty-durable itself would offer every one, `destroy` too. */
const CALLABLE = new Set(['wake', 'tick', 'status']);

/**
 * One source's place in its log; the object is named `<tenant>/<source>`. itty-durable keeps its plain fields in
 * storage as one small value. Thin: what a poll does is in `poll.ts`. It runs in the alarm, never in a request.
 */
export class TailCursor extends createDurable({ autoPersist: false, autoReturn: false }) {
  declare state: DurableObjectState;
  tenantId: string | null = null;
  sourceId: string | null = null;
  tail: TailState = NEW_TAIL;
  /** What the graph was last told of the events of this source; undefined before the first time. */
  told: string | null | undefined = undefined;
  readonly #deps: Deps;

  /** The bindings stay out of itty-durable, which would copy them over the object's state and wrap them. */
  constructor(state: DurableObjectState, env: Env) {
    super(state, {});
    this.#deps = createDeps(env);
  }

  override async fetch(request: Request): Promise<Response> {
    const [, protocol, action, method] = new URL(request.url).pathname.split('/');
    if (protocol !== 'do' || action !== 'call' || !CALLABLE.has(method ?? '')) {
      return Response.json({ status: 404, error: 'no such method' }, { status: 404 });
    }
    return super.fetch(request);
  }

  /** Something was pushed: poll soon. Calls within a burst are one poll. */
  async wake(tenantId: string, sourceId: string): Promise<true> {
    const now = this.#deps.clock.now();
    await this.own(tenantId, sourceId);
    await this.armBy(Math.max(now + WAKE_DELAY, (this.tail.lastPollAt ?? 0) + WAKE_INTERVAL));
    return true;
  }

  /** The minute's tick: sees that a poll is due at all, after a first start and after whatever lost the alarm. */
  async tick(tenantId: string, sourceId: string): Promise<true> {
    await this.own(tenantId, sourceId);
    if ((await this.state.storage.getAlarm()) === null) await this.armBy(this.#deps.clock.now() + WAKE_DELAY);
    return true;
  }

  status(): TailState {
    return this.tail;
  }

  async alarm(): Promise<void> {
    await this.loadFromStorage();
    const next = await this.poll(this.#deps);
    if (next !== null) await this.armBy(next);
  }

  /** One run. Returns when the next is due; null when the source is gone, so that nothing keeps the object awake. */
  async poll(deps: Deps): Promise<Millis | null> {
    const { tenantId, sourceId } = this;
    const source = tenantId && sourceId ? await getSource(deps, tenantId, sourceId) : null;
    if (!tenantId || !source || source.status === 'disabled') {
      await this.save({ ...this.tail, state: 'stopped' });
      return null;
    }
    const { state, notBefore, leaseUntil } = await pollTail(deps, this.tail, {
      client: () => oktaClientOf(deps, tenantId, source),
      enqueue: (events) => enqueueEvents(deps, { tenantId, sourceId: source.id, channel: 'tail', events }),
      save: (tail) => this.save(tail),
    });
    await this.tellCoverage(deps, tenantId, source.id);
    const wait = state === 'behind' ? NEXT_RUN : POLL_INTERVAL;
    return Math.max(notBefore ?? leaseUntil ?? 0, deps.clock.now() + (notBefore ? 0 : wait));
  }

  /** Detections that read events must know when there are none: unknown is not a pass. Told when it changes. */
  private async tellCoverage(deps: Deps, tenantId: string, sourceId: string): Promise<void> {
    const reason = eventsMissing(this.tail);
    if (reason === undefined || reason === this.told) return;
    try {
      const at = deps.clock.now();
      await graphOf(deps, tenantId).setCoverage([{ sourceId, need: 'events', reason, at }]);
      this.told = reason;
      await this.persist();
    } catch (error) {
      deps.log.warn('coverage of events not told', { tenantId, sourceId, ...describeError(error) });
    }
  }

  /** Sets the alarm, unless an earlier one is set or Okta's limit forbids a poll before. */
  private async armBy(at: Millis): Promise<void> {
    const due = Math.max(at, this.tail.notBefore ?? 0);
    const set = await this.state.storage.getAlarm();
    if (set === null || set > due) await this.state.storage.setAlarm(due);
  }

  /** An object answers for one source: the first that it was made for, which must be its name. */
  private async own(tenantId: string, sourceId: string): Promise<void> {
    const name = this.state.id.name;
    const isOther = this.tenantId !== null && (this.tenantId !== tenantId || this.sourceId !== sourceId);
    if (isOther || (name !== undefined && name !== `${tenantId}/${sourceId}`))
      throw new Error('not the tail of this source');
    if (this.tenantId !== null) return;
    this.tenantId = tenantId;
    this.sourceId = sourceId;
    await this.persist();
  }

  private async save(tail: TailState): Promise<void> {
    this.tail = tail;
    await this.persist();
  }
}
