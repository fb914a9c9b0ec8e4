import type { Hono } from 'hono';
import type { Org } from './actions/org.ts';
import { controlRoutes } from './control/control.routes.ts';
import { createFaults, type LabFaults } from './control/faults.ts';
import { createLife, type Life } from './control/life.ts';
import { truthOf } from './control/truth.ts';
import type { TruthRow } from './control/truth-model.ts';
import { type Clock, fixedClock, MINUTE, SECOND, systemClock } from './core/clock.ts';
import { createIds } from './core/ids.ts';
import { createRng } from './core/rng.ts';
import { createEventBridgeRelay } from './delivery/eventbridge.ts';
import { createHookSender } from './delivery/hook-sender.ts';
import { createSystemLog, type SystemLog } from './log/system-log.ts';
import type { OktaEnv } from './okta/http.ts';
import { createOktaApp } from './okta/okta-app.ts';
import { receiverRoutes } from './receivers/receivers.routes.ts';
import { createWebhooks, type Webhooks } from './receivers/webhooks.ts';
import { generate } from './world/generate.ts';
import { emptyWorld, type World } from './world/world.ts';

export interface LabOptions {
  clock?: Clock;
  /** The same seed, size and moment give the same org. */
  seed?: number | string;
  people?: number;
  /** Where the lab is reached, for the `source` of event hook deliveries. */
  baseUrl?: string;
  /** Whether life runs by itself; tests let it happen step by step. */
  startLife?: boolean;
  lifeEveryMs?: number;
  /** How long events wait for others before a delivery. */
  batchMs?: number;
  /** How long a receiver may take. */
  timeoutMs?: number;
}

export interface Lab {
  app: Hono<OktaEnv>;
  org: Org;
  world: World;
  log: SystemLog;
  life: Life;
  faults: LabFaults;
  webhooks: Webhooks;
  truth(): TruthRow[];
  setBaseUrl(url: string): void;
  /** Delivers what waits and resolves when every delivery has ended. */
  flush(): Promise<void>;
  /** Stops timers and deliveries. */
  close(): void;
}

/** A whole lab: the org, its log, its life, its deliveries, the receivers and the control, on one Hono app. */
export function createLab(options: LabOptions = {}): Lab {
  const clock = options.clock ?? systemClock;
  const rng = createRng(String(options.seed ?? 1));
  const world = emptyWorld();
  const log = createSystemLog(clock);
  let baseUrl = options.baseUrl ?? 'http://127.0.0.1:8789';

  // Generation sees one single moment, so that its result does not depend on how long it takes.
  const late = rng.fork('history lateness');
  generate(
    {
      world,
      log,
      clock: fixedClock(clock.now()),
      rng: rng.fork('world'),
      ids: createIds(rng.fork('world ids')),
      lateness: () => (late.chance(0.05) ? late.int(5, 600) * SECOND : late.int(0, 1500)),
    },
    options.people ?? 500,
  );

  const live = rng.fork('life');
  const faults = createFaults(rng.fork('faults'));
  const org: Org = {
    world,
    log,
    clock,
    rng: live,
    ids: createIds(rng.fork('life ids')),
    lateness: () =>
      faults.happens('lateEvents') ? live.int(SECOND, Math.max(SECOND, faults.current().lateMs ?? MINUTE)) : 0,
  };
  const delivery = { org, faults, batchMs: options.batchMs ?? 300, timeoutMs: options.timeoutMs ?? 3000 };
  const hooks = createHookSender({ ...delivery, baseUrl: () => baseUrl });
  const relay = createEventBridgeRelay(delivery);
  const life = createLife(org, { everyMs: options.lifeEveryMs ?? 2000, start: options.startLife ?? false });
  const webhooks = createWebhooks(clock);

  const app = createOktaApp({ org, faults, hooks, baseUrl: () => baseUrl });
  app.route('/lab', controlRoutes({ org, faults, hooks, relay, life }));
  app.route('/receivers', receiverRoutes(webhooks));
  return {
    app,
    org,
    world,
    log,
    life,
    faults,
    webhooks,
    truth: () => truthOf(org),
    setBaseUrl: (url) => {
      baseUrl = url;
    },
    flush: async () => {
      await Promise.all([hooks.flush(), relay.flush()]);
    },
    close: () => {
      life.close();
      hooks.close();
      relay.close();
    },
  };
}
