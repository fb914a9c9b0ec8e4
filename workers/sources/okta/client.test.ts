import { exportJWK, generateKeyPair, importJWK, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { manualClock, T0, testDeps } from '../../../test/deps.ts';
import { createOktaClient } from './client.ts';
import { type OktaCredential, privateJwkSchema } from './credential.ts';
import { nextLink } from './links.ts';

const ORIGIN = 'https://acme.okta.com';
const SSWS: OktaCredential = { type: 'ssws', token: 'tok' };
let keys = 0;

interface Seen {
  url: URL;
  headers: Headers;
  body: string;
}

/** A client whose requests are answered by `answer`, and what it sent. */
function client(answer: (seen: Seen, n: number) => Response | Promise<Response>, credential: OktaCredential = SSWS) {
  const seen: Seen[] = [];
  const clock = manualClock();
  const deps = testDeps({
    clock,
    fetch: async (input, init) => {
      const one = { url: new URL(String(input)), headers: new Headers(init?.headers), body: String(init?.body ?? '') };
      seen.push(one);
      return answer(one, seen.length);
    },
  });
  return { client: createOktaClient(deps, ORIGIN, credential, `key${++keys}`), seen, clock };
}

const error = (status: number, errorCode: string, headers = {}) =>
  Response.json({ errorCode, errorSummary: 'Sorry', errorCauses: [] }, { status, headers });

describe('link headers', () => {
  it.each([
    ['<https://a/x?y=1,2>; rel="self", <https://a/x?after=3,4>; rel="next"', 'https://a/x?after=3,4'],
    ['<https://a/n>;rel=next', 'https://a/n'],
    ['<https://a/n>; title="a, b"; rel="prev next"', 'https://a/n'],
    ['<https://a/s>; rel="self"', null],
    ['', null],
    ['garbage', null],
  ])('reads %s', (header, next) => expect(nextLink(header)).toBe(next));
});

describe('the Okta client', () => {
  it('names itself, and reads page, rate and time', async () => {
    const { client: okta, seen } = client(() =>
      Response.json([{ id: 1 }], {
        headers: {
          date: new Date(T0).toUTCString(),
          link: `<${ORIGIN}/api/v1/users?limit=1>; rel="self", <${ORIGIN}/api/v1/users?after=a,b>; rel="next"`,
          'x-rate-limit-limit': '600',
          'x-rate-limit-remaining': '599',
          'x-rate-limit-reset': '1780000000',
        },
      }),
    );
    expect(await okta.get('/api/v1/users?limit=1')).toEqual({
      status: 200,
      body: [{ id: 1 }],
      next: `${ORIGIN}/api/v1/users?after=a,b`,
      date: T0,
      rate: { limit: 600, remaining: 599, resetAt: 1_780_000_000_000 },
    });
    expect(seen[0]?.headers.get('user-agent')).toMatch(/^Postern\/\d/);
    expect(seen[0]?.headers.get('authorization')).toBe('SSWS tok');
  });

  it('tells the time to the millisecond where both clocks agree, and by Okta where they do not', async () => {
    const at = (date: number) => () => Response.json([], { headers: { date: new Date(date).toUTCString() } });
    const agreed = client(at(T0));
    agreed.clock.set(T0 + 700);
    expect((await agreed.client.get('/x')).date).toBe(T0 + 700);
    expect((await client(at(T0 - 60_000)).client.get('/x')).date).toBe(T0 - 60_000);
    expect((await client(at(T0 + 60_000)).client.get('/x')).date).toBe(T0 + 60_000);
    expect((await client(() => Response.json([])).client.get('/x')).date).toBeNull();
  });

  it('pages in the body of IAM lists', async () => {
    const body = { value: [], _links: { next: { href: `${ORIGIN}/api/v1/iam/assignees/users?after=1` } } };
    const { client: okta } = client(() => Response.json(body));
    expect((await okta.get('/api/v1/iam/assignees/users')).next).toBe(`${ORIGIN}/api/v1/iam/assignees/users?after=1`);
  });

  it('sends the credential to its own origin only', async () => {
    const { client: okta, seen } = client(() =>
      Response.json([], { headers: { link: '<https://evil.example/>; rel="next"' } }),
    );
    await expect(okta.get('https://evil.example/api/v1/users')).rejects.toMatchObject({ code: 'okta.bad_answer' });
    await expect(okta.get('//evil.example/x')).rejects.toMatchObject({ code: 'okta.bad_answer' });
    await expect(okta.get('http://acme.okta.com/x')).rejects.toMatchObject({ code: 'okta.bad_answer' });
    expect(seen).toHaveLength(0);
    await expect(okta.get('/api/v1/users')).rejects.toMatchObject({ code: 'okta.bad_answer' });
  });

  it.each([
    [401, 'E0000011', 'okta.unauthorized'],
    [403, 'E0000006', 'okta.forbidden'],
    [404, 'E0000007', 'okta.not_found'],
    [400, 'E0000053', 'okta.bad_request'],
    [500, 'E0000009', 'okta.unavailable'],
  ])('makes %i %s the error %s', async (status, errorCode, code) => {
    const { client: okta } = client(() => error(status, errorCode));
    await expect(okta.get('/api/v1/users')).rejects.toMatchObject({ code, fields: { oktaStatus: status, errorCode } });
  });

  it('says which scope or role is missing', async () => {
    const scope = 'Bearer realm="x", scope="okta.roles.read okta.roles.manage", error="insufficient_scope"';
    const named = client(() => new Response('', { status: 403, headers: { 'www-authenticate': scope } }));
    await expect(named.client.get('/api/v1/iam/assignees/users')).rejects.toMatchObject({
      fields: { needs: 'okta.roles.read' },
    });
    const bare = client(
      () => new Response('', { status: 403, headers: { 'www-authenticate': 'Bearer error="insufficient_scope"' } }),
    );
    await expect(bare.client.get('/api/v1/logs')).rejects.toMatchObject({ fields: { needs: 'okta.logs.read' } });
    const role = client(() => error(403, 'E0000006'));
    await expect(role.client.get('/api/v1/api-tokens')).rejects.toMatchObject({
      fields: { needs: 'admin role' },
      detail: expect.stringContaining('api-tokens'),
    });
  });

  it('says how long a rate limit lasts', async () => {
    const limit = (headers: Record<string, string>) =>
      client(() => error(429, 'E0000047', headers)).client.get('/api/v1/users');
    const date = new Date(T0).toUTCString();
    const reset = String(T0 / 1_000 + 30);
    const rate = { 'x-rate-limit-limit': '600', 'x-rate-limit-remaining': '0' };
    await expect(limit({ ...rate, date, 'x-rate-limit-reset': reset })).rejects.toMatchObject({
      code: 'okta.rate_limited',
      retryAfter: 31,
    });
    await expect(limit({ ...rate, date, 'x-rate-limit-reset': '99999999999' })).rejects.toMatchObject({
      retryAfter: 120,
    });
    const concurrency = await limit({
      'x-rate-limit-limit': '0',
      'x-rate-limit-remaining': '0',
      'x-rate-limit-reset': reset,
    }).catch((e) => e);
    expect(concurrency.retryAfter).toBeGreaterThanOrEqual(1);
    expect(concurrency.retryAfter).toBeLessThanOrEqual(3);
    await expect(limit({})).rejects.toMatchObject({ code: 'okta.rate_limited' });
  });

  it('takes a page that is not JSON, or a broken connection, for an outage', async () => {
    await expect(client(() => new Response('<html>')).client.get('/x')).rejects.toMatchObject({
      code: 'okta.unavailable',
    });
    const broken = client(() => Promise.reject(new TypeError('reset')));
    await expect(broken.client.get('/x')).rejects.toMatchObject({ code: 'okta.unavailable', status: 503 });
  });
});

describe('an OAuth service app', () => {
  const isToken = (seen: Seen) => seen.url.pathname === '/oauth2/v1/token';
  const token = (type: string, value = 'at1', expires = 3_600) =>
    Response.json({ token_type: type, access_token: value, expires_in: expires, scope: '' });

  async function credential(alg: 'RS256' | 'ES256'): Promise<{ oauth: OktaCredential; publicKey: CryptoKey }> {
    const pair = await generateKeyPair(alg, { extractable: true });
    const privateKey = privateJwkSchema.parse({ ...(await exportJWK(pair.privateKey)), kid: 'k1' });
    return { oauth: { type: 'oauth', clientId: '0oaClient', privateKey }, publicKey: pair.publicKey };
  }

  it.each(['RS256', 'ES256'] as const)('proves itself with its private key (%s), and keeps the token', async (alg) => {
    const { oauth, publicKey } = await credential(alg);
    const { client: okta, seen, clock } = client((one) => (isToken(one) ? token('Bearer') : Response.json([])), oauth);
    await okta.get('/api/v1/users');
    await okta.get('/api/v1/groups');
    expect(seen.map((one) => one.url.pathname)).toEqual(['/oauth2/v1/token', '/api/v1/users', '/api/v1/groups']);
    expect(seen[1]?.headers.get('authorization')).toBe('Bearer at1');
    const form = new URLSearchParams(seen[0]?.body);
    expect(form.get('grant_type')).toBe('client_credentials');
    expect(form.get('scope')).toContain('okta.users.read');
    const { payload, protectedHeader } = await jwtVerify(form.get('client_assertion') ?? '', publicKey, {
      audience: `${ORIGIN}/oauth2/v1/token`,
      issuer: '0oaClient',
      subject: '0oaClient',
      currentDate: new Date(T0),
    });
    expect(protectedHeader).toMatchObject({ alg, kid: 'k1' });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBeLessThanOrEqual(3_600);

    clock.advance(56 * 60_000);
    await okta.get('/api/v1/users');
    expect(seen.filter(isToken)).toHaveLength(2);
  });

  it('gets a new token once when one is refused', async () => {
    const { oauth } = await credential('ES256');
    let tokens = 0;
    const { client: okta, seen } = client((one) => {
      if (isToken(one)) return token('Bearer', `at${++tokens}`);
      return one.headers.get('authorization') === 'Bearer at2' ? Response.json([]) : error(401, 'E0000011');
    }, oauth);
    expect((await okta.get('/api/v1/users')).status).toBe(200);
    expect(seen.filter(isToken)).toHaveLength(2);
    const refused = client((one) => (isToken(one) ? token('Bearer') : error(401, 'E0000011')), oauth);
    await expect(refused.client.get('/api/v1/users')).rejects.toMatchObject({ code: 'okta.unauthorized' });
  });

  it('binds the token to a key where Okta demands DPoP, with the nonce it asks for', async () => {
    const { oauth } = await credential('RS256');
    const { client: okta, seen } = client((one) => {
      if (!isToken(one)) return Response.json([]);
      const proof = one.headers.get('dpop');
      if (!proof) return Response.json({ error: 'invalid_dpop_proof' }, { status: 400 });
      const claims = JSON.parse(atob(proof.split('.')[1] ?? ''));
      if (claims.nonce !== 'n1')
        return Response.json({ error: 'use_dpop_nonce' }, { status: 400, headers: { 'dpop-nonce': 'n1' } });
      return token('DPoP');
    }, oauth);
    await okta.get('/api/v1/users?limit=2');
    const call = seen.at(-1);
    expect(call?.headers.get('authorization')).toBe('DPoP at1');
    const proof = call?.headers.get('dpop') ?? '';
    const header = JSON.parse(atob(proof.split('.')[0] ?? ''));
    expect(header).toMatchObject({ typ: 'dpop+jwt', alg: 'ES256' });
    expect(header.jwk).not.toHaveProperty('d');
    const { payload } = await jwtVerify(proof, await importJWK(header.jwk, 'ES256'));
    expect(payload).toMatchObject({
      htm: 'GET',
      htu: `${ORIGIN}/api/v1/users`,
      ath: expect.any(String),
      jti: expect.any(String),
    });
    expect(seen.filter(isToken)).toHaveLength(3);
  });

  it('asks for the scopes it is told', async () => {
    const { oauth } = await credential('ES256');
    const asked: string[] = [];
    const deps = testDeps({
      fetch: async (input, init) => {
        if (!String(input).endsWith('/token')) return Response.json([]);
        asked.push(new URLSearchParams(String(init?.body)).get('scope') ?? '');
        return token('Bearer');
      },
    });
    const scopes = ['okta.eventHooks.manage'];
    await createOktaClient(deps, ORIGIN, oauth, `key${++keys}`, { scopes }).put('/api/v1/eventHooks/who1', {});
    expect(asked).toEqual(['okta.eventHooks.manage']);
  });

  it('goes on with the scopes that are granted', async () => {
    const { oauth } = await credential('ES256');
    const { client: okta, seen } = client((one) => {
      if (!isToken(one)) return Response.json([]);
      const scopes = new URLSearchParams(one.body).get('scope')?.split(' ') ?? [];
      const granted = scopes.every((scope) => ['okta.users.read', 'okta.logs.read'].includes(scope));
      return granted ? token('Bearer') : Response.json({ error: 'invalid_scope' }, { status: 400 });
    }, oauth);
    await okta.get('/api/v1/users');
    expect(new URLSearchParams(seen.filter(isToken).at(-1)?.body).get('scope')).toBe('okta.users.read okta.logs.read');
  });

  it('says why it gets no token', async () => {
    const { oauth } = await credential('ES256');
    const { client: okta } = client(
      () => Response.json({ error: 'invalid_client', error_description: 'No key' }, { status: 401 }),
      oauth,
    );
    await expect(okta.get('/x')).rejects.toMatchObject({
      code: 'okta.unauthorized',
      detail: expect.stringContaining('No key'),
    });
  });
});
