import * as fc from 'fast-check';
import { T0 } from '../../../test/deps.ts';
import type { ChangeRow } from '../changes.ts';
import type { TenantGraph } from '../directory.ts';
import type { GraphEdge } from '../model.ts';
import type { GraphChange } from '../writes.ts';
import { accountId, app, assigned, edge, eventOf, group, remove, upsert } from './fixtures.ts';

/* Tests only: what two accounts, their memberships and their assignments go through in random histories. */

export const CRM = app('crm');
export const GROUPS = [group('a'), group('b')];
const EDGES: GraphEdge[] = ['u', 'v'].flatMap((native) => [
  ...GROUPS.map((g) => edge(accountId(native), 'MEMBER_OF', g.id)),
  assigned(accountId(native), CRM.id),
]);

/** One thing that happens to an edge, or to the account that it leaves, `gap` after what came before. */
export type Step = { edge: number; op: 'put' | 'end' | 'change' | 'endAccount' | 'listAccount'; gap: number };

/** Null where a listing tells it. */
export function changeOf({ edge: place, op }: Step, at: number): GraphChange | null {
  const e = EDGES[place];
  if (!e || op === 'listAccount') return null;
  if (op === 'endAccount') return { op: 'removeNode', nodeId: e.from, at, by: eventOf(String(at)) };
  if (op === 'end') return remove(e, at);
  return upsert(op === 'put' ? e : { ...e, attributes: { status: 'SUSPENDED', at } }, at);
}

/** What is there, at a moment or now: edges of the accounts and nodes, by id. */
export async function present(graph: TenantGraph, asOf?: number): Promise<string[]> {
  const found: string[] = [];
  for (const id of [accountId('u'), accountId('v')]) {
    const detail = await graph.node(id, 50, asOf);
    if (!detail) continue;
    found.push(id);
    for (const { edge: e } of detail.out) found.push(`${e.from} ${e.kind} ${e.to}`);
  }
  return found.sort();
}

export const STEPS = fc.array(
  fc.record({
    edge: fc.nat(EDGES.length - 1),
    op: fc.constantFrom<Step['op'][]>('put', 'end', 'change', 'endAccount', 'listAccount'),
    gap: fc.integer({ min: 1, max: 5 }),
  }),
  { maxLength: 14 },
);

export const ALL_CHANGES = { since: 0, until: T0 * 2, node: null, kind: null, limit: 200 };

/** Every page of them. */
export async function allChanges(graph: TenantGraph, query: Partial<typeof ALL_CHANGES> = {}): Promise<ChangeRow[]> {
  const rows: ChangeRow[] = [];
  for (let cursor: string | undefined; ; ) {
    const { data, next } = await graph.changes({ ...ALL_CHANGES, ...query, cursor });
    rows.push(...data);
    if (next === null) return rows;
    cursor = next;
  }
}
