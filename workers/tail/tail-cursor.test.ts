import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it, vi } from 'vitest';
import { sources, tenants } from '../../db/control/schema.ts';
import { freshTenant, T0, testDeps } from '../../test/deps.ts';
import { graphOf } from '../graph/directory.ts';
import { DAY, iso, MINUTE } from '../platform/clock.ts';
import { sealCredential } from '../sources/okta/credential.ts';
import { tailStatus, tickTails, wakeTail } from './tail.ts';

const SRC = 'src_tail';
const stubOf = (tenantId: string, sourceId = SRC) => env.TAIL.get(env.TAIL.idFromName(`${tenantId}/${sourceId}`));

async function addSource(tenantId: string, more: Partial<typeof sources.$inferInsert> = {}): Promise<void> {
  const deps = testDeps();
  await deps.control.insert(tenants).values({ id: tenantId, name: 'Acme', createdAt: T0 }).onConflictDoNothing();
  const sealed = await sealCredential(deps, tenantId, more.id ?? SRC, { type: 'ssws', token: 'secret' });
  await deps.control.insert(sources).values({
    tenantId,
    id: SRC,
    kind: 'okta',
    name: 'Acme Okta',
    baseUrl: 'https://acme.okta.com',
    mode: 'hybrid',
    authType: 'ssws',
    sealedCredential: sealed,
    createdAt: T0,
    ...more,
  });
}

/** Okta's log in two pages, then empty ones. */
function oktaLog() {
  const asked: string[] = [];
  const respond = (n: number, events: unknown[]) =>
    new Response(JSON.stringify(events), {
      headers: {
        'content-type': 'application/json',
        link: `<https://acme.okta.com/api/v1/logs?after=c${n}>; rel="next"`,
      },
    });
  const fetch = vi.fn(async (input: RequestInfo | URL) => {
    const url = String(input instanceof Request ? input.url : input);
    asked.push(url);
    const event = { uuid: `u${asked.length}`, eventType: 'user.lifecycle.suspend', published: iso(T0 - MINUTE) };
    return respond(asked.length, asked.length <= 2 ? [event] : []);
  });
  return { asked, fetch };
}

async function armFarAhead(stub: ReturnType<typeof stubOf>): Promise<void> {
  await runInDurableObject(stub, async (_, state) => {
    await state.storage.setAlarm(Date.now() + DAY);
  });
}

