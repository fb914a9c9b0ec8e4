import { describe, expect, it } from 'vitest';
import { DAY } from '../platform/clock.ts';
import { PosternError } from '../platform/errors.ts';
import { REPLAY_CHUNK } from './dead-letter-chunks.ts';
import { continueDeadLetterJobs, MAX_JOBS } from './dead-letter-jobs.ts';
import { inboxUnderTest, rawEvent } from './inbox.fixtures.ts';
import { purgeEvidence } from './purge.ts';
import { as } from './testing/caller.ts';
import { audits, letters, sent, statuses } from './testing/dead-letters.ts';

describe('discarding many dead letters', () => {
  it('discards with the reason, closes their deliveries, and is audited once', async () => {
    const t = inboxUnderTest();
    await letters(t, 4);
    const message = t.message([rawEvent()]);
    t.failures.graph.push(new PosternError({ code: 'x.broken', status: 422, title: 'Broken' }));
    await t.consume([message]);
    expect(await t.deliveries()).toMatchObject([{ status: 'pending' }]);
    const { body } = await as(t).post('/dead-letters/discard', { filter: {}, reason: 'test data' });
    expect(body).toMatchObject({ kind: 'discard', status: 'succeeded', matched: 5, done: 5, reason: 'test data' });
    expect(await statuses(t)).toEqual({ discarded: 5 });
    expect(await t.deliveries()).toMatchObject([{ status: 'processed' }]);
    const notes = await t.rows('SELECT DISTINCT note, resolved_by FROM dead_letters WHERE tenant_id = ?1');
    expect(notes).toEqual([{ note: 'test data', resolved_by: 'usr_1' }]);
    expect((await audits(t)).map(({ action }) => action)).toEqual(['dead_letter.discard_many']);
    expect(sent(t)).toEqual([]);
  });

  it('goes on after a crash, and counts each once', async () => {
    const t = inboxUnderTest();
    await letters(t, 2_500);
    const real = t.deps.evidence;
    let batches = 0;
    t.deps.evidence = (tenantId) => {
      const db = real(tenantId);
      return {
        prepare: (sql: string) => db.prepare(sql),
        batch: (statements: D1PreparedStatement[]) =>
          ++batches === 2 ? Promise.reject(new Error('D1 is down')) : db.batch(statements),
      } as unknown as D1Database;
    };
    const { body } = await as(t).post('/dead-letters/discard', { filter: {}, reason: 'x' });
    t.deps.evidence = real;
    expect(body).toMatchObject({ status: 'running', done: 1_000 });
    await continueDeadLetterJobs(t.deps);
    expect((await as(t).get(`/dead-letters/jobs/${body.id}`)).body).toMatchObject({ status: 'succeeded', done: 2_500 });
    expect(await statuses(t)).toEqual({ discarded: 2_500 });
  });
});

describe('jobs', () => {
  it('refuse what is not one of both, too many ids, and too many at once', async () => {
    const t = inboxUnderTest();
    for (const body of [
      {},
      { filter: {}, ids: ['a'] },
      { filter: { status: 'replayed' } },
      { filter: { sauce: 'x' } },
      { filter: { since: 'yesterday' } },
      { ids: [] },
      { ids: Array.from({ length: 201 }, (_, i) => `ded_${i}`) },
    ]) {
      expect((await as(t).post('/dead-letters/replay', body)).status).toBe(400);
    }
    expect((await as(t).post('/dead-letters/discard', { filter: {} })).status).toBe(400);
    await letters(t, 3 * REPLAY_CHUNK);
    const insert = t.db.prepare(
      `INSERT INTO dead_letter_jobs (tenant_id, id, kind, filter, status, matched, requested_by, created_at)
       VALUES (?1, ?2, 'replay', '{}', 'running', 1, '{"name":"x"}', ?3)`,
    );
    await t.db.batch(
      Array.from({ length: MAX_JOBS }, (_, i) => insert.bind(t.tenantId, `djb_${t.tenantId}_${i}`, t.clock.now())),
    );
    expect((await as(t).post('/dead-letters/replay', { filter: {} })).body.code).toBe('dead_letter.too_many_jobs');
    await t.db.prepare('DELETE FROM dead_letter_jobs WHERE tenant_id = ?1').bind(t.tenantId).run();
  });

  it('are for those who manage sources, of one tenant, and kept as long as the letters', async () => {
    const [t, other] = [inboxUnderTest(), inboxUnderTest()];
    expect((await as(t, 'viewer').post('/dead-letters/replay', { filter: {} })).status).toBe(403);
    await letters(t, 1);
    const { body } = await as(t).post('/dead-letters/replay', { filter: {} });
    expect((await as(t, 'viewer').get(`/dead-letters/jobs/${body.id}`)).status).toBe(200);
    expect((await as(other).get(`/dead-letters/jobs/${body.id}`)).status).toBe(404);
    expect((await as(other).post(`/dead-letters/jobs/${body.id}/cancel`)).status).toBe(404);
    t.clock.advance(91 * DAY);
    await purgeEvidence(t.deps);
    expect((await as(t).get(`/dead-letters/jobs/${body.id}`)).status).toBe(404);
  });
});
