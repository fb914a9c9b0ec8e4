import { describe, expect, it } from 'vitest';
import { oktaClientOf } from '../sources/okta/client.ts';
import { type Fault, oktaError, smallOrg } from './testing/fake-okta.ts';
import { createHarness, type Harness } from './testing/harness.ts';

const PEOPLE = 30;

/** A sync of a known org after the answer to one call was spoilt, `times` times in a row. */
async function syncThrough(spoil: Fault, times = 1) {
  const h = await createHarness(smallOrg(PEOPLE));
  h.okta.pageSize.users = 10;
  await h.sync();
  const before = await h.graph.counts();
  h.slept.length = 0;
  let left = times;
  h.okta.faults.push((path, url) => {
    // the second page of users: what was read before it must be neither lost nor taken for all there is
    if (left <= 0 || path !== '/api/v1/users' || !url.searchParams.has('after')) return undefined;
    left--;
    return spoil(path, url);
  });
  const run = await h.sync();
  return { h, run, before, after: await h.graph.counts() };
}

const always = Number.POSITIVE_INFINITY;
const half = () => new Response('[{"id":"00u10","status":"ACTI', { headers: { 'content-type': 'application/json' } });

describe('a full sync, when the answer is', () => {
  it('429 without headers: waits seconds, and reads everything', async () => {
    const { h, run, before, after } = await syncThrough(() => new Response(null, { status: 429 }));
    expect(run.status).toBe('succeeded');
    expect(after).toEqual(before);
    expect(h.slept).toHaveLength(1);
    expect(h.slept[0]).toBeLessThanOrEqual(4_000);
    expect(h.slept[0]).toBeGreaterThanOrEqual(1_000);
  });

  it.each([
    ['half a page', half],
    ['5xx', () => oktaError(502, 'E0000009')],
    ['a page of a gateway', () => new Response('<html>', { status: 200 })],
  ] as const)('%s: asks again, and reads everything', async (_, spoil) => {
    const { run, before, after } = await syncThrough(spoil, 2);
    expect(run.status).toBe('succeeded');
    expect(after).toEqual(before);
  });

  it('half a page each time: removes nobody, and says which scope it could not read', async () => {
    const { run, before, after } = await syncThrough(half, always);
    expect(run.status).toBe('partial');
    expect(run.progress?.failedScopes[0]).toMatchObject({ scope: 'users' });
    expect(after).toEqual(before);
  });

  it('an empty page where people were: removes nobody', async () => {
    const { run, before, after } = await syncThrough(() => Response.json([]), always);
    expect(after).toEqual(before);
    expect(run.status).not.toBe('succeeded');
  });

  it('a cursor that expired: removes nobody, and the next sync begins anew', async () => {
    const { h, run, before, after } = await syncThrough(() => oktaError(400, 'E0000031'), always);
    expect(run.status).toBe('partial');
    expect(after).toEqual(before);
    h.okta.faults = [];
    expect((await h.sync()).status).toBe('succeeded');
    expect(await h.graph.counts()).toEqual(before);
  });

  it('slow: gives up on the call in time, and asks again', async () => {
    const h = await createHarness(smallOrg(PEOPLE));
    await slowly(h, 2);
    expect((await h.sync()).status).toBe('succeeded');
    expect((await h.graph.counts()).account).toBe(PEOPLE);
  });
});

/** The next calls never end; a short time-out, since it is really waited for. */
async function slowly(h: Harness, times: number): Promise<void> {
  const { fetch } = h.okta;
  let left = times;
  h.deps.fetch = (input, init) => (left-- > 0 ? new Promise<Response>(() => undefined) : fetch(input, init));
  h.tools.client = (tenantId, source) => oktaClientOf(h.deps, tenantId, source, { timeoutMs: 30 });
}