describe('the tail of a source', () => {
  it('is new until it is woken, and then has one alarm however often', async () => {
    const tenant = freshTenant();
    const deps = testDeps();
    expect(await tailStatus(deps, tenant, SRC)).toMatchObject({ state: 'new', cursor: null, lastPollAt: null });
    await Promise.all([1, 2, 3].map(() => wakeTail(deps, tenant, SRC)));
    const due = await runInDurableObject(stubOf(tenant), (_, state) => state.storage.getAlarm());
    expect((due ?? 0) - Date.now()).toBeGreaterThan(0);
    expect((due ?? 0) - Date.now()).toBeLessThanOrEqual(2_000);
    await armFarAhead(stubOf(tenant));
  });

  it('reads the log to its end, and keeps its place when it is evicted', async () => {
    const tenant = freshTenant();
    await addSource(tenant);
    const log = oktaLog();
    const network = vi.spyOn(globalThis, 'fetch').mockImplementation(log.fetch);
    // a running timer would hold the eviction up
    const timeouts = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(new AbortController().signal);
    const stub = stubOf(tenant);
    try {
      await wakeTail(testDeps(), tenant, SRC);
      await armFarAhead(stub);
      await runDurableObjectAlarm(stub);
      expect(await tailStatus(testDeps(), tenant, SRC)).toMatchObject({
        state: 'idle',
        cursor: 'https://acme.okta.com/api/v1/logs?after=c3',
        lastEventAt: T0 - MINUTE,
        events: 2,
        leaseUntil: null,
      });
      expect(await graphOf(testDeps(), tenant).coverage()).toMatchObject([
        { sourceId: SRC, need: 'events', reason: null },
      ]);
      await armFarAhead(stub);
      await evictDurableObject(stub);
      expect(await tailStatus(testDeps(), tenant, SRC)).toMatchObject({ state: 'idle', events: 2, polls: 1 });
      await runDurableObjectAlarm(stub);
      expect(log.asked.at(-1)).toBe('https://acme.okta.com/api/v1/logs?after=c3');
    } finally {
      network.mockRestore();
      timeouts.mockRestore();
    }
    await armFarAhead(stub);
  });

  it('polls in its alarm and sets the next one', async () => {
    const tenant = freshTenant();
    await addSource(tenant);
    await wakeTail(testDeps(), tenant, SRC);
    const stub = stubOf(tenant);
    await armFarAhead(stub);
    const network = vi.spyOn(globalThis, 'fetch').mockRejectedValue(new TypeError('no network in tests'));
    try {
      expect(await runDurableObjectAlarm(stub)).toBe(true);
    } finally {
      network.mockRestore();
    }
    expect(await tailStatus(testDeps(), tenant, SRC)).toMatchObject({ state: 'failed', failures: 1, leaseUntil: null });
    const due = await runInDurableObject(stub, (_, state) => state.storage.getAlarm());
    expect((due ?? 0) - Date.now()).toBeGreaterThan(5_000);
    await armFarAhead(stub);
  });

  it('stops when the source is gone or disabled, and no alarm is left', async () => {
    for (const status of [null, 'disabled'] as const) {
      const tenant = freshTenant();
      if (status) await addSource(tenant, { status });
      await wakeTail(testDeps(), tenant, SRC);
      const stub = stubOf(tenant);
      await armFarAhead(stub);
      await runDurableObjectAlarm(stub);
      expect(await tailStatus(testDeps(), tenant, SRC)).toMatchObject({ state: 'stopped' });
      expect(await runInDurableObject(stub, (_, state) => state.storage.getAlarm())).toBeNull();
    }
  });

  it('answers for no other source than its name says', async () => {
    const tenant = freshTenant();
    const args = JSON.stringify([tenant, 'src_other']);
    const response = await stubOf(tenant).fetch('https://tail/do/call/wake', {
      headers: { 'do-name': `${tenant}/${SRC}`, 'do-content': args },
    });
    expect(response.status).toBe(500);
    expect(await tailStatus(testDeps(), tenant, SRC)).toMatchObject({ state: 'new' });
  });

  it.each([
    '/do/call/destroy',
    '/do/call/poll',
    '/do/call/save',
    '/do/call/setAlarm',
    '/do/call/then',
    '/do/set/tail',
    '/do/get-prop/tenantId',
    '/',
  ])('offers nothing at %s', async (path) => {
    const response = await stubOf(freshTenant()).fetch(`https://tail${path}`, { headers: { 'do-content': '[]' } });
    expect(response.status).toBe(404);
  });

  it('keeps the bindings out of its state', async () => {
    const tenant = freshTenant();
    await wakeTail(testDeps(), tenant, SRC);
    const stub = stubOf(tenant);
    await armFarAhead(stub);
    const stored = await runInDurableObject(stub, (_, state) => state.storage.get('data'));
    expect(Object.keys(stored as object).sort()).toEqual(['sourceId', 'tail', 'tenantId', 'told']);
  });
});

describe('the tick', () => {
  it('wakes every active source once, whatever its mode', async () => {
    const tenant = freshTenant();
    await addSource(tenant, { id: 'src_a', mode: 'polling' });
    await addSource(tenant, { id: 'src_b', mode: 'event_hook' });
    await addSource(tenant, { id: 'src_c', status: 'disabled' });
    await addSource(tenant, { id: 'src_d', deletedAt: T0 });
    expect(await tickTails(testDeps())).toBeGreaterThanOrEqual(2);
    const armed = await Promise.all(
      ['src_a', 'src_b', 'src_c', 'src_d'].map((id) =>
        runInDurableObject(stubOf(tenant, id), async (_, state) => (await state.storage.getAlarm()) !== null),
      ),
    );
    expect(armed).toEqual([true, true, false, false]);
    for (const id of ['src_a', 'src_b']) await armFarAhead(stubOf(tenant, id));
    await tickTails(testDeps());
    const due = await runInDurableObject(stubOf(tenant, 'src_a'), (_, state) => state.storage.getAlarm());
    expect((due ?? 0) - Date.now()).toBeGreaterThan(DAY / 2);
  });
});
