import { describe, expect, it } from 'vitest';
import type { ShardApi } from './shard-api.ts';
import { shardStub } from './stub.ts';

function lost(more: object): Error {
  return Object.assign(new Error('Network connection lost.'), more);
}

/** Connects to shards whose `coverage` fails with these errors, one a connection, and then answers. */
function connecting(errors: (Error | null)[]) {
  let connections = 0;
  const connect = () => {
    const error = errors[connections++] ?? null;
    const coverage = () => (error ? Promise.reject(error) : Promise.resolve([]));
    return { coverage } as unknown as ShardApi;
  };
  return { stub: shardStub(connect), connections: () => connections };
}

describe('a call to a shard', () => {
  it('is made once when it works', async () => {
    const { stub, connections } = connecting([]);
    expect(await stub.coverage()).toEqual([]);
    expect(connections()).toBe(1);
  });

  it('is repeated once over a new connection when the platform lost it', async () => {
    const { stub, connections } = connecting([lost({ retryable: true })]);
    expect(await stub.coverage()).toEqual([]);
    expect(connections()).toBe(2);
    const twice = connecting([lost({ retryable: true }), lost({ retryable: true })]);
    await expect(twice.stub.coverage()).rejects.toThrow('lost');
  });

  it('is left alone when the shard is overloaded or the error is its own', async () => {
    for (const error of [lost({ retryable: true, overloaded: true }), lost({}), new Error('own')]) {
      const { stub, connections } = connecting([error]);
      await expect(stub.coverage()).rejects.toThrow();
      expect(connections()).toBe(1);
    }
  });

  it('does not make the stub look like a promise', async () => {
    const { stub } = connecting([]);
    expect(await Promise.resolve(stub)).toBe(stub);
  });
});
