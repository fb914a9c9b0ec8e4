import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { seedTenant } from '../auth/test-app.ts';
import { conflict } from '../platform/errors.ts';
import type { LogFields } from '../platform/log.ts';
import { createApi, MAX_BODY } from './app.ts';
import { apiUnderTest, OPERATOR } from './test-api.ts';

interface Problem {
  type: string;
  title: string;
  status: number;
  code: string;
  detail?: string;
  errors?: { path: string }[];
}

async function problemOf(res: Response): Promise<Problem> {
  expect(res.headers.get('content-type')).toBe('application/problem+json');
  expect(res.headers.get('cache-control')).toBe('no-store');
  expect(res.headers.get('x-content-type-options')).toBe('nosniff');
  const body = await res.json<Problem>();
  expect(body.status).toBe(res.status);
  expect(body.type).toBe(`urn:postern:problem:${body.code}`);
  return body;
}

describe('errors', () => {
  it('of a request without a token say how to sign in', async () => {
    const { call } = apiUnderTest();
    const res = await call('GET', '/api/v1/users');
    expect(res.headers.get('www-authenticate')).toBe('Bearer realm="postern"');
    expect(await problemOf(res)).toMatchObject({ status: 401, code: 'unauthenticated' });
  });

  it('of a path that is not there are told to signed-in callers only', async () => {
    const { call } = apiUnderTest();
    expect((await call('GET', '/api/v1/nothing')).status).toBe(401);
    expect(await problemOf(await call('GET', '/api/v1/nothing', { token: OPERATOR }))).toMatchObject({ status: 404 });
    expect(await problemOf(await call('GET', '/'))).toMatchObject({ status: 404, code: 'not_found' });
    expect(await problemOf(await call('GET', '/api/v2/issues', { token: OPERATOR }))).toMatchObject({ status: 404 });
  });

  it('of a wrong method name the right ones', async () => {
    const { call } = apiUnderTest();
    const res = await call('PUT', '/api/v1/tenants/tnt_1', { token: OPERATOR, body: {} });
    expect(await problemOf(res)).toMatchObject({ status: 405, code: 'method_not_allowed' });
    expect(res.headers.get('allow')).toBe('GET, HEAD, PATCH, DELETE');
    expect((await call('DELETE', '/api/v1/health')).status).toBe(401);
    expect((await call('DELETE', '/api/v1/health', { token: OPERATOR })).status).toBe(405);
  });

  it('of a body name the field', async () => {
    const { call } = apiUnderTest();
    const problem = await problemOf(await call('POST', '/api/v1/tenants', { token: OPERATOR, body: { name: 5 } }));
    expect(problem).toMatchObject({ status: 400, code: 'invalid_request', errors: [{ path: 'name' }] });
    expect(problem.detail).toContain('name');
  });

  it.each(['{', '', 'null', '[]', '"x"', '{"name": }'])(
    'of a body that is not the JSON asked for: %j',
    async (body) => {
      const { call } = apiUnderTest();
      const problem = await problemOf(await call('POST', '/api/v1/tenants', { token: OPERATOR, body }));
      expect(problem).toMatchObject({ status: 400, code: 'invalid_request' });
    },
  );

  it('of another content type', async () => {
    const { call } = apiUnderTest();
    const headers = { 'content-type': 'text/plain' };
    const res = await call('POST', '/api/v1/tenants', { token: OPERATOR, body: '{"name":"x"}', headers });
    expect(await problemOf(res)).toMatchObject({ status: 415, code: 'unsupported_media_type' });
  });

  it('of a body that is too large, with and without its length said', async () => {
    const { app, call } = apiUnderTest();
    const body = JSON.stringify({ name: 'x'.repeat(MAX_BODY) });
    const said = await call('POST', '/api/v1/session', { body, headers: { 'content-length': String(body.length) } });
    expect(await problemOf(said)).toMatchObject({ status: 413, code: 'too_large' });
    const stream = new Blob([body]).stream();
    const unsaid = await app.request(
      '/api/v1/session',
      { method: 'POST', body: stream, headers: { 'content-type': 'application/json' } },
      env,
    );
    expect(await problemOf(unsaid)).toMatchObject({ status: 413, code: 'too_large' });
  });

  it('that a feature did not foresee are logged, and tell the caller nothing', async () => {
    const lines: [string, LogFields | undefined][] = [];
    const note = (message: string, fields?: LogFields) => void lines.push([message, fields]);
    const { app, call } = apiUnderTest({ log: { info: note, warn: note, error: note } });
    app.get('/boom', () => {
      const cause = new Error('no such column: x');
      throw new Error('Failed query: select secret\nparams: somebody@example.com', { cause });
    });
    const res = await call('GET', '/boom');
    expect(await problemOf(res)).toEqual({
      type: 'urn:postern:problem:internal',
      title: 'Something went wrong on our side',
      status: 500,
      code: 'internal',
    });
    expect(lines).toEqual([
      ['request failed', { name: 'Error', error: 'no such column: x', method: 'GET', path: '/boom' }],
    ]);
  });

  it('carry their own fields, which cannot replace the standard ones', async () => {
    const { app, call } = apiUnderTest();
    app.get('/boom', () => {
      throw conflict({ fields: { status: 1, open: 3 }, retryAfter: 7 });
    });
    const res = await call('GET', '/boom');
    expect(await problemOf(res)).toMatchObject({ status: 409, code: 'conflict', open: 3 });
    expect(res.headers.get('retry-after')).toBe('7');
  });

  it('while making the collaborators are answered too', async () => {
    const app = createApi({
      makeDeps: () => {
        throw new Error('SEALING_KEYS is empty');
      },
    });
    const res = await app.request('/api/v1/health', {}, env);
    expect(await problemOf(res)).toMatchObject({ status: 500, code: 'internal' });
  });
});

describe('answers', () => {
  it('are not stored, sniffed or framed', async () => {
    const { call, deps } = apiUnderTest();
    const { tokens } = await seedTenant(deps, ['super_admin']);
    const res = await call('GET', '/api/v1/users', { token: tokens.super_admin });
    expect(res.status).toBe(200);
    expect(Object.fromEntries(res.headers)).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    });
  });

  it('say that the API is there', async () => {
    const { call, clock } = apiUnderTest();
    const res = await call('GET', '/api/v1/health');
    expect(await res.json()).toEqual({
      status: 'ok',
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      time: new Date(clock.now()).toISOString(),
    });
  });
});
