import { describe, expect, it } from 'vitest';
import { T0 } from '../../test/deps.ts';
import { HOUR, iso, MINUTE } from '../platform/clock.ts';
import { inboxUnderTest, rawEvent } from './inbox.fixtures.ts';
import { as } from './testing/caller.ts';

async function stocked() {
  const t = inboxUnderTest();
  const events = Array.from({ length: 5 }, (_, i) =>
    rawEvent({
      uuid: `e${i}`,
      published: iso(T0 - i * MINUTE),
      eventType: i % 2 ? 'user.mfa.factor.activate' : 'user.lifecycle.suspend',
    }),
  );
  await t.consume([t.message(events)]);
  await t.consume([
    t.message([rawEvent({ uuid: 'g', published: iso(T0 - HOUR), target: [{ id: '00g1', type: 'UserGroup' }] })], {
      sourceId: 'src_b',
      channel: 'tail',
    }),
  ]);
  return t;
}

describe('GET /events', () => {
  it('lists the newest first, page by page', async () => {
    const t = await stocked();
    const seen: string[] = [];
    let cursor = '';
    for (let pages = 0; pages < 4; pages++) {
      const { body } = await as(t).get(`/events?limit=2${cursor && `&cursor=${cursor}`}`);
      seen.push(...body.data.map((event: { uuid: string }) => event.uuid));
      if (body.next === null) break;
      cursor = body.next;
    }
    expect(seen).toEqual(['e0', 'e1', 'e2', 'e3', 'e4', 'g']);
  });

  it('shows an event in the shape of the API', async () => {
    const t = await stocked();
    const { body } = await as(t).get('/events?limit=1');
    expect(body.data[0]).toEqual({
      id: expect.stringMatching(/^evt_/),
      source: 'src_a',
      uuid: 'e0',
      type: 'user.lifecycle.suspend',
      published: iso(T0),
      storedAt: iso(T0),
      channels: ['event_hook'],
      actor: { id: '00uadmin', type: 'User', name: 'Eve', alternateId: 'eve@acme.test' },
      targets: [{ id: '00uada', type: 'User', name: 'Ada', alternateId: 'ada@acme.test' }],
      outcome: { result: 'SUCCESS', reason: null },
      severity: null,
      displayMessage: null,
      clientIp: '203.0.113.9',
      transactionId: null,
    });
  });

  it.each([
    ['source=src_b', ['g']],
    ['type=user.mfa.factor.activate', ['e1', 'e3']],
    ['type=user.lifecycle.*', ['e0', 'e2', 'e4', 'g']],
    ['type=user.lifecycle', []],
    ['target=00uada', ['e0', 'e1', 'e2', 'e3', 'e4']],
    ['target=00uada&type=user.mfa.*', ['e1', 'e3']],
    ['target=00g1', ['g']],
    ['target=nobody', []],
    [`since=${iso(T0 - MINUTE)}`, ['e0', 'e1']],
    [`until=${iso(T0 - 3 * MINUTE)}`, ['e4', 'g']],
    [`target=00uada&since=${iso(T0 - 3 * MINUTE)}&until=${iso(T0 - MINUTE)}`, ['e2', 'e3']],
  ])('filters by %s', async (query, uuids) => {
    const t = await stocked();
    const { body } = await as(t).get(`/events?${query}`);
    expect(body.data.map((event: { uuid: string }) => event.uuid)).toEqual(uuids);
  });

  it('pages through the events of a target', async () => {
    const t = await stocked();
    const first = await as(t).get('/events?target=00uada&limit=3');
    const second = await as(t).get(`/events?target=00uada&limit=3&cursor=${first.body.next}`);
    expect(second.body.data.map((event: { uuid: string }) => event.uuid)).toEqual(['e3', 'e4']);
    expect(second.body.next).toBeNull();
  });

  it('refuses what it does not understand', async () => {
    const t = inboxUnderTest();
    for (const query of ['since=yesterday', 'limit=0', 'limit=201', 'cursor=%25']) {
      expect((await as(t).get(`/events?${query}`)).body.code).toBe('invalid_request');
    }
  });

  it('one event has its body, masked for viewers; another tenant does not have it', async () => {
    const t = await stocked();
    const { body: list } = await as(t).get('/events?limit=1');
    const id = list.data[0].id;
    expect((await as(t).get(`/events/${id}`)).body).toMatchObject({
      ...list.data[0],
      body: { client: { ipAddress: '203.0.113.9' } },
    });
    expect((await as(t, 'viewer').get(`/events/${id}`)).body.body).toEqual({ client: { ipAddress: '•••' } });
    expect(await as(inboxUnderTest()).get(`/events/${id}`)).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });
});

describe('GET /inbox', () => {
  it('lists deliveries', async () => {
    const t = await stocked();
    const { body } = await as(t).get('/inbox?source=src_a&status=processed');
    expect(body).toEqual({
      data: [
        {
          id: expect.stringMatching(/^inb_/),
          source: 'src_a',
          channel: 'event_hook',
          receivedAt: iso(T0),
          status: 'processed',
          events: 5,
          accepted: 5,
          ignored: 0,
          duplicate: 0,
          dead: 0,
          attempts: 1,
          processedAt: iso(T0),
        },
      ],
      next: null,
    });
    expect((await as(t).get('/inbox?status=pending')).body.data).toEqual([]);
    const first = await as(t).get('/inbox?limit=1');
    const second = await as(t).get(`/inbox?limit=1&cursor=${first.body.next}`);
    expect(second.body.data[0].id).not.toBe(first.body.data[0].id);
  });
});

