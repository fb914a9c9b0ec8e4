import type { ShardApi } from './shard-api.ts';

/** The platform asks for this once more with a fresh stub; an overloaded object must be left alone. */
function mayRetry(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return 'retryable' in error && error.retryable === true && !('overloaded' in error && error.overloaded === true);
}

/**
 * A shard whose calls are repeated once when the platform lost them (the object moved, its code was updated). Every
 * method is safe to repeat.
 */
export function shardStub(connect: () => ShardApi): ShardApi {
  return new Proxy(connect(), {
    get: (first, method: keyof ShardApi) => {
      // Else awaiting the stub itself would call it.
      if (!Object.hasOwn(METHODS, method)) return undefined;
      const call = (shard: ShardApi, args: unknown[]) =>
        (shard[method] as (...given: unknown[]) => Promise<unknown>)(...args);
      return async (...args: unknown[]) => {
        try {
          return await call(first, args);
        } catch (error) {
          if (mayRetry(error)) return call(connect(), args);
          throw error;
        }
      };
    },
  });
}

const METHODS: Record<keyof ShardApi, true> = {
  applyPage: true,
  applyDelta: true,
  diffScopes: true,
  endScopes: true,
  setCoverage: true,
  evaluateStretch: true,
  takeChanges: true,
  confirmChanges: true,
  list: true,
  node: true,
  ties: true,
  nodes: true,
  identity: true,
  accountView: true,
  verdicts: true,
  path: true,
  reach: true,
  relays: true,
  ways: true,
  arrivals: true,
  near: true,
  spread: true,
  radius: true,
  storedEdges: true,
  powers: true,
  targets: true,
  setsOf: true,
  tierZero: true,
  savedQuery: true,
  savedQueryCounts: true,
  changes: true,
  reachableBy: true,
  access: true,
  chokePoints: true,
  chokePicture: true,
  whatIf: true,
  sayCriticality: true,
  levels: true,
  jewels: true,
  lookup: true,
  exposed: true,
  revision: true,
  counts: true,
  unknownCounts: true,
  coverage: true,
  setIdentityKind: true,
  accountFacts: true,
  edgesInto: true,
  links: true,
  keepHistorySince: true,
  destroy: true,
  moveOut: true,
  moveExport: true,
  moveIn: true,
  moveOpen: true,
  moveLeave: true,
};
