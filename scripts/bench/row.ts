/** One figure, beside the mark it is held against and, where there is one, what was measured with it in the same run. */
export interface Row {
  name: string;
  value: number;
  unit: string;
  /** The mark in words, for example `≤ 5000`; null when there is none. */
  goal: string | null;
  /** Whether the mark holds; null when there is none. */
  holds: boolean | null;
  against: { name: string; value: number } | null;
}

/** Every row that was made: what there is when a bench dies half-way. */
export const made: Row[] = [];

export function row(
  name: string,
  value: number,
  unit: string,
  more: { atMost?: number; atLeast?: number; against?: Row['against'] } = {},
): Row {
  const { atMost, atLeast } = more;
  const done: Row = {
    name,
    value: Math.round(value * 1_000) / 1_000,
    unit,
    goal: atMost !== undefined ? `≤ ${atMost}` : atLeast !== undefined ? `≥ ${atLeast}` : null,
    holds: atMost !== undefined ? value <= atMost : atLeast !== undefined ? value >= atLeast : null,
    against: more.against ?? null,
  };
  made.push(done);
  return done;
}

/** The value below which `share` (0 to 1) of the samples lie. Nearest rank; 0 for no samples. */
export function quantile(samples: number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? 0;
}

export function table(group: string, rows: Row[]): string {
  const lines = rows.map((r) => {
    const mark = r.holds === null ? '    ' : r.holds ? 'ok  ' : 'MISS';
    const beside = r.against ? `  (${r.against.name}: ${r.against.value})` : '';
    return `  ${mark} ${r.name.padEnd(52)} ${String(r.value).padStart(12)} ${r.unit.padEnd(10)} ${(r.goal ?? '').padEnd(10)}${beside}`;
  });
  return `\n${group}\n${lines.join('\n')}`;
}
