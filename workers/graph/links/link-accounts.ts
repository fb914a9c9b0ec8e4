import type { Millis } from '../../platform/clock.ts';
import { type Changed, noteNode, nothingChanged } from '../changed.ts';
import { type EdgeEnd, edgeWrite, removeEdges, upsertEdges } from '../edges.store.ts';
import type { GraphNode } from '../model.ts';
import { nodeId } from '../model.ts';
import { graphMoving, readMove } from '../move/state.ts';
import { endNodes } from '../nodes.end.ts';
import { applyNodes } from '../nodes.page.ts';
import { type NodeRow, parseAttributes, readNodes } from '../nodes.store.ts';
import { isIdentityId } from '../sharding.ts';
import { set, type Tx } from '../tx.ts';
import { passStep } from '../verdict-diff.ts';
import { readVerdicts, writeSteps } from '../verdicts.store.ts';
import { type AccountLink, readLinks, withKin, writeLinks } from './links.store.ts';
import { attachAccounts, type Parcel } from './parcels.ts';

/** What is to become of one account. `link` null: it is of its own identity. */
export interface LinkChange {
  accountId: string;
  /** The account that it is placed with: itself, or one that it is (or was) joined to. */
  placeId: string;
  link: AccountLink | null;
  at: Millis;
}

/** What the history says of it: links are decided after syncs, or by people, and tell by themselves why. */
const BY = 'sync:identities';

/**
 * Gives accounts that are here to the identities that were decided for them: ends what tied them before, and an
 * identity without accounts. What is so already writes nothing. Issues of an identity that an account leaves are
 * resolved; the evaluation that follows opens those of the identity it comes to. An account or a home that is not here
 * is left as it is: the next decision knows better. Throws `graph.moving` for a change of place while the shard moves.
 */
export function changedByLinks(tx: Tx, given: LinkChange[], now: Millis): Changed {
  const changed = nothingChanged();
  // who leaves an identity goes first, so that others find whose identity is whose
  const changes = [...given].sort((a, b) => Number(a.link !== null) - Number(b.link !== null));
  const accounts = readNodes(
    tx,
    changes.flatMap(({ accountId, link }) => (link ? [accountId, link.homeId] : [accountId])),
  );
  refuseWhileMoving(tx, changes);
  const kinBefore = withKin(
    tx,
    changes.map(({ accountId }) => accountId),
  );
  const ties = tiesOf(
    tx,
    changes.map(({ accountId }) => accountId),
  );
  const identityOfHome = identitiesOfHomes(tx, changes);
  const moved: Moved[] = [];
  const rows: Parameters<typeof writeLinks>[1] = [];
  for (const { accountId, placeId, link, at } of changes) {
    const account = accounts.get(accountId);
    const home = link ? accounts.get(link.homeId) : account;
    const to = home && identityOfHome(home);
    rows.push({ accountId, placeId, at, link: link && to ? { ...link, identityId: to.id } : null });
    if (!account || !to) continue;
    const before = ties.get(accountId) ?? [];
    if (before.length === 1 && before[0]?.from === to.id) continue;
    const moment = Math.max(at, account.as_of, lastEnd(tx, to.id, accountId), ...before.map((tie) => tie.asOf));
    const from = before.map((tie) => ({
      from: tie.from,
      kind: 'HAS_ACCOUNT' as const,
      to: accountId,
      at: moment,
      by: BY,
    }));
    moved.push({ account, from, to, at: moment });
  }
  writeLinks(tx, rows);
  retie(tx, moved, changed);
  closeVerdicts(tx, moved, now);
  for (const id of withKin(tx, kinBefore)) noteNode(changed, id, 'account');
  return changed;
}

/** Lays down what came from another shard, and links it. What has come before is left aside, with its links. */
export function changedByArrival(tx: Tx, parcels: Parcel[], changes: LinkChange[], now: Millis): Changed {
  const arrived = new Set(attachAccounts(tx, parcels));
  return changedByLinks(
    tx,
    changes.filter(({ accountId }) => arrived.has(accountId)),
    now,
  );
}

/** The identity that a source makes of an account, as its mapper tells it. */
export function identityOfAccount(account: NodeRow): GraphNode {
  const { login = null, email = null } = parseAttributes(account.attributes);
  return {
    id: nodeId('identity', account.source_id, account.native_id),
    kind: 'identity',
    sourceId: account.source_id,
    nativeId: account.native_id,
    name: account.name,
    attributes: { accountId: account.id, login, email },
  };
}

