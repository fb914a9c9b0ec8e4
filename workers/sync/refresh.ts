import type { InventoryNeed } from '../graph/port.ts';
import type { GraphChange } from '../graph/writes.ts';
import { PosternError } from '../platform/errors.ts';
import { closeOwned } from './close-owned.ts';
import { type Found, readApp, readGroup, readUser } from './read-objects.ts';
import { refreshInventory } from './refresh-inventory.ts';
import type { SyncSession } from './session.ts';
import { reasonOf } from './sweep.ts';

/** Objects and edges that are handed to the graph at once. */
const MAX_AT_ONCE = 10_000;

/** Objects read at a time: what is begun ends before more of a rate limit is used. The calls keep to six at a time. */
const OBJECTS_AT_ONCE = 6;

export interface RefreshScope {
  users: string[];
  groups: string[];
  apps: string[];
  /** Needs of the inventory that are read anew, each as a whole. */
  inventory: InventoryNeed[];
}

/**
 * Reads single objects anew and evaluates whom they touch. Objects are independent: one that fails does not keep the
 * others back. Returns what has to be done again and when, or what failed for good.
 */
export async function refresh(
  session: SyncSession,
  scope: RefreshScope,
): Promise<{
  left: RefreshScope;
  waitMs: number | null;
  /** Whether it waits for the rate limit, which holds for other objects too. */
  limited: boolean;
  failed: string[];
  rows: number;
  calls: number;
}> {
  const left: RefreshScope = { users: [], groups: [], apps: [], inventory: [] };
  const failed: string[] = [];
  let waitMs: number | null = null;
  let limited = false;
  const found: Found[] = [];
  const attempt = async (what: string, work: () => Promise<void>, again: () => void) => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof PosternError) || !error.code.startsWith('okta.')) throw error;
      if (error.code === 'okta.rate_limited' || error.code === 'okta.unavailable') {
        again();
        limited ||= error.code === 'okta.rate_limited';
        waitMs = Math.max(waitMs ?? 0, (error.retryAfter ?? 5) * 1_000);
      } else failed.push(`${what}: ${error.code}: ${reasonOf(error)}`);
    }
  };
  const read = (kind: Exclude<keyof RefreshScope, 'inventory'>, id: string, work: () => Promise<Found>) =>
    attempt(
      `${kind} ${id}`,
      async () => {
        found.push(await work());
      },
      () => left[kind].push(id),
    );
  await inTurn([
    ...scope.users.map((id) => () => read('users', id, () => readUser(session, id))),
    ...scope.groups.map((id) => () => read('groups', id, () => readGroup(session, id))),
    ...scope.apps.map((id) => () => read('apps', id, () => readApp(session, id))),
  ]);
  let rows = await apply(session, found);
  for (const need of scope.inventory) {
    const work = async () => {
      const done = await refreshInventory(session, need);
      rows += done.rows;
      if (done.readAt !== null) await session.noteRead(need, done.readAt);
      for (const { scope: part, reason } of done.failed) failed.push(`${part}: ${reason}`);
    };
    await attempt(need, work, () => left.inventory.push(need));
  }
  return { left, waitMs, limited, failed, rows, calls: session.okta.calls() };
}

async function inTurn(reads: (() => Promise<void>)[]): Promise<void> {
  let next = 0;
  const go = async () => {
    for (let read = reads[next++]; read; read = reads[next++]) await read();
  };
  await Promise.all(Array.from({ length: OBJECTS_AT_ONCE }, go));
}

/**
 * Access that is gone ends before a new status is applied, and roles and memberships end after new ones are there:
 * so that no verdict is true for a moment only.
 */
async function apply(session: SyncSession, found: Found[]): Promise<number> {
  let rows = 0;
  const close = async (before: boolean) => {
    for (const { closings, asOf } of found) {
      for (const closing of closings.filter((candidate) => candidate.before === before)) {
        const { scope, seen } = closing;
        const input = { scope, seen, asOf, by: session.by, removalLimitPercent: 100, evaluate: true };
        rows += (await session.graph.closeScope(input)).rowsWritten;
      }
    }
  };
  await close(true);
  for (const batch of inBatches(found)) {
    const page = {
      nodes: batch.flatMap(({ part }) => part.nodes),
      edges: batch.flatMap(({ part }) => part.edges),
      factors: batch.flatMap(({ part }) => part.factors ?? []),
    };
    const asOf = Math.min(...batch.map((one) => one.asOf));
    rows += (await session.graph.applyPage({ ...page, asOf, by: session.by, evaluate: true })).rowsWritten;
    const owns = batch.flatMap(({ part }) => part.owns ?? []);
    rows += await closeOwned(session, owns, page.edges, asOf, true);
  }
  await close(false);
  const changes = found.flatMap(({ gone, asOf }) =>
    gone.map((id): GraphChange => ({ op: 'removeNode', nodeId: id, at: asOf, by: session.by })),
  );
  if (changes.length > 0) rows += (await session.graph.applyDelta({ changes, signals: [] })).rowsWritten;
  return rows;
}

/** What objects bring, in batches that the graph takes. The members of a very large group come in several. */
function inBatches(found: Found[]): Found[][] {
  const batches: Found[][] = [];
  let size = MAX_AT_ONCE;
  for (const one of found.flatMap(split)) {
    const { nodes, edges, factors = [] } = one.part;
    const count = nodes.length + edges.length + factors.length;
    if (count === 0) continue;
    if (size + count > MAX_AT_ONCE) {
      batches.push([]);
      size = 0;
    }
    batches.at(-1)?.push(one);
    size += count;
  }
  return batches;
}

function split(found: Found): Found[] {
  const { nodes, edges, factors = [] } = found.part;
  if (nodes.length + edges.length + factors.length <= MAX_AT_ONCE) return [found];
  const parts: Found[] = [{ ...found, part: { nodes, edges: [], factors } }];
  for (let from = 0; from < edges.length; from += MAX_AT_ONCE) {
    parts.push({ ...found, part: { nodes: [], edges: edges.slice(from, from + MAX_AT_ONCE) } });
  }
  return parts;
}
