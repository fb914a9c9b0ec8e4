import type { Millis } from '../platform/clock.ts';
import { deleteActivity, readActivity } from './activity.store.ts';
import { type Changed, noteNode } from './changed.ts';
import { accountTies, edgesAt, endEdges, removeEdges } from './edges.store.ts';
import { hasLinks } from './links/links.store.ts';
import type { NodeKind } from './model.ts';
import { type NodeRow, overlayOf, readNodes } from './nodes.store.ts';
import { writePending } from './pending.store.ts';
import { set, type Tx } from './tx.ts';

export interface NodeEnd {
  id: string;
  at: Millis;
  by: string;
}

/**
 * Ends nodes that were not seen since, and their edges. The end of a node that is not here (or is here again already)
 * is kept as well: what is older must not bring anything back. An identity ends with its only account. Returns how
 * many of the given nodes ended.
 */
export function endNodes(tx: Tx, given: NodeEnd[], changed: Changed): number {
  if (given.length === 0) return 0;
  const asked = lastOfEach(withoutShared(tx, given));
  const rows = readNodes(
    tx,
    asked.map((end) => end.id),
  );
  const ending = asked.filter((end) => (rows.get(end.id)?.as_of ?? end.at) < end.at);
  const followers = onlyIdentities(tx, ending);
  const followed = readNodes(
    tx,
    followers.map((end) => end.id),
  );
  const gone = new Map(
    [...ending, ...followers].flatMap(({ id }) => {
      const row = rows.get(id) ?? followed.get(id);
      return row ? [[id, row] as const] : [];
    }),
  );
  const ends = lastOfEach([...asked, ...followers]);
  for (const end of ends) endEdgesOf(tx, end, gone.has(end.id), changed);
  for (const row of gone.values()) noteNode(changed, row.id, row.kind as NodeKind);
  recordEnds(tx, ends, gone);
  if (gone.size > 0) {
    const ids = set(gone.keys());
    tx.run('DELETE FROM node WHERE id IN (SELECT value FROM json_each(?))', ids);
    tx.run('DELETE FROM factor WHERE account_id IN (SELECT value FROM json_each(?))', ids);
    keepPatches(tx, [...gone.values()]);
  }
  return ending.length;
}

function lastOfEach(ends: NodeEnd[]): NodeEnd[] {
  const last = new Map<string, NodeEnd>();
  for (const end of ends) if (end.at > (last.get(end.id)?.at ?? -1)) last.set(end.id, end);
  return [...last.values()];
}

/** A source that no longer lists an identity says so of its own accounts: with one of another source it stays. */
function withoutShared(tx: Tx, ends: NodeEnd[]): NodeEnd[] {
  const identities = ends.filter((end) => end.id.startsWith('idn_'));
  if (identities.length === 0 || !hasLinks(tx)) return ends;
  const ending = new Set(ends.map((end) => end.id));
  const ties = tx.raw<[string, string]>(
    `SELECT e.from_id, e.to_id FROM json_each(?) j
     CROSS JOIN edge e ON e.from_id = j.value AND e.kind = 'HAS_ACCOUNT'
     CROSS JOIN account_link l ON l.account_id = e.to_id AND l.home_id IS NOT NULL`,
    set(identities.map((end) => end.id)),
  );
  const shared = new Set(ties.flatMap(([identity, account]) => (ending.has(account) ? [] : [identity])));
  return ends.filter((end) => !shared.has(end.id));
}

/** The ends of identities whose only account ends. */
function onlyIdentities(tx: Tx, ends: NodeEnd[]): NodeEnd[] {
  const accounts = new Map(ends.filter((end) => end.id.startsWith('acc_')).map((end) => [end.id, end]));
  if (accounts.size === 0) return [];
  const pairs = tx.raw<[string, string]>(
    `SELECT e.from_id, e.to_id FROM json_each(?) j CROSS JOIN edge_in e ON e.to_id = j.value AND e.kind = 'HAS_ACCOUNT'
     WHERE NOT EXISTS (
       SELECT 1 FROM edge x WHERE x.from_id = e.from_id AND x.kind = 'HAS_ACCOUNT' AND x.to_id <> e.to_id
     )`,
    set(accounts.keys()),
  );
  return pairs.flatMap(([identity, account]) => {
    const end = accounts.get(account);
    return end ? [{ ...end, id: identity }] : [];
  });
}

/** Of a node that stays, older edges end all the same; but what ties an account to its identity goes with them only. */
function endEdgesOf(tx: Tx, { id, at, by }: NodeEnd, gone: boolean, changed: Changed): void {
  const ends = edgesAt(tx, id, at)
    .filter((edge) => gone || edge.kind !== 'HAS_ACCOUNT')
    .map((edge) => ({ ...edge, at, by }));
  endEdges(tx, ends, false, changed);
  if (gone) removeEdges(tx, accountTies(tx, id, { at, by }), changed);
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

/**
 * What events said of an account waits for it to come back: whether an account is there and what its fields are do not
 * depend on each other, which is why no order of events matters. A page that brings it back knows better anyway.
 */
function keepPatches(tx: Tx, rows: NodeRow[]): void {
  const accounts = rows.filter((row) => row.kind === 'account');
  if (accounts.length === 0) return;
  const ids = accounts.map((row) => row.id);
  const signIns = readActivity(tx, ids);
  const kept = accounts.flatMap((row) => {
    const fields = overlayOf(row);
    const lastLogin = signIns.get(row.id);
    if (lastLogin !== undefined) fields.lastLogin = [lastLogin, lastLogin];
    return Object.keys(fields).length > 0 ? [{ accountId: row.id, fields }] : [];
  });
  writePending(tx, kept);
  deleteActivity(tx, ids);
}
