import type { Criticality, CriticalitySource, LevelByHand } from '../../criticality/levels.ts';
import type { Millis } from '../../platform/clock.ts';
import { type Changed, nothingChanged } from '../changed.ts';
import { set, type Tx } from '../tx.ts';

/** Who may say something of a node besides the rule. */
export type SaidBy = Exclude<CriticalitySource, 'rule'>;

/** How critical a node is said to be, and why. */
export interface Saying {
  nodeId: string;
  level: LevelByHand;
  reason: string;
}

/** Everything that is said of some nodes: what is not in `said` holds no longer. */
export interface SayInput {
  by: SaidBy;
  /** The source whose labels they are; empty for what people say. */
  sourceId: string;
  /** Of these nodes; null: of all. */
  nodes: string[] | null;
  said: Saying[];
}

type Present = [nodeId: string, level: string, reason: string, beganAt: Millis];

/** Writes what is new and ends what holds no longer, with the time of both. Returns the nodes of which that is so. */
export function say(tx: Tx, { by, sourceId, nodes, said }: SayInput, at: Millis): string[] {
  const wanted = new Map(said.map((one) => [one.nodeId, one]));
  const present = new Map(
    tx
      .raw<Present>(
        `SELECT node_id, level, reason, began_at FROM criticality_said
         WHERE said_by = ?1 AND source_id = ?2 AND ended_at IS NULL
           AND (?3 IS NULL OR node_id IN (SELECT value FROM json_each(?3)))`,
        by,
        sourceId,
        nodes === null ? null : set(nodes),
      )
      .map((row) => [row[0], row]),
  );
  const isSame = ([id, level, reason]: Present) => wanted.get(id)?.level === level && wanted.get(id)?.reason === reason;
  const ending = [...present.values()].filter((row) => !isSame(row));
  const beginning = [...wanted.values()].filter(({ nodeId }) => {
    const row = present.get(nodeId);
    return !row || !isSame(row);
  });
  if (ending.length > 0) {
    tx.run(
      `UPDATE criticality_said SET ended_at = max(?2, began_at) FROM json_each(?1) j
       WHERE node_id = j.value AND said_by = ?3 AND ended_at IS NULL`,
      set(ending.map(([id]) => id)),
      at,
      by,
    );
  }
  if (beginning.length > 0) {
    tx.run(
      `INSERT INTO criticality_said (node_id, said_by, began_at, ended_at, source_id, level, reason)
       SELECT j.value->>0, ?2, j.value->>3, NULL, ?3, j.value->>1, j.value->>2 FROM json_each(?1) j WHERE true
       ON CONFLICT DO UPDATE SET
         ended_at = NULL, source_id = excluded.source_id, level = excluded.level, reason = excluded.reason`,
      set(
        beginning.map(({ nodeId, level, reason }) => [
          nodeId,
          level,
          reason,
          Math.max(at, present.get(nodeId)?.[3] ?? at),
        ]),
      ),
      by,
      sourceId,
    );
  }
  return [...new Set([...ending.map(([id]) => id), ...beginning.map(({ nodeId }) => nodeId)])];
}

/** The same as a change of the graph: what all accounts have in common, and who is to be looked at again. */
export function changedBySaying(tx: Tx, input: SayInput, at: Millis): Changed {
  const changed = nothingChanged();
  const nodes = say(tx, input, at);
  if (nodes.length === 0) return changed;
  changed.structure = true;
  for (const id of failingAt(tx, nodes)) changed.accounts.add(id);
  return changed;
}

/** What is said of nodes, at the moment of the lens. */
export function readSaid(tx: Tx, ids: Iterable<string>): Map<string, Criticality[]> {
  const said = new Map<string, Criticality[]>();
  for (const [id, source, level, reason] of tx.raw<[string, SaidBy, LevelByHand, string]>(
    `SELECT s.node_id, s.said_by, s.level, s.reason FROM json_each(?) j CROSS JOIN said s ON s.node_id = j.value`,
    set(ids),
  )) {
    said.set(id, [...(said.get(id) ?? []), { level, source, reason }]);
  }
  return said;
}

export interface Jewel {
  id: string;
  name: string;
}

/** Whatever is said to be a crown jewel, by name. `live`: without apps that are switched off. */
export function readJewels(tx: Tx, live: boolean): Jewel[] {
  return tx.all<{ id: string; name: string }>(
    `SELECT n.id, n.name FROM said s CROSS JOIN node n ON n.id = s.node_id
     WHERE s.level = 'crown_jewel'
       AND (s.said_by = 'person' OR NOT EXISTS (
         SELECT 1 FROM said p WHERE p.node_id = s.node_id AND p.said_by = 'person'))
       AND (n.kind <> 'app' OR ${live ? "coalesce(n.status, 'ACTIVE') = 'ACTIVE'" : 'true'})
     ORDER BY n.name, n.id`,
  );
}

/**
 * The accounts with an issue that open, are in or hold one of these, directly, through a group or by a role: their
 * issues' priority may move with what is said.
 */
function failingAt(tx: Tx, ids: string[]): string[] {
  return tx
    .raw<[string]>(
      `WITH said_of AS (SELECT value AS id FROM json_each(?1)),
       granting AS (
         SELECT id FROM said_of
         UNION SELECT e.from_id FROM said_of s CROSS JOIN edge_in e ON e.to_id = s.id AND e.kind = 'GRANTS'
       ),
       holding AS (
         SELECT e.from_id AS id FROM granting g
         CROSS JOIN edge_in e ON e.to_id = g.id AND e.kind IN ('ASSIGNED_TO', 'HOLDS_ROLE', 'MEMBER_OF')
       )
       SELECT account_id FROM (
         SELECT id AS account_id FROM holding
         UNION SELECT e.from_id FROM holding h CROSS JOIN edge_in e ON e.to_id = h.id AND e.kind = 'MEMBER_OF'
       ) a
       WHERE EXISTS (SELECT 1 FROM verdict v WHERE v.account_id = a.account_id AND v.status = 'fail')
       ORDER BY account_id`,
      set(ids),
    )
    .map(([id]) => id);
}
