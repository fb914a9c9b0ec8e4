import { describe, expect, it } from 'vitest';
import { T0 } from '../../../test/deps.ts';
import { remark, toCsv } from './csv.ts';

describe('rows as CSV', () => {
  it('end with a remark of their own line', () => {
    expect(remark('a, "b"')).toBe('"# a, ""b"""\r\n');
  });

  it('quote, name nodes and disarm formulas', () => {
    const columns = [
      { id: 'who', title: 'Who', type: 'node' as const },
      { id: 'at', title: 'At', type: 'time' as const },
      { id: 'note', title: 'Note', type: 'text' as const },
    ];
    const rows = [
      [{ id: 'acc_1', kind: 'account' as const, name: '=HYPERLINK("x")' }, T0, 'a,b'],
      [null, null, null],
    ];
    expect(toCsv(columns, rows)).toBe(
      `who,who_id,at,note\r\n"'=HYPERLINK(""x"")",acc_1,2026-06-01T12:00:00.000Z,"a,b"\r\n,,,\r\n`,
    );
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '＝1', '＋1', '－1', '＠x'])(
    'disarm a cell that begins as %j',
    (name) => {
      const [, line = ''] = toCsv([{ id: 'who', title: 'Who', type: 'text' }], [[name]]).split(/^who\r\n/);
      expect(line.replace(/^"/, '').startsWith("'")).toBe(true);
    },
  );

  it('keep names as they are that are no formula, however odd', () => {
    const odd = ['محمد', 'a\u0007b', 'x'.repeat(1_000), 'O=1', 'a,"b"'];
    const csv = toCsv(
      [{ id: 'who', title: 'Who', type: 'text' }],
      odd.map((name) => [name]),
    );
    expect(csv).toBe(`who\r\n${odd.slice(0, 4).join('\r\n')}\r\n"a,""b"""\r\n`);
  });
});
