import { describe, expect, it } from 'vitest';
import { T0 } from '../../test/deps.ts';
import type { SourceVerdictChange } from '../detections/types.ts';
import { webhookBody } from '../outbound/body.ts';
import { lookupsOf } from '../outbound/lookups.ts';
import { applyVerdictChanges } from './apply-verdicts.ts';
import { issueId } from './issue-ids.ts';
import { VIEWER } from './testing/api.ts';
import { setUp } from './testing/api-set-up.ts';

const change = (seq: number, more: Partial<SourceVerdictChange> = {}): SourceVerdictChange => ({
  seq,
  at: T0 + seq,
  detection: 'push-silent',
  status: 'fail',
  subject: { kind: 'source', id: 'src_1', source: 'src_1', nativeId: 'acme.okta.com', name: 'Acme Okta' },
  identityId: null,
  title: 'Push Is Silent',
  severity: 'high',
  priority: 43,
  priorityFactors: [{ factor: 'severity', points: 28, detail: 'Severity of the problem: high' }],
  evidence: {
    facts: { lastPushAt: T0 },
    eventIds: [],
    reach: { apps: 0, groups: 0, roles: 0, pathToTierZero: null },
  },
  ...more,
});

describe('an issue about a source', () => {
  it('is an issue like any other: list, filters, detail, work, visibility', async () => {
    const { api, as, deps, tenant } = setUp();
    await applyVerdictChanges(deps, tenant, [change(1)]);
    const id = issueId(tenant, 'push-silent', change(1).subject);
    const { body } = await api.get('/issues?detection=push-silent&source=src_1');
    expect(body.data).toMatchObject([{ id, identityId: null, subject: { kind: 'source', id: 'src_1' } }]);
    const detail = await api.get(`/issues/${id}`);
    expect(detail.body).toMatchObject({
      category: 'Ingestion',
      evidence: { facts: { lastPushAt: expect.any(String) } },
    });
    expect(detail.body.remediation).toContain('Event Hooks');
    const summary = (await api.get('/issues/summary')).body;
    expect(summary.byDetection.find((one: { detection: string }) => one.detection === 'push-silent')?.open).toBe(1);
    expect((await api.post(`/issues/${id}/dismiss`, { reason: 'accepted_risk' })).status).toBe(200);
    const elsewhere = as({ ...VIEWER, role: 'issue_responder', sourceIds: ['src_2'] });
    expect((await elsewhere.get(`/issues/${id}`)).status).toBe(404);
  });

  it('is sent out without asking the graph, with the source as what is affected', async () => {
    const { deps, tenant } = setUp();
    await applyVerdictChanges(deps, tenant, [change(1)]);
    const id = issueId(tenant, 'push-silent', change(1).subject);
    const lookups = lookupsOf({ ...deps, env: {} as unknown as Env });
    const issue = (await lookups.issues(tenant, [id])).get(id);
    if (!issue) throw new Error('no issue');
    const body = webhookBody({
      eventId: 'dlv_1',
      change: 'opened',
      at: T0,
      issue,
      detection: lookups.detection(issue.detection),
      entity: await lookups.entity(issue, () => 'acme'),
      product: { name: 'Okta', tenant: 'acme' },
      consoleUrl: 'https://console.test',
    });
    expect(body.eventData).toMatchObject({
      category: 'Ingestion',
      affectedEntity: {
        type: 'Source',
        id: 'src_1',
        displayName: 'Acme Okta',
        idInService: 'acme.okta.com',
        additionalData: { username: 'Acme Okta', types: [], lastLogin: null },
      },
    });
  });
});