function refuseWhileMoving(tx: Tx, changes: LinkChange[]): void {
  if (readMove(tx) === null) return;
  const places = new Map(
    tx.raw<[string, string]>(
      'SELECT l.account_id, l.place_id FROM json_each(?) j CROSS JOIN account_link l ON l.account_id = j.value',
      set(changes.map(({ accountId }) => accountId)),
    ),
  );
  if (changes.some(({ accountId, placeId }) => (places.get(accountId) ?? accountId) !== placeId)) throw graphMoving();
}

/** Of a home that nobody joined or splits: the identity that it has, else the one that its source makes of it. */
function identitiesOfHomes(tx: Tx, changes: LinkChange[]): (home: NodeRow) => GraphNode {
  const changing = new Set(changes.map(({ accountId }) => accountId));
  const homes = changes.flatMap(({ link }) => (link && !changing.has(link.homeId) ? [link.homeId] : []));
  const joined = readLinks(tx, homes);
  const ties = tiesOf(
    tx,
    homes.filter((id) => !joined.has(id)),
  );
  return (home) => {
    const own = identityOfAccount(home);
    const [tie, ...more] = ties.get(home.id) ?? [];
    return tie && more.length === 0 ? { ...own, id: tie.from } : own;
  };
}

function tiesOf(tx: Tx, accountIds: string[]): Map<string, { from: string; asOf: Millis }[]> {
  const ties = new Map<string, { from: string; asOf: Millis }[]>();
  for (const [from, to, asOf] of tx.raw<[string, string, number]>(
    `SELECT e.from_id, e.to_id, e.as_of FROM json_each(?) j
     CROSS JOIN edge_in e ON e.to_id = j.value AND e.kind = 'HAS_ACCOUNT'`,
    set(accountIds),
  )) {
    ties.set(to, [...(ties.get(to) ?? []), { from, asOf }]);
  }
  return ties;
}

interface Moved {
  account: NodeRow;
  from: EdgeEnd[];
  to: GraphNode;
  at: Millis;
}

function retie(tx: Tx, moved: Moved[], changed: Changed): void {
  const left = moved.flatMap(({ from }) => from);
  removeEdges(tx, left, changed);
  for (const { to, at } of moved) applyNodes(tx, [{ ...to, partial: 'mention' }], at, BY, changed);
  const ties = moved.map(({ account, to, at }) =>
    edgeWrite({ from: to.id, kind: 'HAS_ACCOUNT', to: account.id, attributes: {} }, at, BY),
  );
  upsertEdges(tx, ties, 'event', changed);
  endEmpty(tx, left, changed);
}

/** When the tie, or the identity, ended last: what begins again begins then at the earliest. */
function lastEnd(tx: Tx, identityId: string, accountId: string): Millis {
  const row = tx.first<{ at: number | null }>(
    `SELECT max(at) AS at FROM (
       SELECT max(ended_at) AS at FROM node_history WHERE id = ?1 AND gone = 1
       UNION ALL SELECT max(ended_at) FROM edge_history
       WHERE from_id = ?1 AND kind = 'HAS_ACCOUNT' AND to_id = ?2 AND gone = 1)`,
    identityId,
    accountId,
  );
  return row?.at ?? 0;
}

/** Identities that were left by their last account. */
function endEmpty(tx: Tx, left: EdgeEnd[], changed: Changed): void {
  const rows = tx.raw<[string, number]>(
    `SELECT n.id, n.as_of FROM json_each(?) j CROSS JOIN node n ON n.id = j.value
     WHERE NOT EXISTS (SELECT 1 FROM edge e WHERE e.from_id = n.id AND e.kind = 'HAS_ACCOUNT')`,
    set(new Set(left.map(({ from }) => from))),
  );
  const ends = new Map(left.map(({ from, at }) => [from, at]));
  endNodes(
    tx,
    rows.map(([id, asOf]) => ({ id, at: Math.max(ends.get(id) ?? 0, asOf + 1), by: BY })),
    changed,
  );
}

/** What stood open against an identity through an account that left it. */
function closeVerdicts(tx: Tx, moved: Moved[], now: Millis): void {
  const identities = new Map(moved.map(({ account, to }) => [account.id, to.id]));
  const steps = [...readVerdicts(tx, [...identities.keys()])].flatMap(([accountId, verdicts]) =>
    [...verdicts.values()].flatMap((verdict): Parameters<typeof writeSteps>[1] =>
      isIdentityId(verdict.subjectId) && verdict.subjectId !== identities.get(accountId)
        ? [[accountId, verdict.detection, passStep(verdict, now)]]
        : [],
    ),
  );
  writeSteps(tx, steps, now);
}
