import type { OrgSize } from '../../workers/graph/testing/bench.org.ts';
import { ENTRY } from './graph-driver.ts';
import { importRows } from './graph-import.ts';
import { largeRows } from './graph-large.ts';
import type { Row } from './row.ts';
import { bundle } from './runtime.ts';
import { benchSyncCalls } from './sync-calls.ts';

const LARGE: OrgSize = { people: 100_000, groups: 45_000, apps: 5_000, memberships: 6_000_000 };
/** With `--quick`: a sixth of it. */
const QUICK: OrgSize = { people: 20_000, groups: 8_000, apps: 1_000, memberships: 1_000_000 };

/** The identity graph: filling it, asking it, and what it takes of memory. */
export async function benchGraph(tell: (line: string) => void): Promise<Row[]> {
  const script = await bundle(ENTRY);
  const imports = await importRows(script, tell);
  const large = await largeRows(script, process.argv.includes('--quick') ? QUICK : LARGE, tell);
  return [...imports, ...large, ...(await benchSyncCalls(tell))];
}
