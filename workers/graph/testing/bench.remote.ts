import { z } from 'zod';

/** Where the shards are that run in processes of their own, parted by spaces; a variable of the bench alone. */
const originsSchema = z.object({ SHARD_ORIGINS: z.string().optional() });
const callSchema = z.object({ name: z.string(), method: z.string(), args: z.array(z.unknown()) });
const answerSchema = z.object({ answer: z.unknown() });

type Shard = Record<string, (...args: unknown[]) => Promise<unknown>>;

/** The shards in the processes of their own, where there are any: on the platform too each is an isolate by itself. */
export function withRemoteShards(env: Env): Env {
  const origins = originsSchema.parse(env).SHARD_ORIGINS?.split(' ');
  if (!origins) return env;
  const getByName = (name: string) => remoteShard(origins[Number(name.split('/').at(-1))] ?? '', name);
  const namespace: unknown = { getByName };
  return { ...env, GRAPH: namespace as Env['GRAPH'] };
}

function remoteShard(origin: string, name: string): Shard {
  return new Proxy<Shard>(
    {},
    {
      get:
        (_, method) =>
        async (...args: unknown[]) => {
          const response = await fetch(`${origin}/shard`, {
            method: 'POST',
            body: JSON.stringify({ name, method, args }),
          });
          if (!response.ok) throw new Error(`${String(method)}: ${response.status} ${await response.text()}`);
          return answerSchema.parse(await response.json()).answer;
        },
    },
  );
}

/** What a process that runs a shard does with a call from outside. */
export async function answerCall(request: Request, env: Env): Promise<Response> {
  const { name, method, args } = callSchema.parse(await request.json());
  const stub: unknown = env.GRAPH.getByName(name);
  const answer = await (stub as Shard)[method]?.(...args);
  return Response.json({ answer: answer ?? null });
}

/** Leaves what lives in the isolate, as far as the runtime was started with V8's `--expose-gc`. */
export function collectGarbage(): Response {
  const { gc } = globalThis as { gc?: () => void };
  gc?.();
  return Response.json({});
}
