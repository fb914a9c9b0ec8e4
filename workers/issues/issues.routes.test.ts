import { describe, expect, it } from 'vitest';
import { T0 } from '../../test/deps.ts';
import { ISSUE_DETECTION_IDS } from '../detections/types.ts';
import { DAY, iso } from '../platform/clock.ts';
import type { AnswerBody, caller } from './testing/api.ts';
import { setUp } from './testing/api-set-up.ts';
import { verdict, verdictOf } from './testing/changes.ts';

/** Reads every page; fails on a page that is larger than asked for. */
async function readAll(api: ReturnType<typeof caller>, query: string): Promise<AnswerBody['data']> {
  const rows: AnswerBody['data'] = [];
  let cursor = '';
  for (let page = 0; page < 100; page++) {
    const { status, body } = await api.get(`/issues?${query}${cursor}`);
    expect(status).toBe(200);
    rows.push(...body.data);
    if (body.next === null) return rows;
    cursor = `&cursor=${body.next}`;
  }
  throw new Error('the list does not end');
}

describe('GET /issues', () => {
  it.each(['-priority', 'priority', '-openedAt', 'openedAt'])('pages 500 issues by %s, each once', async (sort) => {
    const { api, apply } = setUp();
    await apply(...Array.from({ length: 500 }, (_, n) => verdictOf(n + 1, { priority: n % 7, at: T0 + (n % 11) })));
    for (const status of ['open', 'all']) {
      const rows = await readAll(api, `limit=60&sort=${sort}&status=${status}`);
      expect(new Set(rows.map((row) => row.id)).size).toBe(500);
      expect(rows).toHaveLength(500);
      const keys = rows.map((row) => (sort.endsWith('priority') ? row.priority : Date.parse(row.openedAt)));
      const sorted = [...keys].sort((a, b) => (sort.startsWith('-') ? b - a : a - b));
      expect(keys).toEqual(sorted);
    }
  });

  it('has the shape of the contract', async () => {
    const { api, apply, id } = setUp();
    await apply(verdict());
    expect((await api.get('/issues')).body).toEqual({
      data: [
        {
          id,
          detection: 'no-mfa-admin',
          title: 'No MFA - Admin Account',
          severity: 'high',
          status: 'open',
          priority: 57,
          subject: { kind: 'account', id: 'acc_1', source: 'src_1', nativeId: '00u1', name: 'Ada Lovelace' },
          identityId: 'idn_1',
          openedAt: iso(T0 + 1_000),
          resolvedAt: null,
          updatedAt: iso(T0 + 60_000),
          assignee: null,
          dismissReason: null,
        },
      ],
      next: null,
    });
  });

  it('filters', async () => {
    const { api, apply, tenant, deps } = setUp();
    await apply(
      verdictOf(1, { severity: 'critical' }),
      verdictOf(2, { detection: 'unused-admin', title: 'Unused Admin Account' }),
      verdictOf(3),
      verdictOf(3, { seq: 4, status: 'pass' }),
    );
    await deps
      .evidence(tenant)
      .prepare(`UPDATE issues SET assignee = 'usr_1' WHERE tenant_id = ? AND subject_id = 'acc_1'`)
      .bind(tenant)
      .run();
    const found = async (query: string) =>
      (await api.get(`/issues?${query}`)).body.data.map((row) => row.subject.id).sort();
    expect(await found('')).toEqual(['acc_1', 'acc_2']);
    expect(await found('status=all')).toEqual(['acc_1', 'acc_2', 'acc_3']);
    expect(await found('status=resolved')).toEqual(['acc_3']);
    expect(await found('severity=critical')).toEqual(['acc_1']);
    expect(await found('detection=unused-admin')).toEqual(['acc_2']);
    expect(await found('source=src_2')).toEqual(['acc_2']);
    expect(await found('identity=idn_1')).toEqual(['acc_1']);
    expect(await found('assignee=usr_1')).toEqual(['acc_1']);
    expect(await found('assignee=none')).toEqual(['acc_2']);
    expect(await found('q=PERSON%202')).toEqual(['acc_2']);
    expect(await found('q=unused')).toEqual(['acc_2']);
    expect(await found('q=00u1')).toEqual(['acc_1']);
    expect(await found(`q=${'%25_'.repeat(20)}`)).toEqual([]);
    expect(await found('detection=unused-admin&severity=critical')).toEqual([]);
  });

  it.each([
    'limit=0',
    'limit=201',
    'limit=x',
    'cursor=%25%25',
    'sort=name',
    'status=odd',
    'severity=urgent',
    'detection=x',
  ])('refuses ?%s', async (query) => {
    const { api } = setUp();
    expect(await api.get(`/issues?${query}`)).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
  });
});

describe('GET /issues/summary', () => {
  it('counts, and changes whenever an issue does', async () => {
    const { api, apply, clock, id } = setUp();
    expect((await api.get('/issues/summary')).body).toMatchObject({ open: { total: 0 }, changedAt: null });
    await apply(
      verdict(),
      verdictOf(2, { severity: 'critical', detection: 'no-mfa-global-admin' }),
      verdictOf(3, { at: T0 - 3 * DAY }),
      verdictOf(4),
      verdictOf(4, { seq: 5, status: 'pass' }),
    );
    const { body } = await api.get('/issues/summary');
    expect(body).toMatchObject({
      open: { critical: 1, high: 2, medium: 0, low: 0, total: 3 },
      openedLast24h: 3,
      resolvedLast24h: 1,
      changedAt: iso(T0 + 60_000),
    });
    expect(body.byDetection).toHaveLength(ISSUE_DETECTION_IDS.length);
    expect(body.byDetection.slice(0, 2)).toEqual([
      { detection: 'no-mfa-global-admin', title: 'No MFA - Global Admin Account', open: 1, severity: 'critical' },
      { detection: 'no-mfa-admin', title: 'No MFA - Admin Account', open: 2, severity: 'high' },
    ]);
    clock.advance(1_000);
    await api.post(`/issues/${id}/dismiss`, { reason: 'other' });
    expect((await api.get('/issues/summary')).body).toMatchObject({
      open: { total: 2 },
      changedAt: iso(T0 + 61_000),
    });
  });
});
