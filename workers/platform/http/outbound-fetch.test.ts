import { describe, expect, it } from 'vitest';
import { guardedFetch } from './outbound-fetch.ts';
import { urlProblem } from './public-url.ts';

const LIMITS = { timeoutMs: 1_000, maxBytes: 100 };

function depsWith(fetcher: typeof fetch, environment: 'development' | 'production' = 'production') {
  return { env: { ENVIRONMENT: environment } as unknown as Env, fetch: fetcher };
}

const answering = (response: () => Response) => depsWith(async () => response());

describe('addresses', () => {
  it.each([
    'https://acme.okta.com/api',
    'https://hooks.example.com:8443/x',
    'https://8.8.8.8/',
    'https://[2606:4700::1111]/',
    'https://172.32.0.1/',
  ])('lets %s pass', (url) => {
    expect(urlProblem(new URL(url), { loopback: false })).toBeNull();
  });

  it.each([
    'http://acme.okta.com/',
    'ftp://acme.okta.com/',
    'https://user:pass@acme.okta.com/',
    'https://localhost/',
    'https://localhost./',
    'https://a.localhost/',
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://0177.0.0.1/',
    'https://10.1.2.3/',
    'https://172.16.0.1/',
    'https://192.168.1.1/',
    'https://100.64.0.1/',
    'https://169.254.169.254/latest/meta-data',
    'https://0.0.0.0/',
    'https://224.0.0.1/',
    'https://255.255.255.255/',
    'https://[::1]/',
    'https://[::]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:a9fe:a9fe]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[fd00::1]/',
    'https://[fe80::1]/',
    'https://[2002:7f00:1::]/',
    'https://[2001:db8::1]/',
    'https://metadata.google.internal/',
    'https://METADATA.GOOGLE.INTERNAL./',
    'https://printer.local/',
    'https://intranet/',
    'https://nas.home.arpa/',
  ])('refuses %s', (url) => {
    expect(urlProblem(new URL(url), { loopback: false })).toEqual(expect.any(String));
  });

  it('allows this machine in development only, and nothing else of the kind', () => {
    const development = { loopback: true };
    for (const url of ['http://localhost:8789/', 'http://127.0.0.1:1/', 'https://[::1]:8/']) {
      expect(urlProblem(new URL(url), development)).toBeNull();
      expect(urlProblem(new URL(url), { loopback: false })).not.toBeNull();
    }
    for (const url of ['http://example.com/', 'https://169.254.169.254/', 'https://10.0.0.1/', 'http://a.localhost/']) {
      expect(urlProblem(new URL(url), development)).not.toBeNull();
    }
  });
});

describe('guarded fetch', () => {
  it('does not call what is blocked', async () => {
    let called = false;
    const deps = depsWith(async () => {
      called = true;
      return new Response();
    });
    await expect(guardedFetch(deps, 'https://10.0.0.1/', {}, LIMITS)).rejects.toMatchObject({
      code: 'outbound.blocked',
    });
    await expect(guardedFetch(deps, 'no address', {}, LIMITS)).rejects.toMatchObject({ code: 'outbound.blocked' });
    expect(called).toBe(false);
  });

  it('follows no redirect', async () => {
    const seen: (RequestInit | undefined)[] = [];
    const deps = depsWith(async (_, init) => {
      seen.push(init);
      return new Response(null, { status: 302, headers: { location: 'http://169.254.169.254/' } });
    });
    await expect(guardedFetch(deps, 'https://a.example.com/', {}, LIMITS)).rejects.toMatchObject({
      code: 'outbound.blocked',
    });
    expect(seen[0]?.redirect).toBe('manual');
    expect(seen).toHaveLength(1);
  });

  it('gives back any other answer', async () => {
    const answer = await guardedFetch(
      answering(() => new Response('nö', { status: 500 })),
      'https://a.example.com/',
      {},
      LIMITS,
    );
    expect(answer).toMatchObject({ status: 500, text: 'nö' });
  });

  it('stops reading at the limit, declared or not', async () => {
    const big = () => new Response('x'.repeat(101));
    await expect(guardedFetch(answering(big), 'https://a.example.com/', {}, LIMITS)).rejects.toMatchObject({
      code: 'outbound.too_large',
    });
    const endless = () =>
      new Response(new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(60)) }));
    await expect(guardedFetch(answering(endless), 'https://a.example.com/', {}, LIMITS)).rejects.toMatchObject({
      code: 'outbound.too_large',
    });
  });

  it('gives up in time, before the headers and in the body', async () => {
    const silent = depsWith(() => new Promise<Response>(() => {}));
    const limits = { ...LIMITS, timeoutMs: 20 };
    await expect(guardedFetch(silent, 'https://a.example.com/', {}, limits)).rejects.toMatchObject({
      code: 'outbound.timeout',
    });
    const stuck = answering(() => new Response(new ReadableStream({ pull: () => new Promise(() => {}) })));
    await expect(guardedFetch(stuck, 'https://a.example.com/', {}, limits)).rejects.toMatchObject({
      code: 'outbound.timeout',
      status: 504,
    });
  });

  it('tells a broken connection from a refusal', async () => {
    const broken = depsWith(() => Promise.reject(new TypeError('connection reset')));
    await expect(guardedFetch(broken, 'https://a.example.com/', {}, LIMITS)).rejects.toMatchObject({
      code: 'outbound.failed',
      status: 502,
    });
  });
});
