import { DurableObject } from 'cloudflare:workers';
import { MINUTE, type Millis, SECOND } from '../platform/clock.ts';
import { createDeps } from '../platform/deps.ts';
import { type QueueOwner, readWanted } from './read-wanted.ts';
import { claimQueueName, migrateQueue, openQueueStore, type RefreshQueueStore } from './refresh-queue.store.ts';
import type { RefreshStatus } from './refresh-status.ts';
import type { SyncTools } from './session.ts';
import { createSyncTools } from './sync-workflow.ts';
import type { Wanted } from './wanted.ts';

/** A run that died is begun again as it was once; from here on its objects are read one by one. */
const APART_FROM_RETRY = 2;
/** The platform stops retrying an alarm after six times; from here on it is set anew instead. */
const LATE_RETRY = 5;
const ALARM_AGAIN: Millis = 30 * SECOND;

/**
 * What is to be read anew from one source; the object is named `<tenant>/<source>`, and `<tenant>/<source>/inventory`
 * for the parts of the inventory. Wishes are kept, each once, and read in the alarm. Thin: what a read does is in
 * `read-wanted.ts`.
 */
export class RefreshQueue extends DurableObject<Env> {
  /** Collaborators, replaced by tests. */
  tools: SyncTools;

  readonly #store: RefreshQueueStore;
  readonly #owner: QueueOwner;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.tools = createSyncTools(createDeps(env));
    migrateQueue(ctx.storage.sql);
    const [tenantId = '', sourceId = ''] = claimQueueName(ctx.storage.sql, ctx.id.name).split('/');
    this.#owner = { tenantId, sourceId };
    this.#store = openQueueStore(ctx.storage);
  }

  /** Keeps what is not wanted yet. It is read soon. */
  async want(tenantId: string, sourceId: string, wanted: Wanted[]): Promise<void> {
    if (tenantId !== this.#owner.tenantId || sourceId !== this.#owner.sourceId) {
      throw new Error('not the queue of this source');
    }
    this.#store.want(wanted, this.tools.deps.clock.now());
    // a read sets the alarm when it ends; one that dies is rung again
    if (!this.#store.busy()) await this.#arm();
  }

  status(): RefreshStatus {
    return this.#store.waiting();
  }

  override async alarm(info?: AlarmInvocationInfo): Promise<void> {
    const retry = info?.retryCount ?? 0;
    if (retry >= LATE_RETRY) return this.ctx.storage.setAlarm(Date.now() + ALARM_AGAIN);
    await readWanted(this.#store, this.tools, this.#owner, retry >= APART_FROM_RETRY);
    await this.#arm();
  }

  /** Sets the alarm for what comes next. None is set when nothing waits. One that is long past was lost. */
  async #arm(): Promise<void> {
    const next = this.#store.nextAt();
    if (next === null) return;
    const at = Date.now() + Math.max(0, next - this.tools.deps.clock.now());
    const set = await this.ctx.storage.getAlarm();
    if (set === null || set > at || set < Date.now() - MINUTE) await this.ctx.storage.setAlarm(at);
  }
}
