import { describe, expect, it } from 'vitest';
import { freshTenant, T0 } from '../../test/deps.ts';
import { iso } from '../platform/clock.ts';
import { setUp } from './testing/api-set-up.ts';
import { verdict } from './testing/changes.ts';

describe('GET /issues/{id}', () => {
  it('explains the issue', async () => {
    const { api, apply, id, tenant, deps } = setUp();
    const insert = `INSERT INTO events (tenant_id, id, source_id, uuid, type, published_at, stored_at, channels,
      delivery_id, actor_id, actor_type, actor_name, outcome, outcome_reason, targets, body)
      VALUES (?1, ?2, 'src_1', ?2, 'user.mfa.factor.reset_all', ?3, ?3, 5, 'inb_1', '00u9', 'User', 'Eve', 'SUCCESS',
      NULL, '[{"id":"00u1","type":"User","name":"Ada","alternateId":"ada@acme.test"}]',
      '{"actorAlternateId":"eve@acme.test"}')`;
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
      actor: { id: '00u9', name: 'Eve', alternateId: 'eve@acme.test' },
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
