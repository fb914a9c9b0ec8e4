import { expect, it } from 'vitest';
import { apiUnderTest } from './test-api.ts';
import { seedOneOfEach } from './test-seed.ts';

it('metrics count the events of each source and the open issues, of this tenant only', async () => {
  const { call, deps } = apiUnderTest();
  const [a, b] = [await seedOneOfEach(deps), await seedOneOfEach(deps)];
  const source = a.ids.sources ?? '';
  await deps
    .evidence(a.tenantId)
    .prepare(
      `INSERT INTO counters (tenant_id, source_id, received, accepted, ignored, duplicate, processed, dead, lag_millis)
       VALUES (?1, ?2, 10, 8, 2, 1, 6, 1, 1500)`,
    )
    .bind(a.tenantId, source)
    .run();
  const res = await call('GET', '/api/v1/metrics', { token: a.tokens.viewer });
  expect(res.status).toBe(200);
  expect(res.headers.get('content-type')).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
  const lines = (await res.text()).split('\n');
  for (const line of [
    `postern_source_events_total{source="${source}",outcome="received"} 10`,
    `postern_source_events_total{source="${source}",outcome="dead"} 1`,
    `postern_source_lag_seconds{source="${source}"} 1.5`,
    `postern_source_events_pending{source="${source}"} 0`,
    'postern_issues_open{severity="high"} 1',
    'postern_issues_open{severity="critical"} 0',
  ]) {
    expect(lines).toContain(line);
  }
  expect(lines.slice(-2)).toEqual(['# EOF', '']);
  expect(lines.join('\n')).not.toContain(b.ids.sources);

  const other = await (await call('GET', '/api/v1/metrics', { token: b.tokens.viewer })).text();
  expect(other).toContain(`postern_source_events_total{source="${b.ids.sources}",outcome="received"} 0`);
  expect(other).not.toContain('postern_source_lag_seconds{');
});
