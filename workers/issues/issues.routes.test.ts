import { describe, expect, it } from 'vitest';
import { integrations, users } from '../../db/control/schema.ts';
import { freshTenant, manualClock, T0, testDeps } from '../../test/deps.ts';
import type { Principal } from '../auth/principal.ts';
import { detectionRoutes } from '../detections/detections.routes.ts';
import type { VerdictChange } from '../detections/types.ts';
import { DAY, iso } from '../platform/clock.ts';
import { applyVerdictChanges } from './apply-verdicts.ts';
import { issueId } from './issue-ids.ts';
import { issueRoutes } from './issues.routes.ts';
import { ADMIN, type AnswerBody, caller, VIEWER } from './testing/api.ts';
import { fakeOutbound, verdict, verdictOf } from './testing/changes.ts';

function setUp() {
  const tenant = freshTenant();
  const outbound = fakeOutbound();
  const clock = manualClock(T0 + 60_000);
  const deps = testDeps({ env: outbound.env, clock });
  const as = (principal: Principal) => caller(issueRoutes(), deps, tenant, principal);
  return {
    tenant,
    outbound,
    clock,
    deps,
    as,
    api: as(ADMIN),
    id: issueId(tenant, 'no-mfa-admin', verdict().subject),
    apply: (...changes: VerdictChange[]) => applyVerdictChanges(deps, tenant, changes),
    async addUser(id: string, more: Partial<typeof users.$inferInsert> = {}) {
      const email = `${id}@${tenant}.test`;
      await deps.control
        .insert(users)
        .values({ tenantId: tenant, id, email, name: id, role: 'viewer', createdAt: T0, ...more });
    },
    async addIntegration(id: string, more: Partial<typeof integrations.$inferInsert> = {}) {
      await deps.control.insert(integrations).values({
        tenantId: tenant,
        id,
        kind: 'webhook',
        name: 'Ticket desk',
        url: 'https://desk.test',
        sealedSigningSecret: 'v1.x',
        createdAt: T0,
        ...more,
      });
    },
    async auditOf() {
      const { results } = await deps
        .evidence(tenant)
        .prepare('SELECT action, actor_id AS actor, target_id AS target FROM audit WHERE tenant_id = ? ORDER BY at, id')
        .bind(tenant)
        .all();
      return results;
    },
  };
}

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

