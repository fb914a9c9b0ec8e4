import { nodeId } from '../graph/model.ts';
import type { Millis } from '../platform/clock.ts';
import { isAbsent } from '../sources/okta/errors.ts';
import type { Closed } from './close.ts';
import { closeOwned } from './close-owned.ts';
import { type Detail, detailsFor } from './inventory-details.ts';
import type { InventoryObjects } from './inventory-objects.ts';
import type { SyncSession } from './session.ts';
import type { PageResult, SweepHandlers } from './sweep.ts';

/** Edges handed to the graph at once. */
const AT_ONCE = 10_000;

/** Lists that belong to one object each: what they tell becomes part of the object, or nodes around it. */
export function detailsPhase(
  session: SyncSession,
  known: Pick<InventoryObjects, 'appsByName' | 'clients'>,
): SweepHandlers {
  const details = detailsFor(session, known);
  const detailOf = (scope: string): [detail: Detail, id: string] => {
    const at = scope.indexOf(':');
    return [details[scope.slice(0, at)] ?? {}, scope.slice(at + 1)];
  };
  return {
    optional: true,
    absent: (error) => isAbsent(error),
    page: (scope, items) => readRows(...detailOf(scope), items),
    close: (scope, seen, asOf) => closeDetail(session, ...detailOf(scope), scope, seen, asOf),
  };
}

function readRows(detail: Detail, id: string, items: unknown[]): PageResult {
  const result: PageResult = {
    part: { nodes: [], edges: [], owns: [] },
    seen: [],
    facts: [],
    bad: [],
    incomplete: false,
  };
  for (const row of items) {
    const kept = detail.keep?.(row, id);
    if (typeof kept === 'string') result.seen.push(kept);
    const mapped = detail.map?.(row, id);
    if (!mapped) continue;
    if ('bad' in mapped) {
      result.bad.push(mapped.bad);
      result.incomplete = true;
      continue;
    }
    result.part.nodes.push(...mapped.part.nodes);
    result.part.edges.push(...mapped.part.edges);
    if (mapped.fact === undefined) continue;
    result.seen.push(mapped.fact);
    if (mapped.part.nodes.length > 0) result.facts.push(mapped.fact);
  }
  return result;
}

async function closeDetail(
  session: SyncSession,
  detail: Detail,
  id: string,
  scope: string,
  seen: string[],
  asOf: Millis,
): Promise<Closed> {
  if (scope.startsWith('idps/users:')) return { held: null, rows: await closeIdpUsers(session, id, seen, asOf) };
  if (!detail.build) return { held: null, rows: 0 };
  const { nodes, edges, owns = [] } = detail.build(id, seen);
  let rows = 0;
  for (let at = 0; at === 0 || at < edges.length; at += AT_ONCE) {
    const page = { nodes: at === 0 ? nodes : [], edges: edges.slice(at, at + AT_ONCE) };
    if (page.nodes.length + page.edges.length === 0) continue;
    rows += (await session.graph.applyPage({ ...page, asOf, by: session.by, evaluate: false })).rowsWritten;
  }
  return { held: null, rows: rows + (await closeOwned(session, owns, edges, asOf)) };
}

async function closeIdpUsers(session: SyncSession, idpId: string, seen: string[], asOf: Millis): Promise<number> {
  const from = nodeId('identity_provider', session.source.id, idpId);
  const closed = await session.graph.closeScope({
    scope: { of: 'edgesFrom', kind: 'IDENTITY_PROVIDER_FOR', from, toKind: 'account' },
    seen,
    asOf,
    by: session.by,
    removalLimitPercent: 100,
    evaluate: false,
  });
  return closed.rowsWritten;
}
