import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1';
import * as controlSchema from '../../db/control/schema.ts';
import { type Clock, systemClock } from './clock.ts';
import { type Ids, randomIds } from './ids.ts';
import { jsonLog, type Log } from './log.ts';

export type ControlDb = DrizzleD1Database<typeof controlSchema>;

/**
 * The collaborators of a feature, made once an invocation at the entry and passed down. Below the entry nothing reads
 * `env` by itself: a function takes the parts it needs.
 */
export interface Deps {
  env: Env;
  clock: Clock;
  ids: Ids;
  log: Log;
  /** The only way out: tests replace it. Guarded callers use `platform/http/outbound-fetch.ts`. */
  fetch: typeof fetch;
  control: ControlDb;
  /** The evidence database of a tenant. */
  evidence(tenantId: string): D1Database;
  /** Where raw events are archived; null where the deployment binds no bucket. */
  archive: R2Bucket | null;
  /** Every evidence database, for work that goes over all tenants (retention, due retries). */
  evidenceShards: D1Database[];
}

/** Bindings that a deployment may do without. */
interface OptionalBindings extends Env {
  ARCHIVE?: R2Bucket;
}

export function createDeps(env: Env, overrides: Partial<Deps> = {}): Deps {
  return {
    env,
    clock: systemClock,
    ids: randomIds,
    log: jsonLog,
    fetch: (input, init) => fetch(input, init),
    control: controlOf(env.CONTROL),
    evidence: () => env.EVIDENCE_0,
    evidenceShards: [env.EVIDENCE_0],
    archive: (env as OptionalBindings).ARCHIVE ?? null,
    ...overrides,
  };
}

const controls = new WeakMap<D1Database, ControlDb>();

/** Made once a binding, not once a request: drizzle reads the whole schema each time it is made. */
function controlOf(binding: D1Database): ControlDb {
  const known = controls.get(binding);
  if (known) return known;
  const made = drizzle(binding, { schema: controlSchema });
  controls.set(binding, made);
  return made;
}
