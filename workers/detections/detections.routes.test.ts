import { describe, expect, it } from 'vitest';
import { freshTenant } from '../../test/deps.ts';
import { caller, VIEWER } from '../issues/testing/api.ts';
import { setUp } from '../issues/testing/api-set-up.ts';
import { verdict, verdictOf } from '../issues/testing/changes.ts';
import { detectionRoutes } from './detections.routes.ts';
import { ISSUE_DETECTION_IDS } from './types.ts';

describe('GET /detections', () => {
  it('tells each with its open issues and the accounts it cannot tell of', async () => {
    const { apply, deps, tenant } = setUp();
    await apply(verdict(), verdictOf(2), verdictOf(3), verdictOf(3, { seq: 4, status: 'pass' }));
    const routes = detectionRoutes(async () => new Map([['no-mfa-admin', 7]]));
    const api = caller(routes, deps, tenant, VIEWER);
    const { body } = await api.get('/detections');
    expect(body.data).toHaveLength(ISSUE_DETECTION_IDS.length);
    expect(body.next).toBeNull();
    expect((await api.get('/detections/no-mfa-admin')).body).toMatchObject({ open: 2, unknown: 7, severity: 'high' });
    expect((await api.get('/detections/push-fatigue')).body).toMatchObject({ open: 0, unknown: 0 });
    expect((await api.get('/detections/no-such')).status).toBe(404);
    expect((await caller(routes, deps, freshTenant()).get('/detections/no-mfa-admin')).body.open).toBe(0);
    const responder = caller(routes, deps, tenant, { ...VIEWER, role: 'issue_responder', sourceIds: ['src_2'] });
    const limited = (await responder.get('/detections/no-mfa-admin')).body;
    expect(limited.open).toBe(1);
    expect(limited).not.toHaveProperty('unknown');
  });

  it('does without the graph when it is away', async () => {
    const { deps, tenant } = setUp();
    const api = caller(
      detectionRoutes(() => Promise.reject(new Error('reset'))),
      deps,
      tenant,
    );
    expect(await api.get('/detections/no-mfa-admin')).toMatchObject({ status: 200, body: { open: 0 } });
  });
});
