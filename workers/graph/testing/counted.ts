import type { Deps } from '../../platform/deps.ts';

/** The environment, with each call of a shard counted by its method. */
export function countingShards(env: Deps['env']): { env: Deps['env']; calls: Map<string, number> } {
  const calls = new Map<string, number>();
  const count = (method: string) => calls.set(method, (calls.get(method) ?? 0) + 1);
  const GRAPH = new Proxy(env.GRAPH, {
    get(namespace, property) {
      if (property !== 'getByName') return Reflect.get(namespace, property, namespace);
      return (name: string) => {
        const stub: object = namespace.getByName(name);
        return new Proxy(stub, {
          get(target, method) {
            const call: unknown = Reflect.get(target, method, target);
            if (typeof call !== 'function') return call;
            return (...args: unknown[]) => {
              count(String(method));
              return Reflect.apply(call, target, args);
            };
          },
        });
      };
    },
  });
  return { env: { ...env, GRAPH }, calls };
}
