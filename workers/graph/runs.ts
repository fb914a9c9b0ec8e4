/**
 * Whole numbers below 2³² in rows of their own, thousands of each: in pieces of memory, so that nothing is copied, and
 * nothing thrown away, as they grow.
 */
export interface Runs {
  pieces: Uint32Array<ArrayBuffer>[];
  count: number;
  /** For each row, how many numbers there are up to its last. */
  ends: number[];
}

const PIECE_BITS = 16;
const PIECE = 2 ** PIECE_BITS;

export function noRuns(): Runs {
  return { pieces: [], count: 0, ends: [] };
}

/** Adds a number to the row that is being filled. */
export function addNumber(runs: Runs, number: number): void {
  const at = runs.count % PIECE;
  if (at === 0) runs.pieces.push(new Uint32Array(PIECE));
  const piece = runs.pieces[runs.count >>> PIECE_BITS];
  if (piece) piece[at] = number;
  runs.count += 1;
}

/** Ends the row that is being filled, which may be empty. */
export function endRun(runs: Runs): void {
  runs.ends.push(runs.count);
}

function eachNumber({ pieces, count, ends }: Runs, call: (number: number, row: number) => void): void {
  for (let at = 0, row = 0; at < count; at++) {
    while (at >= (ends[row] ?? count)) row += 1;
    call(pieces[at >>> PIECE_BITS]?.[at % PIECE] ?? 0, row);
  }
}

/**
 * The rows that each number below `numbers` is in, side by side: those of n are `values` from `offsets[n]` to
 * `offsets[n + 1]`, in their order. `tell`: what stands for a row.
 */
export function rowsByNumber(runs: Runs, numbers: number, tell: (row: number) => number) {
  const offsets = new Uint32Array(numbers + 1);
  eachNumber(runs, (number) => {
    offsets[number + 1] = (offsets[number + 1] ?? 0) + 1;
  });
  for (let number = 0; number < numbers; number++) {
    offsets[number + 1] = (offsets[number + 1] ?? 0) + (offsets[number] ?? 0);
  }
  const values = new Uint32Array(runs.count);
  const free = offsets.slice();
  eachNumber(runs, (number, row) => {
    const place = free[number] ?? 0;
    values[place] = tell(row);
    free[number] = place + 1;
  });
  return { offsets, values };
}
