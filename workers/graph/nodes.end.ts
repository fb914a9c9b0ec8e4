import type { Millis } from '../platform/clock.ts';
import { type Changed, noteNode } from './changed.ts';
import { edgeKey, edgesAt, endEdges } from './edges.store.ts';
import type { NodeKind } from './model.ts';
import { type Clocks, type NodeRow, parseAttributes, readNodes } from './nodes.store.ts';
import { deletePending, type PendingFields, readPending, writePending } from './pending.store.ts';
import { set, type Tx } from './tx.ts';

export interface NodeEnd {
  id: string;
  at: Millis;
  by: string;
}

/**
 * Ends nodes that were not seen since, and their edges. The end of a node that is not here (or is here again already)
 * is kept as well: what is older must not bring anything back. Returns the number of nodes that ended.
 */
export function endNodes(tx: Tx, given: NodeEnd[], changed: Changed): number {
  if (given.length === 0) return 0;
  const ends = withIdentities(tx, lastOfEach(given));
  const rows = readNodes(
    tx,
    ends.map((end) => end.id),
  );
  for (const end of ends) endEdgesOf(tx, end, changed);
  const ending = ends.flatMap((end) => {
    const row = rows.get(end.id);
    return row && row.as_of < end.at ? [{ end, row }] : [];
  });
  for (const { row } of ending) noteNode(changed, row.id, row.kind as NodeKind);
  recordEnds(tx, ends, new Map(ending.map(({ row }) => [row.id, row])));
  const ids = set(ending.map(({ row }) => row.id));
  if (ending.length > 0) {
    tx.run('DELETE FROM node WHERE id IN (SELECT value FROM json_each(?))', ids);
    tx.run('DELETE FROM factor WHERE account_id IN (SELECT value FROM json_each(?))', ids);
    forgetSignIns(
      tx,
      ending.map(({ end }) => end),
    );
  }
  keepLaterPatches(tx, ends, new Map(ending.map(({ row }) => [row.id, row])));
  return ending.length;
}

function lastOfEach(ends: NodeEnd[]): NodeEnd[] {
  const last = new Map<string, NodeEnd>();
  for (const end of ends) if (end.at > (last.get(end.id)?.at ?? -1)) last.set(end.id, end);
  return [...last.values()];
}

/** An identity ends with its only account. */
function withIdentities(tx: Tx, ends: NodeEnd[]): NodeEnd[] {
  const accounts = new Map(ends.filter((end) => end.id.startsWith('acc_')).map((end) => [end.id, end]));
  if (accounts.size === 0) return ends;
  const pairs = tx.raw<[string, string]>(
    `SELECT e.from_id, e.to_id FROM json_each(?) j CROSS JOIN edge e ON e.to_id = j.value AND e.kind = 'HAS_ACCOUNT'
     WHERE (SELECT count(*) FROM edge x WHERE x.from_id = e.from_id AND x.kind = 'HAS_ACCOUNT') = 1`,
    set(accounts.keys()),
  );
  const identities = pairs.flatMap(([identity, account]) => {
    const end = accounts.get(account);
    return end ? [{ ...end, id: identity }] : [];
  });
  return lastOfEach([...ends, ...identities]);
}

function endEdgesOf(tx: Tx, { id, at, by }: NodeEnd, changed: Changed): void {
  const keys = new Map(edgesAt(tx, id, at).map((edge) => [edgeKey(edge), { ...edge, at, by }]));
  endEdges(tx, [...keys.values()], false, changed);
}

function recordEnds(tx: Tx, ends: NodeEnd[], ending: Map<string, NodeRow>): void {
  tx.run(
    `INSERT INTO node_history (id, ended_at, gone, ended_by, began_at, began_by, kind, source_id, native_id, name,
                               attributes)
     SELECT j.value->>0, j.value->>1, 1, j.value->>2, j.value->>3, j.value->>4, j.value->>5, j.value->>6, j.value->>7,
            j.value->>8, j.value->>9
     FROM json_each(?) j
     WHERE j.value->>3 IS NOT NULL OR NOT EXISTS (
       SELECT 1 FROM node_history h WHERE h.id = j.value->>0 AND h.ended_at >= j.value->>1 AND h.gone = 1
     )
     ON CONFLICT DO UPDATE SET gone = 1 WHERE gone = 0`,
    set(
      ends.map((end) => {
        const row = ending.get(end.id);
        const was = row
          ? [row.changed_at, row.changed_by, row.kind, row.source_id, row.native_id, row.name, row.attributes]
          : [null, null, null, null, null, null, null];
        return [end.id, end.at, end.by, ...was];
      }),
    ),
  );
}

function forgetSignIns(tx: Tx, ends: NodeEnd[]): void {
  tx.run(
    `DELETE FROM activity WHERE account_id IN (
       SELECT a.account_id FROM json_each(?) j CROSS JOIN activity a ON a.account_id = j.value->>0
       WHERE a.last_login < j.value->>1
     )`,
    set(ends.map((end) => [end.id, end.at])),
  );
}

/** Fields that an event set after the end wait for the account to come back; older ones are over with it. */
function keepLaterPatches(tx: Tx, ends: NodeEnd[], ending: Map<string, NodeRow>): void {
  const accounts = ends.filter((end) => end.id.startsWith('acc_'));
  if (accounts.length === 0) return;
  const waiting = readPending(
    tx,
    accounts.map((end) => end.id),
  );
  const kept: { accountId: string; fields: PendingFields }[] = [];
  const dropped: string[] = [];
  for (const { id, at } of accounts) {
    const before = { ...waiting.get(id), ...overlay(ending.get(id)) };
    const fields = Object.fromEntries(Object.entries(before).filter(([, [since]]) => since >= at));
    const count = Object.keys(fields).length;
    if (count > 0 && (ending.has(id) || count < Object.keys(before).length)) kept.push({ accountId: id, fields });
    if (count === 0 && waiting.has(id)) dropped.push(id);
  }
  writePending(tx, kept);
  deletePending(tx, dropped);
}

function overlay(row: NodeRow | undefined): PendingFields {
  if (!row || row.clocks === null) return {};
  const attributes = parseAttributes(row.attributes);
  return Object.fromEntries(
    Object.entries(JSON.parse(row.clocks) as Clocks).map(([field, at]) => [field, [at, attributes[field]]]),
  );
}
