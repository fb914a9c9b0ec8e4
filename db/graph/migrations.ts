/**
 * The schema inside a GraphShard, as an append-only list: a shard applies what it has not applied yet when it wakes.
 * Migrations only add. Every table is WITHOUT ROWID and nearly free of indexes, because a written row costs, and an
 * index entry is a written row.
 *
 * Ids carry their kind in their prefix (`acc_`, `grp_`, …), so an edge needs no column for the kinds of its ends.
 * Times are epoch milliseconds. `began_by` and `ended_by` are `sync:<run id>` or `event:<event id>`.
 */
export const GRAPH_MIGRATIONS: readonly { name: string; sql: string }[] = [
  {
    name: '0001_init',
    sql: `
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- as_of: when the source said so. clocks: JSON, field -> time of the event that set it after as_of.
-- changed_at/changed_by: beginning of the present version. tier: accounts only, set when detections run.
CREATE TABLE node (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  source_id TEXT NOT NULL,
  native_id TEXT NOT NULL,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  search_key TEXT NOT NULL,
  status TEXT,
  tier TEXT,
  stub INTEGER NOT NULL,
  as_of INTEGER NOT NULL,
  patched_at INTEGER,
  began_at INTEGER NOT NULL,
  began_by TEXT NOT NULL,
  changed_at INTEGER NOT NULL,
  changed_by TEXT NOT NULL,
  clocks TEXT,
  attributes TEXT NOT NULL
) WITHOUT ROWID;
-- Covers lists: walking a kind by name and filtering reads this index alone.
CREATE INDEX node_list ON node (kind, name_key, id, search_key, status, source_id, tier);

-- changed_at: beginning of the present version when that is not began_at.
CREATE TABLE edge (
  from_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  to_id TEXT NOT NULL,
  as_of INTEGER NOT NULL,
  began_at INTEGER NOT NULL,
  changed_at INTEGER,
  began_by TEXT NOT NULL,
  attributes TEXT NOT NULL,
  PRIMARY KEY (from_id, kind, to_id)
) WITHOUT ROWID;
CREATE INDEX edge_reverse ON edge (to_id, kind);

-- A version that held from began_at to ended_at; gone = 1: it ended altogether, and nothing older brings it back.
-- began_at is null where an end came before any beginning was seen.
CREATE TABLE node_history (
  id TEXT NOT NULL,
  ended_at INTEGER NOT NULL,
  gone INTEGER NOT NULL,
  began_at INTEGER,
  began_by TEXT,
  ended_by TEXT NOT NULL,
  kind TEXT,
  source_id TEXT,
  native_id TEXT,
  name TEXT,
  attributes TEXT,
  PRIMARY KEY (id, ended_at)
) WITHOUT ROWID;
CREATE TABLE edge_history (
  from_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  to_id TEXT NOT NULL,
  ended_at INTEGER NOT NULL,
  gone INTEGER NOT NULL,
  began_at INTEGER,
  began_by TEXT,
  ended_by TEXT NOT NULL,
  attributes TEXT,
  PRIMARY KEY (from_id, kind, to_id, ended_at)
) WITHOUT ROWID;

-- Kept apart from the node because it changes with every sign-in: one narrow row instead of the whole account.
-- last_login is -1 when the account never signed in.
CREATE TABLE activity (account_id TEXT PRIMARY KEY, last_login INTEGER NOT NULL) WITHOUT ROWID;

-- active: number of active factors. state: FactorState as JSON.
CREATE TABLE factor (
  account_id TEXT PRIMARY KEY,
  as_of INTEGER NOT NULL,
  known INTEGER NOT NULL,
  active INTEGER NOT NULL,
  state TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX factor_none ON factor (account_id) WHERE known = 1 AND active = 0;

CREATE TABLE signal (
  account_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  event_id TEXT NOT NULL,
  at INTEGER NOT NULL,
  ref TEXT,
  PRIMARY KEY (account_id, kind, event_id)
) WITHOUT ROWID;

-- What events said of accounts that are not here (yet): JSON, field -> [time, value].
CREATE TABLE pending_patch (account_id TEXT PRIMARY KEY, at INTEGER NOT NULL, fields TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE coverage (
  source_id TEXT NOT NULL,
  need TEXT NOT NULL,
  reason TEXT,
  at INTEGER NOT NULL,
  PRIMARY KEY (source_id, need)
) WITHOUT ROWID;

-- Fail and unknown only. last_change: the change that last left the shard, while an issue stands on it.
CREATE TABLE verdict (
  account_id TEXT NOT NULL,
  detection TEXT NOT NULL,
  subject_id TEXT NOT NULL,
  status TEXT NOT NULL,
  verdict TEXT NOT NULL,
  priority INTEGER NOT NULL,
  recheck_at INTEGER,
  last_change TEXT,
  PRIMARY KEY (account_id, detection)
) WITHOUT ROWID;
CREATE INDEX verdict_recheck ON verdict (recheck_at) WHERE recheck_at IS NOT NULL;

-- Changes on their way to the issue store, until it confirms them.
CREATE TABLE verdict_change (seq INTEGER PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;

-- Accounts that a change touched beyond what is evaluated at once: the alarm takes them up.
CREATE TABLE pending_evaluation (account_id TEXT PRIMARY KEY) WITHOUT ROWID;
`,
  },
  {
    name: '0002_packs',
    sql: `
ALTER TABLE edge RENAME TO edge_row;

-- Edges that a listing brought by the thousand and that never changed (packs.store.ts). stamp: a page; at and by: what
-- the edges it brought began with.
CREATE TABLE pack_stamp (stamp INTEGER PRIMARY KEY, at INTEGER NOT NULL, by TEXT NOT NULL);
-- ends: JSON, the nodes from which edges of this kind lead to this one.
CREATE TABLE pack_in (
  to_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  stamp INTEGER NOT NULL,
  ends TEXT NOT NULL,
  PRIMARY KEY (to_id, kind, stamp)
) WITHOUT ROWID;
-- The same the other way round. ends: JSON, pairs of node and stamp.
CREATE TABLE pack_out (
  from_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  ends TEXT NOT NULL,
  PRIMARY KEY (from_id, kind)
) WITHOUT ROWID;
-- packs: JSON, pairs of to_id and kind that are not in pack_out yet.
CREATE TABLE pack_waiting (stamp INTEGER PRIMARY KEY, packs TEXT NOT NULL);

-- Rows and packs as one, to be searched by from_id; and by to_id. The casts give both halves the same affinity.
CREATE VIEW edge AS
SELECT from_id, kind, to_id, as_of, began_at, changed_at, began_by, attributes FROM edge_row
UNION ALL
SELECT p.from_id, p.kind, CAST(j.value->>0 AS TEXT), s.at, s.at, CAST(NULL AS INTEGER), s.by, CAST('{}' AS TEXT)
FROM pack_out p CROSS JOIN json_each(p.ends) j CROSS JOIN pack_stamp s ON s.stamp = j.value->>1;
CREATE VIEW edge_in AS
SELECT from_id, kind, to_id, as_of, began_at, changed_at, began_by, attributes FROM edge_row
UNION ALL
SELECT CAST(j.value AS TEXT), p.kind, p.to_id, s.at, s.at, CAST(NULL AS INTEGER), s.by, CAST('{}' AS TEXT)
FROM pack_in p CROSS JOIN pack_stamp s ON s.stamp = p.stamp CROSS JOIN json_each(p.ends) j;
`,
  },
  {
    name: '0003_moves',
    sql: `
-- While the shard's rows are copied to others: the rows that changed, by table and key (JSON). Numbers are never used
-- again, so that an entry which was told can be forgotten by its number.
CREATE TABLE move_log (seq INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, row_key TEXT NOT NULL);
-- While the shard is filled by others: the last batch of each, and what its page numbers are here.
CREATE TABLE move_seen (source INTEGER PRIMARY KEY, batch INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE move_stamp (
  source INTEGER NOT NULL,
  stamp INTEGER NOT NULL,
  local INTEGER NOT NULL,
  PRIMARY KEY (source, stamp)
) WITHOUT ROWID;
`,
  },
  {
    name: '0004_identity_kinds',
    sql: `
-- What the identity of an account is, where it is no person or somebody said so (set_by). reasons: JSON, sentences.
CREATE TABLE identity_kind (
  account_id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  reasons TEXT NOT NULL,
  set_by TEXT
) WITHOUT ROWID;
`,
  },
  {
    name: '0005_criticality',
    sql: `
-- How critical something is said to be: by a person or by a label of its source (said_by), from when to when. Null in
-- ended_at: it holds. source_id: the source whose label it is; empty for what people say.
CREATE TABLE criticality_said (
  node_id TEXT NOT NULL,
  said_by TEXT NOT NULL,
  began_at INTEGER NOT NULL,
  ended_at INTEGER,
  source_id TEXT NOT NULL,
  level TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (node_id, said_by, began_at)
) WITHOUT ROWID;
CREATE VIEW said AS SELECT node_id, said_by, source_id, level, reason FROM criticality_said WHERE ended_at IS NULL;
`,
  },
  {
    name: '0006_account_links',
    sql: `
-- Accounts that are (or were) of another identity than their own. home_id: the account whose identity it is; null: its
-- own again. place_id: the account that it is placed with, which stays when it is split off.
CREATE TABLE account_link (
  account_id TEXT PRIMARY KEY,
  place_id TEXT NOT NULL,
  home_id TEXT,
  identity_id TEXT,
  how TEXT,
  reason TEXT,
  set_by TEXT,
  at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX account_link_home ON account_link (home_id) WHERE home_id IS NOT NULL;
-- Accounts that left for another shard or came from one: what takes them there (away), and what has come (tokens, JSON).
CREATE TABLE account_place (account_id TEXT PRIMARY KEY, away TEXT, tokens TEXT NOT NULL) WITHOUT ROWID;
-- The rows of accounts on their way to another shard, until they are known to have arrived.
CREATE TABLE account_parcel (
  account_id TEXT NOT NULL,
  token TEXT NOT NULL,
  part INTEGER NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (account_id, token, part)
) WITHOUT ROWID;
`,
  },
  {
    name: '0007_history_kept',
    sql: `
-- Since when what was is kept, by what it is ('history'): who asks for an earlier moment is told so.
CREATE TABLE kept_since (name TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;
`,
  },
];
