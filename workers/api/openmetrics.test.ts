import { describe, expect, it } from 'vitest';
import { openMetricsText } from './openmetrics.ts';

describe('openMetricsText', () => {
  it('writes counters, gauges, units and the end', () => {
    const text = openMetricsText([
      { name: 'a_events', type: 'counter', help: 'Events', samples: [{ labels: { source: 'src_1' }, value: 7 }] },
      { name: 'a_lag_seconds', type: 'gauge', unit: 'seconds', help: 'Lag', samples: [{ labels: {}, value: 0.5 }] },
    ]);
    expect(text).toBe(
      [
        '# TYPE a_events counter',
        '# HELP a_events Events',
        'a_events_total{source="src_1"} 7',
        '# TYPE a_lag_seconds gauge',
        '# UNIT a_lag_seconds seconds',
        '# HELP a_lag_seconds Lag',
        'a_lag_seconds{} 0.5',
        '# EOF',
        '',
      ].join('\n'),
    );
  });

  it('escapes what would end a label', () => {
    const samples = [{ labels: { name: 'a"b\\c\nd' }, value: 1 }];
    expect(openMetricsText([{ name: 'm', type: 'gauge', help: 'h', samples }])).toContain('m{name="a\\"b\\\\c\\nd"} 1');
  });
});
