import { describe, expect, it } from 'vitest';
import { createReport } from './report.ts';
import { row } from './row.ts';

describe('a report', () => {
  it('shows the rows that a group made before it died, and those of the others once', () => {
    const shown: [string, string[]][] = [];
    const report = createReport((group, rows) => shown.push([group, rows.map(({ name }) => name)]));
    report.begin('graph');
    report.end([row('a', 1, 'ms')]);
    report.begin('sync');
    row('b', 1, 'ms', { atMost: 0 });
    row('c', 1, 'ms');
    report.died('out of memory');
    report.begin('console');
    report.died('SIGTERM');
    report.begin('outbound');
    report.end([row('d', 1, 'ms')]);
    expect(shown).toEqual([
      ['graph', ['a']],
      ['sync', ['b', 'c']],
      ['outbound', ['d']],
    ]);
    expect(report.rows.map(({ name, holds }) => [name, holds])).toEqual([
      ['a', null],
      ['b', false],
      ['c', null],
      ['d', null],
    ]);
    expect(report.failed).toEqual(['sync: out of memory', 'console: SIGTERM']);
  });
});
