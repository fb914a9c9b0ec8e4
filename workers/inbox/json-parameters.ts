/** D1 takes at most 2,000,000 bytes a bound value. */
const MAX_PARAMETER_BYTES = 1_900_000;

/** Rows as JSON arrays of rows, as few as fit D1's bound values. For `SELECT … FROM json_each(?)`. */
export function jsonParameters(rows: unknown[]): string[] {
  const parameters: string[] = [];
  let parts: string[] = [];
  let bytes = 2;
  for (const row of rows) {
    const json = JSON.stringify(row);
    const size = Buffer.byteLength(json) + 1;
    if (parts.length > 0 && bytes + size > MAX_PARAMETER_BYTES) {
      parameters.push(`[${parts.join(',')}]`);
      parts = [];
      bytes = 2;
    }
    parts.push(json);
    bytes += size;
  }
  if (parts.length > 0) parameters.push(`[${parts.join(',')}]`);
  return parameters;
}
