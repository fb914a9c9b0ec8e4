import { describe, expect, it } from 'vitest';
import { POSTERN } from '../auth/principal.ts';
import { DAY, iso, MINUTE } from '../platform/clock.ts';
import { REPLAY_CHUNK } from './dead-letter-chunks.ts';
import { getJob, insertJob, LEASE } from './dead-letter-jobs.repository.ts';
import { continueDeadLetterJobs, runJob } from './dead-letter-jobs.ts';
import { inboxUnderTest, rawEvent } from './inbox.fixtures.ts';
import { as } from './testing/caller.ts';
import { audits, letters, sent, statuses } from './testing/dead-letters.ts';

describe('replaying many dead letters', () => {
  it('replays what the filter matches, once, and audits it once', async () => {
    const t = inboxUnderTest();
    await letters(t, 5);
    await letters(t, 3, { reason: 'event.bad_time' });
    await letters(t, 2, { reason: 'event.other', source_id: 'src_b' });
    const { status, body } = await as(t).post('/dead-letters/replay', {
      filter: { status: 'open', source: 'src_a', reason: 'event.no_uuid' },
    });
    expect(status).toBe(202);
    expect(body).toMatchObject({ kind: 'replay', status: 'succeeded', matched: 5, done: 5, skipped: 0, error: null });
    expect(await statuses(t)).toEqual({ open: 5, replayed: 5 });
    expect(new Set(sent(t).map((message) => message?.id)).size).toBe(5);
    expect(await audits(t)).toEqual([
      {
        action: 'dead_letter.replay_many',
        detail: JSON.stringify({
          filter: { status: 'open', source: 'src_a', reason: 'event.no_uuid' },
          matched: 5,
        }),
      },
    ]);
    expect((await as(t).get(`/dead-letters/jobs/${body.id}`)).body).toEqual(body);
    await t.consume(t.queued);
    expect(await t.events()).toHaveLength(5);
    expect((await as(t).post('/dead-letters/replay', { filter: { reason: 'event.no_uuid' } })).body).toMatchObject({
      matched: 0,
      status: 'succeeded',
    });
  });

  it('narrows by queue and time, and takes ids', async () => {
    const t = inboxUnderTest();
    await letters(t, 2, { created_at: t.clock.now() - DAY });
    await letters(t, 3, { reason: 'event.bad_time' });
    const count = async (query: string) => (await as(t).get(`/dead-letters/count${query}`)).body;
    expect(await count('')).toEqual({ open: 5 });
    expect(await count('?reason=event.bad_time&source=src_a')).toEqual({ open: 3 });
    const replay = async (filter: object) => (await as(t).post('/dead-letters/replay', { filter })).body.matched;
    expect(await replay({ queue: 'outbound' })).toBe(0);
    expect(await replay({ until: iso(t.clock.now() - DAY) })).toBe(0);
    expect(await replay({ since: iso(t.clock.now() - DAY), until: iso(t.clock.now()) })).toBe(2);
    const [one] = (await as(t).get('/dead-letters?status=open')).body.data;
    const { body } = await as(t).post('/dead-letters/replay', { ids: [one.id, 'ded_none'] });
    expect(body).toMatchObject({ matched: 1, done: 1, filter: null });
    expect(await statuses(t)).toEqual({ open: 2, replayed: 3 });
  });

  it('goes on in the background, and after a crash half-way, without losing or doubling', async () => {
    const t = inboxUnderTest();
    const total = 3 * REPLAY_CHUNK + 7;
    await letters(t, total);
    const real = t.deps.env.INBOX;
    let calls = 0;
    const failing = {
      sendBatch: async (batch: Iterable<{ body: string }>) => {
        const all = [...batch];
        // the first call takes half of the chunk and then breaks down
        if (++calls === 2) {
          await real.sendBatch(all.slice(0, 50) as MessageSendRequest[]);
          throw new Error('the queue broke down');
        }
        await real.sendBatch(all as MessageSendRequest[]);
      },
    } as unknown as Queue;
    t.deps.env = { ...t.deps.env, INBOX: failing };
    const { body } = await as(t).post('/dead-letters/replay', { filter: {} });
    expect(body).toMatchObject({ status: 'running', matched: total, done: REPLAY_CHUNK });
    expect(body.error).toContain('broke down');
    expect(await statuses(t)).toEqual({ open: total - 2 * REPLAY_CHUNK, replayed: 2 * REPLAY_CHUNK });
    await continueDeadLetterJobs(t.deps);
    await continueDeadLetterJobs(t.deps);
    expect((await as(t).get(`/dead-letters/jobs/${body.id}`)).body).toMatchObject({
      status: 'succeeded',
      done: total,
      skipped: 0,
      error: null,
    });
    expect(await statuses(t)).toEqual({ replayed: total });
    // 50 went twice, under the same ids: the inbox takes them for one
    expect(sent(t)).toHaveLength(total + 50);
    expect(new Set(sent(t).map((message) => message?.id)).size).toBe(total);
    await t.consume(t.queued);
    await t.consume(t.queued);
    expect(await t.events()).toHaveLength(total);
    const [counted] = await t.rows<{ received: number; duplicate: number }>(
      'SELECT received, duplicate FROM counters WHERE tenant_id = ?1',
    );
    expect(counted).toEqual({ received: total, duplicate: 0 });
  });

  it('is taken over when its run died with the lease', async () => {
    const t = inboxUnderTest();
    await letters(t, 5);
    const real = t.deps.evidence;
    let broken = false;
    // the isolate dies right after the mark: nothing more reaches the database or the queue
    t.deps.evidence = (tenantId) => {
      const db = real(tenantId);
      return {
        prepare: (sql: string) => {
          if (broken) throw new Error('gone');
          return db.prepare(sql);
        },
        batch: async (statements: D1PreparedStatement[]) => {
          const done = await db.batch(statements);
          broken = true;
          return done;
        },
      } as unknown as D1Database;
    };
    await as(t).post('/dead-letters/replay', { filter: {} });
    t.deps.evidence = real;
    expect(await statuses(t)).toEqual({ replayed: 5 });
    expect(sent(t)).toEqual([]);
    await continueDeadLetterJobs(t.deps);
    expect(sent(t)).toEqual([]);
    t.clock.advance(LEASE + 1);
    await continueDeadLetterJobs(t.deps);
    expect(sent(t)).toHaveLength(5);
    await continueDeadLetterJobs(t.deps);
    expect(sent(t)).toHaveLength(5);
    expect((await as(t).get('/dead-letters/jobs')).body.data).toMatchObject([{ status: 'succeeded', done: 5 }]);
  });

  it('opens a letter again that fails once more, and does not take it a second time', async () => {
    const t = inboxUnderTest();
    const message = t.message([rawEvent()]);
    await t.consumeDead([message]);
    t.clock.advance(MINUTE);
    const { body } = await as(t).post('/dead-letters/replay', { filter: {} });
    expect(body).toMatchObject({ matched: 1, done: 1 });
    expect(sent(t)).toEqual([message]);
    await t.consumeDead([message]);
    expect(await statuses(t)).toEqual({ open: 1 });
    await continueDeadLetterJobs(t.deps);
    expect(sent(t)).toHaveLength(1);
  });

  it('leaves open what cannot be replayed, and says how many', async () => {
    const t = inboxUnderTest();
    await letters(t, 2);
    await letters(t, 3, { reason: 'event.too_large' });
    await t.db
      .prepare(
        `UPDATE dead_letters SET payload = 'cut {' WHERE tenant_id = ?1 AND reason = 'event.no_uuid' AND id LIKE '%1'`,
      )
      .bind(t.tenantId)
      .run();
    expect((await as(t).post('/dead-letters/replay', { filter: {} })).body).toMatchObject({
      status: 'succeeded',
      matched: 5,
      done: 1,
      skipped: 4,
    });
    expect(await statuses(t)).toEqual({ open: 4, replayed: 1 });
  });

  it('keeps messages where the queue forgets on a crash', async () => {
    const t = inboxUnderTest();
    t.deps.env = { ...t.deps.env, INGEST_SPOOL: 'on' };
    await letters(t, 2);
    await as(t).post('/dead-letters/replay', { filter: {} });
    expect(await t.deliveries()).toMatchObject([
      { status: 'spooled', payload: expect.stringContaining('eventType') },
      { status: 'spooled' },
    ]);
    await t.consume(t.queued);
    expect(await t.deliveries()).toMatchObject([
      { status: 'processed', payload: null },
      { status: 'processed', payload: null },
    ]);
  });

  it('can be cancelled', async () => {
    const t = inboxUnderTest();
    await letters(t, 5 * REPLAY_CHUNK);
    const { body } = await as(t).post('/dead-letters/replay', { filter: {} });
    expect(body.status).toBe('running');
    const cancelled = await as(t).post(`/dead-letters/jobs/${body.id}/cancel`);
    expect([cancelled.status, cancelled.body.status]).toEqual([202, 'cancelled']);
    await continueDeadLetterJobs(t.deps);
    expect(await statuses(t)).toEqual({ open: 3 * REPLAY_CHUNK, replayed: 2 * REPLAY_CHUNK });
    expect((await as(t).post(`/dead-letters/jobs/${body.id}/cancel`)).body.code).toBe('dead_letter.job_ended');
    expect((await audits(t)).map(({ action }) => action)).toEqual([
      'dead_letter.replay_many',
      'dead_letter.job.cancel',
    ]);
  });

  it('is given up after a day, with nothing in between', async () => {
    const t = inboxUnderTest();
    await letters(t, 3);
    const down = {
      sendBatch: () => Promise.reject(new Error('down')),
    } as unknown as Queue;
    t.deps.env = { ...t.deps.env, INBOX: down };
    const { body } = await as(t).post('/dead-letters/replay', { filter: {} });
    expect(body).toMatchObject({ status: 'running', done: 0 });
    t.clock.advance(DAY + 1);
    await continueDeadLetterJobs(t.deps);
    expect((await as(t).get(`/dead-letters/jobs/${body.id}`)).body).toMatchObject({ status: 'failed' });
    expect(await statuses(t)).toEqual({ open: 3 });
  });

  it('takes no more at once than fits in memory', async () => {
    const t = inboxUnderTest();
    await letters(t, 6);
    // 1,880,000 characters each: four fit a chunk
    await t.db
      .prepare(
        `UPDATE dead_letters SET payload = json_set(payload, '$.pad', hex(zeroblob(940000))) WHERE tenant_id = ?1`,
      )
      .bind(t.tenantId)
      .run();
    const job = {
      tenantId: t.tenantId,
      id: 'djb_large',
      kind: 'replay' as const,
      filter: '{}',
      ids: null,
      reason: null,
      status: 'running' as const,
      matched: 6,
      done: 0,
      skipped: 0,
      cursor: '',
      claimed: null,
      lease: null,
      leaseUntil: null,
      requestedBy: JSON.stringify(POSTERN),
      error: null,
      createdAt: t.clock.now(),
      endedAt: null,
    };
    await insertJob(t.deps, job);
    await runJob(t.deps, t.tenantId, job.id, 1);
    expect(await getJob(t.deps, t.tenantId, job.id)).toMatchObject({ status: 'running', done: 4 });
    await runJob(t.deps, t.tenantId, job.id, 3);
    expect(await getJob(t.deps, t.tenantId, job.id)).toMatchObject({ status: 'succeeded', done: 6, skipped: 0 });
    expect(await statuses(t)).toEqual({ replayed: 6 });
  });
});
