import { describe, expect, it } from 'vitest';
import { T0 } from '../../test/deps.ts';
import { iso } from '../platform/clock.ts';
import { issueId } from './issue-ids.ts';
import { ADMIN, VIEWER } from './testing/api.ts';
import { setUp } from './testing/api-set-up.ts';
import { verdict, verdictOf } from './testing/changes.ts';

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
