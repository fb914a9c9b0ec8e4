import { type Changed, noteEdge, noteNode, nothingChanged, touchedAccounts } from './changed.ts';
import type { EdgeKey } from './edges.store.ts';
import type { EvaluationContext } from './evaluate.ts';
import { grouped } from './group.ts';
import { literal, throughLens } from './lens.ts';
import type { EdgeKind, NodeKind } from './model.ts';
import { readRefs } from './named.ts';
import { openedApps } from './reach.ts';
import { isAccountId } from './sharding.ts';
import { compareText } from './text.ts';
import { identitiesIn } from './trails.ts';
import { chunks, set, type Tx } from './tx.ts';
import { trailsTo } from './walk-back.ts';
import type { Seeds } from './walk-index.ts';
import { type JewelQuestion, lostJewels } from './what-if-jewels.ts';
import {
  byScore,
  byShift,
  type Leading,
  readShifts,
  resolves,
  type ScoreShift,
  type VerdictShift,
} from './what-if-verdicts.ts';

/** Removals that one question may name. */
export const MAX_REMOVALS = 50;
/** Accounts of one shard that one question looks at. */
export const MAX_WHAT_IF_ACCOUNTS = 5_000;
/** Identities, apps and verdicts shown, each; the counts are of all. */
export const WHAT_IF_SHOWN = 50;

const CHUNK = 500;

export type Removal = { kind: 'edge'; from: string; to: string; edgeKind: EdgeKind } | { kind: 'node'; id: string };

interface Named {
  id: string;
  name: string;
}

export interface WhatIf {
  /** Which of the removals this shard knows, in their order. */
  known: boolean[];
  tierZero: { count: number; first: Named[] };
  apps: { identities: number; lost: number; first: (Named & { count: number; apps: Named[] })[] };
  /** Crown jewels that people would have no way to any more. */
  crownJewels: (Named & { count: number; first: Named[] })[];
  verdicts: { changed: number; resolved: number; opened: number; first: VerdictShift[] };
  /** Issues that would stay, with another priority. */
  scores: { changed: number; first: ScoreShift[] };
  truncated: boolean;
}

/**
 * What would follow if edges and nodes were not there: who loses tier zero or a crown jewel, which apps are lost, which
 * verdicts and priorities change.
 * The same queries and detections look at the stored graph and at it without what is removed; nothing is written.
 */
export function readWhatIf(
  tx: Tx,
  removals: Removal[],
  context: EvaluationContext,
  { seeds, jewels }: { seeds: BothSeeds; jewels: JewelQuestion[] },
): WhatIf {
  const { known, gone, edges, after } = without(tx, removals);
  const zero = { before: leading(tx, seeds.before), after: leading(after, seeds.after) };
  const touched = [...new Set([...touchedBy(tx, gone, edges), ...failingMoved(tx, zero)])];
  const accounts = touched.slice(0, MAX_WHAT_IF_ACCOUNTS);
  const lost = lostTierZero(zero);
  const lostTo = lostJewels(tx, after, jewels);
  const { verdicts, scores } = readShifts(tx, after, accounts, context, zero);
  return {
    known,
    tierZero: { count: lost.identities.length, first: firstNamed(tx, lost.identities) },
    apps: lostApps(tx, after, accounts),
    crownJewels: lostTo
      .filter(({ identities }) => identities.length > 0)
      .map(({ id, name, identities }) => ({ id, name, count: identities.length, first: firstNamed(tx, identities) })),
    verdicts: {
      changed: verdicts.length,
      resolved: verdicts.filter(resolves).length,
      opened: verdicts.filter((shift) => shift.after === 'fail').length,
      first: verdicts.sort(byShift).slice(0, WHAT_IF_SHOWN),
    },
    scores: { changed: scores.length, first: scores.sort(byScore).slice(0, WHAT_IF_SHOWN) },
    truncated: lost.truncated || lostTo.some((one) => one.truncated) || touched.length > accounts.length,
  };
}

/** What leads to tier zero on other shards, as it is and without what is removed. */
export interface BothSeeds {
  before: Seeds;
  after: Seeds;
}

/** The graph without what is removed, as far as it is on this shard. */
export function without(tx: Tx, removals: Removal[]) {
  const known = removals.map((removal) => isKnown(tx, removal));
  const here = removals.filter((_, place) => known[place]);
  const nodes = [...new Set(here.flatMap((removal) => (removal.kind === 'node' ? [removal.id] : [])))];
  const gone = [...nodes, ...leftAlone(tx, nodes)];
  const edges = [
    ...edgesAtAll(tx, gone),
    ...here.flatMap((removal) =>
      removal.kind === 'edge' ? [{ from: removal.from, kind: removal.edgeKind, to: removal.to }] : [],
    ),
  ];
  return { known, gone, edges, after: withoutThem(tx, gone, edges) };
}

function isKnown(tx: Tx, removal: Removal): boolean {
  const row =
    removal.kind === 'node'
      ? tx.first('SELECT 1 FROM node WHERE id = ?', removal.id)
      : tx.first(
          'SELECT 1 FROM edge WHERE from_id = ? AND kind = ? AND to_id = ?',
          removal.from,
          removal.edgeKind,
          removal.to,
        );
  return row !== null;
}

