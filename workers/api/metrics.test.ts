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

it('metrics tell how events flow, with a sample only for what is known', async () => {
  const { call, deps } = apiUnderTest();
  const { tenantId, tokens, ids } = await seedOneOfEach(deps);
  const now = deps.clock.now();
  await deps
    .evidence(tenantId)
    .prepare(
      `INSERT INTO inbox (tenant_id, id, source_id, channel, received_at, status, events, accepted)
       VALUES (?1, 'inb_flow', ?2, 'event_hook', ?3, 'processed', 50, 50)`,
    )
    .bind(tenantId, ids.sources ?? '', now)
    .run();
  const text = await (await call('GET', '/api/v1/metrics', { token: tokens.viewer })).text();
  const lines = text.split('\n');
  const source = `source="${ids.sources}"`;
  for (const line of [
    `postern_source_events_per_minute{${source},stage="received"} 10`,
    `postern_source_push_last_received_timestamp_seconds{${source},channel="event_hook"} ${now / 1_000}`,
    `postern_source_push_verified{${source},channel="eventbridge"} 0`,
    `postern_source_tail_state{${source},state="new"} 1`,
    '# UNIT postern_source_delay_seconds seconds',
  ]) {
    expect(lines).toContain(line);
  }
  expect(text).not.toContain(`postern_source_push_verified{${source},channel="event_hook"}`);
  const names = lines.filter((line) => line.startsWith('# TYPE ')).map((line) => line.split(' ')[2]);
  expect(new Set(names).size).toBe(names.length);
  for (const line of lines.filter((one) => one.startsWith('# UNIT '))) {
    const [, , name = '', unit = ''] = line.split(' ');
    expect(name.endsWith(`_${unit}`)).toBe(true);
  }
});