describe('dead letters', () => {
  async function withDead(more: Record<string, unknown> = { uuid: '' }) {
    const t = inboxUnderTest();
    await t.consume([t.message([rawEvent(more)])]);
    const { body } = await as(t).get('/dead-letters');
    return { t, letter: body.data[0] };
  }

  it('are listed, masked for viewers', async () => {
    const { t, letter } = await withDead();
    expect(letter).toMatchObject({
      queue: 'inbox',
      source: 'src_a',
      channel: 'event_hook',
      reason: 'event.no_uuid',
      status: 'open',
      resolvedAt: null,
      createdAt: iso(T0),
    });
    expect(JSON.parse(letter.payload).target[0].displayName).toBe('Ada');
    const seen = (await as(t, 'viewer').get('/dead-letters')).body.data[0];
    expect(JSON.parse(seen.payload)).toMatchObject({
      target: [{ id: '00uada', displayName: '•••', alternateId: '•••' }],
      client: { ipAddress: '•••' },
    });
    expect((await as(t).get('/dead-letters?status=discarded')).body.data).toEqual([]);
    expect((await as(t).get('/dead-letters?reason=event.no_uuid&source=src_a')).body.data).toHaveLength(1);
    expect((await as(t).get('/dead-letters?reason=event.bad_time')).body.data).toEqual([]);
  });

  it('are replayed as a new delivery, once, by those who may, with a line in the audit log', async () => {
    const { t, letter } = await withDead();
    expect((await as(t, 'viewer').post(`/dead-letters/${letter.id}/replay`)).status).toBe(403);
    expect((await as(t, 'issue_responder').post(`/dead-letters/${letter.id}/replay`)).status).toBe(403);
    const { status, body } = await as(t).post(`/dead-letters/${letter.id}/replay`);
    expect([status, body.status, body.resolvedBy, body.resolvedAt]).toEqual([200, 'replayed', 'usr_1', iso(T0)]);
    expect(JSON.parse(t.queued[0] ?? '')).toMatchObject({
      tenantId: t.tenantId,
      sourceId: 'src_a',
      channel: 'event_hook',
      events: [{ uuid: '' }],
    });
    expect((await as(t).post(`/dead-letters/${letter.id}/replay`)).body.code).toBe('dead_letter.resolved');
    expect(t.queued).toHaveLength(1);
    expect(await t.rows('SELECT action, target_id FROM audit WHERE tenant_id = ?1')).toEqual([
      { action: 'dead_letter.replay', target_id: letter.id },
    ]);
    await t.consume(t.queued);
    expect((await as(t).get('/dead-letters?status=open')).body.data).toHaveLength(1);
  });

  it('a whole delivery goes on under its own id, and is open again when it fails again', async () => {
    const t = inboxUnderTest();
    const message = t.message([rawEvent()]);
    t.failures.graph.push(new Error('D1_ERROR: Network connection lost.'));
    await t.consume([message], 10);
    await t.consumeDead([message]);
    const letter = (await as(t).get('/dead-letters')).body.data[0];
    await as(t).post(`/dead-letters/${letter.id}/replay`);
    expect(t.queued.map((json) => JSON.parse(json))).toEqual([message]);
    await t.consumeDead(t.queued);
    expect((await as(t).get('/dead-letters')).body.data).toMatchObject([
      { id: letter.id, status: 'open', resolvedAt: null },
    ]);
    await as(t).post(`/dead-letters/${letter.id}/replay`);
    await t.consume([t.queued[1]]);
    expect(await t.deliveries()).toMatchObject([{ status: 'processed' }]);
    expect((await as(t).get('/dead-letters')).body.data).toMatchObject([{ status: 'replayed' }]);
  });

  it('are discarded with a reason; a whole delivery stops being pending', async () => {
    const t = inboxUnderTest();
    const message = t.message([rawEvent()]);
    t.failures.graph.push(new Error('D1_ERROR: Network connection lost.'));
    await t.consume([message], 10);
    await t.consumeDead([message]);
    const letter = (await as(t).get('/dead-letters')).body.data[0];
    expect((await as(t).post(`/dead-letters/${letter.id}/discard`, { reason: ' ' })).status).toBe(400);
    const { body } = await as(t).post(`/dead-letters/${letter.id}/discard`, { reason: 'a test' });
    expect(body).toMatchObject({ status: 'discarded', note: 'a test', resolvedBy: 'usr_1' });
    expect(await t.deliveries()).toMatchObject([{ status: 'processed' }]);
    expect(await t.rows('SELECT action, detail FROM audit WHERE tenant_id = ?1')).toMatchObject([
      { action: 'dead_letter.discard' },
    ]);
  });

  it('that are not whole cannot be replayed; those of others cannot be found', async () => {
    const { t, letter } = await withDead();
    await t.db
      .prepare("UPDATE dead_letters SET reason = 'event.too_large' WHERE tenant_id = ?1")
      .bind(t.tenantId)
      .run();
    expect((await as(t).post(`/dead-letters/${letter.id}/replay`)).body.code).toBe('dead_letter.not_replayable');
    for (const action of ['replay', 'discard']) {
      const other = await as(inboxUnderTest()).post(`/dead-letters/${letter.id}/${action}`, { reason: 'x' });
      expect(other.status).toBe(404);
    }
  });
});