describe('GET /issues/{id}', () => {
  it('explains the issue', async () => {
    const { api, apply, id, tenant, deps } = setUp();
    const insert = `INSERT INTO events (tenant_id, id, source_id, uuid, type, published_at, stored_at, channels,
      delivery_id, actor_id, actor_type, actor_name, outcome, outcome_reason, targets, body)
      VALUES (?1, ?2, 'src_1', ?2, 'user.mfa.factor.reset_all', ?3, ?3, 5, 'inb_1', '00u9', 'User', 'Eve', 'SUCCESS',
      NULL, '[{"id":"00u1","type":"User","name":"Ada","alternateId":"ada@acme.test"}]', '{}')`;
    const db = deps.evidence(tenant);
    await db.batch([
      db.prepare(insert).bind(tenant, 'evt_2', T0 + 2),
      db.prepare(insert).bind(tenant, 'evt_1', T0 + 1),
      db.prepare(insert).bind(freshTenant(), 'evt_3', T0),
    ]);
    const reach = {
      apps: 2,
      groups: 1,
      roles: 1,
      pathToTierZero: [{ node: { id: 'idn_1', kind: 'identity' as const, name: 'Ada' }, edge: null }],
    };
    const facts = { status: 'ACTIVE', factorsResetAt: T0, roles: ['Help Desk'] };
    await apply(verdict({ evidence: { facts, eventIds: ['evt_2', 'evt_1', 'evt_3', 'evt_gone'], reach } }));
    await api.post(`/issues/${id}/dismiss`, { reason: 'other', note: ' tested ' });
    const { status, body } = await api.get(`/issues/${id}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id,
      status: 'dismissed',
      dismissReason: 'other',
      dismissNote: 'tested',
      category: 'MFA',
      priorityFactors: [{ factor: 'severity', points: 57 }],
      evidence: { facts: { status: 'ACTIVE', factorsResetAt: iso(T0), roles: ['Help Desk'] }, reach, unverified: null },
      history: [
        { change: 'opened', by: 'postern', at: iso(T0 + 1_000) },
        { change: 'dismissed', by: 'usr_admin', detail: 'other: tested', at: iso(T0 + 60_000) },
      ],
      deliveries: [],
    });
    expect(body.description.length).toBeGreaterThan(20);
    expect(body.evidence.events.map((event) => event.id)).toEqual(['evt_1', 'evt_2']);
    expect(body.evidence.events[0]).toMatchObject({
      source: 'src_1',
      channels: ['event_hook', 'tail'],
      actor: { id: '00u9', name: 'Eve' },
      targets: [{ alternateId: 'ada@acme.test' }],
      outcome: { result: 'SUCCESS', reason: null },
    });
  });

  it('does not find those of other tenants', async () => {
    const a = setUp();
    const b = setUp();
    await a.apply(verdict());
    for (const id of [a.id, 'iss_none']) {
      expect(await b.api.get(`/issues/${id}`)).toMatchObject({ status: 404, body: { code: 'issue.not_found' } });
      for (const [path, body] of [
        ['dismiss', { reason: 'other' }],
        ['reopen', undefined],
        ['assign', { assignee: null }],
        ['send', { integrationId: 'int_1' }],
      ] as const) {
        expect((await b.api.post(`/issues/${id}/${path}`, body)).status).toBe(404);
      }
    }
    expect((await a.api.get(`/issues/${a.id}`)).body.status).toBe('open');
  });
});

describe('what people do', () => {
  it('dismisses with a reason, once', async () => {
    const { api, apply, id, auditOf } = setUp();
    await apply(verdict());
    expect((await api.post(`/issues/${id}/dismiss`, { reason: 'because' })).status).toBe(400);
    expect((await api.post(`/issues/${id}/dismiss`, { reason: 'other', note: 'x'.repeat(2_001) })).status).toBe(400);
    expect(await api.post(`/issues/${id}/dismiss`, { reason: 'false_positive' })).toMatchObject({
      status: 200,
      body: { status: 'dismissed', dismissReason: 'false_positive' },
    });
    expect(await api.post(`/issues/${id}/dismiss`, { reason: 'other' })).toMatchObject({
      status: 409,
      body: { code: 'issue.not_open' },
    });
    expect(await auditOf()).toEqual([{ action: 'issue.dismiss', actor: 'usr_admin', target: id }]);
  });

  it('reopens a dismissed issue and tells the queue', async () => {
    const { api, apply, id, auditOf, outbound } = setUp();
    await apply(verdict());
    expect(await api.post(`/issues/${id}/reopen`)).toMatchObject({
      status: 409,
      body: { code: 'issue.not_dismissed' },
    });
    await api.post(`/issues/${id}/dismiss`, { reason: 'other' });
    expect(await api.post(`/issues/${id}/reopen`)).toMatchObject({
      status: 200,
      body: { status: 'open', dismissReason: null, openedAt: iso(T0 + 1_000) },
    });
    expect(outbound.sent.map((m) => m.change)).toEqual(['opened', 'reopened']);
    expect((await auditOf()).map((line) => line.action)).toEqual(['issue.dismiss', 'issue.reopen']);
    await apply(verdict({ seq: 2, status: 'pass' }));
    expect((await api.post(`/issues/${id}/reopen`)).status).toBe(409);
  });

  it('loses no message when the queue fails while reopening', async () => {
    const { api, apply, id, outbound, clock, auditOf } = setUp();
    await apply(verdict());
    await api.post(`/issues/${id}/dismiss`, { reason: 'other' });
    outbound.failures = 1;
    expect((await api.post(`/issues/${id}/reopen`)).status).toBe(500);
    clock.advance(5_000);
    expect(await api.post(`/issues/${id}/reopen`)).toMatchObject({ status: 200, body: { status: 'open' } });
    expect(outbound.sent.at(-1)).toMatchObject({ change: 'reopened', at: T0 + 60_000 });
    expect(await auditOf()).toHaveLength(2);
  });

  it('assigns to enabled users of the tenant who may see it', async () => {
    const { api, apply, id, addUser, auditOf } = setUp();
    const other = setUp();
    await apply(verdict());
    await addUser('usr_ada');
    await addUser('usr_gone', { disabledAt: T0 });
    await addUser('usr_else', { role: 'issue_responder', sourceIds: ['src_2'] });
    await other.addUser('usr_other');
    for (const assignee of ['usr_gone', 'usr_else', 'usr_other', 'usr_none']) {
      expect(await api.post(`/issues/${id}/assign`, { assignee })).toMatchObject({
        status: 400,
        body: { code: 'issue.unknown_assignee' },
      });
    }
    expect((await api.post(`/issues/${id}/assign`, { assignee: 'usr_ada' })).body.assignee).toBe('usr_ada');
    expect((await api.post(`/issues/${id}/assign`, { assignee: 'usr_ada' })).status).toBe(200);
    expect((await api.post(`/issues/${id}/assign`, { assignee: null })).body.assignee).toBeNull();
    expect((await api.post(`/issues/${id}/assign`, {})).status).toBe(400);
    expect((await api.get(`/issues/${id}`)).body.history.map((h) => h.detail)).toEqual([
      'No MFA - Admin Account',
      expect.stringContaining('Assigned to'),
      expect.stringContaining('Assigned to'),
    ]);
    expect(await auditOf()).toHaveLength(2);
  });

  it('sends one or many issues to an integration', async () => {
    const { api, apply, id, tenant, outbound, addIntegration, auditOf } = setUp();
    await apply(verdict(), verdictOf(2));
    await addIntegration('int_1');
    outbound.sent.length = 0;
    expect(await api.post(`/issues/${id}/send`, { integrationId: 'int_1' })).toEqual({
      status: 202,
      body: { sent: 1 },
    });
    expect(outbound.sent).toEqual([
      { v: 1, tenantId: tenant, issueId: id, change: 'manual', at: T0 + 60_000, integrationId: 'int_1' },
    ]);
    const second = issueId(tenant, 'no-mfa-admin', verdictOf(2).subject);
    const many = await api.post('/issues/send', { integrationId: 'int_1', issueIds: [id, second, id] });
    expect(many).toEqual({ status: 202, body: { sent: 2 } });
    expect(outbound.sent).toHaveLength(3);
    expect((await api.get(`/issues/${second}`)).body.history.at(-1)).toMatchObject({
      change: 'sent',
      by: 'usr_admin',
      detail: 'Sent to Ticket desk',
    });
    expect((await auditOf()).map((line) => line.action)).toEqual(['issue.send', 'issue.send']);
  });

  it('sends nothing when an issue or the integration is not there', async () => {
    const { api, apply, id, outbound, addIntegration } = setUp();
    const other = setUp();
    await apply(verdict());
    await other.addIntegration('int_other');
    await addIntegration('int_off', { status: 'disabled' });
    await addIntegration('int_1');
    outbound.sent.length = 0;
    expect((await api.post(`/issues/${id}/send`, { integrationId: 'int_other' })).status).toBe(404);
    expect((await api.post(`/issues/${id}/send`, { integrationId: 'int_off' })).status).toBe(409);
    expect(await api.post('/issues/send', { integrationId: 'int_1', issueIds: [id, 'iss_none'] })).toMatchObject({
      status: 404,
      body: { issueIds: ['iss_none'] },
    });
    expect((await api.post('/issues/send', { integrationId: 'int_1', issueIds: [] })).status).toBe(400);
    const tooMany = Array.from({ length: 201 }, (_, n) => `iss_${n}`);
    expect((await api.post('/issues/send', { integrationId: 'int_1', issueIds: tooMany })).status).toBe(400);
    expect(outbound.sent).toEqual([]);
  });
});

describe('who may', () => {
  it('lets viewers read, and nothing else', async () => {
    const { as, apply, id } = setUp();
    await apply(verdict());
    const viewer = as(VIEWER);
    expect((await viewer.get('/issues')).status).toBe(200);
    for (const path of [`${id}/dismiss`, `${id}/reopen`, `${id}/assign`, `${id}/send`, 'send']) {
      expect(await viewer.post(`/issues/${path}`, {})).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    }
  });

  it('keeps a responder to their sources', async () => {
    const { as, apply, tenant, addIntegration } = setUp();
    await apply(verdictOf(1), verdictOf(2));
    await addIntegration('int_1');
    const responder = as({ ...ADMIN, id: 'usr_r', role: 'issue_responder', sourceIds: ['src_1'] });
    const [own, foreign] = [1, 2].map((n) => issueId(tenant, 'no-mfa-admin', verdictOf(n).subject));
    const { body } = await responder.get('/issues?status=all');
    expect(body.data.map((row) => row.id)).toEqual([own]);
    expect((await responder.get('/issues?source=src_2')).body.data).toEqual([]);
    expect((await responder.get(`/issues/${own}`)).status).toBe(200);
    expect((await responder.get(`/issues/${foreign}`)).status).toBe(404);
    expect((await responder.post(`/issues/${foreign}/dismiss`, { reason: 'other' })).status).toBe(404);
    const both = { integrationId: 'int_1', issueIds: [own, foreign] };
    expect((await responder.post('/issues/send', both)).status).toBe(404);
    expect((await responder.get('/issues/summary')).body).toMatchObject({ open: { total: 1 } });
    const nobody = as({ ...ADMIN, role: 'issue_responder', sourceIds: [] });
    expect((await nobody.get('/issues')).body.data).toEqual([]);
    expect((await nobody.get('/issues/summary')).body).toMatchObject({ open: { total: 0 } });
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
    expect(body.byDetection).toHaveLength(12);
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

describe('GET /detections', () => {
  it('tells each with its open issues', async () => {
    const { apply, deps, tenant } = setUp();
    await apply(verdict(), verdictOf(2), verdictOf(3), verdictOf(3, { seq: 4, status: 'pass' }));
    const api = caller(detectionRoutes(), deps, tenant, VIEWER);
    const { body } = await api.get('/detections');
    expect(body.data).toHaveLength(12);
    expect(body.next).toBeNull();
    expect((await api.get('/detections/no-mfa-admin')).body).toMatchObject({
      id: 'no-mfa-admin',
      open: 2,
      severity: 'high',
    });
    expect((await api.get('/detections/no-such')).status).toBe(404);
    const other = caller(detectionRoutes(), deps, freshTenant());
    expect((await other.get('/detections/no-mfa-admin')).body.open).toBe(0);
  });
});
