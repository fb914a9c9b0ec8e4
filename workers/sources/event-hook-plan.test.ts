import { describe, expect, it } from 'vitest';
import { testDeps } from '../../test/deps.ts';
import { planHooks, publicOrigin, wantedHooks } from './event-hook-plan.ts';
import { HOOK_ELIGIBLE } from './okta/hook-eligible.ts';

const hook = (id: string, name: string, uri: string | null) => ({
  id,
  name,
  uri,
  status: 'ACTIVE',
  verificationStatus: 'VERIFIED',
  types: [],
});
const here = 'https://a.example.com/ingest/okta/events/src_a';

describe('the plan', () => {
  it('has as many hooks as the limit makes of the types', () => {
    const parts = wantedHooks('src_a', HOOK_ELIGIBLE, 300);
    expect(parts.map((part) => [part.name, part.types.length])).toEqual([
      ['Postern src_a 1', 300],
      ['Postern src_a 2', 14],
    ]);
    expect(new Set(parts.flatMap((part) => part.types)).size).toBe(314);
  });

  it('gives names before addresses', () => {
    const wanted = wantedHooks('src_a', HOOK_ELIGIBLE, 300);
    const found = [
      hook('who1', 'by hand', here),
      hook('who2', 'Postern src_a 1', 'https://b.example.com/elsewhere'),
      hook('who3', 'by hand too', here),
      hook('who4', 'of another source', `${here}b`),
      hook('who5', 'odd', 'not an address'),
      hook('who6', 'without', null),
    ];
    const { hooks, surplus } = planHooks('src_a', wanted, found);
    expect(hooks.map((one) => one.existing?.id)).toEqual(['who2', 'who1']);
    expect(surplus.map((one) => one.id)).toEqual(['who3']);
  });
});

describe('the public origin', () => {
  const { env } = testDeps();
  const production = { env: { ...env, ENVIRONMENT: 'production' as const } };
  const of = (given: string | undefined, request: string, deps = production) => {
    try {
      return publicOrigin(deps, given, request);
    } catch (error) {
      return (error as { code?: string }).code;
    }
  };

  it('is that of the request when it is a public one', () => {
    expect(of(undefined, 'https://postern.example.com/api/v1/sources')).toBe('https://postern.example.com');
    expect(of(undefined, 'https://api/api/v1/sources')).toBe('source.bad_public_url');
    expect(of(undefined, 'http://postern.example.com/api/v1/sources')).toBe('source.bad_public_url');
    expect(of(' ', 'https://postern.example.com/x')).toBe('https://postern.example.com');
  });

  it('is what was given, https unless on this very machine in development', () => {
    expect(of(' https://p.example.com/ ', 'https://api/')).toBe('https://p.example.com');
    expect(of('http://127.0.0.1:8787', 'https://api/')).toBe('source.bad_public_url');
    expect(of('http://127.0.0.1:8787', 'https://api/', testDeps() as typeof production)).toBe('http://127.0.0.1:8787');
  });
});