/** Identities end with their only account, here as in `endNodes`. */
function leftAlone(tx: Tx, nodes: string[]): string[] {
  return tx
    .raw<[string]>(
      `SELECT DISTINCT e.from_id FROM json_each(?1) j CROSS JOIN edge_in e ON e.to_id = j.value AND e.kind = 'HAS_ACCOUNT'
       WHERE e.from_id NOT IN (SELECT value FROM json_each(?1))
         AND NOT EXISTS (
           SELECT 1 FROM edge x WHERE x.from_id = e.from_id AND x.kind = 'HAS_ACCOUNT' AND x.to_id <> e.to_id
         )`,
      set(nodes),
    )
    .map(([id]) => id);
}

function edgesAtAll(tx: Tx, nodes: string[]): EdgeKey[] {
  return tx.all<{ from: string; kind: EdgeKind; to: string }>(
    `SELECT e.from_id AS "from", e.kind AS kind, e.to_id AS "to" FROM json_each(?1) j
     CROSS JOIN edge e ON e.from_id = j.value
     UNION SELECT e.from_id, e.kind, e.to_id FROM json_each(?1) j CROSS JOIN edge_in e ON e.to_id = j.value`,
    set(nodes),
  );
}

/** Whose verdicts or apps may move. The members of a group that loses apps are looked at too, failing or not. */
function touchedBy(tx: Tx, gone: string[], edges: EdgeKey[]): string[] {
  const changed: Changed = nothingChanged();
  for (const [id, kind] of tx.raw<[string, NodeKind]>(
    'SELECT n.id, n.kind FROM json_each(?) j CROSS JOIN node n ON n.id = j.value',
    set(gone),
  )) {
    noteNode(changed, id, kind);
  }
  for (const edge of edges) noteEdge(changed, edge);
  for (const id of changed.groupApps) changed.groups.add(id);
  return touchedAccounts(tx, changed);
}

function withoutThem(tx: Tx, gone: string[], edges: EdgeKey[]): Tx {
  const ids = gone.map(literal).join(', ');
  const named = edges
    .filter((edge) => !gone.includes(edge.from) && !gone.includes(edge.to))
    .map((edge) => `(${literal(edge.from)}, ${literal(edge.kind)}, ${literal(edge.to)})`)
    .join(', ');
  const kept = (view: string) =>
    `SELECT * FROM main.${view} WHERE from_id NOT IN (${ids}) AND to_id NOT IN (${ids})
     ${named === '' ? '' : `AND (from_id, kind, to_id) NOT IN (VALUES ${named})`}`;
  return throughLens(tx, {
    node: `SELECT * FROM main.node WHERE id NOT IN (${ids})`,
    edge: kept('edge'),
    edge_in: kept('edge_in'),
  });
}

function leading(tx: Tx, seeds: Seeds): Leading {
  return { trails: trailsTo(tx, null, seeds), seeds };
}

interface BothLeading {
  before: Leading;
  after: Leading;
}

function lostTierZero({ before, after }: BothLeading): { identities: string[]; truncated: boolean } {
  return {
    identities: identitiesIn(before.trails).filter((id) => after.trails.distanceOf(id) === null),
    truncated: before.trails.truncated || after.trails.truncated,
  };
}

/** Accounts with an issue whose way to tier zero becomes another, wherever on it something is removed. */
function failingMoved(tx: Tx, { before, after }: BothLeading): string[] {
  const led = new Set([...before.trails.reached(), ...after.trails.reached()].filter((id) => isAccountId(id)));
  const moved = [...led].filter((id) => before.trails.distanceOf(id) !== after.trails.distanceOf(id));
  return tx
    .raw<[string]>(
      `SELECT j.value FROM json_each(?) j WHERE EXISTS (
         SELECT 1 FROM verdict v WHERE v.account_id = j.value AND v.status = 'fail')`,
      set(moved),
    )
    .map(([id]) => id);
}

export function firstNamed(tx: Tx, ids: string[]): Named[] {
  const named = [...readRefs(tx, ids).values()].map(({ id, name }) => ({ id, name }));
  return named.sort(byName).slice(0, WHAT_IF_SHOWN);
}

export function byName(a: Named, b: Named): number {
  return compareText(a.name, b.name) || compareText(a.id, b.id);
}

function lostApps(before: Tx, after: Tx, accounts: string[]): WhatIf['apps'] {
  const lost: (Named & { count: number; apps: Named[] })[] = [];
  for (const chunk of chunks(accounts, CHUNK)) {
    const kept = new Set(openedApps(after, chunk).map(([account, app]) => `${account} ${app}`));
    const apps = grouped(
      openedApps(before, chunk)
        .filter(([account, app]) => !kept.has(`${account} ${app}`))
        .map(([account, id, name]) => [account, { id, name }] as const),
    );
    const owners = ownersOf(before, apps.keys());
    for (const [account, list] of apps) {
      const owner = owners.get(account);
      if (owner) lost.push({ ...owner, count: list.length, apps: list.sort(byName).slice(0, WHAT_IF_SHOWN) });
    }
  }
  return {
    identities: new Set(lost.map(({ id }) => id)).size,
    lost: lost.reduce((sum, { count }) => sum + count, 0),
    first: lost.sort(byName).slice(0, WHAT_IF_SHOWN),
  };
}

function ownersOf(tx: Tx, accounts: Iterable<string>): Map<string, Named> {
  return new Map(
    tx
      .raw<[string, string, string]>(
        `SELECT e.to_id, n.id, n.name FROM json_each(?) j
         CROSS JOIN edge_in e ON e.to_id = j.value AND e.kind = 'HAS_ACCOUNT' CROSS JOIN node n ON n.id = e.from_id`,
        set(accounts),
      )
      .map(([account, id, name]) => [account, { id, name }]),
  );
}
